import { typeName, type ValueType } from '../../engine/event/types.ts';
import { foldConstants } from '../../engine/expr/fold.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import { canAssign, canCast, isInteger, isNumeric } from '../../engine/expr/type-rules.ts';
import { NO_CLAUSES, type QueryPlan } from '../../engine/plan/plan.ts';
import type { AssignmentPlan } from '../../engine/plan/query-plan.ts';
import { accessOf } from './annotations.ts';
import type { Annotation, Assignment, ChainLink } from './ast.ts';
import type { CreateVariable, SetStatement } from './ast-declared.ts';
import type { FoundVariable } from './declared.ts';
import { lowerExpression } from './lower-expression.ts';
import { lowerStream } from './lower-statement.ts';
import type { Lowering, Scope } from './scope.ts';

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
  const scope: Scope = { catalog, entries: [], alias: null };
  const value = variable.value === null ? null : lowerExpression(variable.value, scope, report);
  if (type === null || (variable.value !== null && value === null)) {
    catalog.expect(name);
    return null;
  }
  const initial = value === null ? null : converted(value, type);
  if (value !== null && (initial === null || !canStart(value.type, type))) {
    const title = `the variable \`${name}\` is ${typeName(type)}, its value ${typeName(value.type)}`;
    report.error('E0308', title, (variable.value ?? variable).span);
    catalog.expect(name);
    return null;
  }
  const { constant } = variable;
  const index = catalog.declared.addVariable({ name, type, constant, initial, access });
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
    if (/^(big|java\.)/i.test(name.text)) report.notImplemented(`the type \`${name.text}\``, name.span);
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

/** At the start a text is read as the type, and a number may become a narrower one. */
function canStart(from: ValueType, to: ValueType): boolean {
  if (canAssign(from, to) || (isNumeric(from) && isNumeric(to))) return true;
  return from.kind === 'string' && canCast(from, to) && to.kind !== 'date';
}

function converted(value: Expr, type: ValueType): Expr {
  if (value.type.kind === type.kind || type.kind === 'object' || type.kind === 'event') return value;
  if (value.type.kind === 'array' || value.type.kind === 'null') return value;
  return foldConstants({ op: 'cast', type, operand: value, format: null });
}

/** Lowers `on … set`; its rows are the variables as set. Null after reporting what is wrong. */
export function lowerSet(set: SetStatement, lowering: Lowering): QueryPlan | null {
  const { report } = lowering;
  const errorsBefore = report.errorCount;
  const source = lowerStream(set.trigger, lowering);
  if (source === null) return null;
  const assignments = lowerAssignments(set.assignments, source.scope, lowering);
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

/** Lowers `a = …, b = …` of variables; null when one is in error, after looking at all. */
export function lowerAssignments(
  assignments: readonly Assignment[],
  scope: Scope,
  lowering: Lowering,
): readonly AssignmentPlan[] | null {
  const lowered = assignments.map((one) => lowerAssignment(one, scope, lowering));
  return lowered.includes(null) ? null : (lowered as AssignmentPlan[]);
}

function lowerAssignment(
  { target, value: ast, span }: Assignment,
  scope: Scope,
  { catalog, report }: Lowering,
): AssignmentPlan | null {
  const link = variableLink(target);
  if (link === null) {
    report.notImplemented('`set` of a part of a variable', target.span);
    return null;
  }
  const { name } = link;
  const [at] = link.indexes;
  const index = at === undefined ? null : lowerExpression(at, scope, report);
  const value = ast === null ? null : lowerExpression(ast, scope, report);
  const found = catalog.declared.variable(name.text);
  if (found === undefined) {
    if (!catalog.isExpected(name.text))
      report.unknown('E0215', 'variable', name.text, name.span, catalog.declared.variableNames());
    return null;
  }
  if (ast === null) report.error('E0302', '`set` takes `variable = value`', span);
  const { constant } = found.plan;
  if (constant) report.error('E0412', `\`${name.text}\` is constant`, name.span);
  if (value === null || ast === null || constant || (at !== undefined && index === null)) return null;
  const type = at === undefined ? found.plan.type : elementType(found.plan.type);
  if (type === null || (index !== null && !isInteger(index.type))) {
    report.error('E0301', `an element of \`${name.text}\` has a whole number, in an array`, target.span);
    return null;
  }
  if (!canSet(value.type, type, catalog)) {
    const title = `the variable \`${name.text}\` is ${typeName(type)}, the value ${typeName(value.type)}`;
    report.error('E0308', title, ast.span, [`write cast(…, ${typeName(type)})`]);
    return null;
  }
  return { variable: found.index, index, value: converted(value, type) };
}

function canSet(from: ValueType, to: ValueType, { get }: { get: Lowering['catalog']['get'] }): boolean {
  if (from.kind === 'event' && to.kind === 'event') {
    return from.typeName === to.typeName || (get(from.typeName)?.supertypes.includes(to.typeName) ?? false);
  }
  return canAssign(from, to);
}

function elementType(type: ValueType): ValueType | null {
  return type.kind === 'array' ? type.element : null;
}

/** `variable` or `variable[index]` */
function variableLink(target: Assignment['target']): ChainLink | null {
  const [link, more] = target.kind === 'chain' ? target.links : [];
  if (link === undefined || more !== undefined || link.args !== null) return null;
  return link.indexes.length > 1 || link.dynamic ? null : link;
}
