import type { EventType } from '../../engine/event/types.ts';
import { usesSlots } from '../../engine/expr/analyze.ts';
import { foldConstants } from '../../engine/expr/fold.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import type {
  MeasureAggregate,
  RecognizePlan,
  RowSkip,
  RowVariable,
} from '../../engine/plan/recognize-plan.ts';
import type { MatchRecognize, RowSkipClause } from './ast-recognize.ts';
import { lowerExpression } from './lower-expression.ts';
import { lowerDefines } from './lower-row-define.ts';
import { lowerMeasures } from './lower-row-measures.ts';
import { lowerRowPattern } from './lower-row-pattern.ts';
import { currentEntry, type Lowering, type Scope } from './scope.ts';
import type { Hints } from './statement-hints.ts';

/** A lowered `match_recognize`, and what the clauses after it see. */
export interface LoweredRecognize {
  readonly plan: RecognizePlan;
  readonly scope: Scope;
}

/** What the rows are: their type, and the name of their stream, which the matches have after it. */
export interface RowSource {
  readonly type: EventType;
  readonly name: string;
}

/** A variable of the pattern while its clause is lowered. */
export interface PatternVariable {
  readonly name: string;
  readonly isMultiple: boolean;
  /** Numbers of the variables that its condition can read. */
  readonly visible: ReadonlySet<number>;
}

/** Where a subquery may not stand. */
const NOWHERE = 'in `match_recognize`';

/** Lowers `match_recognize`; null after reporting what is wrong. Every part is looked at. */
export function lowerRecognize(
  clause: MatchRecognize,
  source: RowSource,
  hints: Hints,
  lowering: Lowering,
): LoweredRecognize | null {
  const { catalog, report } = lowering;
  const errorsBefore = report.errorCount;
  const rows: Scope = {
    catalog,
    entries: [currentEntry(source.name, source.type)],
    alias: null,
    subqueries: NOWHERE,
  };
  const bare: Scope = { catalog, entries: [], alias: null, subqueries: NOWHERE };
  const partitionBy = clause.partitionBy.flatMap((key) => {
    const expr = lowerExpression(key, rows, report);
    return expr === null ? [] : [foldConstants(expr)];
  });
  const skip = skipOf(clause.skip, lowering);
  const period = clause.interval === null ? null : lowerExpression(clause.interval.period, bare, report);
  const found = lowerRowPattern(clause.pattern, lowering);
  if (found === null) return null;
  const { pattern, variables } = found;
  const defined = lowerDefines(clause.defines, variables, source.type, lowering);
  const measured = lowerMeasures(clause.measures, variables, source, lowering);
  if (report.errorCount > errorsBefore || measured === null) return null;
  const plan: RecognizePlan = {
    row: catalog.indexOf(measured.type.name),
    variables: variables.map(({ name, isMultiple }, i): RowVariable => {
      return { name, isMultiple, condition: defined.conditions[i] ?? null };
    }),
    pattern,
    partitionBy,
    previous: defined.previous,
    measures: measured.exprs,
    aggregates: measured.aggregates,
    allMatches: clause.allMatches,
    skip,
    interval:
      period === null || clause.interval === null
        ? null
        : { period, orTerminated: clause.interval.orTerminated },
    collects: readsMultiple(variables, [...defined.conditions, ...measured.exprs], measured.aggregates),
    iterateOnly: hints.has('iterate_only'),
  };
  const entry = currentEntry(source.name, measured.type);
  return { plan, scope: { catalog, entries: [entry], alias: null } };
}

/** Whether any expression reads a variable that stands for several rows. */
function readsMultiple(
  variables: readonly PatternVariable[],
  exprs: readonly (Expr | null | undefined)[],
  aggregates: readonly MeasureAggregate[],
): boolean {
  if (aggregates.length > 0) return true;
  const reads = new Set<number>();
  for (const expr of exprs) if (expr !== null && expr !== undefined) usesSlots(expr, reads);
  return variables.some(({ isMultiple }, i) => isMultiple && reads.has(i));
}

const SKIPS: Readonly<Record<string, RowSkip>> = {
  'match skip past last row': 'past-last',
  'match skip to next row': 'to-next',
  'match skip to current row': 'to-current',
};

function skipOf(clause: RowSkipClause | null, { report }: Lowering): RowSkip {
  if (clause === null) return 'past-last';
  const skip = SKIPS[clause.words.map(({ text }) => text.toLowerCase()).join(' ')];
  if (skip !== undefined) return skip;
  report.error('E0460', 'the search does not go on there after a match', clause.span, [
    'it is `after match skip past last row`, `… to next row` or `… to current row`',
  ]);
  return 'past-last';
}
