import type { ValueType } from '../event/types.ts';
import type { Expr } from './ir.ts';

/** What an expression asks of the rows of a subquery. */
export type SubqueryRead =
  /** The value of the only row; null when there is none or several. */
  | { readonly kind: 'row' }
  /**
   * The values of all rows as an array: for methods on arrays, or to fill a field that holds an array of events.
   * `column` set: the only row there is, as a row with this column.
   */
  | { readonly kind: 'rows'; readonly fillsField: boolean; readonly column: string | null }
  | { readonly kind: 'exists' }
  /** `operand [not] in (select …)` */
  | { readonly kind: 'in'; readonly negated: boolean }
  /** `operand < any (select …)`; `every` is set for `all`. */
  | {
      readonly kind: 'quantified';
      readonly operator: '=' | '!=' | '<' | '<=' | '>' | '>=';
      readonly every: boolean;
    };

/**
 * A subquery of the statement by its index; from `Env.frame`. What its expressions need of the item around it is
 * computed first, into places of `Env.params`: inside the subquery these are `param` nodes.
 */
export interface SubqueryExpr {
  readonly op: 'subquery';
  readonly type: ValueType;
  readonly index: number;
  readonly read: SubqueryRead;
  readonly params: readonly number[];
  readonly args: readonly Expr[];
  /** Set when it has one row, of aggregates alone; `column` is the name of the column when there is one only. */
  readonly only: { readonly column: string | null } | null;
  /** What is compared with the rows; null for `row`, `rows` and `exists`. */
  readonly operand: Expr | null;
}
