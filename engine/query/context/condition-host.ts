import type { RecordClass } from '../../event/record.ts';
import type { EventType } from '../../event/types.ts';
import type { Backend, Env } from '../../expr/evaluate.ts';
import type { Timer, Timers, TimerTarget } from '../../time/timer-queue.ts';
import type { StatementHost } from '../statement.ts';
import type { RowStore } from '../store/row-store.ts';
import type { LevelHost } from './level.ts';

/** The host of the pattern of a condition: what its timers complete is given on when all timers due have run. */
export class ConditionHost implements StatementHost, Timers {
  readonly timers: Timers = this;
  readonly matcher: StatementHost['matcher'];
  private readonly levels: LevelHost;
  private readonly outer: StatementHost;
  private readonly give: () => void;

  constructor(levels: LevelHost, give: () => void) {
    this.levels = levels;
    this.outer = levels.outer;
    this.matcher = levels.outer.matcher;
    this.give = give;
  }

  get env(): Env {
    return this.outer.env;
  }

  get backend(): Backend {
    return this.outer.backend;
  }

  get patternLimits(): StatementHost['patternLimits'] {
    return this.outer.patternLimits;
  }

  get runPool(): StatementHost['runPool'] {
    return this.outer.runPool;
  }

  get stores(): StatementHost['stores'] {
    return this.outer.stores;
  }

  get feed(): StatementHost['feed'] {
    return this.outer.feed;
  }

  store(index: number): RowStore {
    return this.outer.store(index);
  }

  addStore(index: number, store: RowStore): void {
    this.outer.addStore(index, store);
  }

  removeStore(index: number): void {
    this.outer.removeStore(index);
  }

  get types(): readonly EventType[] {
    return this.outer.types;
  }

  get contexts(): StatementHost['contexts'] {
    return this.outer.contexts;
  }

  get contextPlans(): StatementHost['contextPlans'] {
    return this.outer.contextPlans;
  }

  onFailure(...failure: Parameters<StatementHost['onFailure']>): void {
    this.outer.onFailure(...failure);
  }

  notice(...notice: Parameters<StatementHost['notice']>): void {
    this.outer.notice(...notice);
  }

  recordClass(type: number): RecordClass {
    return this.outer.recordClass(type);
  }

  derive(...row: Parameters<StatementHost['derive']>): void {
    this.outer.derive(...row);
  }

  onRow(...row: Parameters<StatementHost['onRow']>): void {
    this.outer.onRow(...row);
  }

  reserve(): number {
    return this.outer.timers.reserve();
  }

  schedule(due: number, statement: number, target: TimerTarget, sequence?: number): Timer {
    const owned = {
      onTimer: () => {
        target.onTimer();
        this.levels.afterTimers(this.give);
      },
    };
    return this.outer.timers.schedule(due, statement, owned, sequence);
  }

  cancel(timer: Timer): void {
    this.outer.timers.cancel(timer);
  }
}
