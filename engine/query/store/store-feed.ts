import { LIMITS, LimitError } from '../../core/limits.ts';
import type { EventRecord } from '../../event/record.ts';
import type { StoreConsumer, StoreReader } from './row-store.ts';

type Rows = readonly EventRecord[];

interface Change {
  /** The store that changed. */
  readonly source: object;
  readonly consumers: readonly StoreConsumer[];
  readonly added: Rows;
  readonly removed: Rows;
}

/** What one store tells a consumer; a named window of a context is one store in each partition. */
interface Told {
  readonly source: object;
  added: Rows;
  removed: Rows;
}

/**
 * Tells consumers of stores what changed. As in Esper a change waits until the event at hand, or the timers of one time,
 * are through; all that waits then goes to each statement at once: what entered and what left in all changes together.
 */
export class StoreFeed {
  private waiting: Change[] = [];
  private readonly guarded: (statement: number, work: () => void) => void;

  /** `guarded` does the work of a statement and stops where an expression has no value. */
  constructor(guarded: (statement: number, work: () => void) => void) {
    this.guarded = guarded;
  }

  /** A store changed. The lists are never changed afterwards. */
  push(source: object, consumers: readonly StoreConsumer[], added: Rows, removed: Rows): void {
    if (consumers.length > 0) this.waiting.push({ source, consumers, added, removed });
  }

  /** Tells of all that waits, and of what consumers change by that; false when there is nothing. */
  dispatch(): boolean {
    if (this.waiting.length === 0) return false;
    for (let round = 0; this.waiting.length > 0; round++) {
      if (round > LIMITS.derivedEventsMax) throw endless();
      const changes = this.waiting;
      this.waiting = [];
      this.tell(changes);
    }
    return true;
  }

  clear(): void {
    this.waiting = [];
  }

  private tell(changes: readonly Change[]): void {
    for (const [reader, told] of ranked(gather(changes))) {
      for (const [consumer, changes] of told) {
        for (const { added, removed } of changes)
          this.guarded(reader.plan.index, () => consumer.update(added, removed));
      }
      this.guarded(reader.plan.index, () => reader.onEvent());
      if (reader.plan.drop) return;
    }
  }
}

function endless(): LimitError {
  return new LimitError(
    `one event changed named windows more than ${LIMITS.derivedEventsMax} times; ` +
      "statements that change each other's windows need a condition that ends it",
  );
}

type ToldByReader = Map<StoreReader, Map<StoreConsumer, Told[]>>;

/** The changes by statement and consumer, in the order of the first change and of subscriptions. */
function gather(changes: readonly Change[]): ToldByReader {
  const all: ToldByReader = new Map();
  for (const { source, consumers, added, removed } of changes) {
    for (const consumer of consumers) {
      let own = all.get(consumer.owner);
      if (own === undefined) {
        own = new Map();
        all.set(consumer.owner, own);
      }
      let told = own.get(consumer);
      if (told === undefined) {
        told = [];
        own.set(consumer, told);
      }
      const known = told.find((one) => one.source === source);
      if (known === undefined) told.push({ source, added, removed });
      else {
        known.added = joined(known.added, added);
        known.removed = joined(known.removed, removed);
      }
    }
  }
  return all;
}

function joined(first: Rows, second: Rows): Rows {
  if (first.length === 0) return second;
  return second.length === 0 ? first : [...first, ...second];
}

/** Statements of higher priority go first; the sort is stable. */
function ranked(all: ToldByReader): Iterable<[StoreReader, Map<StoreConsumer, Told[]>]> {
  const readers = [...all];
  const isPlain = readers.every(([{ plan }]) => plan.priority === (readers[0]?.[0].plan.priority ?? 0));
  return isPlain ? readers : readers.sort(([a], [b]) => b.plan.priority - a.plan.priority);
}
