import { typeName, type ValueType } from '../../engine/event/types.ts';
import { foldConstants } from '../../engine/expr/fold.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import { canAssign, canWiden, isBig, isInteger } from '../../engine/expr/type-rules.ts';
import type { AssignmentPlan } from '../../engine/plan/query-plan.ts';
import type { Assignment, ChainLink } from './ast.ts';
import { checkVariableInContext } from './context-rules.ts';
import { lowerExpression } from './lower-expression.ts';
import type { Lowering, Scope } from './scope.ts';
import { widen } from './widen.ts';

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
  lowering: Lowering,
): AssignmentPlan | null {
  const { catalog, report } = lowering;
  const place = placeOf(target);
  if (place === null) {
    if (target.kind !== 'chain') {
      report.error('E0302', '`set` takes `variable = value`', target.span);
      return null;
    }
    report.notImplemented('`set` of other than a variable and its parts', target.span);
    return null;
  }
  const { name } = place.variable;
  const value = ast === null ? null : lowerExpression(ast, scope, report);
  const found = catalog.declared.variable(name.text);
  if (found === undefined) {
    if (!catalog.isExpected(name.text))
      report.unknown('E0215', 'variable', name.text, name.span, catalog.declared.variableNames());
    return null;
  }
  if (ast === null) report.error('E0302', '`set` takes `variable = value`', span);
  checkVariableInContext(found, name.span, lowering);
  const { constant } = found.plan;
  if (constant) report.error('E0412', `\`${name.text}\` is constant`, name.span);
  const part = lowerPart(place, found.plan.type, scope, lowering);
  if (value === null || ast === null || constant || part === null) return null;
  if (!canSet(value.type, part.type, lowering)) {
    const title = `\`${name.text}\` takes ${typeName(part.type)} here, the value is ${typeName(value.type)}`;
    report.error('E0308', title, ast.span, [`write cast(…, ${typeName(part.type)})`]);
    return null;
  }
  return { variable: found.index, part: part.plan, value: converted(value, part.type) };
}

function canSet(from: ValueType, to: ValueType, { catalog }: Lowering): boolean {
  if (from.kind === 'event' && to.kind === 'event') {
    const isSubtype = catalog.get(from.typeName)?.supertypes.includes(to.typeName) ?? false;
    return from.typeName === to.typeName || isSubtype;
  }
  return canAssign(from, to) || canWiden(from, to);
}

/** What a `set` names: `variable`, `variable[index]` or `variable.field`. */
interface Place {
  readonly variable: ChainLink;
  readonly field: ChainLink | null;
}

function placeOf(target: Assignment['target']): Place | null {
  const [variable, field, more] = target.kind === 'chain' ? target.links : [];
  if (variable === undefined || more !== undefined || variable.args !== null || variable.dynamic) return null;
  if (field === undefined) return variable.indexes.length > 1 ? null : { variable, field: null };
  const isPlain = field.args === null && field.indexes.length === 0 && !field.dynamic;
  return isPlain && variable.indexes.length === 0 ? { variable, field } : null;
}

interface Part {
  readonly type: ValueType;
  readonly plan: AssignmentPlan['part'];
}

/** The part of a variable's value that is set; null after reporting what is wrong. */
function lowerPart(
  { variable, field }: Place,
  type: ValueType,
  scope: Scope,
  lowering: Lowering,
): Part | null {
  const { catalog, report } = lowering;
  const [at] = variable.indexes;
  if (at !== undefined) {
    const index = lowerExpression(at, scope, report);
    if (index === null) return null;
    if (type.kind === 'array' && isInteger(index.type))
      return { type: type.element, plan: { kind: 'element', index } };
    const title = `an element of \`${variable.name.text}\` has a whole number, in an array`;
    report.error('E0301', title, variable.span);
    return null;
  }
  if (field === null) return { type, plan: null };
  const { text, span } = field.name;
  if (type.kind === 'map') return { type: { kind: 'object' }, plan: { kind: 'entry', key: text } };
  const owner = type.kind === 'event' ? catalog.get(type.typeName) : undefined;
  const index = owner?.fields.findIndex((one) => one.name === text) ?? -1;
  if (owner === undefined) {
    report.error('E0204', `a value of type ${typeName(type)} has no field \`${text}\``, span);
    return null;
  }
  const found = owner.fields[index];
  if (found !== undefined) return { type: found.type, plan: { kind: 'field', field: index } };
  report.unknownField(owner, text, span, []);
  return null;
}

/** The value as the type of its variable. */
export function converted(value: Expr, type: ValueType): Expr {
  if (value.type.kind === type.kind || type.kind === 'object' || type.kind === 'event') return value;
  if (value.type.kind === 'array' || value.type.kind === 'null') return value;
  if (isBig(type)) return foldConstants(widen(value, type));
  return foldConstants({ op: 'cast', type, operand: value, format: null });
}
