import type { Expression, SelectStatement } from './ast.ts';
import type { Span } from './diagnostics.ts';

/** How an expression uses a subquery. */
export type SubqueryTest =
  /** `(select …)` */
  | { readonly kind: 'row' }
  /** `(select …) @eventbean`: all rows. */
  | { readonly kind: 'rows' }
  /** `exists (select …)` */
  | { readonly kind: 'exists' }
  /** `operand [not] in (select …)` */
  | { readonly kind: 'in'; readonly negated: boolean }
  /** `operand < any (select …)`; `some` is `any`. */
  | {
      readonly kind: 'quantified';
      readonly operator: '=' | '!=' | '<' | '<=' | '>' | '>=';
      readonly every: boolean;
    };

/** A `select` in parentheses within an expression; `operand` null for `row` and `exists`. */
export interface SubqueryExpression {
  readonly kind: 'subquery';
  readonly span: Span;
  readonly test: SubqueryTest;
  readonly operand: Expression | null;
  readonly select: SelectStatement;
}
