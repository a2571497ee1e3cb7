import type { RecordClass } from '../../event/record.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { Timers } from '../../time/timer-queue.ts';
import type { Item, ItemBinder } from '../item.ts';
import type { WindowBound } from './window-bound.ts';

/** No items: what a view passes on when a stream has none. */
export const NO_ITEMS: readonly Item[] = [];

/** What gets the insert and remove stream of a view. Lists are never changed afterwards. */
export interface ViewChild {
  update(added: readonly Item[], removed: readonly Item[]): void;
}

/**
 * A data window or derived view. Items come in by `update`; what enters and leaves the window goes to the child, in
 * one call an instant. `removed` items coming in (from the view before, in a chain) leave this view too.
 */
export interface View extends ViewChild {
  /** The items (or derived events) it holds now, in the window's order, oldest first where it has no other. */
  items(): Iterable<Item>;
  /** Cancels its timers. */
  stop(): void;
  snapshot(writer: EventWriter): unknown;
  restore(state: unknown, reader: EventReader): void;
}

/** What a view needs from its statement. */
export interface ViewHost {
  /** Index of the statement, for its timers. */
  readonly statement: number;
  readonly timers: Timers;
  /** Clock, zone and expressions over items. */
  readonly binder: ItemBinder;
  /** Name of the rule, for errors. */
  readonly rule: string;
  /** How many rows a window may hold. */
  readonly bound: WindowBound;
  /** Class of the events of a type, for views that derive some. */
  recordClass(type: number): RecordClass;
}
