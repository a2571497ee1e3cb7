import type { Assignment, Expression } from './ast.ts';
import type {
  GroupBy,
  Grouping,
  GroupKeys,
  Limit,
  Ordering,
  OutputClause,
  OutputRateClause,
  OutputTerminatedClause,
  Rollup,
} from './ast-clauses.ts';
import { listIn, node, type Parts, type Spanned, token } from './build.ts';

/** A clause of a `select` with the word that begins it. */
export type QueryClause =
  | (Spanned & { readonly word: 'group by'; readonly made: GroupBy })
  | (Spanned & { readonly word: 'having'; readonly made: Expression })
  | (Spanned & { readonly word: 'output'; readonly made: OutputClause })
  | (Spanned & { readonly word: 'order by'; readonly made: readonly Ordering[] })
  | (Spanned & { readonly word: 'limit'; readonly made: Limit });

/** `group by` */
export const groupBy = (d: Parts): QueryClause =>
  node(d, { word: 'group by', made: node(d, { groupings: d[2] as Grouping[] }) });

/** One key, or several in parentheses. */
export const keys = (d: Parts, list: readonly Expression[]): GroupKeys & { readonly kind: 'keys' } =>
  node(d, { kind: 'keys', keys: list });

/** `grouping sets (…)` */
export const sets = (d: Parts): Grouping =>
  node(d, { kind: 'sets', sets: d[3] as Extract<Grouping, { kind: 'sets' }>['sets'] });

/** `rollup (…)`, `cube (…)` */
export const rollup = (d: Parts): Rollup =>
  node(d, { kind: token(d[0]).type as Rollup['kind'], of: d[2] as GroupKeys[] });

/** `having` */
export const having = (d: Parts): QueryClause => node(d, { word: 'having', made: d[1] as Expression });

/** `order by` */
export const orderBy = (d: Parts): QueryClause => node(d, { word: 'order by', made: d[2] as Ordering[] });

/** One criterion of `order by`. */
export const ordering = (d: Parts): Ordering =>
  node(d, { expression: d[0] as Expression, descending: d[1] !== null && token(d[1]).type === 'desc' });

/** `limit count`, `limit count offset n`, `limit offset, count` */
export const limit = (d: Parts): QueryClause => {
  const first = d[1] as Expression;
  const second = (d[3] ?? null) as Expression | null;
  const form = d[2] !== undefined && token(d[2]).type === ',' ? ',' : 'offset';
  const made: Limit =
    form === ','
      ? node(d, { count: second as Expression, offset: first, form })
      : node(d, { count: first, offset: second, form });
  return node(d, { word: 'limit', made });
};

/** `output …` */
export const output = (d: Parts): QueryClause => {
  const rate = d[3] as OutputRateClause | OutputTerminatedClause | null;
  const isTerminated = rate !== null && 'isRate' in rate;
  const made: OutputClause = node(d, {
    after: d[1] as OutputClause['after'],
    part: d[2] === null ? null : (token(d[2]).type as OutputClause['part']),
    rate: isTerminated ? null : (rate as OutputRateClause | null),
    terminated: isTerminated ? rate : (d[4] as OutputTerminatedClause | null),
  });
  return node(d, { word: 'output', made });
};

/** `after` a time */
export const afterTime = (d: Parts): Spanned & NonNullable<OutputClause['after']> =>
  node(d, { unit: 'time', amount: d[1] as Expression });

/** `after n events` */
export const afterEvents = (d: Parts): Spanned & NonNullable<OutputClause['after']> =>
  node(d, { unit: 'events', amount: d[1] as Expression });

/** `every` a time */
export const everyTime = (d: Parts): OutputRateClause =>
  node(d, { kind: 'time', period: d[1] as Expression });

/** `every n events` */
export const everyEvents = (d: Parts): OutputRateClause =>
  node(d, { kind: 'events', count: d[1] as Expression });

/** `at (crontab)` */
export const at = (d: Parts): OutputRateClause => node(d, { kind: 'at', args: listIn<Expression>(d[1]) });

const assignmentsOf = (part: unknown): readonly Assignment[] => (part ?? []) as readonly Assignment[];

/** `when condition then set …` */
export const when = (d: Parts): OutputRateClause =>
  node(d, { kind: 'when', condition: d[1] as Expression, assignments: assignmentsOf(d[2]) });

/** `terminated and condition then set …` */
export const terminated = (d: Parts): OutputTerminatedClause => {
  const hasCondition = d.length > 2;
  return node(d, {
    isRate: false,
    condition: hasCondition ? (d[2] as Expression) : null,
    assignments: assignmentsOf(hasCondition ? d[3] : d[1]),
  });
};

/** `when terminated` as the only condition. */
export const terminatedRate = (clause: OutputTerminatedClause): OutputTerminatedClause => ({
  ...clause,
  isRate: true,
});
