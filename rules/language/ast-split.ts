import type { ContainedEvents, Expression, InsertInto, Name, SelectItem, StreamItem } from './ast.ts';
import type { Span } from './diagnostics.ts';

interface Node {
  readonly span: Span;
}

/** `on trigger insert into A select … where … insert into B select … output first|all`: a stream split into several. */
export interface SplitStatement extends Node {
  readonly kind: 'split';
  readonly trigger: StreamItem;
  readonly branches: readonly SplitBranch[];
  /** `output all`: an event goes to every branch whose condition it passes; else to the first. */
  readonly all: boolean;
}

/** `insert into A select columns from [contained] as alias where condition` of a split. */
export interface SplitBranch extends Node {
  readonly insertInto: InsertInto;
  readonly items: readonly SelectItem[];
  readonly contained: readonly ContainedEvents[];
  readonly alias: Name | null;
  readonly where: Expression | null;
}
