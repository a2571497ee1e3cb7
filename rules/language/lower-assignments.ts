import { typeName, type ValueType } from '../../engine/event/types.ts';
import { foldConstants } from '../../engine/expr/fold.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import { canAssign, isInteger } from '../../engine/expr/type-rules.ts';
import type { AssignmentPlan } from '../../engine/plan/query-plan.ts';
import type { Assignment, ChainLink } from './ast.ts';
import { lowerExpression } from './lower-expression.ts';
import type { Lowering, Scope } from './scope.ts';

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

/** The value as the type of its variable. */
export function converted(value: Expr, type: ValueType): Expr {
  if (value.type.kind === type.kind || type.kind === 'object' || type.kind === 'event') return value;
  if (value.type.kind === 'array' || value.type.kind === 'null') return value;
  return foldConstants({ op: 'cast', type, operand: value, format: null });
}
