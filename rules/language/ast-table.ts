import type { Annotation, Expression, Name } from './ast.ts';
import type { Span } from './diagnostics.ts';

/** Syntax trees of tables. */

interface Node {
  readonly span: Span;
}

/** `create table T(k int primary key, total sum(double), …)` */
export interface CreateTable extends Node {
  readonly kind: 'createTable';
  readonly name: Name;
  readonly columns: readonly TableColumn[];
}

/** A column of a table: a plain one has a type, an aggregation column a call whose values are types. */
export interface TableColumn extends Node {
  readonly name: Name;
  readonly type: {
    readonly name: Name;
    /** Number of `[]`. */
    readonly dimensions: number;
    readonly primitive: boolean;
  } | null;
  /** A chain of one call; null for a plain column. */
  readonly aggregate: (Expression & { readonly kind: 'chain' }) | null;
  /** The words after it: `primary key`. */
  readonly words: readonly Name[];
  readonly annotations: readonly Annotation[];
}

/** `into table T` of a `select`. */
export interface IntoTable extends Node {
  readonly table: Name;
}

/** `{topk: 3, name: 'x'}`: named settings as an argument. */
export interface JsonExpression extends Node {
  readonly kind: 'json';
  readonly members: readonly { readonly name: Name; readonly value: Expression }[];
}
