import type { EventType, ValueType } from '../event/types.ts';
import type { Expr } from '../expr/ir.ts';
import type { TimeUnit } from '../time/time-base.ts';
import type { AlertPlan } from './alert-plan.ts';
import type { ContainedPlan } from './contained-plan.ts';
import type { ContextPlan } from './context-plan.ts';
import type { CrontabPlan } from './crontab-plan.ts';
import type { ExpressionPlan, VariablePlan } from './declared-plan.ts';
import type { JoinPlan } from './join-plan.ts';
import type {
  AggregatePlan,
  AssignmentPlan,
  FieldUpdate,
  GroupByPlan,
  LimitPlan,
  OrderPlan,
  OutputPlan,
  PreviousPlan,
  ResultShape,
  Retain,
  SplitPlan,
  StreamSelector,
  ViewPlan,
} from './query-plan.ts';
import type { RecognizePlan } from './recognize-plan.ts';
import type { StoreAction, StorePlan } from './store-plan.ts';
import type { SubqueryPlan } from './subquery-plan.ts';
import type { IntoTablePlan } from './table-plan.ts';

/**
 * What a rule set means, as plain data: the border between the language and the engine. A plan is JSON, so worker
 * processes get it as text and never load the compiler.
 *
 * All lists are append-only: deploying further rules gives a plan whose first entries are the old ones,
 * so an index stays valid for the life of an engine.
 */
export interface Plan {
  readonly types: readonly EventType[];
  readonly statements: readonly StatementPlan[];
  readonly variables: readonly VariablePlan[];
  /** Declared expressions that further rules may use. */
  readonly expressions: readonly ExpressionPlan[];
  /** Named windows and tables. */
  readonly stores: readonly StorePlan[];
  /** Contexts, whose partitions statements run in. */
  readonly contexts: readonly ContextPlan[];
  /** IANA zone of calendar arithmetic, e.g. `UTC`. */
  readonly zone: string;
  /** What times count, in the plan as in events, snapshots and rows: see `engine/time/time-base.ts`. */
  readonly timeUnit: TimeUnit;
}

/** One statement that consumes events. `create schema` leaves no statement, only a type. */
export interface StatementPlan {
  /** Position in `Plan.statements`; orders timers and rows of different statements. */
  readonly index: number;
  /** From `@Name`, else `<file base>#<ordinal>`; unique in the plan. */
  readonly name: string;
  readonly file: string;
  /** 1-based line of the statement's first token. */
  readonly line: number;
  /** SHA-256 (hex) of the statement's normalized text and of all it uses; comments and spaces do not change it. */
  readonly fingerprint: string;
  readonly description: string | null;
  readonly tags: readonly { readonly name: string; readonly value: string }[];
  readonly alert: AlertPlan | null;
  /** `@Priority(n)`: of the statements an event reaches, those of higher priority go first; default 0. */
  readonly priority: number;
  /** `@Drop`: an event that reaches the statement does not reach those of lower priority. */
  readonly drop: boolean;
  /** `context C`: the context in whose partitions it runs, each with a state of its own. Null for none. */
  readonly context: number | null;
  readonly query: QueryPlan;
}

/**
 * A select. Evaluation: filter of the input, windows, `where` on what enters and leaves, grouping and aggregates,
 * `having`, output rate, order, limit.
 */
export interface QueryPlan {
  readonly kind: 'select';
  readonly inputs: readonly InputPlan[];
  /** How several inputs are joined; null for one. */
  readonly join: JoinPlan | null;
  readonly where: Expr | null;
  readonly selector: StreamSelector;
  readonly distinct: boolean;
  readonly columns: readonly ColumnPlan[];
  readonly insertInto: InsertPlan | null;
  /** Aggregates of columns, `having` and `order by`; equal calls share one entry. */
  readonly aggregates: readonly AggregatePlan[];
  readonly previous: readonly PreviousPlan[];
  readonly groupBy: GroupByPlan | null;
  readonly shape: ResultShape;
  /** `@IterableUnbound`: whoever pulls sees something of a stream without windows, too: its last event, or all groups. */
  readonly iterable: boolean;
  readonly having: Expr | null;
  readonly output: OutputPlan | null;
  readonly orderBy: readonly OrderPlan[];
  readonly limit: LimitPlan | null;
  /** `on … insert into … insert into …`: the rows are the items that no branch took. */
  readonly split: SplitPlan | null;
  /** `update istream`: changes events of the input's type that pass `where`, before any statement sees them. */
  readonly update: readonly FieldUpdate[] | null;
  /** `on … set`: done one after the other for each item, before its row is made. */
  readonly assignments: readonly AssignmentPlan[];
  /** Subqueries of its expressions, which read them by index. */
  readonly subqueries: readonly SubqueryPlan[];
  /** `create variable`: its rows are the old and the new value whenever it is set. Null for other statements. */
  readonly variable: number | null;
  /** What it does to a named window or table, beyond `insert into`. Null for other statements. */
  readonly onStore: StoreAction | null;
  /** `into table`: its aggregates are columns of a table. */
  readonly intoTable: IntoTablePlan | null;
  /** `create context`: which one it makes and keeps; it has no rows. Null for other statements. */
  readonly createsContext: number | null;
}

