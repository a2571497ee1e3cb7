import type { EventRecord, RecordClass, Value } from '../event/record.ts';
import type { EventType } from '../event/types.ts';
import type { Backend, Env, Slot } from '../expr/evaluate.ts';
import type { Expr } from '../expr/ir.ts';
import { ContainedSelection, type EventMaker } from '../pattern/contained.ts';
import { addHeld, withoutOverlaps } from '../pattern/held-events.ts';
import type { MatcherHost, PatternMatcher } from '../pattern/matcher.ts';
import { type MatcherChoice, PlannedPattern } from '../pattern/planner.ts';
import type { EventReader, EventWriter } from '../pattern/snapshot.ts';
import type { InsertPlan, PatternInput, StatementPlan, StreamInput } from '../plan/plan.ts';
import type { TimerQueue } from '../time/timer-queue.ts';
import { compareOldest, compareOrigins, originsOf, originsOfSlots } from './origins.ts';
import { Projection } from './projection.ts';
import { Split } from './split.ts';

/** What a statement needs from its shard. */
export interface StatementHost {
  readonly env: Env;
  readonly timers: TimerQueue;
  readonly backend: Backend;
  /** `tree` makes every pattern run on the tree matcher; default `auto`. */
  readonly matcher: MatcherChoice;
  readonly types: readonly EventType[];
  recordClass(type: number): RecordClass;
  /** Makes an event of a stream from the values of its columns. */
  derive(insert: InsertPlan, values: readonly Value[], origins: readonly EventRecord[]): void;
  /** A row that leaves the statement, with the admitted events behind it. What it feeds gets its events by `derive`. */
  onRow(
    plan: StatementPlan,
    values: readonly Value[],
    origins: readonly EventRecord[],
    kind?: 'insert' | 'remove',
  ): void;
}

/** A filter of a statement as the dispatcher sees it: `onAtom` is called with its number for each event that passes. */
export interface StatementAtom {
  readonly type: number;
  readonly own: Expr | null;
}

/**
 * One running statement. For an event that passes some of its atoms it gets `onAtom` for each of them, then `onEvent`
 * once. Timers reach it through the shard's queue.
 */
export interface RunningStatement {
  readonly plan: StatementPlan;
  readonly atoms: readonly StatementAtom[];
  start(): void;
  onAtom(atom: number, event: EventRecord): void;
  onEvent(): void;
  /** Called after timers of this statement ran. */
  onTimers(): void;
  stop(): void;
  /** The rows that a pull gives now, each as the values of the columns; absent: it cannot be pulled. */
  rows?(): readonly (readonly Value[])[];
  snapshot(writer: EventWriter): unknown;
  restore(state: unknown, reader: EventReader): void;
}

const NO_SLOTS: readonly Slot[] = [];

function emitRow(
  plan: StatementPlan,
  host: StatementHost,
  values: readonly Value[],
  origins: readonly EventRecord[],
): void {
  const { insertInto } = plan.query;
  if (insertInto !== null) host.derive(insertInto, values, origins);
  host.onRow(plan, values, origins);
}

function splitOf({ query }: StatementPlan, host: StatementHost): Split | null {
  return query.split === null ? null : new Split(query.split, host.backend, host);
}

/** `select … from Type(filter) where …`: stateless. */
export class StreamStatement implements RunningStatement {
  readonly plan: StatementPlan;
  readonly atoms: readonly StatementAtom[];
  private readonly host: StatementHost;
  private readonly projection: Projection;
  private readonly contained: ContainedSelection | null;
  private readonly split: Split | null;

  constructor(plan: StatementPlan, input: StreamInput, host: StatementHost) {
    this.plan = plan;
    this.host = host;
    this.atoms = [{ type: input.type, own: input.filter }];
    this.projection = new Projection(plan.query, host.backend);
    const { contained } = input;
    this.contained = contained === null ? null : new ContainedSelection(contained, host.backend, host);
    this.split = splitOf(plan, host);
  }

