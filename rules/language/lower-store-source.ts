import type { StreamItem } from './ast.ts';
import { isInContextOf } from './context-rules.ts';
import { lowerFilter } from './lower-filter.ts';
import { lowerViews } from './lower-views.ts';
import type { Reporter } from './reporter.ts';
import type { Lowering, Source } from './scope.ts';
import type { FoundStore } from './stores.ts';
import { VIEW_FORMS } from './view-forms.ts';

/** Lowers a named window in `from` or after `on`; null after reporting a mistake. */
export function lowerStoreSource(item: StreamItem & { kind: 'stream' }, lowering: Lowering): Source | null {
  const { catalog, report } = lowering;
  const { filter, alias } = item;
  const { index, plan } = catalog.stores.get(filter.type.text) as FoundStore;
  const own = alias?.text ?? filter.type.text;
  const [inside] = filter.contained;
  if (inside !== undefined) {
    report.notImplemented('events inside the rows of a named window', inside.span);
    return null;
  }
  const window = item.views.find(({ name }) => {
    const form = VIEW_FORMS.get(name.text.toLowerCase());
    return form?.kind === 'window' || form?.kind === 'batch';
  });
  if (window !== undefined) {
    const title = `\`${plan.name}\` keeps its rows itself: \`#${window.name.text}\` cannot stand here`;
    report.error('E0450', title, window.span, ['who reads a named window can put statistics on it only']);
    return null;
  }
  // The rows of a window are seen by statements without the context, too: those of all partitions.
  const isOfAll = plan.kind === 'window' && catalog.contexts.current === null;
  if (!isOfAll && !isInContextOf(plan, filter.type.span, lowering)) return null;
  if (plan.kind === 'table') refuseOnTable(item, plan.name, report);
  const { condition, entry } = lowerFilter(filter, own, [], lowering);
  const viewed = lowerViews(item, own, { catalog, entries: [entry], alias: null }, lowering);
  if (viewed === null) return null;
  const { views, retain, scope } = viewed;
  return {
    input: {
      kind: 'store',
      store: index,
      type: plan.type,
      alias: own,
      filter: condition,
      contained: null,
      views,
      retain,
    },
    scope,
  };
}

/** A table is only looked at: nothing comes from it that statistics or unions could follow. */
function refuseOnTable(item: StreamItem & { kind: 'stream' }, name: string, report: Reporter): void {
  const [view] = item.views;
  if (view !== undefined) report.error('E0472', `views cannot stand on the table \`${name}\``, view.span);
  else if (item.retain !== null) {
    report.error('E0472', `\`retain-${item.retain}\` cannot stand on the table \`${name}\``, item.span);
  }
}