/** The clauses of a query that has none: each item makes one row. */
export const NO_CLAUSES = {
  join: null,
  selector: 'istream',
  distinct: false,
  aggregates: [],
  previous: [],
  groupBy: null,
  shape: 'simple',
  iterable: false,
  having: null,
  output: null,
  orderBy: [],
  limit: null,
  split: null,
  update: null,
  assignments: [],
  subqueries: [],
  variable: null,
  onStore: null,
  intoTable: null,
  createsContext: null,
} as const;

/** Where the rows of a query come from. */
export type InputPlan = StreamInput | PatternInput | StoreInput;

/** Everything a query reads: its own inputs and those of its subqueries. */
export function allInputs({ inputs, subqueries }: QueryPlan): readonly InputPlan[] {
  return subqueries.length === 0 ? inputs : [...inputs, ...subqueries.map(({ input }) => input)];
}

/** Whether the clauses of a query see matches of the input: a pattern whose views derive no statistics. */
export function hasMatches(input: InputPlan): boolean {
  return (
    input.kind === 'pattern' &&
    input.matchType < 0 &&
    input.recognize === undefined &&
    input.views.every(({ derived }) => derived < 0)
  );
}

/** Events of one type that pass a filter. Expressions of the query reach the event through slot `CURRENT`. */
export interface StreamInput {
  readonly kind: 'stream';
  readonly type: number;
  readonly alias: string;
  readonly filter: Expr | null;
  /** The events inside the event, which take its place; null: the event itself. */
  readonly contained: ContainedPlan | null;
  /** Data windows and derived statistics in their order; empty: every event leaves as it comes. */
  readonly views: readonly ViewPlan[];
  readonly retain: Retain;
  /** `match_recognize` over what the views hold: the clauses see its rows. */
  readonly recognize?: RecognizePlan;
}

/** Rows of a named window or table, as they enter and leave it. Expressions reach the row through slot `CURRENT`. */
export interface StoreInput {
  readonly kind: 'store';
  /** Index in `Plan.stores`. */
  readonly store: number;
  /** Event type of the rows. */
  readonly type: number;
  readonly alias: string;
  readonly filter: Expr | null;
  readonly contained: ContainedPlan | null;
  /** Views that derive statistics: a named window has its data windows itself. */
  readonly views: readonly ViewPlan[];
  readonly retain: Retain;
  readonly recognize?: RecognizePlan;
}

/** Matches of a pattern. Expressions of the query reach the tags by slot number. */
export interface PatternInput {
  readonly kind: 'pattern';
  readonly root: PatternNode;
  readonly slots: readonly PatternSlot[];
  /** In a join, type of the events that matches become, with a field for each tag; −1: the items are matches. */
  readonly matchType: number;
  /** As of a stream. */
  readonly views: readonly ViewPlan[];
  readonly retain: Retain;
  readonly recognize?: RecognizePlan;
  /** `@SuppressOverlappingMatches`: of the matches of one event or time step that share an event, the first stays. */
  readonly suppressOverlapping: boolean;
  /** `@DiscardPartialsOnMatch`: a match ends all runs that hold one of its events. */
  readonly discardPartials: boolean;
  /** So many of the first slots are set when it begins: tags of the context whose condition it is. */
  readonly given?: number;
}

/** A tag of a pattern, in the order of its text. */
export interface PatternSlot {
  readonly tag: string;
  readonly type: number;
  /**
   * True for a tag inside a repeat: after the repeat the slot holds an array of events. Inside the repeat, one round of
   * it, the slot holds what this round bound.
   */
  readonly repeated: boolean;
}

/** A column of the result: name, type and how it is computed. */
export interface ColumnPlan {
  readonly name: string;
  readonly type: ValueType;
  readonly expr: Expr;
}

/** `insert into`: the row becomes an event of `type`; column i fills field `fields[i]`, the rest is null. */
export interface InsertPlan {
  /** Which rows become events: those that enter, those that leave, or both. */
  readonly selector: StreamSelector;
  readonly type: number;
  readonly fields: readonly number[];
  /** `event-precedence`, seen on the event made: those of higher precedence are processed first; null is 0. */
  readonly precedence: Expr | null;
  /** The row goes into that table at once instead. */
  readonly table?: number;
  /**
   * For a variant stream: the columns make an event of this type, which the event of the stream shows; field i of the
   * stream is its field `fields[i]`.
   */
  readonly shown?: { readonly type: number; readonly fields: readonly number[] };
}

