import { assert } from '../core/assert.ts';
import { LIMITS, LimitError, type PatternLimits } from '../core/limits.ts';
import type { Notice } from '../core/notice.ts';
import type { Slot } from '../expr/evaluate.ts';
import { formatTimestamp } from '../time/timestamp.ts';
import type { MapKey } from './program.ts';
import { RunList, type Ticket } from './run-list.ts';

/** What the patterns of one shard keep together. */
export interface RunPool {
  runs: number;
  held: number;
  /** How often a limit of a rule dropped something. */
  readonly drops: LimitCount[];
}

/** A counter of what limits dropped. */
export interface LimitCount {
  readonly statement: number;
  readonly kind: LimitKind;
  count: number;
}

/** Stable name of the notices of a limit. */
export function limitCode(kind: LimitKind): string {
  return `${kind}-limit`;
}

/** What a limit bounds. */
export type LimitKind = 'runs' | 'key-runs' | 'total-runs' | 'repeat' | 'distinct' | 'held' | 'matches';

/** How to set up the budget of a rule. */
export interface BudgetSetup {
  readonly limits: PatternLimits;
  readonly pool: RunPool;
  readonly statement: number;
  /** Name of the rule, for messages. */
  readonly rule: string;
  /** Key of a partial match for messages and for the bound per key; null when it is not known yet. */
  keyOf(slots: readonly Slot[]): MapKey | null;
  /** Epoch ms, for messages. */
  now(): number;
  notice(notice: Notice): void;
}

/** Tags for a message, or the number of a run that has them. */
type Slots = readonly Slot[] | number;

/** What a budget needs to know of the matcher it is for. */
export interface BudgetUser {
  /** Runs of the tree matcher cost more memory, so that fewer are allowed unless a bound is given. */
  readonly isTree: boolean;
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
  private open = 0;
  private held = 0;

  constructor(setup: BudgetSetup, user: BudgetUser) {
    const { openRunsMax, openRunsTotalMax, openRunsPerKeyMax, onLimit } = setup.limits;
    this.setup = setup;
    this.user = user;
    this.list = onLimit === 'drop-oldest' || openRunsPerKeyMax !== null ? new RunList() : null;
    this.runsMax = openRunsMax ?? (user.isTree ? LIMITS.treeRunsMax : LIMITS.openRunsMax);
    this.totalMax = openRunsTotalMax ?? (user.isTree ? LIMITS.treeRunsTotalMax : LIMITS.openRunsTotalMax);
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
      if (limits.onLimit === 'fail') throw this.error(kind, this.user.slotsOf(owner));
      this.count(kind, this.user.slotsOf(owner));
      if (limits.onLimit === 'drop-newest') return null;
    }
    const ticket = this.list?.add(owner, key) ?? UNTRACKED;
    this.open++;
    pool.runs++;
    if (kind !== null) this.dropOldest(ticket, kind);
    return ticket;
  }

  /** A run is over. */
  end(ticket: Ticket): void {
    if (ticket !== UNTRACKED && this.list?.remove(ticket) !== true) return;
    this.open--;
    this.setup.pool.runs--;
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
    const slots = this.slots(owner);
    if (limits.onLimit === 'fail') throw this.error(over, slots);
    this.count(over, slots);
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
    if (this.setup.limits.onLimit === 'fail') throw this.error('matches', slots);
    this.count('matches', slots);
    return max;
  }

  /** Takes up a run of a snapshot, as `ticketState` gave it; they come in ascending order. */
  adopt(owner: unknown, [order, key]: TicketState): Ticket {
    this.open++;
    this.setup.pool.runs++;
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
    return this.setup.pool.runs >= this.totalMax ? 'total-runs' : null;
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

  private count(kind: LimitKind, slots: readonly Slot[]): void {
    const { limits, statement, rule } = this.setup;
    const counter = this.counterOf(kind);
    const count = ++counter.count;
    // One notice for the first, the tenth, the hundredth …: a rule at its limit drops something with every event.
    if (!/^10*$/.test(String(count))) return;
    const which = limits.onLimit === 'drop-oldest' ? 'oldest' : 'newest';
    const text = `the rule \`${rule}\` ${this.describe(kind, slots)}: the ${which} is dropped, ${count} so far`;
    this.setup.notice({ code: limitCode(kind), statement, count, text });
  }

  private counterOf(kind: LimitKind): LimitCount {
    const { pool, statement } = this.setup;
    const known = pool.drops.find((one) => one.kind === kind && one.statement === statement);
    if (known !== undefined) return known;
    const counter: LimitCount = { statement, kind, count: 0 };
    pool.drops.push(counter);
    return counter;
  }

  private error(kind: LimitKind, slots: readonly Slot[]): LimitError {
    const { rule } = this.setup;
    return new LimitError(`the rule \`${rule}\` ${this.describe(kind, slots)}; ${ADVICE[kind]}`);
  }

  private describe(kind: LimitKind, slots: readonly Slot[]): string {
    const { limits } = this.setup;
    const key = this.setup.keyOf(slots);
    const by = key === null ? '' : `, now for the key \`${key}\``;
    const at = ` at ${formatTimestamp(this.setup.now())}`;
    switch (kind) {
      case 'runs':
        return `has ${this.open} open runs${by}${at}`;
      case 'key-runs':
        return `has ${limits.openRunsPerKeyMax} open runs for the key \`${key}\`${at}`;
      case 'total-runs':
        return `reaches the limit of all rules together, ${this.setup.pool.runs} open runs${by}${at}`;
      case 'repeat':
        return `has ${this.sizeMax(kind)} events in one repeat${by}${at}`;
      case 'distinct':
        return `has ${this.sizeMax(kind)} keys in one \`every-distinct\`${by}${at}`;
      case 'held':
        return `reaches the limit of events and keys that all patterns keep, ${this.setup.pool.held}${by}${at}`;
      case 'matches':
        return `has more than ${LIMITS.matchesPerEventMax} matches by one event${by}${at}`;
    }
  }
}

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

const END_WAITS = 'end its waits by time (`where timer:within(…)`), or raise the limit';

const ADVICE: Readonly<Record<LimitKind, string>> = {
  runs: END_WAITS,
  'key-runs': END_WAITS,
  'total-runs': END_WAITS,
  repeat: 'give the repeat an upper bound or an end by time, or raise the limit',
  distinct: 'let keys expire (`every-distinct(key, 1 hour)`), or raise the limit',
  held: 'bound its repeats and let keys of `every-distinct` expire, or raise the limit',
  matches: 'an `and` of several `every` combines every event of one side with every one of the others',
};
