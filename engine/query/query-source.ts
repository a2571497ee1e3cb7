import type { EventRecord } from '../event/record.ts';
import type { Env } from '../expr/evaluate.ts';
import { ContainedSelection } from '../pattern/contained.ts';
import type { EventReader, EventWriter } from '../pattern/snapshot.ts';
import type { InputPlan, PatternInput, StatementPlan, StreamInput } from '../plan/plan.ts';

import { type Item, MatchRecord } from './item.ts';
import { PatternRun } from './pattern-run.ts';
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
    this.atoms = [{ type, own: filter, countsRepeats: true }];
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
class PatternSource implements QuerySource {
  readonly atoms: readonly StatementAtom[];
  private readonly run: PatternRun;
  private readonly env: Env;
  private readonly target: ItemTarget;
  private readonly feedsStream: boolean;
  private readonly isOrdered: boolean;

  constructor(input: PatternInput, plan: StatementPlan, host: StatementHost, target: ItemTarget) {
    this.run = new PatternRun(plan, input, host);
    this.atoms = this.run.atoms;
    this.env = host.env;
    this.target = target;
    this.feedsStream = plan.query.insertInto !== null;
    this.isOrdered = plan.query.orderBy.length > 0;
  }

  start(): void {
    this.run.start(this.feedsStream);
    this.give();
  }

  onAtom(atom: number, event: EventRecord): void {
    this.run.collect(atom, event);
  }

  flush(): void {
    this.run.dispatch();
    this.give();
  }

  stop(): void {
    this.run.stop();
  }

  snapshot(writer: EventWriter): unknown {
    return this.run.snapshot(writer);
  }

  restore(state: unknown, reader: EventReader): void {
    this.run.restore(state, reader);
  }

  private give(): void {
    const items = this.run.take().map(({ slots }) => new MatchRecord(slots, this.env.now));
    // Matches enter one by one, but those of one event are put in order together.
    if (this.isOrdered && items.length > 0) this.target(items);
    else for (const item of items) this.target([item]);
  }
}
