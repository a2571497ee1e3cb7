import type { Expr } from '../expr/ir.ts';
import type { Access } from './declared-plan.ts';
import type { InsertPlan } from './plan.ts';
import type { FieldUpdate, Retain, ViewPlan } from './query-plan.ts';
import type { TablePlan } from './table-plan.ts';

/**
 * Stores: named windows and tables. They hold rows that several statements share, and are known by their place in
 * `Plan.stores`.
 */
export type StorePlan = WindowPlan | TablePlan;

/** A named window: rows come by `insert into` its type, or by merges, and leave as its data windows let go of them. */
export interface WindowPlan {
  readonly kind: 'window';
  readonly name: string;
  /** Event type of its rows, which bears the same name. */
  readonly type: number;
  readonly access: Access;
  /** The event type that its rows are of, field by field: events of it and rows have the same keys. −1: none. */
  readonly model: number;
  /** The context in whose partitions it has rows of its own; null for one window for all. */
  readonly context: number | null;
  /** Its data windows; at least one. */
  readonly views: readonly ViewPlan[];
  readonly retain: Retain;
  /** Another window whose rows it begins with, those for which the condition, over a row as `CURRENT`, is true. */
  readonly fill: { readonly store: number; readonly where: Expr | null } | null;
}

/**
 * What a statement does to a store. In the expressions of `select`, `delete`, `update` and `merge` slot 0 is a row of the
 * store, null where there is none; the trigger is slot 1, or its tags are the slots from 1 on; the slot after them is the
 * row as it was before an update.
 */
export type StoreAction =
  | { readonly kind: 'create'; readonly store: number }
  | { readonly kind: 'index'; readonly store: number; readonly index: StoreIndexPlan }
  | { readonly kind: 'select'; readonly store: number; readonly deletes: boolean }
  /** `silent`: the statement that created the window is not told. */
  | { readonly kind: 'delete'; readonly store: number; readonly silent: boolean }
  | { readonly kind: 'update'; readonly store: number; readonly updates: readonly FieldUpdate[] }
  /** Of a query: column i of a row goes into field `fields[i]`. */
  | {
      readonly kind: 'insert';
      readonly store: number;
      readonly rows: readonly (readonly Expr[])[];
      readonly fields: readonly number[];
    }
  | {
      readonly kind: 'merge';
      readonly store: number;
      readonly matched: readonly MergeBranchPlan[];
      readonly unmatched: readonly MergeBranchPlan[];
    };

/** `create [unique] index`: rows are found by equality of the first fields, then by the order of the others. */
export interface StoreIndexPlan {
  readonly name: string;
  readonly unique: boolean;
  readonly hash: readonly number[];
  readonly sorted: readonly number[];
}

/** `when [not] matched [and condition] then …`: the first branch that applies is taken. */
export interface MergeBranchPlan {
  readonly condition: Expr | null;
  readonly actions: readonly MergeActionPlan[];
}

/** One action of a merge, with the condition it has of its own. */
export type MergeActionPlan =
  | { readonly kind: 'delete'; readonly where: Expr | null }
  /** `resets`: aggregation columns of a table that go back to their beginning; null stands for all of them. */
  | {
      readonly kind: 'update';
      readonly where: Expr | null;
      readonly updates: readonly FieldUpdate[];
      readonly resets: readonly (number | null)[];
    }
  /** `into` null: into the store itself, column i into field `fields[i]`; else an event of another stream. */
  | {
      readonly kind: 'insert';
      readonly where: Expr | null;
      readonly columns: readonly Expr[];
      readonly fields: readonly number[];
      readonly into: InsertPlan | null;
    };
