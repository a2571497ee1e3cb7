import { LimitError } from '../../core/limits.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { Timer, TimerTarget } from '../../time/timer-queue.ts';
import type { Item } from '../item.ts';
import type { View, ViewChild, ViewHost } from './view.ts';

/** What every view has: its host, its child, and for data windows access by `prev`. */
export abstract class Window implements View {
  /** Set by whoever builds the chain, once the views before it exist: timers are numbered in the order of the text. */
  child: ViewChild = NO_CHILD;
  protected readonly host: WindowHost;

  constructor(host: WindowHost) {
    this.host = host;
  }

  abstract update(added: readonly Item[], removed: readonly Item[]): void;
  abstract items(): Iterable<Item>;
  abstract snapshot(writer: EventWriter): unknown;
  abstract restore(state: unknown, reader: EventReader): void;

  /** Begins to count time, when the chain is complete; not called after a restore. */
  start(): void {}

  stop(): void {}

  /** Of a batch window the batch that `prev` looks into; null for the others. */
  get batch(): readonly Item[] | null {
    return null;
  }

  /** What `prev(offset)` finds: the item so many places from the newest, or from the first of a sorted window. */
  nth(_offset: number): Item | null {
    return null;
  }

  /** Number of items that `prev` reaches. */
  get reach(): number {
    return 0;
  }

  /** Rows that count for the bound on them; 0 where other windows hold them. */
  get size(): number {
    return 0;
  }

  /** The rows that came first, at most so many: what goes to make room. */
  firstItems(count: number): Item[] {
    const out: Item[] = [];
    for (const item of this.items()) {
      if (out.length === count) break;
      out.push(item);
    }
    return out;
  }

  /** Whether only what comes in makes room in a full window. */
  get isMovedByItems(): boolean {
    return false;
  }

  /** All items in the order of `nth`. */
  inOrder(): Item[] {
    return [...this.items()];
  }

  /** This window and those within it, always in one order. */
  *all(): Iterable<Window> {
    yield this;
  }

  /** Gives a change on. */
  protected emit(added: readonly Item[], removed: readonly Item[]): void {
    this.host.access?.changed(this);
    this.child.update(added, removed);
  }

  protected get now(): number {
    return this.host.binder.env.now;
  }

  /** Fails when the window holds more rows than allowed. */
  protected checkRows(rows: number): void {
    const { max, drops } = this.host.bound;
    if (rows > max && !drops) throw this.tooMany(`${max} rows (windowRowsMax)`);
  }

  /** The error of a window that grew beyond a limit. */
  protected tooMany(what: string): LimitError {
    return new LimitError(
      `the rule ${this.host.rule}: a data window has more than ${what}; ` +
        'make the window shorter or filter the stream before it, or raise the limit',
    );
  }
}

/** What follows the windows that `prev` looks into. */
export interface AccessObserver {
  /** A window is about to deliver. */
  changed(window: Window): void;
}

/** What the views of a chain share: their host, and who follows them for `prev`. */
export interface WindowHost extends ViewHost {
  access: AccessObserver | null;
}

const NO_CHILD: ViewChild = { update() {} };

/** Whether there is nothing to give on. */
export function isEmpty(added: readonly Item[], removed: readonly Item[]): boolean {
  return added.length === 0 && removed.length === 0;
}

/** The items of both lists; no copy when one is empty. */
export function joined(first: readonly Item[], second: readonly Item[]): readonly Item[] {
  if (first.length === 0) return second;
  return second.length === 0 ? first : [...first, ...second];
}

/** State of a `ViewTimer`: its place in the order, and when it is due or null. */
export type ViewTimerSnapshot = readonly [sequence: number, due: number | null];

/** The one timer of a view. Its place among timers due at one time is that of the view's making, as in Esper. */
export class ViewTimer implements TimerTarget {
  private sequence: number;
  private timer: Timer | null = null;
  private readonly host: ViewHost;
  private readonly call: () => void;

  constructor(host: ViewHost, call: () => void) {
    this.host = host;
    this.call = call;
    this.sequence = host.timers.reserve();
  }

  get isSet(): boolean {
    return this.timer !== null;
  }

  /** Calls at `due`, ticks, instead of when it was to call. */
  set(due: number): void {
    this.cancel();
    this.timer = this.host.timers.schedule(due, this.host.statement, this, this.sequence);
  }

  cancel(): void {
    if (this.timer !== null) this.host.timers.cancel(this.timer);
    this.timer = null;
  }

  onTimer(): void {
    this.timer = null;
    this.call();
  }

  snapshot(): ViewTimerSnapshot {
    return [this.sequence, this.timer?.due ?? null];
  }

  restore([sequence, due]: ViewTimerSnapshot): void {
    this.cancel();
    this.sequence = sequence;
    if (due !== null) this.set(due);
  }
}
