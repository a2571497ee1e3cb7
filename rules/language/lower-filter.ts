import { TYPE_BOOLEAN } from '../../engine/event/types.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import type { EventFilter } from './ast.ts';
import { asFilterCondition } from './filter-quirk.ts';
import { lowerCondition } from './lower-expression.ts';
import { currentEntry, type Lowering, type ScopeEntry } from './scope.ts';

/** A lowered `Type(condition, …)`. */
export interface LoweredFilter {
  /** Index of the type in the plan; 0 after a mistake. */
  readonly type: number;
  /** The conditions joined by `and`; null passes everything. Its own event is slot `CURRENT`. */
  readonly condition: Expr | null;
  /** The event under its own name, for the clauses around the filter. */
  readonly entry: ScopeEntry;
}

/** Lowers an event filter. `own` is its tag or alias; `tags` are visible in its conditions. */
export function lowerFilter(
  filter: EventFilter,
  own: string,
  tags: readonly ScopeEntry[],
  { catalog, report }: Lowering,
): LoweredFilter {
  const { text, span } = filter.type;
  const type = catalog.indexOf(text);
  if (type < 0 && !catalog.isExpected(text))
    report.unknown('E0201', 'event type', text, span, catalog.names());
  const entry = currentEntry(own, catalog.types[type] ?? null);
  // A tag used twice means the event under test inside its own filter.
  const others = tags.filter((tag) => tag.name !== own).map((tag) => ({ ...tag, isImplicit: true }));
  const scope = { catalog, entries: [entry, ...others], alias: null };
  const parts = filter.conditions
    .flatMap((ast) => lowerCondition(ast, scope, report) ?? [])
    .map((part) => (entry.type === null ? part : asFilterCondition(part, entry.type)))
    .flatMap((part) => (part.op === 'and' ? part.operands : [part]));
  const [first] = parts;
  const condition =
    parts.length <= 1 ? (first ?? null) : { op: 'and' as const, type: TYPE_BOOLEAN, operands: parts };
  return { type: Math.max(type, 0), condition, entry };
}
