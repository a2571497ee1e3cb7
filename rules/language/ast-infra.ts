import type {
  Assignment,
  Expression,
  InsertInto,
  Name,
  SchemaColumn,
  SelectItem,
  SelectStatement,
  StreamItem,
  ViewUse,
} from './ast.ts';
import type { Span } from './diagnostics.ts';

/** Syntax trees of named windows, of indexes, and of what triggers do to the rows of windows and tables. */

interface Node {
  readonly span: Span;
}

/** `create window Name#views as …` */
export interface CreateWindow extends Node {
  readonly kind: 'createWindow';
  readonly name: Name;
  readonly views: readonly ViewUse[];
  readonly retain: 'union' | 'intersection' | null;
  readonly model: WindowModel;
  /** `insert [where condition]`: begins with rows of the window that is its model. */
  readonly fill: { readonly where: Expression | null } | null;
}

/** What the rows of a window are. */
export type WindowModel =
  | (Node & { readonly kind: 'columns'; readonly columns: readonly SchemaColumn[] })
  /** Type, or `select items from Type`: `items` is null without `select`. */
  | (Node & { readonly kind: 'type'; readonly type: Name; readonly items: readonly SelectItem[] | null });

/** `create [unique] index Name on Store(keys)` */
export interface CreateIndex extends Node {
  readonly kind: 'createIndex';
  readonly name: Name;
  readonly unique: boolean;
  readonly store: Name;
  readonly keys: readonly IndexKey[];
}

/** One key of an index: columns, its kind (`hash`, `btree`, …; null when not written) and arguments of that. */
export interface IndexKey extends Node {
  readonly columns: readonly Expression[];
  readonly type: Name | null;
  readonly args: readonly Expression[];
}

/** `on trigger …` a named window or table. */
export interface OnStore extends Node {
  readonly kind: 'onStore';
  readonly trigger: StreamItem;
  readonly store: Name;
  readonly alias: Name | null;
  readonly where: Expression | null;
  readonly action: OnAction;
}

/** What is done to the rows that the condition holds for. */
export type OnAction =
  | { readonly kind: 'delete' }
  | { readonly kind: 'update'; readonly assignments: readonly Assignment[] }
  /** The clauses of the select are its own; it has no `from`, and its `where` is that of the statement. */
  | { readonly kind: 'select'; readonly deletes: boolean; readonly select: SelectStatement }
  /** `isShort`: `merge Store insert …`, without cases. */
  | { readonly kind: 'merge'; readonly cases: readonly MergeCase[]; readonly isShort: boolean };

/** `when [not] matched [and condition] then …` */
export interface MergeCase extends Node {
  readonly matched: boolean;
  readonly condition: Expression | null;
  readonly actions: readonly MergeAction[];
}

/** One `then` of a case. */
export type MergeAction =
  | (Node & { readonly kind: 'delete'; readonly where: Expression | null })
  | (Node & {
      readonly kind: 'update';
      readonly assignments: readonly Assignment[];
      readonly where: Expression | null;
    })
  | (Node & {
      readonly kind: 'insert';
      /** `into Stream`; null: into the store. Columns and precedence are in it, or in `columns`. */
      readonly into: InsertInto | null;
      readonly columns: readonly Name[];
      readonly items: readonly SelectItem[];
      readonly where: Expression | null;
    });