/** Pattern operators. `id` numbers the nodes of one pattern in the order of its text (pre-order), root 0. */
export type PatternNode =
  | FilterNode
  | EveryNode
  | EveryDistinctNode
  | FollowedByNode
  | AndNode
  | OrNode
  | NotNode
  | RepeatNode
  | IntervalNode
  | AtNode
  | ScheduleNode
  | WithinNode
  | WithinMaxNode
  | WhileNode;

/**
 * One event of a type that passes. The expression sees the event under test as slot `CURRENT` and earlier tags by
 * their slots; its own tag is rewritten to `CURRENT`.
 */
export interface FilterNode {
  readonly op: 'filter';
  readonly id: number;
  readonly type: number;
  /** Slot that keeps the event; −1 without a tag. */
  readonly slot: number;
  readonly filter: Expr | null;
  /** The events inside the event: the filter is hit when there are any, and the slot keeps them as an array. */
  readonly contained: ContainedPlan | null;
  /** Level of `@consume`, 0 without it: of the filters one event hits only those of the highest level get it. */
  readonly consume: number;
}

/** `every`: starts afresh whenever the child is true or dies. */
export interface EveryNode {
  readonly op: 'every';
  readonly id: number;
  readonly child: PatternNode;
}

/**
 * `every-distinct(keys, expiry)`: as `every`, but a completion whose keys this line of children has seen is not passed
 * on. Keys use the tags of the child; `expiry` (period or seconds, without tags) forgets a key after that time.
 */
export interface EveryDistinctNode {
  readonly op: 'everyDistinct';
  readonly id: number;
  readonly child: PatternNode;
  readonly keys: readonly Expr[];
  readonly expiry: Expr | null;
}

/**
 * Two or more steps, flattened. `limits[i]` is the `max` of `-[max]>` before child i + 1 (an integer, without tags): so
 * many of that child may be open at once, further ones are not begun. Null: no such bound.
 */
export interface FollowedByNode {
  readonly op: 'followedBy';
  readonly id: number;
  readonly children: readonly PatternNode[];
  readonly limits: readonly (Expr | null)[];
}

/** True when all children have been, in any order. */
export interface AndNode {
  readonly op: 'and';
  readonly id: number;
  readonly children: readonly PatternNode[];
}

/** True with each child; the first that ends ends the others. */
export interface OrNode {
  readonly op: 'or';
  readonly id: number;
  readonly children: readonly PatternNode[];
}

/** True until the child is. */
export interface NotNode {
  readonly op: 'not';
  readonly id: number;
  readonly child: PatternNode;
}

/**
 * `[low:high] child until until`: rounds of the child, one after the other. True with the `high`-th round when the
 * bounds are equal, else with `until`, and then false when fewer than `low` rounds came. Bounds are integers, evaluated
 * with the tags at the start; null: not bounded on that side. Without `until` both bounds are the same expression.
 */
export interface RepeatNode {
  readonly op: 'repeat';
  readonly id: number;
  readonly child: PatternNode;
  readonly low: Expr | null;
  readonly high: Expr | null;
  readonly until: PatternNode | null;
  /** Slots of the tags inside the child, which become arrays in the order of the rounds. */
  readonly slots: readonly number[];
}

/** `timer:interval(d)`: `duration` is a period or a number of seconds; may use earlier tags. */
export interface IntervalNode {
  readonly op: 'interval';
  readonly id: number;
  readonly duration: Expr;
}

/** `child where timer:within(d)`; `duration` as above. */
export interface WithinNode {
  readonly op: 'within';
  readonly id: number;
  readonly child: PatternNode;
  readonly duration: Expr;
}

/** `child where timer:withinmax(d, max)`: as `within`, and the completion after the `max`-th ends it. */
export interface WithinMaxNode {
  readonly op: 'withinMax';
  readonly id: number;
  readonly child: PatternNode;
  readonly duration: Expr;
  readonly max: Expr;
}

/** `child while (condition)`: a completion passes while the condition, over its tags, is true; false ends the child. */
export interface WhileNode {
  readonly op: 'while';
  readonly id: number;
  readonly child: PatternNode;
  readonly condition: Expr;
}

/** `timer:at(…)`: true at the next time of the crontab. */
export interface AtNode {
  readonly op: 'at';
  readonly id: number;
  readonly crontab: CrontabPlan;
}

/**
 * `timer:schedule(…)`: `iso` is the text of an ISO 8601 repeating interval (`R3/2012-10-01T05:52:00Z/PT2S`), else the
 * three parts are given one by one. Under `every` or a repeat it goes on by itself.
 */
export interface ScheduleNode {
  readonly op: 'schedule';
  readonly id: number;
  readonly iso: Expr | null;
  readonly date: Expr | null;
  readonly period: Expr | null;
  readonly repetitions: Expr | null;
}
