import { TYPE_DOUBLE } from '../../engine/event/types.ts';
import { CURRENT, type Expr } from '../../engine/expr/ir.ts';
import type { GroupByPlan } from '../../engine/plan/query-plan.ts';
import type { Expression } from './ast.ts';
import type { GroupBy, Grouping, GroupKeys, Rollup } from './ast-clauses.ts';
import { checkVariableInContext } from './context-rules.ts';
import type { Span } from './diagnostics.ts';
import { lowerExpression } from './lower-expression.ts';
import { usesOf } from './query-uses.ts';
import type { Reporter } from './reporter.ts';
import type { Scope } from './scope.ts';
import type { Hint, Hints } from './statement-hints.ts';
import { variableExpr } from './variable-expr.ts';

/**
 * Lowers `group by`. Plain keys give one level. `rollup`, `cube` and `grouping sets` give a level for each set of keys;
 * several elements side by side are combined, each set of one with each of the others. Null after reporting mistakes.
 */
export function lowerGroupBy(
  groupBy: GroupBy,
  scope: Scope,
  hints: Hints,
  report: Reporter,
): GroupByPlan | null {
  const errorsBefore = report.errorCount;
  const group = new GroupLowering(scope, report);
  for (const grouping of groupBy.groupings) {
    if (grouping.kind !== 'keys' || grouping.keys.length === 1) continue;
    const title = 'several keys in parentheses, or none, stand in `rollup`, `cube` and `grouping sets` only';
    report.error('E0435', title, grouping.span, ['write keys one after the other: `group by a, b`']);
  }
  const sets = group.combine(groupBy.groupings);
  const hasLevels = groupBy.groupings.some(({ kind }) => kind !== 'keys');
  if (hasLevels && sets.length === 1 && sets[0]?.length === 0) {
    report.error('E0435', 'the grouping `()` of all cannot be the only one', groupBy.span);
  }
  const reclaim = reclaimOf(hints, scope, report);
  const hint = hints.get('reclaim_group_aged') ?? hints.get('disable_reclaim_group');
  if (hasLevels && reclaim !== null && hint !== undefined) {
    report.error(
      'E0435',
      'hints about groups that are forgotten do not go with `rollup` and the like',
      hint.span,
    );
  }
  if (report.errorCount > errorsBefore) return null;
  return { keys: group.keys, sets: hasLevels ? sets : null, reclaim };
}

/** A set of keys by their indexes, in the order they are written. */
type KeySet = readonly number[];

class GroupLowering {
  readonly keys: Expr[] = [];
  private readonly scope: Scope;
  private readonly report: Reporter;
  private readonly indexes = new Map<string, number>();

  constructor(scope: Scope, report: Reporter) {
    this.scope = scope;
    this.report = report;
  }

  /** The sets of all elements combined. */
  combine(groupings: readonly Grouping[]): readonly KeySet[] {
    let combined: readonly KeySet[] = [[]];
    for (const grouping of groupings) {
      const sets = this.setsOf(grouping);
      combined = combined.flatMap((left) => sets.map((right) => union(left, right)));
    }
    const seen = new Set<string>();
    return combined.filter((set) => {
      const text = textOf(set);
      return !seen.has(text) && seen.add(text);
    });
  }

  private setsOf(grouping: Grouping): readonly KeySet[] {
    switch (grouping.kind) {
      case 'keys':
        return [this.keySet(grouping, false)];
      case 'rollup':
      case 'cube':
        return this.rollup(grouping);
      case 'sets': {
        const sets = grouping.sets.flatMap((one) =>
          one.kind === 'keys' ? [this.keySet(one, true)] : this.rollup(one),
        );
        this.checkTwice(sets, grouping.span);
        return sets;
      }
    }
  }

  private rollup({ kind, of, span }: Rollup): readonly KeySet[] {
    const parts = of.map((one) => this.keySet(one, true));
    if (parts.some((part) => part.length === 0)) {
      this.report.error('E0435', `\`${kind}\` needs at least one key in each place`, span);
    }
    const sets =
      kind === 'rollup'
        ? parts.map((_, i) => parts.slice(0, parts.length - i).reduce(union, [])).concat([[]])
        : subsets(parts);
    this.checkTwice(sets, span);
    return sets;
  }

  private keySet({ keys, span }: GroupKeys, mustDiffer: boolean): KeySet {
    const set = keys.flatMap((key) => this.keyIndex(key) ?? []);
    if (mustDiffer && new Set(set).size < set.length) this.reportTwice(span);
    return [...new Set(set)];
  }

  private keyIndex(ast: Expression): number | null {
    const expr = lowerExpression(ast, this.scope, this.report);
    if (expr === null) return null;
    const isTag = expr.op === 'slot' && expr.slot !== CURRENT;
    if (!isTag && usesOf([expr]).fields.size === 0) {
      this.report.error('E0435', 'a key of `group by` must name a field', ast.span);
      return null;
    }
    const text = JSON.stringify(expr);
    const known = this.indexes.get(text);
    if (known !== undefined) return known;
    this.indexes.set(text, this.keys.length);
    return this.keys.push(expr) - 1;
  }

  private checkTwice(sets: readonly KeySet[], span: Span): void {
    if (new Set(sets.map(textOf)).size < sets.length) this.reportTwice(span);
  }

  private reportTwice(span: Span): void {
    this.report.error('E0435', 'the same keys are grouped by twice', span);
  }
}

/** All subsets, those with more parts first. */
function subsets(parts: readonly KeySet[]): readonly KeySet[] {
  const masks = Array.from({ length: 2 ** parts.length }, (_, i) => 2 ** parts.length - 1 - i);
  const size = (mask: number) => parts.filter((_, i) => ((mask >> i) & 1) === 1).length;
  masks.sort((a, b) => size(b) - size(a));
  return masks.map((mask) => parts.filter((_, i) => ((mask >> i) & 1) === 1).reduce(union, []));
}

function union(a: KeySet, b: KeySet): KeySet {
  return [...a, ...b.filter((key) => !a.includes(key))];
}

function textOf(set: KeySet): string {
  return [...set].sort((a, b) => a - b).join();
}

function reclaimOf(hints: Hints, scope: Scope, report: Reporter): GroupByPlan['reclaim'] {
  if (hints.has('disable_reclaim_group')) return 'never';
  const aged = secondsOf(hints.get('reclaim_group_aged'), scope, report);
  if (aged === null) return null;
  return { aged, frequency: secondsOf(hints.get('reclaim_group_freq'), scope, report) ?? aged };
}

/** A number, or a variable that holds one. */
function secondsOf(hint: Hint | undefined, { catalog }: Scope, report: Reporter): Expr | null {
  const text = hint?.value ?? null;
  const variable = text === null ? undefined : catalog.declared.variable(text);
  if (hint !== undefined && variable !== undefined) {
    checkVariableInContext(variable, hint.span, { catalog, report });
    return variableExpr(variable);
  }
  const value = text === null || text === '' ? Number.NaN : Number(text);
  return Number.isNaN(value) ? null : { op: 'literal', type: TYPE_DOUBLE, value };
}
