import type { Expression, Name } from './ast.ts';
import type { Span } from './diagnostics.ts';

interface Node {
  readonly span: Span;
}

/** `match_recognize (…)` */
export interface MatchRecognize extends Node {
  readonly partitionBy: readonly Expression[];
  readonly measures: readonly RowMeasure[];
  readonly allMatches: boolean;
  readonly skip: RowSkipClause | null;
  readonly pattern: RowPatternTree;
  readonly interval: RowIntervalClause | null;
  readonly defines: readonly RowDefine[];
}

/** `expression as name`; null without a name, which is a mistake. */
export interface RowMeasure extends Node {
  readonly expression: Expression;
  readonly name: Name | null;
}

/** `after match skip to next row`: the five words after `after`. */
export interface RowSkipClause extends Node {
  readonly words: readonly Name[];
}

/** `interval period [or terminated]` */
export interface RowIntervalClause extends Node {
  readonly period: Expression;
  readonly orTerminated: boolean;
}

/** `variable as condition` */
export interface RowDefine extends Node {
  readonly name: Name;
  readonly condition: Expression;
}

/** What may follow a variable or group: `*`, `+` or `?`, a further `?`, and bounds. */
export interface RowRepeatTree {
  readonly sign: '' | '*' | '+' | '?';
  readonly reluctant: boolean;
  readonly bounds: RowBoundsTree | null;
}

/** `{n}` (`isExact`, in `low`), `{n,}`, `{,m}`, `{n,m}` */
export interface RowBoundsTree extends Node {
  readonly low: Expression | null;
  readonly high: Expression | null;
  readonly isExact: boolean;
}

/** The pattern of a `match_recognize`. */
export type RowPatternTree =
  | (Node & { readonly kind: 'variable'; readonly name: Name; readonly repeat: RowRepeatTree })
  /** In parentheses. */
  | (Node & { readonly kind: 'group'; readonly child: RowPatternTree; readonly repeat: RowRepeatTree })
  | (Node & { readonly kind: 'sequence'; readonly children: readonly RowPatternTree[] })
  | (Node & { readonly kind: 'choice'; readonly children: readonly RowPatternTree[] })
  | (Node & { readonly kind: 'permute'; readonly children: readonly RowPatternTree[] });
