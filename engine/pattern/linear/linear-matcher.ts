import type { EventRecord } from '../../event/record.ts';
import type { Slot } from '../../expr/evaluate.ts';
import type { MatcherHost, PatternMatcher } from '../matcher.ts';
import { type BudgetUser, RunBudget } from '../run-budget.ts';
import type { EventReader, EventWriter } from '../snapshot.ts';
import { DeadlineList, type Deadlines } from './deadline-list.ts';
import { DeadlineTimers } from './deadline-timers.ts';
import { EventHits, type HitPart } from './event-hits.ts';
import { HeldByRun } from './held-by-run.ts';
import { KeyIds } from './key-ids.ts';
import { type LinearSnapshot, type LinearState, readRuns, writeRuns } from './linear-snapshot.ts';
import type { Copy, Move, ReadyDistinct, ReadyEdge, ReadyOutcome, ReadyState } from './moves.ts';
import type { Clock, LinearProgram } from './program.ts';
import type { ReadyProgram } from './ready-program.ts';
import { FREE, RunTable } from './run-table.ts';
import { WaitIndex } from './wait-index.ts';

/**
 * Runs patterns whose automaton `build.ts` can make; gives the same matches at the same times as the tree matcher.
 *
 * Runs do not know of each other, so each hit and each deadline concerns one run. An event costs O(1) for each atom it
 * passes and each run it advances, a deadline O(1); runs that neither concerns are not touched.
 */
export class LinearMatcher implements PatternMatcher, BudgetUser {
  readonly treeNodes = null;
  private readonly program: LinearProgram;
  private readonly host: MatcherHost;
  private readonly table: RunTable;
  /** Null when no atom waits by a key. */
  private readonly keys: KeyIds | null;
  private readonly states: readonly ReadyState[];
  private readonly waits: readonly WaitIndex[];
  private readonly deadlines: readonly Deadlines[];
  /** Whether a deadline can be over when it is set. */
  private readonly canBeDueAtOnce: boolean;
  private readonly budget: RunBudget;
  private readonly held: HeldByRun;
  private readonly hits: EventHits;
  /** Slot and event that the edge at work binds; slot −1: none. Fields, because they pass through many hands. */
  private bind = -1;
  private event: EventRecord | null = null;

  constructor({ program, states, atoms, hasKeys, orders }: ReadyProgram, host: MatcherHost) {
    this.program = program;
    this.host = host;
    const table = new RunTable(program);
    this.table = table;
    this.states = states;
    this.keys = hasKeys ? new KeyIds() : null;
    this.budget = new RunBudget(host.budget, this);
    this.held = new HeldByRun(this.budget, host.env);
    const { keys } = this;
    const { env } = host;
    this.waits = atoms.map((atom) => new WaitIndex(atom, { table, keys, env }));
    this.hits = new EventHits(orders, this.waits);
    this.deadlines = program.clocks.map((clock) => {
      const kind = clock.durationTicks === null ? DeadlineTimers : DeadlineList;
      return new kind(clock, table, host, (run) => this.due(run));
    });
    this.canBeDueAtOnce = program.clocks.some(({ durationTicks }) => durationTicks === null);
  }

  drop(run: unknown): void {
    this.end(run as number, this.stateOf(run as number));
  }

  /** Number of open runs. */
  get openRuns(): number {
    return this.table.size;
  }

  start(): void {
    const run = this.table.allocate();
    const { entry } = this.program;
    const { atoms, clocks } = this.states[entry] as ReadyState;
    this.table.setState(run, entry);
    this.begin(run, atoms, clocks);
  }

  collect(atom: number, event: EventRecord): void {
    this.hits.collect(atom, event);
  }

  dispatch(): void {
    const { hits } = this;
    if (hits.size === 0) return;
    if (hits.size > 1) hits.sort();
    try {
      for (let i = 0; i < hits.size; i++) this.act(hits.next(i));
    } finally {
      hits.clear();
      this.keys?.sweep();
    }
  }

  /** With `@DiscardPartialsOnMatch` only patterns are built for this matcher whose runs hold no events. */
  discard(): void {}

  stop(): void {
    for (let run = 0; run < this.table.end; run++) {
      const state = this.states[this.table.stateOf(run)];
      if (state !== undefined) this.end(run, state);
    }
    this.keys?.clear();
  }

  snapshot(writer: EventWriter): LinearSnapshot {
    return writeRuns(this.changing(), writer);
  }

  restore(state: unknown, reader: EventReader): void {
    readRuns(state as LinearSnapshot, this.changing(), reader);
  }

  private changing(): LinearState {
    const { table, states, waits, deadlines, held, budget } = this;
    return { table, states, waits, deadlines, seen: held.seen, budget };
  }

