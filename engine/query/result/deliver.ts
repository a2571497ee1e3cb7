import type { StatementPlan } from '../../plan/plan.ts';
import type { StatementHost } from '../statement.ts';
import { type Delivery, originsOfRow } from './out-row.ts';

/** Rows become events first, then leave; rows of the remove stream leave as new ones for `rstream`. */
export function deliverRows({ added, removed }: Delivery, plan: StatementPlan, host: StatementHost): void {
  const { insertInto, selector } = plan.query;
  if (insertInto !== null) {
    const into = insertInto.selector;
    if (into !== 'rstream') for (const row of added) host.derive(insertInto, row.values, originsOfRow(row));
    if (into !== 'istream') for (const row of removed) host.derive(insertInto, row.values, originsOfRow(row));
  }
  if (selector !== 'rstream')
    for (const row of added) host.onRow(plan, row.values, originsOfRow(row), 'insert');
  if (selector === 'istream') return;
  const kind = selector === 'rstream' ? 'insert' : 'remove';
  for (const row of removed) host.onRow(plan, row.values, originsOfRow(row), kind);
}
