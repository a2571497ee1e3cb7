import { TYPE_BOOLEAN, type ValueType } from '../../engine/event/types.ts';
import { childrenOf, conjuncts, isFieldPath, mapChildren, usesSlots } from '../../engine/expr/analyze.ts';
import { holdsValues } from '../../engine/expr/equality.ts';
import { type CompareExpr, CURRENT, type Expr } from '../../engine/expr/ir.ts';
import { isDecimal } from '../../engine/expr/snippets.ts';
import { canAssign } from '../../engine/expr/type-rules.ts';
import type { Retain, ViewPlan } from '../../engine/plan/query-plan.ts';
import type { LookupChoices, LookupKey, LookupPlan, LookupRange } from '../../engine/plan/subquery-plan.ts';

/** The data windows that hold the rows of a subquery: its own, or those of its named window. */
export interface RowViews {
  readonly views: readonly ViewPlan[];
  readonly retain: Retain;
}

/**
 * What an index over the rows of a subquery can look up: the conditions of `where` that compare a field of the row with
 * something that does not read the row. Which of them do is Esper's choice, for a row that the index does not find does
 * not count, while a row that it finds counts also when another condition is null:
 *
 * - of several equalities with one field the last is looked up, but one with a plain field does not take the place of one
 *   with a constant or another field; of several ranges of one direction the first;
 * - equalities with all fields that a window of unique rows is kept by are enough, nothing else is looked up then;
 * - a list of values is looked up only when there is nothing else.
 */
export function lookupOf(where: Expr | null, { views, retain }: RowViews): LookupPlan {
  const parts = where === null ? [] : conjuncts(where);
  const keys = onePerField(parts.flatMap((part) => keyOf(part) ?? []));
  const unique = uniqueBy(views, retain);
  const has = (field: Expr) => keys.some(({ row }) => isSame(row, field));
  if (unique !== null && unique.length > 0 && unique.every(has)) {
    const own = keys.filter(({ row }) => unique.some((field) => isSame(row, field)));
    return { keys: own, ranges: [], choices: null };
  }
  const ranges = joinRanges(parts.flatMap((part) => rangeOf(part) ?? []));
  const choices = keys.length + ranges.length > 0 ? [] : parts.flatMap((part) => choicesOf(part) ?? []);
  return { keys, ranges, choices: choices[0] ?? null };
}

/** The fields that tell the rows of a window apart; null when it is not known to keep such. */
function uniqueBy(views: readonly ViewPlan[], retain: Retain): readonly Expr[] | null {
  const [first, second] = views;
  if (first?.name === 'groupwin') {
    const inner = second === undefined ? null : uniqueBy([second], retain);
    return inner === null ? null : [...first.args.map(({ expr }) => expr), ...inner];
  }
  const windows = views.filter(({ derived }) => derived < 0);
  if (windows.length > 1 && retain === 'union') return null;
  const kept = (windows.length > 1 ? windows : windows.slice(0, 1)).find(({ name }) => UNIQUE.has(name));
  const fields = kept?.args.map(({ expr }) => expr).filter(isFieldPath);
  return fields === undefined || fields.length < (kept?.args.length ?? 0) ? null : fields;
}

const UNIQUE: ReadonlySet<string> = new Set(['unique', 'firstunique']);

function onePerField(all: readonly LookupKey[]): readonly LookupKey[] {
  const isPlain = ({ op }: Expr) => op === 'param' || op === 'member';
  const keys: LookupKey[] = [];
  for (const key of all) {
    const at = keys.findIndex(({ row }) => isSame(row, key.row));
    const known = keys[at]?.value;
    if (known === undefined) keys.push(key);
    else if (!isPlain(key.value) || !(isPlain(known) || known.op === 'literal')) keys[at] = key;
  }
  return keys;
}

function isSame(a: Expr, b: Expr): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function keyOf(part: Expr): LookupKey | null {
  if (part.op !== 'equal' || part.negated) return null;
  const { left, right } = part;
  if (isRow(left) && isFree(right)) return equality(left, right);
  return isRow(right) && isFree(left) ? equality(right, left) : null;
}

