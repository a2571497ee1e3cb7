import { exprText, namesOf } from '../../engine/expr/print.ts';
import type { InputPlan, Plan } from '../../engine/plan/plan.ts';
import type { LookupPlan, SubqueryPlan } from '../../engine/plan/subquery-plan.ts';

/** How a subquery finds its rows. */
export interface SubqueryExplanation {
  /** The stream, named window or table. */
  readonly reads: string;
  /** Whether it depends on the item around it. */
  readonly correlated: boolean;
  /** Whether its aggregates are kept up to date while events come and go. */
  readonly running: boolean;
  /** What its rows are found by, such as `card (hash)`; empty: it looks at all of them. */
  readonly foundBy: readonly string[];
}

/** What there is to tell of a subquery. */
export function explainSubquery(subquery: SubqueryPlan, plan: Plan): SubqueryExplanation {
  const { input, lookup, isCorrelated, aggregates } = subquery;
  const { reads, fields, primaryKey } = sourceOf(input, plan);
  const names = namesOf(fields, [], plan.types);
  const text = (row: Parameters<typeof exprText>[0]) => exprText(row, names);
  const used = primaryKey === null ? lookup : wholeKey(lookup, primaryKey);
  return {
    reads,
    correlated: isCorrelated,
    running: aggregates.length > 0 && !isCorrelated,
    foundBy: [
      ...used.keys.map(({ row }) => `${text(row)} (hash)`),
      ...used.ranges.map(({ row }) => `${text(row)} (sorted)`),
      ...(used.choices?.rows ?? []).map((row) => `${text(row)} (hash, each value)`),
    ],
  };
}

/** The same in one line. */
export function subqueryText({ reads, correlated, running, foundBy }: SubqueryExplanation): string {
  if (running) return `${reads}: aggregates kept as events come and go`;
  if (foundBy.length > 0) return `${reads}: rows found by ${foundBy.join(', ')}`;
  return correlated ? `${reads}: looks at all rows` : `${reads}: the same rows for every event`;
}

/** What an input reads; `primaryKey` of a table, null for anything else. */
function sourceOf(input: InputPlan, { types, stores }: Plan) {
  const store = input.kind === 'store' ? stores[input.store] : undefined;
  const type = types[input.kind === 'pattern' ? -1 : input.type];
  return {
    reads: store?.name ?? type?.name ?? 'pattern',
    fields: type?.fields.map(({ name }) => name) ?? [],
    primaryKey: store?.kind === 'table' ? store.keys : null,
  };
}

/** Rows of a table are found by its primary key alone. */
function wholeKey({ keys }: LookupPlan, primaryKey: readonly number[]): LookupPlan {
  const own = keys.filter(({ row }) => row.op === 'field' && primaryKey.includes(row.field));
  const isWhole = primaryKey.length > 0 && own.length === primaryKey.length;
  return { keys: isWhole ? own : [], ranges: [], choices: null };
}
