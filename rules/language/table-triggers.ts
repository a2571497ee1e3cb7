import type { Name, StreamItem } from './ast.ts';
import type { Catalog } from './catalog.ts';
import type { Reporter } from './reporter.ts';

interface Checking {
  readonly catalog: Catalog;
  readonly report: Reporter;
}

/** Nothing comes from a table, so it can trigger nothing. */
export function refuseTableTrigger(item: StreamItem, checking: Checking): void {
  if (item.kind === 'stream') refuseTableEvents(item.filter.type, checking);
}

/** Refuses the name of a table where events are waited for. */
export function refuseTableEvents({ text, span }: Name, { catalog, report }: Checking): void {
  if (catalog.stores.table(text) === undefined) return;
  report.error('E0472', `the table \`${text}\` gives no events: nothing can wait for them`, span);
}
