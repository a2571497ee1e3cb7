import { mapChildren } from '../../engine/expr/analyze.ts';
import { CURRENT, type Expr } from '../../engine/expr/ir.ts';
import type { InputPlan } from '../../engine/plan/plan.ts';
import type { PreviousPlan } from '../../engine/plan/query-plan.ts';
import type { Contexts } from './contexts.ts';

/**
 * What the expressions of a query mean in a keyed context. As in Esper a field by which events are told apart is read
 * from the partition, not from the event: it does not make a row that of one event (`select k, count(*)` has one row),
 * and it is there where an outer join has no event; `prior(n, key)` is the key. So it is in a context of one level, for
 * the streams of `from`. `previous`: the calls of `prior` and the like that the expressions name.
 */
export function contextKeyReader(
  { current }: Contexts,
  inputs: readonly InputPlan[],
  previous: readonly PreviousPlan[],
): (expr: Expr) => Expr {
  const [level, inner] = current?.plan.levels ?? [];
  if (level?.kind !== 'keyed' || inner !== undefined) return (expr) => expr;
  const { base } = level;
  const keys = new Map<string, Expr>();
  for (const [i, input] of inputs.entries()) {
    if (input.kind !== 'stream' || input.recognize !== undefined) continue;
    const slot = inputs.length > 1 ? i : CURRENT;
    const item = level.items.find(({ type }) => type === input.type);
    for (const [k, key] of (item?.keys ?? []).entries()) {
      if (key.op !== 'field' || key.slot !== CURRENT) continue;
      const value: Expr = { op: 'context', type: key.type, index: base + k, name: `key${k + 1}` };
      keys.set(`${slot} ${key.field}`, value);
    }
  }
  const keyOf = (expr: Expr | null | undefined) =>
    expr?.op === 'field' ? keys.get(`${expr.slot} ${expr.field}`) : undefined;
  const priorKeyOf = (expr: Expr) => {
    const plan = expr.op === 'previous' ? previous[expr.index] : undefined;
    return plan?.kind === 'prior' ? keyOf(plan.value) : undefined;
  };
  const read = (expr: Expr): Expr => keyOf(expr) ?? priorKeyOf(expr) ?? mapChildren(expr, read);
  return keys.size === 0 ? (expr) => expr : read;
}