  private act(part: HitPart): void {
    const { runs, ages } = this.hits;
    const { atom, event } = part;
    for (let i = part.from; i < part.to; i++) this.actOn(runs[i] as number, ages[i] as number, atom, event);
    if (part.copies.length === 0) return;
    for (const { run, age } of part.copies) this.actOn(run, age, atom, event);
    part.copies.length = 0;
  }

  private actOn(run: number, age: number, atom: number, event: EventRecord): void {
    // An earlier hit of this event may have ended the wait.
    if (!(this.waits[atom] as WaitIndex).stillWaits(run, age)) return;
    const state = this.stateOf(run);
    this.follow(run, state, state.byAtom[atom] as ReadyEdge, event);
  }

  /** Deadlines of a run: the earliest acts, of equal ones that which was set first. */
  private due(run: number): void {
    const { table, program } = this;
    const state = this.stateOf(run);
    let first = -1;
    let least = Number.POSITIVE_INFINITY;
    for (const clock of state.clocks) {
      const lane = (program.clocks[clock] as { lane: number }).lane;
      const at = table.dueOf(run, lane);
      if (at < least) {
        least = at;
        first = clock;
      }
    }
    (this.deadlines[first] as Deadlines).stop(run);
    this.follow(run, state, state.byClock[first] as ReadyEdge, null);
  }

  private follow(run: number, state: ReadyState, edge: ReadyEdge, event: EventRecord | null): void {
    const { table } = this;
    const { bind, outcome } = edge;
    this.bind = bind;
    this.event = event;
    switch (edge.kind) {
      case 'take':
      case 'timeout':
        this.complete(run, state, outcome);
        return;
      case 'kill':
        this.fail(run, state, outcome.move as Move);
        return;
      case 'side': {
        const { all, done } = state.sides as { all: number; done: ReadyOutcome };
        if (bind >= 0) (table.slots[bind] as Slot[])[run] = event;
        this.bind = -1;
        const sides = table.countOf(run) | edge.bit;
        table.setCount(run, sides);
        this.stopWaiting(run, state, edge);
        if (sides === all) this.complete(run, state, done);
        return;
      }
      case 'round':
        this.bind = -1;
        this.round(run, state, event as EventRecord);
        return;
      default: {
        const { low, done, fail } = state.repeat as NonNullable<ReadyState['repeat']>;
        if (table.countOf(run) < low) this.fail(run, state, fail);
        else this.complete(run, state, done);
      }
    }
  }

  /** A side of an `and` happens once. */
  private stopWaiting(run: number, state: ReadyState, edge: ReadyEdge): void {
    const atom = state.byAtom.indexOf(edge);
    if (atom >= 0) (this.waits[atom] as WaitIndex).unlink(run);
  }

  private round(run: number, state: ReadyState, event: EventRecord): void {
    const { table } = this;
    const { slot, high, low, isTight, atom, done } = state.repeat as NonNullable<ReadyState['repeat']>;
    if (slot >= 0) {
      const column = table.slots[slot] as Slot[];
      const rounds = (column[run] ?? []) as EventRecord[];
      column[run] = rounds;
      this.held.collect(run, rounds, event);
    }
    const count = table.countOf(run) + 1;
    table.setCount(run, count);
    if (isTight && count === low) this.complete(run, state, done);
    else if (count >= high) (this.waits[atom] as WaitIndex).unlink(run);
  }

  private complete(run: number, state: ReadyState, { copy, move, distinct }: ReadyOutcome): void {
    const { bind, event } = this;
    if (copy !== null && this.isNew(run, state, distinct)) {
      if (copy.isMatch) this.host.onMatch(this.boundBy(run, state));
      else this.copy(run, state, copy);
    }
    // A limit may have ended the run in favour of its own branch.
    if (move === null || this.table.stateOf(run) === FREE) return;
    if (move.kind === 'match') {
      const slots = this.boundBy(run, state);
      this.end(run, state);
      this.host.onMatch(slots);
      return;
    }
    if (bind >= 0 && !move.isRestart) (this.table.slots[bind] as Slot[])[run] = event;
    this.move(run, move);
  }

  private fail(run: number, state: ReadyState, move: Move): void {
    if (move.kind === 'end') this.end(run, state);
    else {
      this.held.forget(run);
      this.move(run, move);
    }
  }

