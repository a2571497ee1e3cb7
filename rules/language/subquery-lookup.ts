import { childrenOf, conjuncts, isFieldPath, usesSlots } from '../../engine/expr/analyze.ts';
import { holdsValues } from '../../engine/expr/equality.ts';
import { type CompareExpr, CURRENT, type Expr } from '../../engine/expr/ir.ts';
import { isDecimal } from '../../engine/expr/snippets.ts';
import type { LookupChoices, LookupKey, LookupPlan, LookupRange } from '../../engine/plan/subquery-plan.ts';

/**
 * What an index over the rows of a subquery can look up: the conditions of `where` that compare a field of the row with
 * something that does not read the row. As in Esper a list of values is looked up only when there is nothing else.
 */
export function lookupOf(where: Expr | null): LookupPlan {
  const parts = where === null ? [] : conjuncts(where);
  const keys = parts.flatMap((part) => keyOf(part) ?? []);
  const ranges = parts.flatMap((part) => rangeOf(part) ?? []);
  const choices = keys.length + ranges.length > 0 ? [] : parts.flatMap((part) => choicesOf(part) ?? []);
  return { keys, ranges, choices: choices[0] ?? null };
}

function keyOf(part: Expr): LookupKey | null {
  if (part.op !== 'equal' || part.negated) return null;
  const { left, right } = part;
  if (isRow(left) && isFree(right)) return { row: left, value: right };
  return isRow(right) && isFree(left) ? { row: right, value: left } : null;
}

function rangeOf(part: Expr): LookupRange | null {
  if (part.op === 'range' && !part.negated) {
    const { operand: row, low, high, includeLow, includeHigh } = part;
    const isKey = isRow(row) && isFree(low) && isFree(high) && !isDecimal(row);
    return isKey ? { row, low, includeLow, high, includeHigh } : null;
  }
  if (part.op !== 'compare') return null;
  const { left, right, operator } = part;
  // An index compares by JavaScript's operators.
  if (isDecimal(left)) return null;
  if (isRow(left) && isFree(right)) return bounded(left, operator, right);
  return isRow(right) && isFree(left) ? bounded(right, FLIPPED[operator], left) : null;
}

const FLIPPED: Readonly<Record<CompareExpr['operator'], CompareExpr['operator']>> = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

function bounded(row: Expr, operator: CompareExpr['operator'], value: Expr): LookupRange {
  const isLow = operator === '>' || operator === '>=';
  const includes = operator === '>=' || operator === '<=';
  return {
    row,
    low: isLow ? value : null,
    includeLow: isLow && includes,
    high: isLow ? null : value,
    includeHigh: !isLow && includes,
  };
}

/** `row in (a, b)`, `a in (row.x, row.y)`, or an `or` of equalities with one field. */
function choicesOf(part: Expr): LookupChoices | null {
  if (part.op === 'in' && !part.negated && !part.items.some(({ type }) => holdsValues(type))) {
    if (isRow(part.operand) && part.items.every(isFree)) return { rows: [part.operand], values: part.items };
    // As in Esper only the fields of the row are looked up, whatever else is in the list.
    const fields = part.items.filter(isRow);
    if (isFree(part.operand) && fields.length > 0) return { rows: fields, values: [part.operand] };
  }
  if (part.op !== 'or') return null;
  const keys = part.operands.map(keyOf);
  const row = keys[0]?.row;
  if (row === undefined) return null;
  const text = JSON.stringify(row);
  if (!keys.every((key) => key !== null && JSON.stringify(key.row) === text)) return null;
  return { rows: [row], values: keys.map((key) => (key as LookupKey).value) };
}

/** A field of the row, nested or not. */
function isRow(expr: Expr): boolean {
  return isFieldPath(expr) && usesSlots(expr).has(CURRENT);
}

/** Whether it is the same for every row. */
function isFree(expr: Expr): boolean {
  return !usesSlots(expr).has(CURRENT) && !readsRows(expr);
}

function readsRows(expr: Expr): boolean {
  return expr.op === 'previous' || expr.op === 'aggregate' || childrenOf(expr).some(readsRows);
}
