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

/**
 * A field of a crontab: `5 last`, `15 weekday`, `8:17`, an asterisk with `/15`, `[1, 5:7]`. The elements of a list are
 * expressions or fields.
 */
export type CrontabArgument = Node & { readonly kind: 'crontab' } & (
    | { readonly form: 'last' | 'weekday'; readonly day: Expression }
    | { readonly form: 'range'; readonly low: Expression; readonly high: Expression }
    | { readonly form: 'step'; readonly step: Expression }
    | { readonly form: 'list'; readonly items: readonly Expression[] }
  );
