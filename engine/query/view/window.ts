import { LIMITS, LimitError } from '../../core/limits.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { Timer, TimerTarget } from '../../time/timer-queue.ts';
import type { Item } from '../item.ts';
import type { View, ViewChild, ViewHost } from './view.ts';

/** What every view has: its host, its child, and for data windows access by `prev`. */
export abstract class Window implements View {
  /** Set by whoever builds the chain, once the views before it exist: timers are numbered in the order of the text. */
  child: ViewChild = NO_CHILD;
  /** Told before each delivery of a window that `prev` looks into. */
  access: AccessObserver | null = null;
  protected readonly host: ViewHost;

  constructor(host: ViewHost) {
    this.host = host;
  }

  abstract update(added: readonly Item[], removed: readonly Item[]): void;
  abstract items(): Iterable<Item>;
  abstract snapshot(writer: EventWriter): unknown;
  abstract restore(state: unknown, reader: EventReader): void;

  stop(): void {}

  /** The item `offset` places from the newest; null outside, and for a window that has no such order. */
  fromNewest(_offset: number): Item | null {
    return null;
  }

  /** Number of items that `fromNewest` reaches. */
  get reach(): number {
    return 0;
  }

  /** Gives a change on. */
  protected emit(added: readonly Item[], removed: readonly Item[]): void {
    this.access?.changed(this, added, removed);
    this.child.update(added, removed);
  }

  protected get now(): number {
    return this.host.binder.env.now;
  }

  /** Fails when the window holds more rows than allowed. */
  protected checkRows(rows: number): void {
    if (rows > LIMITS.windowRowsMax) throw rowsLimitError(this.host.rule, rows);
  }
}

/** What follows the windows that `prev` looks into. */
export interface AccessObserver {
  /** A window is about to deliver. */
  changed(window: Window, added: readonly Item[], removed: readonly Item[]): void;
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

  /** Calls at `due`, epoch ms, instead of when it was to call. */
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

function rowsLimitError(rule: string, rows: number): LimitError {
  return new LimitError(
    `the rule ${rule}: a data window holds ${rows} rows, more than ${LIMITS.windowRowsMax} (windowRowsMax); ` +
      'a shorter window, a filter before it, or several rules keep it within memory',
  );
}
