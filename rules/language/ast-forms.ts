import type { Expression, Name } from './ast.ts';
import type { Span } from './diagnostics.ts';

interface Node {
  readonly span: Span;
}

/** Expressions that compare with many values or make a new value. */
export type FormExpression =
  /** `operand < any (…)`, `operand = all (…)`; `some` is `any`. */
  | (Node & {
      readonly kind: 'quantified';
      readonly operator: '=' | '!=' | '<' | '<=' | '>' | '>=';
      readonly every: boolean;
      readonly operand: Expression;
      readonly items: readonly Expression[];
    })
  /** `new {a = 1, b}`; `isShort`: written without a value, it is the property of its name. */
  | (Node & {
      readonly kind: 'newRow';
      readonly members: readonly {
        readonly name: Name;
        readonly value: Expression;
        readonly isShort: boolean;
      }[];
    })
  /** `new int[2][]`, `new int[] {1, 2}`; a bracket without a size is null. */
  | (Node & {
      readonly kind: 'newArray';
      readonly type: Name;
      readonly sizes: readonly (Expression | null)[];
      readonly elements: readonly Expression[] | null;
    })
  /** `?`, `?:name`, `?:name:type`, `?::type`. */
  | (Node & { readonly kind: 'parameter'; readonly name: string | null; readonly type: string | null });
