import { conjuncts } from '../expr/analyze.ts';
import { CURRENT, type Expr, type FieldExpr } from '../expr/ir.ts';
import { sharedState } from './partition-query.ts';
import type { Plan, QueryPlan, StreamInput } from './plan.ts';

/** A way to split a join: for each input the field whose equal values alone are joined. */
export interface JoinKeys {
  readonly fields: readonly number[];
  readonly name: string;
}

/**
 * The fields by which the state of a join can be kept apart, or why there are none: fields that equalities tie through
 * all streams, of one type, such that no window and no clause looks at events of different keys together. In an outer
 * join only the equalities of `on` count, which say what is joined; `where` looks at the rows afterwards.
 */
export function joinKeys(plan: Plan, query: QueryPlan): readonly JoinKeys[] | string {
  const inputs = query.inputs.flatMap((input) => (input.kind === 'stream' ? [input] : []));
  if (inputs.length < query.inputs.length)
    return 'it joins patterns or rows, through which no key is followed';
  if (inputs.some(({ contained }) => contained !== null))
    return 'it joins events inside events, through which no key is followed';
  const groups = tiedFields(query);
  const through = groups.filter((group) => inputs.every((_, slot) => group.some((one) => one.slot === slot)));
  if (through.length === 0) return 'no equality of fields ties all streams of the join';
  const blocked: string[] = [];
  const found = through.flatMap((group): JoinKeys[] => {
    const fields = inputs.map((_, slot) => (group.find((one) => one.slot === slot) as FieldExpr).field);
    const names = inputs.map((input, slot) => nameOf(plan, input, fields[slot] as number));
    const kinds = new Set(
      inputs.map(({ type }, slot) => plan.types[type]?.fields[fields[slot] as number]?.type.kind),
    );
    const reason =
      kinds.size > 1 ? 'the equal fields are of different types' : sharedJoin(query, inputs, fields);
    if (reason === null) return [{ fields, name: names.join(' = ') }];
    blocked.push(reason);
    return [];
  });
  return found.length > 0 ? found : (blocked[0] as string);
}

function nameOf(plan: Plan, { alias, type }: StreamInput, field: number): string {
  return `${alias}.${plan.types[type]?.fields[field]?.name ?? ''}`;
}

/** Groups of fields that equalities make equal in every row. */
function tiedFields({ join, where }: QueryPlan): readonly (readonly FieldExpr[])[] {
  const isOuter = join?.links.some(({ kind }) => kind !== 'inner') === true;
  const links = join?.links.flatMap(({ on }) => on) ?? [];
  const parts = isOuter || where === null ? [] : conjuncts(where);
  const equal = [
    ...links.map(({ left, right }) => [left, right] as const),
    ...parts.flatMap((part) =>
      part.op === 'equal' && !part.negated && !part.nullSafe ? [[part.left, part.right] as const] : [],
    ),
  ];
  let groups: FieldExpr[][] = [];
  for (const [left, right] of equal) {
    if (left.op !== 'field' || right.op !== 'field' || left.slot === right.slot) continue;
    const isOf = (group: readonly FieldExpr[]) =>
      group.some((one) => isSame(one, left) || isSame(one, right));
    const merged = [...groups.filter(isOf).flat(), left, right];
    groups = [...groups.filter((group) => !isOf(group)), merged];
  }
  return groups;
}

function isSame(a: FieldExpr, b: FieldExpr): boolean {
  return a.slot === b.slot && a.field === b.field;
}

/** Why events of different keys meet; null when they never do. */
function sharedJoin(
  query: QueryPlan,
  inputs: readonly StreamInput[],
  fields: readonly number[],
): string | null {
  const links = query.join?.links ?? [];
  // A stream that may be null in a row does not tell the key of the row.
  const isPresent = (slot: number) =>
    links.every(({ kind }) => kind === 'inner') || (slot === 0 && links.every(({ kind }) => kind === 'left'));
  for (const [slot, input] of inputs.entries()) {
    const isKey = (expr: Expr) => {
      if (expr.op !== 'field') return false;
      if (expr.slot === CURRENT) return expr.field === fields[slot];
      return expr.field === fields[expr.slot] && isPresent(expr.slot);
    };
    const shared = sharedState(query, input, isKey);
    if (shared !== null) return shared;
  }
  return null;
}
