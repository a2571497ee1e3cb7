import { unreachable } from '../core/assert.ts';
import { EventRecord, setField, type Value } from '../event/record.ts';
import { compilePredicate, type Env, type Predicate, type QueryFrame, type Slot } from '../expr/evaluate.ts';
import { CURRENT } from '../expr/ir.ts';
import { ContainedSelection } from '../pattern/contained.ts';
import type { EventReader, EventWriter } from '../pattern/snapshot.ts';
import type {
  InputPlan,
  PatternInput,
  QueryPlan,
  StatementPlan,
  StoreInput,
  StreamInput,
} from '../plan/plan.ts';

import { type Item, MatchRecord } from './item.ts';
import { originsOfSlots } from './origins.ts';
import { PatternRun } from './pattern-run.ts';
import type { StatementAtom, StatementHost } from './statement.ts';
import { RowAccess } from './store/row-access.ts';
import type { RowStore, StoreConsumer, StoreReader } from './store/row-store.ts';
import { NO_ITEMS } from './view/view.ts';

/** Where the items of a query come from: a stream, a pattern, or a named window. */
export interface QuerySource {
  readonly atoms: readonly StatementAtom[];
  start(): void;
  onAtom(atom: number, event: EventRecord): void;
  /** Gives on what an event, or the timers of one time, completed. */
  flush(): void;
  /** The items present, where the source knows them: the rows of a named window. */
  items?(): Iterable<Item>;
  stop(): void;
  snapshot(writer: EventWriter): unknown;
  restore(state: unknown, reader: EventReader): void;
}

/** Gets items that enter and leave together. What a stream or pattern gives never leaves. */
export type ItemTarget = (added: readonly Item[], removed: readonly Item[]) => void;

/** Whom a source works for. */
export interface SourceOwner extends StoreReader {
  readonly plan: StatementPlan;
}

/** Makes the source of an input of a statement. */
export function createSource(
  input: InputPlan,
  owner: SourceOwner,
  host: StatementHost,
  target: ItemTarget,
): QuerySource {
  switch (input.kind) {
    case 'stream':
      return new StreamSource(input, host, target);
    case 'pattern':
      return new PatternSource(input, owner.plan, host, target);
    case 'store':
      return new StoreSource(input, owner, host, target);
    default:
      return unreachable(input);
  }
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
      this.target([event], NO_ITEMS);
      return;
    }
    const inner = this.contained.select(event, this.env);
    if (inner.length > 0) this.target(inner, NO_ITEMS);
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
  private readonly target: ItemTarget;
  private readonly isHeard: boolean;
  private readonly isOrdered: boolean;
  private readonly itemOf: (slots: readonly Slot[]) => Item;

  constructor(input: PatternInput, plan: StatementPlan, host: StatementHost, target: ItemTarget) {
    this.run = new PatternRun(plan, input, host);
    this.atoms = this.run.atoms;
    this.target = target;
    this.isHeard = plan.query.insertInto !== null || host.isHeard === true;
    this.isOrdered = plan.query.orderBy.length > 0;
    this.itemOf = itemMaker(input, host);
  }

  start(): void {
    this.run.start(this.isHeard);
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
    const items = this.run.take().map(({ slots }) => this.itemOf(slots));
    // Matches enter one by one, but those of one event are put in order together.
    if (this.isOrdered && items.length > 0) this.target(items, NO_ITEMS);
    else for (const item of items) this.target([item], NO_ITEMS);
  }
}

/**
 * Rows of a named window that pass the filter, as they enter and leave it. It begins with those present at its start. The
 * rows of a table neither enter nor leave: there is something to see only for whoever pulls.
 */
class StoreSource implements QuerySource, StoreConsumer {
  readonly atoms: readonly StatementAtom[] = [];
  readonly owner: StoreReader;
  private readonly store: RowStore;
  private readonly filter: Predicate | null;
  private readonly env: Env;
  private readonly frame: QueryFrame | null;
  private readonly target: ItemTarget;

  private readonly contained: ContainedSelection | null;
  /** Of a query that is asked once: where the rows are looked for that its condition can hold for. */
  private readonly access: RowAccess | null;
  /** Whether the rows present at its start are its first; for a query that is asked once also those of a batch window. */
  private readonly beginsWithRows: boolean;

  constructor(input: StoreInput, owner: SourceOwner, host: StatementHost, target: ItemTarget) {
    const { store, filter, contained } = input;
    this.owner = owner;
    this.store = host.store(store);
    this.filter = filter === null ? null : compilePredicate(filter, host.backend);
    this.env = host.env;
    this.frame = host.subqueries?.frame ?? null;
    this.target = target;
    this.contained = contained === null ? null : new ContainedSelection(contained, host.backend, host);
    this.access = host.isOnDemand === true ? accessOf(input, this.store, owner.plan.query, host) : null;
    const isAsked = host.isOnDemand === true && this.store.plan.kind === 'window';
    this.beginsWithRows = this.store.beginsWithRows || isAsked;
    this.store.subscribe(this);
  }

  start(): void {
    if (this.beginsWithRows) this.update([...this.rows()], NO_ITEMS);
  }

  update(added: readonly EventRecord[], removed: readonly EventRecord[]): void {
    const [entering, leaving] = [this.passing(added), this.passing(removed)];
    if (entering.length > 0 || leaving.length > 0) this.target(entering, leaving);
  }

  items(): Iterable<Item> {
    const isWhole = this.filter === null && this.contained === null;
    return isWhole ? this.rows() : this.passing([...this.rows()]);
  }

  onAtom(): void {}

  flush(): void {}

  stop(): void {
    this.store.unsubscribe(this);
  }

  snapshot(): unknown {
    return null;
  }

  restore(): void {}

  private rows(): Iterable<EventRecord> {
    if (this.access === null) return this.store.rows();
    this.env.frame = this.frame;
    const rows = this.access.rows(NO_SLOTS);
    return rows instanceof EventRecord ? [rows] : rows;
  }

  private passing(rows: readonly EventRecord[]): readonly EventRecord[] {
    const { filter, contained, env } = this;
    if ((filter === null && contained === null) || rows.length === 0) return rows;
    env.frame = this.frame;
    const passing = filter === null ? rows : rows.filter((row) => filter(row, NO_SLOTS, env));
    return contained === null ? passing : passing.flatMap((row) => contained.select(row, env));
  }
}

/** What contained-event selection makes of a row is no row of an index. */
function accessOf(
  input: StoreInput,
  store: RowStore,
  query: QueryPlan,
  host: StatementHost,
): RowAccess | null {
  const at = query.inputs.indexOf(input);
  // The input of a subquery has nothing to do with the condition of the query around it.
  if (input.contained !== null || at < 0) return null;
  const slot = query.inputs.length === 1 ? CURRENT : at;
  const { env, backend } = host;
  return new RowAccess({ condition: query.where, slot }, store, { env, backend, isOnce: true });
}

const NO_SLOTS: readonly Slot[] = [];

/** In a join a match is an event whose fields are its tags. */
function itemMaker({ matchType }: PatternInput, host: StatementHost): (slots: readonly Slot[]) => Item {
  const { env } = host;
  if (matchType < 0) return (slots) => new MatchRecord(slots, env.now);
  return (slots) => {
    const event = new (host.recordClass(matchType))(matchType, env.now, -1, -1);
    for (let i = 0; i < slots.length; i++) setField(event, i, slots[i] as Value);
    event.origins = originsOfSlots(slots);
    return event;
  };
}
