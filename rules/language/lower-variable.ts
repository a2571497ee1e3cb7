import { typeName, type ValueType } from '../../engine/event/types.ts';
import { canAssign, canCast, canWiden, isBig } from '../../engine/expr/type-rules.ts';
import { NO_CLAUSES, type QueryPlan } from '../../engine/plan/plan.ts';
import { accessOf } from './annotations.ts';
import type { Annotation } from './ast.ts';
import type { CreateVariable, SetStatement } from './ast-declared.ts';
import type { FoundVariable } from './declared.ts';
import { converted, lowerAssignments } from './lower-assignments.ts';
import { lowerExpression } from './lower-expression.ts';
import { refuseMarks } from './lower-pattern-annotations.ts';
import { lowerStream } from './lower-statement.ts';
import { type Lowering, type Scope, subqueriesOf } from './scope.ts';
import { refuseTableTrigger } from './table-triggers.ts';

/**
 * Declares a variable; a name of rules compiled before is free again unless it was public. Its query gives the changes.
 * Null after reporting what is wrong.
 */
export function lowerVariable(
  variable: CreateVariable,
  annotations: readonly Annotation[],
  { catalog, report }: Lowering,
): QueryPlan | null {
  const { text: name } = variable.name;
  const known = catalog.declared.variable(name);
  const access = accessOf(annotations);
  if (known !== undefined && (!known.isOlder || known.plan.access === 'public')) {
    report.error('E0214', `there is a variable \`${name}\` already`, variable.name.span);
    return null;
  }
  const type = variableType(variable, { catalog, report });
  const scope: Scope = { catalog, entries: [], alias: null, subqueries: 'in the first value of a variable' };
  const value = variable.value === null ? null : lowerExpression(variable.value, scope, report);
  if (type === null || (variable.value !== null && value === null)) {
    catalog.expect(name);
    return null;
  }
  const initial = value === null ? null : converted(value, type);
  const isUnread = initial?.op === 'literal' && initial.value === null && value?.type.kind !== 'null';
  if (value !== null && (isUnread || !canStart(value.type, type))) {
    const title = `the variable \`${name}\` is ${typeName(type)}, its value ${typeName(value.type)}`;
    report.error('E0308', title, (variable.value ?? variable).span);
    catalog.expect(name);
    return null;
  }
  const { constant } = variable;
  const index = catalog.declared.addVariable({
    ...{ name, type, constant, initial, access },
    context: catalog.contexts.current?.index ?? null,
  });
  return {
    kind: 'select',
    inputs: [],
    where: null,
    columns: [{ name, type, expr: { op: 'variable', type, index } }],
    insertInto: null,
    ...NO_CLAUSES,
    variable: index,
  };
}

function variableType({ type: name, dimensions }: CreateVariable, { catalog, report }: Lowering) {
  let type = catalog.valueType(name.text);
  if (type === null) {
    if (catalog.isExpected(name.text)) return null;
    if (/^java\./i.test(name.text)) report.notImplemented(`the type \`${name.text}\``, name.span);
    else {
      const known = [...catalog.scalarNames(), ...catalog.names()];
      report.unknown('E0205', 'type', name.text, name.span, known);
    }
    return null;
  }
  if (type.kind === 'event' && dimensions > 0) {
    report.error('E0308', 'a variable holds one event, not an array of events', name.span);
    return null;
  }
  for (let i = 0; i < dimensions; i++) type = { kind: 'array', element: type };
  return type;
}

/** At the start a text is read as the type; of numbers only an int may become a narrower one: byte or short. */
function canStart(from: ValueType, to: ValueType): boolean {
  if (canAssign(from, to) || canWiden(from, to)) return true;
  if (from.kind === 'int' && (to.kind === 'byte' || to.kind === 'short')) return true;
  if (isBig(to)) return false;
  return from.kind === 'string' && canCast(from, to) && to.kind !== 'date';
}

/** Lowers `on … set`; its rows are the variables as set. Null after reporting what is wrong. */
export function lowerSet(set: SetStatement, lowering: Lowering): QueryPlan | null {
  const { report } = lowering;
  const errorsBefore = report.errorCount;
  refuseMarks(set.trigger, report);
  refuseTableTrigger(set.trigger, lowering);
  const source = lowerStream(set.trigger, lowering);
  if (source === null) return null;
  const assignments = lowerAssignments(
    set.assignments,
    { ...source.scope, ...subqueriesOf(lowering) },
    lowering,
  );
  if (assignments === null || report.errorCount > errorsBefore) return null;
  const { variables } = lowering.catalog.declared;
  const columns = [...new Set(assignments.map((one) => one.variable))].map((index) => {
    const { name, type } = variables[index] as FoundVariable['plan'];
    return { name, type, expr: { op: 'variable' as const, type, index } };
  });
  return {
    kind: 'select',
    inputs: [source.input],
    where: null,
    columns,
    insertInto: null,
    ...NO_CLAUSES,
    assignments,
  };
}
