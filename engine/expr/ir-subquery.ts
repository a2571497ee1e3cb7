import type { ValueType } from '../event/types.ts';
import type { Expr } from './ir.ts';

/** What an expression asks of the rows of a subquery. */
export type SubqueryRead =
  /** The value of the only row; null when there is none or several. */
  | { readonly kind: 'row' }
  /** The values of all rows as an array, for methods on arrays. */
  | { readonly kind: 'rows' }
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
  /** What is compared with the rows; null for `row`, `rows` and `exists`. */
  readonly operand: Expr | null;
}
