import type { ValueType } from '../event/types.ts';
import type { Expr } from './ir.ts';

/** Expressions that read tables. */

interface Typed {
  readonly type: ValueType;
}

/** `T[k1, k2]`, `T`: the row of a primary key, or the only row; null when there is none. It changes with the table. */
export interface TableRowExpr extends Typed {
  readonly op: 'tableRow';
  /** Index of the table in the stores of the plan. */
  readonly table: number;
  readonly keys: readonly Expr[];
}

/** `T.keys()`: the primary keys of all rows. */
export interface TableKeysExpr extends Typed {
  readonly op: 'tableKeys';
  readonly table: number;
}

/** A method on an aggregation column of a row: `T[k].w.last(*)`; null where there is no row. */
export interface TableReadExpr extends Typed {
  readonly op: 'tableRead';
  /** A row of the table. */
  readonly target: Expr;
  readonly column: number;
  readonly reader: TableReader;
  /** Evaluated on reading: the key of `firstEvent(key)`. */
  readonly args: readonly Expr[];
}

/** The values of a row at present, as an event that does not change later. */
export interface RowCopyExpr extends Typed {
  readonly op: 'rowCopy';
  readonly operand: Expr;
  /** Index of the table whose empty row stands for none: a column that shows a row is never null. */
  readonly emptyOf?: number;
}

/** How a method reads the state of a column: an aggregate function over it. Expressions see the events it holds. */
export interface TableReader {
  readonly name: string;
  readonly type: ValueType;
  readonly distinct: boolean;
  readonly star: boolean;
  readonly slot: number;
  readonly args: readonly { readonly expr: Expr; readonly descending: boolean }[];
  readonly filter: Expr | null;
  readonly groupBy: readonly Expr[] | null;
}

/** Any of them. */
export type TableExpr = TableRowExpr | TableKeysExpr | TableReadExpr | RowCopyExpr;
