import { LIMITS } from '../../engine/core/limits.ts';
import { childrenOf, sizeOf } from '../../engine/expr/analyze.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import type { Access } from '../../engine/plan/declared-plan.ts';
import type { ChainLink, Expression } from './ast.ts';
import type { ExpressionDeclaration } from './ast-declared.ts';
import type { ChainContext, Lowered } from './lower-chain.ts';
import { type Lowering, type Scope, type ScopeParam, wholeExpr } from './scope.ts';

/** Declares an expression for all rules. */
export function declareExpression(
  declaration: ExpressionDeclaration,
  access: Access,
  { catalog, report }: Lowering,
): void {
  const { text, span } = declaration.name;
  if (catalog.declared.isOwnExpression(text)) {
    report.error('E0214', `there is a declared expression \`${text}\` already`, span);
    return;
  }
  catalog.declared.addExpression(declaration, access);
}

/**
 * A use of a declared expression: its body in place of the call. An alias sees what the place of its use sees; the others
 * see their parameters and nothing else. A parameter stands for its argument: a stream or a field as such, so that
 * aggregates may look into it; anything larger is computed once, into a place of `Env.params`.
 */
export function lowerDeclared(
  declaration: ExpressionDeclaration,
  link: ChainLink,
  context: ChainContext,
): Lowered {
  const { scope } = context;
  const { name, isAlias, parameters } = declaration;
  const expanding = scope.expanding ?? [];
  if (expanding.includes(declaration)) {
    return context.wrong('E0413', `the declared expression \`${name.text}\` uses itself`, link.span);
  }
  if (++context.counts.expansions > LIMITS.expansionsMax) {
    const title = `an expression uses declared expressions more than ${LIMITS.expansionsMax} times`;
    return context.wrong('E0409', title, link.span);
  }
  const args = link.args ?? [];
  if (args.length !== parameters.length) {
    const wanted = `${parameters.length} argument${parameters.length === 1 ? '' : 's'}`;
    const title = isAlias
      ? `\`${name.text}\` is an alias and takes no arguments`
      : `the declared expression \`${name.text}\` takes ${wanted}, not ${args.length}`;
    return context.wrong('E0302', title, link.span);
  }
  const inside = [...expanding, declaration];
  if (isAlias) return inline(declaration, { ...scope, expanding: inside }, link, context);
  const values = args.map((arg) => argument(arg, context));
  if (values.includes(null)) return null;
  return withParameters(declaration, values as Expr[], inside, link, context);
}

function withParameters(
  declaration: ExpressionDeclaration,
  values: readonly Expr[],
  expanding: readonly ExpressionDeclaration[],
  link: ChainLink,
  context: ChainContext,
): Lowered {
  const { parameters } = declaration;
  const places: number[] = [];
  const stored: Expr[] = [];
  const params = parameters.map(({ text }, i): ScopeParam => {
    const value = values[i] as Expr;
    if (isDirect(value)) return { name: text, expr: value, isImplicit: true };
    const index = context.counts.places++;
    places.push(index);
    stored.push(value);
    return { name: text, expr: { op: 'param', type: value.type, index }, isImplicit: true };
  });
  const twice = parameters.find(({ text }, i) => parameters.findIndex((one) => one.text === text) < i);
  if (twice !== undefined) {
    return context.wrong('E0213', `a parameter \`${twice.text}\` is already there`, link.span);
  }
  const scope: Scope = { ...context.scope, entries: [], alias: null, params, expanding };
  const lowered = inline(declaration, scope, link, context);
  if (lowered === null || stored.length === 0) return lowered;
  if (reads(lowered, FROM_OTHER_ITEMS)) {
    return context.later('a declared expression that aggregates over a computed argument', link.span);
  }
  return { op: 'let', type: lowered.type, params: places, values: stored, body: lowered };
}

/** The body in a scope; its mistakes are those of the place that uses it. */
function inline(
  { name, body }: ExpressionDeclaration,
  scope: Scope,
  link: ChainLink,
  context: ChainContext,
): Lowered {
  const { lowered, report } = context.lowerAside(body, scope);
  const first = report.diagnostics.find((one) => one.severity === 'error');
  if (first === undefined) return lowered;
  const notes = [...first.notes, `in the declared expression \`${name.text}\``];
  return context.wrong(first.code, first.title, link.span, notes);
}

/** `*` is the only event there is. */
function argument(ast: Expression, context: ChainContext): Lowered {
  if (ast.kind !== 'star') return context.lower(ast);
  const [entry, other] = context.scope.entries;
  if (entry === undefined || other !== undefined) {
    return context.wrong('E0302', '`*` stands for an event where there is one stream only', ast.span);
  }
  return entry.type === null ? null : wholeExpr(entry, entry.type);
}

/** Whether an argument is as cheap to compute as to read, and may be looked into. */
function isDirect(expr: Expr): boolean {
  return (
    (sizeOf(expr) === 1 && expr.op !== 'subquery') ||
    ((expr.op === 'member' || expr.op === 'at') && childrenOf(expr).every(isDirect))
  );
}

/** Nodes whose operands are evaluated for other items than the one at hand. */
const FROM_OTHER_ITEMS: ReadonlySet<Expr['op']> = new Set<Expr['op']>(['aggregate', 'previous']);

function reads(expr: Expr, ops: ReadonlySet<Expr['op']>): boolean {
  return ops.has(expr.op) || childrenOf(expr).some((child) => reads(child, ops));
}
