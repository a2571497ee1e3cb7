import { assert } from '../core/assert.ts';
import { LIMITS } from '../core/limits.ts';
import type { Slot } from '../expr/evaluate.ts';
import { type BudgetSetup, type LimitKind, LimitReporter } from './limit-reporter.ts';
import type { MapKey } from './program.ts';
import { RunList, type Ticket } from './run-list.ts';

/** Tags for a message, or the number of a run that has them. */
type Slots = readonly Slot[] | number;

/** What a budget needs to know of the matcher it is for. */
export interface BudgetUser {
  /**
   * For the tree matcher the nodes a run may have, which is what costs memory: of large runs fewer are allowed unless a
   * bound is given. Null: the linear matcher.
   */
  readonly treeNodes: number | null;
  /** Ends a run; must call `end` with its ticket. */
  drop(owner: unknown): void;
  /** The tags of a run that is about to begin. */
  slotsOf(owner: unknown): readonly Slot[];
}

/**
 * The bounds on what one pattern keeps, and what happens on reaching them.
 *
 * A run is a branch: the next step of `->` begun by a completion, or one more child of an `every` beside those it has. So
 * an `every` that waits for its first event has none. With `fail` the run of the engine stops with an error; with
 * `drop-oldest` the oldest other run of the rule (or of the key) ends; with `drop-newest` the new one is not begun.
 *
 * The order of the runs is only kept where something depends on it; else all have one ticket and are just counted.
 */
export class RunBudget {
  private readonly setup: BudgetSetup;
  private readonly user: BudgetUser;
  private readonly list: RunList | null;
  private readonly runsMax: number;
  private readonly totalMax: number;
  private readonly weight: number;
  private readonly weightMax: number;
  private open = 0;
  private held = 0;

  constructor(setup: BudgetSetup, user: BudgetUser) {
    const { openRunsMax, openRunsTotalMax, openRunsPerKeyMax, onLimit } = setup.limits;
    this.setup = setup;
    this.user = user;
    this.list = onLimit === 'drop-oldest' || openRunsPerKeyMax !== null ? new RunList() : null;
    const { treeNodes } = user;
    this.weight = treeNodes === null ? 1 : treeNodes * NODE_WEIGHT;
    this.runsMax =
      openRunsMax ?? (treeNodes === null ? LIMITS.openRunsMax : Math.ceil(LIMITS.treeNodesMax / treeNodes));
    this.totalMax = openRunsTotalMax ?? Number.POSITIVE_INFINITY;
    this.weightMax = openRunsTotalMax !== null ? Number.POSITIVE_INFINITY : LIMITS.openRunsTotalMax;
  }

  /** Number of open runs. */
  get openRuns(): number {
    return this.open;
  }

  /** Counts a new run; null when it must not begin. Other runs may be dropped meanwhile, also the caller's own. */
  begin(owner: unknown): Ticket | null {
    const { limits, pool } = this.setup;
    const key = limits.openRunsPerKeyMax === null ? null : this.keyFor(owner);
    const kind = this.overLimit(key);
    if (kind !== null) {
      new LimitReporter(this.setup).reach(kind, this.sizeAt(kind), this.user.slotsOf(owner));
      if (limits.onLimit === 'drop-newest') return null;
    }
    const ticket = this.list?.add(owner, key) ?? UNTRACKED;
    this.open++;
    pool.runs++;
    pool.weight += this.weight;
    if (kind !== null) this.dropOldest(ticket, kind);
    return ticket;
  }

  /** A run is over. */
  end(ticket: Ticket): void {
    if (ticket !== UNTRACKED && this.list?.remove(ticket) !== true) return;
    this.open--;
    this.setup.pool.runs--;
    this.setup.pool.weight -= this.weight;
  }

