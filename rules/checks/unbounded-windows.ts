import type { InputPlan, QueryPlan } from '../../engine/plan/plan.ts';
import type { ViewPlan } from '../../engine/plan/query-plan.ts';
import type { StatementBody, ViewUse } from '../language/ast.ts';
import type { Reporter } from '../language/reporter.ts';
import { subqueriesIn } from '../language/subquery-sources.ts';
import { VIEW_FORMS } from '../language/view-forms.ts';

/** What is looked at of the views of a stream. */
interface CheckedViews extends Pick<InputPlan, 'retain'> {
  readonly views: readonly Pick<ViewPlan, 'name' | 'derived' | 'reclaim'>[];
}

/** Data windows that nothing ends: `keepall`, one item a key, or windows for each key there ever was. */
export function checkUnboundedWindows(body: StatementBody, query: QueryPlan, report: Reporter): void {
  checkSubqueries(body, query, report);
  if (body.kind !== 'select') return;
  for (const [i, item] of body.from.entries()) {
    const input = query.inputs[i];
    if (item.kind === 'unsupported' || input === undefined || item.views.length === 0) continue;
    checkWindow(item.views, input, report);
  }
}

/** Those of subqueries; under `exists` the events of a stream without a window stay for good as well. */
function checkSubqueries(body: StatementBody, { subqueries }: QueryPlan, report: Reporter): void {
  if (subqueries.length === 0) return;
  const reclaim = subqueries.flatMap(({ input }) => input.views[0]?.reclaim ?? [])[0];
  const keepsAll = subqueries.some(
    ({ input, aggregates, groupBy }) =>
      input.kind === 'stream' && input.views.length === 0 && aggregates.length === 0 && groupBy === null,
  );
  for (const { select, test } of subqueriesIn(body)) {
    const [item] = select.from;
    if (item?.kind !== 'stream') continue;
    const views = item.views.map(({ name: { text } }) => {
      const name = text.toLowerCase();
      const derived = VIEW_FORMS.get(name)?.kind === 'derived' ? 0 : -1;
      return { name, derived, ...(reclaim === undefined ? {} : { reclaim }) };
    });
    if (views.length > 0) checkWindow(item.views, { views, retain: item.retain ?? 'intersection' }, report);
    else if (test.kind === 'exists' && keepsAll)
      report.warning('W0612', 'nothing ends the events of this subquery', item.filter.type.span, [
        'let events go: exists (select * from Login#time(1 day))',
      ]);
  }
}

/** Data windows of a stream or of a named window, which statements might empty; `name`: that of the latter. */
export function checkWindow(
  uses: readonly ViewUse[],
  { views, retain }: CheckedViews,
  report: Reporter,
  name?: string,
): void {
  const [group] = views;
  if (group?.name === 'groupwin') {
    if (group.reclaim !== undefined) return;
    warn(uses[0] as ViewUse, 'each new key makes windows of its own for good', report, [
      "forget idle keys: @Hint('reclaim_group_aged=3600')",
    ]);
    return;
  }
  const growing = (name: string) => name === 'keepall' || name === 'unique' || name === 'firstunique';
  const windows = views.filter(({ derived }) => derived < 0);
  const isEndless = retain === 'union' ? windows.some.bind(windows) : windows.every.bind(windows);
  if (windows.length === 0 || !isEndless(({ name }) => growing(name))) return;
  const at = views.findIndex(({ name }) => growing(name));
  const isKeyed = views[at]?.name !== 'keepall';
  warn(
    uses[at] as ViewUse,
    isKeyed ? 'nothing ends this window: each new key adds an event for good' : 'nothing ends this window',
    report,
    [
      'let events go with time as well: …#unique(card)#time(1 day)',
      ...(name === undefined
        ? []
        : [`or delete rows that are done with: on Done as d delete from ${name} where …`]),
    ],
  );
}

function warn(use: ViewUse, title: string, report: Reporter, notes: readonly string[]): void {
  report.warning('W0612', title, use.span, notes);
}