  private move(run: number, move: Move): void {
    const { table, waits, deadlines } = this;
    const { unlink, link, keyFrom, stop, clear } = move;
    const keys = KNOWN_KEYS;
    for (let i = 0; i < link.length; i++) {
      const from = keyFrom[i] as number;
      keys[i] = from < 0 ? -1 : (waits[from] as WaitIndex).keyOf(run);
    }
    if (move.isRestart) this.held.letGo(run);
    for (let i = 0; i < unlink.length; i++) (waits[unlink[i] as number] as WaitIndex).unlink(run);
    for (let i = 0; i < stop.length; i++) (deadlines[stop[i] as number] as Deadlines).stop(run);
    for (let i = 0; i < clear.length; i++) (table.slots[clear[i] as number] as Slot[])[run] = null;
    table.setState(run, move.state);
    table.setCount(run, 0);
    for (let i = 0; i < link.length; i++) {
      const wait = waits[link[i] as number] as WaitIndex;
      const key = keys[i] as number;
      if (key < 0) wait.link(run);
      else wait.linkBy(run, key);
    }
    this.begin(run, NONE, move.start);
  }

  private begin(run: number, link: readonly number[], start: readonly number[]): void {
    const { waits, deadlines } = this;
    for (let i = 0; i < link.length; i++) (waits[link[i] as number] as WaitIndex).link(run);
    for (let i = 0; i < start.length; i++) (deadlines[start[i] as number] as Deadlines).start(run);
    if (this.canBeDueAtOnce && start.length > 0) this.followDue(run, start);
  }

  /** An interval that is not positive is over at once; a guard like that waits for its timer. */
  private followDue(run: number, started: readonly number[]): void {
    const { table, program, bind, event } = this;
    const now = this.host.env.now;
    const at = table.stateOf(run);
    for (const clock of started) {
      const { lane, durationTicks } = program.clocks[clock] as Clock;
      const due = table.dueOf(run, lane);
      if (durationTicks !== null || !(due <= now)) continue;
      const state = this.stateOf(run);
      const edge = state.byClock[clock] as ReadyEdge;
      if (edge.kind === 'kill') continue;
      (this.deadlines[clock] as Deadlines).stop(run);
      this.follow(run, state, edge, null);
      if (table.stateOf(run) !== at) break;
    }
    this.bind = bind;
    this.event = event;
  }

  private copy(run: number, state: ReadyState, copy: Copy): void {
    const { table, bind, event } = this;
    const made = table.allocate();
    for (const slot of state.bound) {
      const column = table.slots[slot] as Slot[];
      column[made] = column[run] ?? null;
    }
    if (bind >= 0) (table.slots[bind] as Slot[])[made] = event;
    table.setState(made, copy.state);
    for (const clock of copy.inherit) (this.deadlines[clock] as Deadlines).inherit(made, run);
    const ticket = this.budget.begin(made);
    if (ticket === null) this.end(made, this.stateOf(made));
    else {
      table.tickets[made] = ticket;
      this.begin(made, copy.link, copy.start);
    }
    if (this.hits.size > 1 && copy.shared.length > 0) this.hits.share(run, made, copy.shared);
  }

  private end(run: number, { atoms, clocks, bound }: ReadyState): void {
    const { waits, deadlines } = this;
    for (let i = 0; i < atoms.length; i++) (waits[atoms[i] as number] as WaitIndex).unlink(run);
    for (let i = 0; i < clocks.length; i++) (deadlines[clocks[i] as number] as Deadlines).stop(run);
    this.held.forget(run);
    this.held.letGo(run);
    const ticket = this.table.tickets[run] ?? null;
    if (ticket !== null) {
      this.budget.end(ticket);
      this.table.tickets[run] = null;
    }
    this.table.release(run, bound);
  }

  private isNew(run: number, state: ReadyState, distinct: ReadyDistinct | null): boolean {
    return distinct === null || this.held.isNew(run, distinct, this.boundBy(run, state));
  }

  private stateOf(run: number): ReadyState {
    return this.states[this.table.stateOf(run)] as ReadyState;
  }

  /** Tags of a run as they are, without what the edge at work binds. */
  slotsOf(run: unknown): Slot[] {
    const { bind } = this;
    this.bind = -1;
    const slots = this.boundBy(run as number, this.stateOf(run as number));
    this.bind = bind;
    return slots;
  }

  private boundBy(run: number, state: ReadyState): Slot[] {
    const { bind, event } = this;
    const { slots } = this.table;
    const all = new Array<Slot>(slots.length).fill(null);
    const { bound } = state;
    for (let i = 0; i < bound.length; i++) {
      const slot = bound[i] as number;
      all[slot] = (slots[slot] as Slot[])[run] ?? null;
    }
    if (bind >= 0) all[bind] = event;
    return all;
  }
}

const NONE: readonly number[] = [];
/** Keys of the run on the move, read before it leaves its lists. One for all matchers: nothing else runs meanwhile. */
const KNOWN_KEYS: number[] = [];
