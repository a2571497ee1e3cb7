import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { StreamSelector } from '../../plan/query-plan.ts';
import type { Item } from '../item.ts';
import { Delivery, type OutRow } from '../result/out-row.ts';
import { RowForAll } from '../result/plain-rows.ts';
import type { Cut, ResultProcessor } from '../result/processor.ts';
import type { ViewChild } from '../view/view.ts';
import type { After } from './after.ts';
import type { Collector } from './collector.ts';
import type { OutputCondition } from './condition.ts';
import { keepDistinct, type RowOrder } from './order.ts';

/** The last steps of a query, shared by all ways of output. */
export interface OutputFinish {
  readonly processor: ResultProcessor;
  readonly order: RowOrder;
  readonly distinct: boolean;
  readonly selector: StreamSelector;
  /** Present items of the query, for `snapshot` and for whoever pulls. */
  items(): Iterable<Item>;
  now(): number;
  deliver(delivery: Delivery): void;
}

/** Takes the updates of the items and lets rows out: now, or when its condition says so. */
export interface OutputStage extends ViewChild {
  /** Called by the condition. */
  release(): void;
  snapshot(writer: EventWriter): unknown;
  restore(state: unknown, reader: EventReader): void;
}

/** The rows a query has at present, as its `output snapshot` would show them. */
export function presentRows(finish: OutputFinish): OutRow[] {
  const rows = finish.processor.iterate(finish.items());
  finish.order.apply(rows, finish.processor instanceof RowForAll ? 'none' : 'limit');
  if (finish.distinct) keepDistinct(rows);
  return rows;
}

/** Without `output`, or with `output after` alone: the rows of an update leave with it. */
export class DirectOutput implements OutputStage {
  private readonly finish: OutputFinish;
  private readonly after: After | null;
  private readonly delivery = new Delivery();

  constructor(finish: OutputFinish, after: After | null) {
    this.finish = finish;
    this.after = after;
  }

  update(added: readonly Item[], removed: readonly Item[]): void {
    const { finish, delivery } = this;
    try {
      finish.processor.process(added, removed, delivery);
      sort(finish, delivery, finish.processor.cut(added, removed));
      if (this.after?.passes(finish.now(), delivery.added.length) ?? true) give(finish, delivery);
    } finally {
      // Also when an expression has no value: no row of this update leaves with the next.
      delivery.clear();
    }
  }

  release(): void {}

  snapshot(): unknown {
    return null;
  }

  restore(): void {}
}

/** `output snapshot`: all present rows. */
export class SnapshotOutput implements OutputStage {
  condition!: OutputCondition;
  private readonly finish: OutputFinish;
  private readonly after: After | null;

  constructor(finish: OutputFinish, after: After | null) {
    this.finish = finish;
    this.after = after;
  }

  update(added: readonly Item[], removed: readonly Item[]): void {
    this.finish.processor.apply(added, removed);
    if (this.after?.passes(this.finish.now(), added.length) ?? true) {
      this.condition.update(added.length, removed.length);
    }
  }

  release(): void {
    const delivery = new Delivery();
    for (const row of presentRows(this.finish)) delivery.added.push(row);
    if (!delivery.isEmpty) this.finish.deliver(delivery);
  }

  snapshot(): unknown {
    return null;
  }

  restore(): void {}
}

/** `output first` without `group by`: the rows of the first update that has any, then none until the next interval. */
export class FirstOutput implements OutputStage {
  condition!: OutputCondition;
  private readonly finish: OutputFinish;
  private readonly after: After | null;
  private readonly delivery = new Delivery();
  private isMuted = false;

  constructor(finish: OutputFinish, after: After | null) {
    this.finish = finish;
    this.after = after;
  }

  update(added: readonly Item[], removed: readonly Item[]): void {
    const { finish, delivery } = this;
    if (!(this.after?.passes(finish.now(), added.length) ?? true)) return;
    finish.processor.process(added, removed, delivery);
    if (!this.isMuted) {
      sort(finish, delivery);
      if (!isRelevant(finish.selector, delivery)) {
        delivery.clear();
        return;
      }
      this.isMuted = true;
      give(finish, delivery);
    }
    delivery.clear();
    this.condition.update(added.length, removed.length);
  }

  release(): void {
    this.isMuted = false;
  }

  snapshot(): unknown {
    return this.isMuted;
  }

  restore(state: unknown): void {
    this.isMuted = state as boolean;
  }
}

interface CollectedHow {
  /** Whether items that come before `after` is over count. */
  readonly takesEarly: boolean;
  readonly cut: Cut;
}

/** `output`, `output all`, `output last`, and `output first` with `group by`: what a collector shows of the interval. */
export class CollectedOutput implements OutputStage {
  condition!: OutputCondition;
  private readonly finish: OutputFinish;
  private readonly after: After | null;
  private readonly collector: Collector;
  private readonly takesEarly: boolean;
  private readonly cut: Cut;
  private readonly delivery = new Delivery();

  constructor(finish: OutputFinish, after: After | null, collector: Collector, how: CollectedHow) {
    this.finish = finish;
    this.after = after;
    this.collector = collector;
    this.takesEarly = how.takesEarly;
    this.cut = how.cut;
  }

  update(added: readonly Item[], removed: readonly Item[]): void {
    if (this.takesEarly) this.collector.add(added, removed);
    if (!(this.after?.passes(this.finish.now(), added.length) ?? true)) return;
    if (!this.takesEarly) this.collector.add(added, removed);
    this.condition.update(added.length, removed.length);
  }

  release(): void {
    const { delivery } = this;
    this.collector.take(delivery);
    sort(this.finish, delivery, this.cut);
    give(this.finish, delivery);
    delivery.clear();
  }

  snapshot(writer: EventWriter): unknown {
    return this.collector.snapshot(writer);
  }

  restore(state: unknown, reader: EventReader): void {
    this.collector.restore(state, reader);
  }
}

function sort(finish: OutputFinish, { added, removed }: Delivery, cut: Cut = 'limit'): void {
  finish.order.apply(added, cut);
  finish.order.apply(removed, cut);
}

function give(finish: OutputFinish, delivery: Delivery): void {
  if (finish.distinct) {
    keepDistinct(delivery.added);
    keepDistinct(delivery.removed);
  }
  if (!delivery.isEmpty) finish.deliver(delivery);
}

function isRelevant(selector: StreamSelector, { added, removed }: Delivery): boolean {
  if (selector === 'istream') return added.length > 0;
  if (selector === 'rstream') return removed.length > 0;
  return added.length > 0 || removed.length > 0;
}
