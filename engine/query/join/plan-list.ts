import { isFieldPath, usesSlots } from '../../expr/analyze.ts';
import type { Expr, InExpr } from '../../expr/ir.ts';

/**
 * What Esper looks for when nothing but an `in (…)` ties two streams, one of which is looked up from the other: only a part
 * of the list (recorded). Null: the list does not matter.
 *
 * For a field of the stream looked up it is the items of its very type that are known. For a value of the other stream it is
 * the fields of the stream looked up, when all are of its type.
 */
export function listAsLookedUp(conditions: readonly Expr[], from: number, stream: number): Expr | null {
  const lists = conditions.flatMap((one) => listOf(one) ?? []);
  for (const list of lists) {
    const part = ofField(list, from, stream);
    if (part !== null) return part;
  }
  for (const list of lists) {
    const part = ofValue(list, from, stream);
    if (part !== null) return part;
  }
  return null;
}

/** `x in (…)`, or an `or` of equalities with one field, which Esper reads as such a list. */
function listOf(expr: Expr): InExpr | null {
  if (expr.op === 'in') return expr.negated ? null : expr;
  if (expr.op !== 'or') return null;
  const sides = expr.operands.map((one) =>
    one.op === 'equal' && !one.negated && !one.nullSafe ? [one.left, one.right] : [],
  );
  const isField = (text: string) => (side: Expr) => isFieldPath(side) && JSON.stringify(side) === text;
  for (const operand of sides[0] ?? []) {
    const is = isField(JSON.stringify(operand));
    if (!sides.every((pair) => pair.some(is))) continue;
    const items = sides.map(([left, right]) => (is(left as Expr) ? right : left) as Expr);
    return { op: 'in', type: expr.type, negated: false, operand, items };
  }
  return null;
}

function ofField(list: InExpr, from: number, stream: number): Expr | null {
  const { operand, items } = list;
  if (!isFieldPath(operand) || streamOf(operand) !== stream) return null;
  const known = items.filter((item) => {
    const of = streamOf(item);
    return item.type.kind === operand.type.kind && (of === CONSTANT || of === from);
  });
  return known.length === 0 ? null : { ...list, items: known };
}

function ofValue(list: InExpr, from: number, stream: number): Expr | null {
  const { operand, items } = list;
  const of = streamOf(operand);
  if (of !== from && (of !== CONSTANT || isFieldPath(operand))) return null;
  const paths = items.filter(isFieldPath);
  const isWhole = paths.every((item) => streamOf(item) === stream && item.type.kind === operand.type.kind);
  return paths.length > 0 && isWhole ? { ...list, items: paths } : null;
}

/** The stream an expression reads; `CONSTANT` for none. */
function streamOf(expr: Expr): number {
  const slots = [...usesSlots(expr)];
  return slots.length > 1 ? SEVERAL : (slots[0] ?? CONSTANT);
}

const CONSTANT = -1000;
const SEVERAL = -1001;
