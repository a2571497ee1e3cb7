import type { EventRecord } from '../event/record.ts';
import type { Env, Slot } from '../expr/evaluate.ts';
import type { MatcherHost } from '../pattern/matcher.ts';
import { compilePattern } from '../pattern/program.ts';
import type { EventReader, EventWriter } from '../pattern/snapshot.ts';
import { TreeMatcher } from '../pattern/tree/tree-matcher.ts';
import type { InputPlan, PatternInput, StatementPlan, StreamInput } from '../plan/plan.ts';
import type { TimerQueue } from '../time/timer-queue.ts';
import { ContainedSelection } from './contained.ts';
import { type Item, MatchRecord } from './item.ts';
import { compareOrigins } from './origins.ts';
import type { StatementAtom, StatementHost } from './statement.ts';

/** Where the items of a query come from: a stream or a pattern. */
export interface QuerySource {
  readonly atoms: readonly StatementAtom[];
  start(): void;
  onAtom(atom: number, event: EventRecord): void;
  /** Gives on what an event, or the timers of one time, completed. */
  flush(): void;
  stop(): void;
  snapshot(writer: EventWriter): unknown;
  restore(state: unknown, reader: EventReader): void;
}

/** Gets items that enter together. */
export type ItemTarget = (items: readonly Item[]) => void;

/** Makes the source of an input. */
export function createSource(
  input: InputPlan,
  plan: StatementPlan,
  host: StatementHost,
  target: ItemTarget,
): QuerySource {
  return input.kind === 'stream'
    ? new StreamSource(input, host, target)
    : new PatternSource(input, plan, host, target);
}

/** Events of a type that pass the filter, one by one; with contained-event selection those inside it together. */
class StreamSource implements QuerySource {
  readonly atoms: readonly StatementAtom[];
  private readonly target: ItemTarget;
  private readonly contained: ContainedSelection | null;
  private readonly env: Env;

  constructor(input: StreamInput, host: StatementHost, target: ItemTarget) {
    const { type, filter, contained } = input;
    this.atoms = [{ type, own: filter }];
    this.target = target;
    this.env = host.env;
    this.contained = contained === null ? null : new ContainedSelection(contained, host.backend, host);
  }

  start(): void {}

  onAtom(_atom: number, event: EventRecord): void {
    if (this.contained === null) {
      this.target([event]);
      return;
    }
    const inner = this.contained.select(event, this.env);
    if (inner.length > 0) this.target(inner);
  }

  flush(): void {}

  stop(): void {}

  snapshot(): unknown {
    return null;
  }

  restore(): void {}
}

/** Matches of a pattern, in the order of their origins within one event or time step. */
class PatternSource implements QuerySource, MatcherHost {
  readonly atoms: readonly StatementAtom[];
  readonly statement: number;
  readonly env: Env;
  readonly timers: TimerQueue;
  private readonly target: ItemTarget;
  private readonly feedsStream: boolean;
  private readonly matcher: TreeMatcher;
  private matches: MatchRecord[] = [];

  constructor(input: PatternInput, plan: StatementPlan, host: StatementHost, target: ItemTarget) {
    this.statement = plan.index;
    this.env = host.env;
    this.timers = host.timers;
    this.target = target;
    this.feedsStream = plan.query.insertInto !== null;
    const program = compilePattern(input, host.backend);
    this.atoms = program.atoms.map((atom) => ({ type: atom.node.type, own: atom.own }));
    this.matcher = new TreeMatcher(program, this);
  }

  start(): void {
    this.matcher.start();
    // A pattern that is true as it starts has no one to tell yet, except the stream it feeds.
    if (!this.feedsStream) this.matches = [];
    this.flush();
  }

  onMatch(slots: readonly Slot[]): void {
    this.matches.push(new MatchRecord(slots, this.env.now));
  }

  onAtom(atom: number, event: EventRecord): void {
    this.matcher.collect(atom, event);
  }

  flush(): void {
    this.matcher.dispatch();
    const { matches } = this;
    if (matches.length === 0) return;
    this.matches = [];
    if (matches.length > 1) matches.sort((a, b) => compareOrigins(originsIn(a), originsIn(b)));
    for (const match of matches) this.target([match]);
  }

  stop(): void {
    this.matcher.stop();
  }

  snapshot(writer: EventWriter): unknown {
    return this.matcher.snapshot(writer);
  }

  restore(state: unknown, reader: EventReader): void {
    this.matcher.restore(state, reader);
  }
}

function originsIn(match: MatchRecord): readonly EventRecord[] {
  return match.origins ?? [];
}
