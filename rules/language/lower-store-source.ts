import type { StreamItem } from './ast.ts';
import { isInContextOf } from './context-rules.ts';
import { lowerContained } from './lower-contained.ts';
import { lowerFilter } from './lower-filter.ts';
import { lowerViews } from './lower-views.ts';
import type { Reporter } from './reporter.ts';
import { type Lowering, type Source, withoutName } from './scope.ts';
import type { FoundStore } from './stores.ts';
import { VIEW_FORMS } from './view-forms.ts';

/** Lowers a named window in `from` or after `on`; null after reporting a mistake. */
export function lowerStoreSource(item: StreamItem & { kind: 'stream' }, lowering: Lowering): Source | null {
  const { catalog, report } = lowering;
  const { filter, alias } = item;
  const { index, plan } = catalog.stores.get(filter.type.text) as FoundStore;
  const own = alias?.text ?? filter.type.text;
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
  const { condition, entry: row } = lowerFilter(filter, own, [], lowering);
  const [level] = filter.contained;
  const inside = level === undefined ? null : lowerContained(filter, row, lowering);
  if (level !== undefined && inside === null) return null;
  if (inside !== null && (inside.plan.columns !== null || inside.plan.levels.some(({ wraps }) => wraps))) {
    report.notImplemented('events made of parts of the rows of a named window', (level ?? filter).span);
    return null;
  }
  const entry = inside?.entry ?? row;
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
      contained: inside?.plan ?? null,
      views,
      retain,
    },
    scope: alias === null ? withoutName(scope) : scope,
  };
}

/** A table is only looked at: nothing comes from it that statistics or unions could follow. */
function refuseOnTable(item: StreamItem & { kind: 'stream' }, name: string, report: Reporter): void {
  const [view] = item.views;
  const [inside] = item.filter.contained;
  if (inside !== undefined)
    report.error('E0472', `no events are taken out of the rows of the table \`${name}\``, inside.span);
  else if (item.unidirectional)
    report.error('E0472', 'a table cannot be `unidirectional`: no rows come from it', item.span);
  else if (view !== undefined)
    report.error('E0472', `views cannot stand on the table \`${name}\``, view.span);
  else if (item.retain !== null) {
    report.error('E0472', `\`retain-${item.retain}\` cannot stand on the table \`${name}\``, item.span);
  }
}
