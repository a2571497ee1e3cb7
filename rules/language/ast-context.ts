import type { Annotation, EventFilter, Expression, Name, Pattern } from './ast.ts';
import type { Span } from './diagnostics.ts';

/** Syntax trees of contexts. */

interface Node {
  readonly span: Span;
}

/** `create context C …`, or nested `create context C context A …, context B …`. */
export interface CreateContext extends Node {
  readonly kind: 'createContext';
  readonly name: Name;
  /** Outermost first; the only one of a context that is not nested has its name. */
  readonly levels: readonly ContextDefinition[];
  readonly isNested: boolean;
}

/** One kind of context under a name. */
export interface ContextDefinition extends Node {
  readonly name: Name;
  readonly body: ContextBody;
}

/** What makes and ends the partitions of a context. */
export type ContextBody = KeyedBody | HashBody | CategoryBody | SpanBody;

/** `partition by k from A, k from B initiated by … terminated by …` */
export interface KeyedBody extends Node {
  readonly kind: 'keyed';
  readonly items: readonly ContextKeys[];
  readonly initiated: readonly ContextPoint[];
  readonly terminated: ContextPoint | null;
}

/** `k1 and k2 from A(filter) as a` */
export interface ContextKeys extends Node {
  readonly keys: readonly Expression[];
  readonly filter: EventFilter;
  readonly alias: Name | null;
}

/** `coalesce by hash_code(k) from A, … granularity 16 preallocate` */
export interface HashBody extends Node {
  readonly kind: 'hash';
  readonly items: readonly ContextHash[];
  readonly granularity: number;
  readonly preallocate: boolean;
}

/** `consistent_hash_crc32(k) from A(filter)` */
export interface ContextHash extends Node {
  readonly hash: Expression;
  readonly filter: EventFilter;
}

/** `group by n < 0 as low, group by n >= 0 as high from A` */
export interface CategoryBody extends Node {
  readonly kind: 'category';
  readonly groups: readonly ContextGroup[];
  readonly filter: EventFilter;
}

/** `group by condition as label` */
export interface ContextGroup extends Node {
  readonly condition: Expression;
  readonly label: Name;
}

/** `start … end …`, `initiated by distinct(…) @now and … terminated by …` */
export interface SpanBody extends Node {
  readonly kind: 'span';
  readonly overlapping: boolean;
  /** Keys of `distinct`; null without it. */
  readonly distinct: readonly Expression[] | null;
  /** `@now`; null when not written. */
  readonly now: Name | null;
  /** Null for `start @now` alone. */
  readonly start: ContextPoint | null;
  readonly end: ContextPoint | null;
}

/** What a partition begins or ends with. */
export type ContextPoint =
  | (Node & { readonly kind: 'filter'; readonly filter: EventFilter; readonly alias: Name | null })
  | (Node & {
      readonly kind: 'pattern';
      readonly pattern: Pattern;
      readonly annotations: readonly Annotation[];
      /** `@inclusive`; null when not written. */
      readonly inclusive: Name | null;
      readonly alias: Name | null;
    })
  /** Fields of one crontab each. */
  | (Node & { readonly kind: 'crontabs'; readonly crontabs: readonly ContextCrontab[] })
  | (Node & { readonly kind: 'after'; readonly period: Expression });

/** `(0, 9, *, *, *)` */
export interface ContextCrontab extends Node {
  readonly fields: readonly Expression[];
}