  /**
   * Asks to keep one more element where `size` are kept. `grow`: keep it, and count it by `hold`; `replace`: keep it in
   * place of the oldest; `leave`: do not keep it.
   */
  keep(kind: 'repeat' | 'distinct' | 'held', size: number, owner: Slots): 'grow' | 'replace' | 'leave' {
    const { limits, pool } = this.setup;
    let over: LimitKind | null = null;
    if (size >= this.sizeMax(kind)) over = kind;
    else if (pool.held >= (limits.heldTotalMax ?? LIMITS.heldTotalMax)) over = 'held';
    if (over === null) return 'grow';
    new LimitReporter(this.setup).reach(over, over === 'held' ? pool.held : size, this.slots(owner));
    return limits.onLimit === 'drop-oldest' && size > 0 ? 'replace' : 'leave';
  }

  private slots(owner: Slots): readonly Slot[] {
    return typeof owner === 'number' ? this.user.slotsOf(owner) : owner;
  }

  /** Elements kept (positive) or let go (negative). */
  hold(change: number): void {
    this.held += change;
    this.setup.pool.held += change;
  }

  /** Asks to make `count` matches at once; the number that may be made. */
  matches(count: number, slots: readonly Slot[]): number {
    const max = LIMITS.matchesPerEventMax;
    if (count <= max) return count;
    new LimitReporter(this.setup).reach('matches', max, slots);
    return max;
  }

  /** Takes up a run of a snapshot, as `ticketState` gave it; they come in ascending order. */
  adopt(owner: unknown, [order, key]: TicketState): Ticket {
    this.open++;
    this.setup.pool.runs++;
    this.setup.pool.weight += this.weight;
    return this.list?.add(owner, key, order < 0 ? undefined : order) ?? UNTRACKED;
  }

  private keyFor(owner: unknown): MapKey | null {
    const list = this.list as RunList;
    const key = this.setup.keyOf(this.user.slotsOf(owner));
    const isCounted = key !== null && (list.sizeOf(key) > 0 || list.keys < LIMITS.limitKeysMax);
    return isCounted ? key : null;
  }

  private overLimit(key: MapKey | null): LimitKind | null {
    const perKey = this.setup.limits.openRunsPerKeyMax;
    if (key !== null && perKey !== null && (this.list as RunList).sizeOf(key) >= perKey) return 'key-runs';
    if (this.open >= this.runsMax) return 'runs';
    const { runs, weight } = this.setup.pool;
    return runs >= this.totalMax || weight >= this.weightMax ? 'total-runs' : null;
  }

  private sizeAt(kind: LimitKind): number {
    if (kind === 'total-runs') return this.setup.pool.runs;
    return kind === 'key-runs' ? (this.setup.limits.openRunsPerKeyMax ?? 0) : this.open;
  }

  private sizeMax(kind: 'repeat' | 'distinct' | 'held'): number {
    const { limits } = this.setup;
    if (kind === 'repeat') return limits.repeatEventsMax ?? LIMITS.repeatEventsMax;
    if (kind === 'distinct') return limits.distinctKeysMax ?? LIMITS.distinctKeysMax;
    return Number.POSITIVE_INFINITY;
  }

  private dropOldest(newest: Ticket, kind: LimitKind): void {
    const list = this.list as RunList;
    const oldest = kind === 'key-runs' ? list.oldestOf(newest.key as MapKey) : list.oldest;
    if (oldest === null || oldest === newest) return;
    this.user.drop(oldest.owner);
    assert(!oldest.isOpen, 'a dropped run is still open');
  }
}

/** A node of the tree matcher takes the memory of about so many runs of the linear one. */
const NODE_WEIGHT = 5;

/** Ticket of the runs whose order does not matter. */
const UNTRACKED: Ticket = {
  owner: null,
  key: null,
  order: -1,
  older: null,
  newer: null,
  olderOfKey: null,
  newerOfKey: null,
  isOpen: true,
};

/** A ticket in a snapshot. */
export type TicketState = readonly [order: number, key: MapKey | null];

/** A ticket as JSON. */
export function ticketState({ order, key }: Ticket): TicketState {
  return [order, key];
}
