import type { EventRecord, Value } from '../../event/record.ts';
import { compilePredicate, type Predicate } from '../../expr/evaluate.ts';
import type { StatementPlan, StoreInput } from '../../plan/plan.ts';
import { type RunningStatement, type StatementHost, StreamStatement } from '../statement.ts';
import type { RowStore, StoreConsumer } from './row-store.ts';

/** `on W set …` and `on W insert into …` of a named window: done for each row that enters, not for those present. */
export class StoreTriggerStatement implements RunningStatement, StoreConsumer {
  readonly plan: StatementPlan;
  readonly atoms = [];
  readonly owner = this;
  private readonly host: StatementHost;
  private readonly steps: StreamStatement;
  private readonly store: RowStore;
  private readonly filter: Predicate | null;

  constructor(plan: StatementPlan, input: StoreInput, host: StatementHost) {
    this.plan = plan;
    this.host = host;
    this.steps = new StreamStatement(plan, { ...input, kind: 'stream' }, host);
    this.filter = input.filter === null ? null : compilePredicate(input.filter, host.backend);
    this.store = host.store(input.store);
    this.store.subscribe(this);
  }

  update(added: readonly EventRecord[]): void {
    const { env, subqueries } = this.host;
    for (const row of added) {
      env.frame = subqueries?.frame ?? null;
      if (this.filter === null || this.filter(row, [], env)) this.steps.onAtom(0, row);
    }
  }

  start(): void {}

  onAtom(): void {}

  onEvent(): void {}

  onTimers(): void {}

  rows(): readonly (readonly Value[])[] {
    return this.steps.rows();
  }

  stop(): void {
    this.store.unsubscribe(this);
  }

  snapshot(): unknown {
    return null;
  }

  restore(): void {}
}
