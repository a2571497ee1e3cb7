import type { Expression } from './ast.ts';
import type { Span } from './diagnostics.ts';

/** How a stream of `from` is joined to those before it. `comma`: all pairs, of which `where` keeps some. */
export type JoinKind = 'comma' | 'inner' | 'left' | 'right' | 'full';

/** `, stream`, or `left outer join stream on …`. */
export interface JoinClause {
  readonly span: Span;
  readonly kind: JoinKind;
  readonly on: Expression | null;
}
