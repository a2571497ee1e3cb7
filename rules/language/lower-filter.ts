import { TYPE_BOOLEAN, typeName } from '../../engine/event/types.ts';
import { readsContext, usesSlots } from '../../engine/expr/analyze.ts';
import { CURRENT, type Expr } from '../../engine/expr/ir.ts';
import { canAssign, canWiden, isNumber } from '../../engine/expr/type-rules.ts';
import type { EventFilter } from './ast.ts';
import type { Span } from './diagnostics.ts';
import { asFilterCondition } from './filter-quirk.ts';
import { lowerCondition } from './lower-expression.ts';
import type { Reporter } from './reporter.ts';
import { currentEntry, type Lowering, type Scope, type ScopeEntry } from './scope.ts';
import { isConstantVariable } from './variable-expr.ts';

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
  { catalog, report, subqueries }: Lowering,
): LoweredFilter {
  const { text, span } = filter.type;
  const type = catalog.indexOf(text);
  if (type < 0 && !catalog.isExpected(text))
    report.unknown('E0201', 'event type', text, span, catalog.names());
  const entry = currentEntry(own, catalog.types[type] ?? null);
  // A tag used twice means the event under test inside its own filter.
  const others = tags.filter((tag) => tag.name !== own).map((tag) => ({ ...tag, isImplicit: true }));
  const scope: Scope = {
    catalog,
    entries: [entry, ...others],
    alias: null,
    ...(subqueries === undefined ? {} : { subqueries, isFilter: true }),
  };
  const parts = filter.conditions
    .flatMap((ast) => {
      const part = lowerCondition(ast, scope, report);
      if (part !== null) refuseNarrowing(part, ast.span, report);
      return part ?? [];
    })
    .map((part) => (entry.type === null ? part : asFilterCondition(part, entry.type)))
    .flatMap((part) => (part.op === 'and' ? part.operands : [part]));
  const [first] = parts;
  const condition =
    parts.length <= 1 ? (first ?? null) : { op: 'and' as const, type: TYPE_BOOLEAN, operands: parts };
  return { type: Math.max(type, 0), condition, entry };
}

/** An operand before it was made a number of any length. */
function asWritten(expr: Expr): Expr {
  return expr.op === 'cast' && expr.widens === true ? expr.operand : expr;
}

/** Its value is there before the event: Esper converts it as it likes. */
function isKnownAhead(item: Expr): boolean {
  return isConstantVariable(item) || readsContext(item);
}

/** As in Esper a list of a filter must not hold numbers wider than the field it is searched for, but for constants. */
function refuseNarrowing(condition: Expr, span: Span, report: Reporter): void {
  const parts = condition.op === 'and' ? condition.operands : [condition];
  for (const part of parts) {
    if (part.op !== 'in') continue;
    const operand = asWritten(part.operand);
    if (operand.op !== 'field' || operand.slot !== CURRENT) continue;
    // With a field of the same event the list is no key of an index.
    if (part.items.some((item) => usesSlots(item).has(CURRENT))) continue;
    const { type } = operand;
    const wide = part.items.map(asWritten).find((item) => {
      const isNarrower = canAssign(item.type, type) || canWiden(item.type, type);
      return isNumber(item.type) && isNumber(type) && !isNarrower && !isKnownAhead(item);
    });
    if (wide === undefined) continue;
    const title = `\`in\` of a filter searches for ${typeName(type)}: the list must not hold ${typeName(wide.type)}`;
    report.error('E0301', title, span, [`write the numbers as ${typeName(type)}`]);
  }
}
