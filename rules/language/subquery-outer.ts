import { childrenOf, mapChildren } from '../../engine/expr/analyze.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import type { Scope } from './scope.ts';

/**
 * What a subquery sees of the item around it. While its expressions are lowered, the events around it have slot numbers
 * of their own, below that of its own event; then every field of them that is read becomes a parameter.
 */
const FIRST = -3;

/** The scope of what stands around a subquery, as the subquery sees it: names must be qualified. */
export function aroundSubquery(scope: Scope): Pick<Scope, 'entries' | 'params'> {
  const entries = scope.entries.map((entry) => ({
    ...entry,
    slot: FIRST - entry.slot,
    isImplicit: false,
    isOuter: true,
    ...(entry.expr === undefined ? {} : { expr: outward(entry.expr) }),
  }));
  const params = (scope.params ?? []).map((param) => ({
    ...param,
    expr: outward(param.expr),
    isImplicit: false,
  }));
  return { entries, params };
}

/** The same expression seen from inside. */
function outward(expr: Expr): Expr {
  if (expr.op === 'field' || expr.op === 'slot') return { ...expr, slot: FIRST - expr.slot };
  return mapChildren(expr, outward);
}

/** Whether an expression of a subquery reads anything around it; `places`: of `Env.params` taken there. */
export function readsOuter(expr: Expr, places: number): boolean {
  if (expr.op === 'field' || expr.op === 'slot') return expr.slot < -1;
  if (expr.op === 'param') return expr.index < places;
  return childrenOf(expr).some((child) => readsOuter(child, places));
}

/** Takes the reads of what is around out of the expressions of a subquery. */
export class OuterValues {
  readonly params: number[] = [];
  readonly args: Expr[] = [];
  private next: number;
  private readonly places = new Map<string, Expr>();

  /** `taken`: places of `Env.params` that are not free; `exprs`: all expressions of the subquery, for those they take. */
  constructor(taken: number, exprs: readonly Expr[]) {
    this.next = Math.max(taken, ...exprs.map(placesOf));
  }

  /** The expression with parameters for what it reads of the events around. */
  bind(expr: Expr): Expr {
    if ((expr.op !== 'field' && expr.op !== 'slot') || expr.slot >= -1)
      return mapChildren(expr, (child) => this.bind(child));
    const outer: Expr = { ...expr, slot: FIRST - expr.slot };
    const text = JSON.stringify(outer);
    const known = this.places.get(text);
    if (known !== undefined) return known;
    const param: Expr = { op: 'param', type: expr.type, index: this.next++ };
    this.places.set(text, param);
    this.params.push(param.index);
    this.args.push(outer);
    return param;
  }

  /** The first place that is free. */
  get end(): number {
    return this.next;
  }
}

/** The first place of `Env.params` after those that an expression fills or reads. */
function placesOf(expr: Expr): number {
  const own =
    expr.op === 'param'
      ? [expr.index]
      : expr.op === 'lambda' || expr.op === 'let' || expr.op === 'subquery'
        ? expr.params
        : [];
  return Math.max(0, ...own.map((index) => index + 1), ...childrenOf(expr).map(placesOf));
}
