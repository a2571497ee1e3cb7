import type { Assignment, Expression, Name } from './ast.ts';
import type { Span } from './diagnostics.ts';

interface Node {
  readonly span: Span;
}

/** `group by` */
export interface GroupBy extends Node {
  readonly groupings: readonly Grouping[];
}

/** Keys that stand together: one, or several in parentheses. */
export interface GroupKeys extends Node {
  readonly keys: readonly Expression[];
}

/** `rollup (…)`, `cube (…)` */
export interface Rollup extends Node {
  readonly kind: 'rollup' | 'cube';
  readonly of: readonly GroupKeys[];
}

/** One element of `group by`. */
export type Grouping =
  | (GroupKeys & { readonly kind: 'keys' })
  | Rollup
  /** `grouping sets (…)` */
  | (Node & {
      readonly kind: 'sets';
      readonly sets: readonly ((GroupKeys & { readonly kind: 'keys' }) | Rollup)[];
    });

/** One criterion of `order by`. */
export interface Ordering extends Node {
  readonly expression: Expression;
  readonly descending: boolean;
}

/** `limit count offset offset` or `limit offset, count`; `form` is the sign between them. */
export interface Limit extends Node {
  readonly count: Expression;
  readonly offset: Expression | null;
  readonly form: 'offset' | ',';
}

/** `output after … all every … and when terminated …` */
export interface OutputClause extends Node {
  readonly after: { readonly unit: 'time' | 'events'; readonly amount: Expression } | null;
  readonly part: 'all' | 'first' | 'last' | 'snapshot' | null;
  readonly rate: OutputRateClause | null;
  readonly terminated: OutputTerminatedClause | null;
}

/** What an output waits for. */
export type OutputRateClause =
  | (Node & { readonly kind: 'time'; readonly period: Expression })
  | (Node & { readonly kind: 'events'; readonly count: Expression })
  | (Node & { readonly kind: 'at'; readonly args: readonly Expression[] })
  | (Node & {
      readonly kind: 'when';
      readonly condition: Expression;
      readonly assignments: readonly Assignment[];
    });

/** `when terminated and condition then set …`; `isRate`: it stands in the place of the rate. */
export interface OutputTerminatedClause extends Node {
  readonly isRate: boolean;
  readonly condition: Expression | null;
  readonly assignments: readonly Assignment[];
}

/** `for grouped_delivery(keys)`, `for discrete_delivery`. */
export interface DeliveryClause extends Node {
  readonly name: Name;
  readonly keys: readonly Expression[];
}
