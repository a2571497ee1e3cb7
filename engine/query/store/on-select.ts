import type { EventRecord } from '../../event/record.ts';
import type { Slot } from '../../expr/evaluate.ts';
import type { StatementPlan } from '../../plan/plan.ts';
import { ItemBinder, MatchRecord } from '../item.ts';
import { QueryResult } from '../query-result.ts';
import { type Delivery, originsOfRow } from '../result/out-row.ts';
import { ResultFrame } from '../result/result-frame.ts';
import type { StatementHost } from '../statement.ts';
import { NO_ITEMS } from '../view/view.ts';
import { OnStatement } from './on-statement.ts';
import type { RowStore } from './row-store.ts';

/**
 * `on … select [and delete]`: a query over the rows found for one trigger, each joined with the trigger. It starts afresh
 * with every trigger.
 */
export class OnSelect extends OnStatement {
  private readonly result: QueryResult;
  private readonly deletes: boolean;

  constructor(plan: StatementPlan, store: RowStore, deletes: boolean, host: StatementHost) {
    super(plan, store, host);
    this.deletes = deletes;
    const frame = new ResultFrame();
    const { env, backend, timers } = host;
    // The condition is met already where rows are found.
    const found: StatementPlan = { ...plan, query: { ...plan.query, where: null } };
    this.result = new QueryResult(found, {
      env,
      backend,
      timers,
      kind: 'match',
      frame,
      binder: new ItemBinder('match', env, backend, frame),
      items: () => NO_ITEMS,
      deliver: (delivery) => this.deliver(delivery),
    });
  }

  protected apply(rows: readonly EventRecord[], slots: Slot[]): void {
    const trigger = slots.slice(1, -1);
    const found = rows.map((row) => new MatchRecord([row, ...trigger], this.host.env.now));
    this.result.update(found, NO_ITEMS);
    this.result.clear();
    if (!this.deletes || rows.length === 0) return;
    const edit = this.store.edit();
    for (const row of rows) edit.delete(row);
    edit.done();
  }

  private deliver({ added }: Delivery): void {
    const { plan, host } = this;
    const { insertInto } = plan.query;
    for (const row of added) {
      if (insertInto !== null) host.derive(insertInto, row.values, originsOfRow(row));
    }
    for (const row of added) host.onRow(plan, row.values, originsOfRow(row));
  }
}