  start(): void {}

  onAtom(_atom: number, event: EventRecord): void {
    if (this.contained === null) this.emit(event);
    else for (const inner of this.contained.select(event, this.host.env)) this.emit(inner);
  }

  private emit(event: EventRecord): void {
    const { split, host } = this;
    if (split?.route({ event, slots: NO_SLOTS }, originsOf(event), host.env, host.derive.bind(host)) === true)
      return;
    const values = this.projection.project(event, NO_SLOTS, this.host.env);
    if (values !== null) emitRow(this.plan, host, values, originsOf(event));
  }

  onEvent(): void {}

  onTimers(): void {}

  stop(): void {}

  /** A stream keeps nothing. */
  rows(): readonly [] {
    return [];
  }

  snapshot(): unknown {
    return null;
  }

  restore(): void {}
}

/** `select … from pattern […]`: matches made by one event, or at one time step, leave in the order of their origins. */
export class PatternStatement implements RunningStatement, MatcherHost {
  readonly plan: StatementPlan;
  readonly atoms: readonly StatementAtom[];
  readonly statement: number;
  readonly env: Env;
  readonly timers: TimerQueue;
  readonly maker: EventMaker;
  readonly backend: Backend;
  private readonly host: StatementHost;
  private readonly projection: Projection;
  private readonly planned: PlannedPattern;
  private matcher: PatternMatcher;
  private readonly split: Split | null;
  private readonly input: PatternInput;
  private readonly matches: { slots: readonly Slot[]; origins: readonly EventRecord[] }[] = [];

  constructor(plan: StatementPlan, input: PatternInput, host: StatementHost) {
    this.plan = plan;
    this.input = input;
    this.statement = plan.index;
    this.env = host.env;
    this.timers = host.timers;
    this.maker = host;
    this.backend = host.backend;
    this.host = host;
    this.projection = new Projection(plan.query, host.backend);
    this.planned = new PlannedPattern(input, host.backend, host.matcher);
    this.atoms = this.planned.atoms;
    this.matcher = this.planned.create(this);
    this.split = splitOf(plan, host);
  }

  start(): void {
    this.matcher.start();
    // A pattern that is true as it starts has no one to tell yet, except the stream it feeds.
    if (this.plan.query.insertInto === null && this.split === null) this.matches.length = 0;
    this.flush();
  }

  onMatch(slots: readonly Slot[]): void {
    this.matches.push({ slots, origins: originsOfSlots(slots) });
  }

  onAtom(atom: number, event: EventRecord): void {
    this.matcher.collect(atom, event);
  }

  onEvent(): void {
    this.matcher.dispatch();
    this.flush();
  }

  onTimers(): void {
    this.flush();
  }

  stop(): void {
    this.matcher.stop();
  }

  snapshot(writer: EventWriter): unknown {
    return this.planned.snapshot(this.matcher, writer);
  }

  restore(state: unknown, reader: EventReader): void {
    this.matcher = this.planned.restore(state, this, reader);
  }

  private flush(): void {
    const matches = this.matches;
    if (matches.length === 0) return;
    const { split, host, input } = this;
    // Which of the overlapping ones stays is told by the oldest event, then by the pattern: the order they came in.
    const compare = input.suppressOverlapping ? compareOldest : compareOrigins;
    if (matches.length > 1) matches.sort((a, b) => compare(a.origins, b.origins));
    if (input.discardPartials) {
      const held = new Set<EventRecord>();
      for (const { slots } of matches) addHeld(slots, held);
      this.matcher.discard(held);
    }
    for (const { slots, origins } of input.suppressOverlapping ? withoutOverlaps(matches) : matches) {
      if (split?.route({ event: null, slots }, origins, this.env, host.derive.bind(host)) === true) continue;
      const values = this.projection.project(null, slots, this.env);
      if (values !== null) emitRow(this.plan, host, values, origins);
    }
    matches.length = 0;
  }
}
