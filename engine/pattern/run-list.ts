import type { MapKey } from './program.ts';

/** Runs that are counted, oldest first: all of a rule, and with keys those of each key. */
interface Chain {
  first: Ticket | null;
  last: Ticket | null;
  size: number;
}

/** Stands for one counted run of a matcher; `owner` is the matcher's own idea of the run. */
export interface Ticket {
  readonly owner: unknown;
  readonly key: MapKey | null;
  /** Grows with each run begun; kept by snapshots. */
  readonly order: number;
  older: Ticket | null;
  newer: Ticket | null;
  olderOfKey: Ticket | null;
  newerOfKey: Ticket | null;
  isOpen: boolean;
}

/** The open runs of one rule in the order they began. Adding, removing and the oldest cost O(1). */
export class RunList {
  private readonly all: Chain = { first: null, last: null, size: 0 };
  private readonly byKey = new Map<MapKey, Chain>();
  private nextOrder = 0;

  /** Number of open runs. */
  get size(): number {
    return this.all.size;
  }

  get oldest(): Ticket | null {
    return this.all.first;
  }

  /** Number of keys that have open runs. */
  get keys(): number {
    return this.byKey.size;
  }

  /** Number of open runs with a key. */
  sizeOf(key: MapKey): number {
    return this.byKey.get(key)?.size ?? 0;
  }

  oldestOf(key: MapKey): Ticket | null {
    return this.byKey.get(key)?.first ?? null;
  }

  /** Adds a run as the newest; null key: it is counted with the rule only. */
  add(owner: unknown, key: MapKey | null, order: number = this.nextOrder): Ticket {
    this.nextOrder = Math.max(this.nextOrder, order + 1);
    const ticket: Ticket = {
      owner,
      key,
      order,
      older: this.all.last,
      newer: null,
      olderOfKey: null,
      newerOfKey: null,
      isOpen: true,
    };
    if (this.all.last === null) this.all.first = ticket;
    else this.all.last.newer = ticket;
    this.all.last = ticket;
    this.all.size++;
    if (key !== null) this.addToKey(ticket, key);
    return ticket;
  }

  /** Takes a run out; false when it is out already. */
  remove(ticket: Ticket): boolean {
    if (!ticket.isOpen) return false;
    ticket.isOpen = false;
    const { all } = this;
    if (ticket.older === null) all.first = ticket.newer;
    else ticket.older.newer = ticket.newer;
    if (ticket.newer === null) all.last = ticket.older;
    else ticket.newer.older = ticket.older;
    all.size--;
    if (ticket.key !== null) this.removeFromKey(ticket, ticket.key);
    return true;
  }

  private addToKey(ticket: Ticket, key: MapKey): void {
    let chain = this.byKey.get(key);
    if (chain === undefined) {
      chain = { first: null, last: null, size: 0 };
      this.byKey.set(key, chain);
    }
    ticket.olderOfKey = chain.last;
    if (chain.last === null) chain.first = ticket;
    else chain.last.newerOfKey = ticket;
    chain.last = ticket;
    chain.size++;
  }

  private removeFromKey(ticket: Ticket, key: MapKey): void {
    const chain = this.byKey.get(key) as Chain;
    if (ticket.olderOfKey === null) chain.first = ticket.newerOfKey;
    else ticket.olderOfKey.newerOfKey = ticket.newerOfKey;
    if (ticket.newerOfKey === null) chain.last = ticket.olderOfKey;
    else ticket.newerOfKey.olderOfKey = ticket.olderOfKey;
    chain.size--;
    if (chain.size === 0) this.byKey.delete(key);
  }
}