/** As in Esper a null equals a null only where neither side is widened for the comparison. */
function equality(row: Expr, value: Expr): LookupKey {
  if (isAlike(row.type, value.type)) return { row, value, onNull: 'null' };
  return { row, value, onNull: canAssign(value.type, row.type) ? 'fail' : 'nothing' };
}

function isAlike(a: ValueType, b: ValueType): boolean {
  return a.kind === b.kind || a.kind === 'null' || b.kind === 'null';
}

function rangeOf(part: Expr): LookupRange | null {
  if (part.op === 'range') {
    const { operand: row, low, high, includeLow, includeHigh, negated } = part;
    if (!isRow(row) || isDecimal(row) || !isFree(low) || !isFree(high)) return null;
    return { row, low, includeLow, high, includeHigh, negated, swaps: true };
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
    negated: false,
    swaps: false,
  };
}

/** The ranges of one field as one, where each has an end that the others lack. */
function joinRanges(ranges: readonly LookupRange[]): readonly LookupRange[] {
  const joined: LookupRange[] = [];
  for (const range of ranges) {
    const at = joined.findIndex(({ row }) => isSame(row, range.row));
    const known = joined[at];
    if (known === undefined) joined.push(range);
    else if (known.low === null && range.low !== null && range.high === null)
      joined[at] = { ...known, low: range.low, includeLow: range.includeLow };
    else if (known.high === null && range.high !== null && range.low === null)
      joined[at] = { ...known, high: range.high, includeHigh: range.includeHigh };
  }
  return joined;
}

/** `row in (a, b)`, `a in (row.x, row.y)`, or an `or` of equalities with one field. */
function choicesOf(part: Expr): LookupChoices | null {
  if (part.op === 'in' && !part.negated && !part.items.some(({ type }) => holdsValues(type))) {
    const { operand, items } = part;
    // As in Esper whatever else is in the list is not looked up.
    if (isRow(operand)) return valuesOf(operand, items.filter(isFree));
    const rows = items.filter(isRow);
    const areAlike = rows.every(({ type }) => isAlike(type, operand.type));
    if (isFree(operand) && rows.length > 0 && areAlike) return { rows, values: [operand] };
  }
  if (part.op !== 'or') return null;
  const keys = part.operands.map((one) => (one.op === 'equal' && one.nullSafe ? null : keyOf(one)));
  const row = keys[0]?.row;
  if (row === undefined || !keys.every((key) => key !== null && isSame(key.row, row))) return null;
  return valuesOf(
    row,
    keys.map((key) => (key as LookupKey).value),
  );
}

/** As in Esper, where a value of the list has the type of the field, those of another type are not found. */
function valuesOf(row: Expr, values: readonly Expr[]): LookupChoices | null {
  if (values.length === 0) return null;
  const isOwn = values.some(({ type }) => type.kind === row.type.kind);
  return { rows: [row], values: isOwn ? values.filter(({ type }) => isAlike(type, row.type)) : values };
}

/**
 * The condition of `on …` by which rows of a named window, in slot 0, are found. As in Esper what the index does not find
 * of a list, when it answers nothing but the list, is not found at all.
 */
export function asLookedUp(where: Expr, views: RowViews): Expr {
  const { choices } = lookupOf(inSlot(where, 0, CURRENT), views);
  if (choices === null) return where;
  const [rows, values] = [choices.rows, choices.values].map((all) =>
    all.map((one) => inSlot(one, CURRENT, 0)),
  ) as [Expr[], Expr[]];
  const [operand, items] = rows.length === 1 ? [rows[0] as Expr, values] : [values[0] as Expr, rows];
  const found: Expr =
    values.length === 0
      ? { op: 'literal', type: TYPE_BOOLEAN, value: false }
      : { op: 'in', type: TYPE_BOOLEAN, operand, items, negated: false };
  return { op: 'and', type: TYPE_BOOLEAN, operands: [...conjuncts(where), found] };
}

function inSlot(expr: Expr, from: number, to: number): Expr {
  if ((expr.op === 'field' || expr.op === 'slot') && expr.slot === from) return { ...expr, slot: to };
  return mapChildren(expr, (child) => inSlot(child, from, to));
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
