import type { ColumnPlan, QueryPlan } from '../../engine/plan/plan.ts';
import { NO_CLAUSES } from '../../engine/plan/plan.ts';
import type { SplitBranchPlan } from '../../engine/plan/query-plan.ts';
import { readAnnotations } from './annotations.ts';
import type { Statement } from './ast.ts';
import type { SplitBranch, SplitStatement } from './ast-split.ts';
import { lowerContained } from './lower-contained.ts';
import { lowerCondition } from './lower-expression.ts';
import { lowerInsert } from './lower-insert.ts';
import { refuseMarks } from './lower-pattern-annotations.ts';
import { lowerItems } from './lower-select.ts';
import {
  lowerStream,
  placeText,
  type StatementPlace,
  statementOf,
  type UnplacedStatement,
} from './lower-statement.ts';
import { type Lowering, type Scope, type ScopeEntry, type Source, subqueriesOf } from './scope.ts';
import { refuseTableTrigger } from './table-triggers.ts';

/** Lowers `on … insert into … insert into …`; null after reporting what is wrong. */
export function lowerSplit(
  statement: Statement,
  split: SplitStatement,
  place: StatementPlace,
  lowering: Lowering,
): UnplacedStatement | null {
  const { report } = lowering;
  const errorsBefore = report.errorCount;
  const annotations = readAnnotations(statement.annotations, report);
  refuseMarks(split.trigger, report);
  refuseTableTrigger(split.trigger, lowering);
  const source = lowerStream(split.trigger, lowering);
  if (source === null) return null;
  const isPattern = source.input.kind === 'pattern';
  const star = [{ kind: 'wildcard' as const, span: split.trigger.span }];
  const columns = lowerItems(star, source.scope, isPattern, report);
  const at = placeText(place, statement);
  const branches = split.branches.map((branch) => lowerBranch(branch, split, source, { ...lowering, at }));
  if (columns === null || report.errorCount > errorsBefore) return null;
  const rows: readonly ColumnPlan[] = columns.map(({ name, type, expr }) => ({ name, type, expr }));
  const query: QueryPlan = {
    kind: 'select',
    inputs: [source.input],
    where: null,
    columns: rows,
    insertInto: null,
    ...NO_CLAUSES,
    split: { all: split.all, branches: branches as SplitBranchPlan[] },
  };
  return statementOf(statement, place, annotations, query, lowering);
}

function lowerBranch(
  branch: SplitBranch,
  split: SplitStatement,
  source: Source,
  lowering: Lowering & { readonly at: string },
): SplitBranchPlan | null {
  const { report, at } = lowering;
  let scope: Scope = { ...source.scope, ...subqueriesOf(lowering) };
  let contained: SplitBranchPlan['contained'] = null;
  const [inside] = branch.contained;
  if (inside !== undefined) {
    const { trigger } = split;
    if (trigger.kind !== 'stream') {
      report.error(
        'E0302',
        'the events inside an event need an event after `on`, not a pattern',
        inside.span,
      );
      return null;
    }
    const outer = scope.entries[0] as ScopeEntry;
    const found = lowerContained({ ...trigger.filter, contained: branch.contained }, outer, lowering);
    if (found === null) return null;
    contained = found.plan;
    scope = { ...scope, entries: [{ ...found.entry, name: branch.alias?.text ?? '' }] } satisfies Scope;
  }
  const where = branch.where === null ? null : lowerCondition(branch.where, scope, report);
  const isPattern = source.input.kind === 'pattern';
  const selected = lowerItems(branch.items, { ...scope, isInserting: true }, isPattern, report);
  if (selected === null || (branch.where !== null && where === null)) return null;
  const isWhole = !isPattern && branch.items.length === 1 && branch.items[0]?.kind === 'wildcard';
  const selectedType = isWhole ? (scope.entries[0]?.type ?? null) : null;
  const insert = lowerInsert(branch.insertInto, selected, at, { ...lowering, selectedType });
  if (insert === null) return null;
  return { contained, where, columns: insert.columns.map(({ expr }) => expr), insert: insert.plan };
}
