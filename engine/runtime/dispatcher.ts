import { type EventView, isOfType, seenThrough, viewOf } from '../event/event-view.ts';
import type { EventRecord, RecordClass } from '../event/record.ts';
import type { EventType } from '../event/types.ts';
import { type Backend, compilePredicate, type Env, type Predicate, type Slot } from '../expr/evaluate.ts';
import { ExpressionFailure } from '../expr/failure.ts';
import { PredicateIndex } from '../plan/predicate-index.ts';
import type { RunningStatement, StatementAtom } from '../query/statement.ts';
import { UpdateStatement } from '../query/update.ts';
import { inOrderOfFilters } from './filter-order.ts';

interface Target {
  readonly statement: RunningStatement;
  readonly atom: number;
  /** How the event looks to the atom; null when it is seen as it is. */
  readonly view: EventView | null;
  /** With a view: the condition, tested on what the view shows. Otherwise the index has tested it. */
  readonly own: Predicate | null;
}

/** How a dispatcher tests conditions, and whom it tells of an expression that fails. */
export interface DispatcherOptions {
  readonly backend: Backend;
  onFailure(statement: number, failure: ExpressionFailure): void;
}

/**
 * Leads an event to the statements it can concern: one predicate index per event type, over the atoms of all
 * statements on that type and its supertypes.
 */
export class Dispatcher {
  private readonly indexes: (PredicateIndex<Target> | null)[];
  /** Statements that change events of a type before the others see them; null when there are none at all. */
  private readonly changes: readonly (readonly Change[])[] | null;
  private readonly matched: Target[] = [];
  private readonly options: DispatcherOptions;

  constructor(
    types: readonly EventType[],
    classes: readonly RecordClass[],
    statements: readonly RunningStatement[],
    options: DispatcherOptions,
  ) {
    this.options = options;
    const { backend } = options;
    const classOf = (type: number) => classes[type] as RecordClass;
    const onFailure = ({ statement }: Target, failure: ExpressionFailure) =>
      options.onFailure(statement.plan.index, failure);
    const byName = new Map(types.map((type, i) => [type.name, i]));
    // The sort is stable: of one priority contexts come first.
    const ranked = [...statements].sort((a, b) => b.plan.priority - a.plan.priority || rankOf(a) - rankOf(b));
    // Changes of higher priority come last, so that they prevail.
    const updates = statements
      .map((one) => one.inner ?? one)
      .filter((one) => one instanceof UpdateStatement)
      .sort((a, b) => a.plan.priority - b.plan.priority);
    this.changes =
      updates.length === 0
        ? null
        : types.map((type) => {
            const applied = updates.filter(({ type: of }) => isOfType(type, types[of] as EventType));
            return applied.map((update) => ({ update, view: viewOf(type, update.type, types, classOf) }));
          });
    this.indexes = types.map((type, i) => {
      const seenAs = [i, ...type.supertypes.map((name) => byName.get(name) ?? -1)];
      const atoms = inOrderOfFilters(ranked, types, seenAs).map(({ statement, at }) => {
        const atom = statement.atoms[at] as StatementAtom;
        const view = viewOf(type, atom.type, types, classOf);
        const own = view === null ? null : compilePredicate(atom.own, backend);
        const target: Target = { statement, atom: at, view, own };
        const { countsRepeats = false } = atom;
        return { own: view === null ? atom.own : null, target, countsRepeats };
      });
      return atoms.length === 0 ? null : new PredicateIndex(atoms, backend, onFailure);
    });
  }

  /** Whether any statement looks at events of the type. */
  consumes(type: number): boolean {
    return (this.indexes[type] ?? null) !== null;
  }

  /**
   * Gives the event to every statement whose atoms it passes, in the order of priority and of the filters; one that drops
   * it is the last.
   */
  dispatch(arrived: EventRecord, env: Env): void {
    const event = this.changes === null ? arrived : change(arrived, this.changes[arrived.type] ?? []);
    if (event === null) return;
    const index = this.indexes[event.type];
    if (index === null || index === undefined) return;
    const matched = this.matched;
    const count = index.match(event, env, matched);
    for (let i = 0; i < count; i++) {
      const target = matched[i] as Target;
      const { statement } = target;
      try {
        give(target, event, env);
      } catch (error) {
        this.failed(statement, error);
      }
      if (i + 1 < count && (matched[i + 1] as Target).statement === statement) continue;
      try {
        statement.onEvent();
      } catch (error) {
        this.failed(statement, error);
      }
      if (statement.plan.drop) return;
    }
  }

  /** An expression without a value ends what its statement does with the event; anything else is our own bug. */
  private failed(statement: RunningStatement, error: unknown): void {
    if (!(error instanceof ExpressionFailure)) throw error;
    this.options.onFailure(statement.plan.index, error);
  }
}

const NO_SLOTS: readonly Slot[] = [];

/** A context must know what an event does to its partitions before its statements get the event. */
function rankOf({ plan }: RunningStatement): number {
  return plan.query.createsContext === null ? 1 : 0;
}

/** A statement that changes events of a type, and how it sees them. */
interface Change {
  readonly update: UpdateStatement;
  readonly view: EventView | null;
}

/** The event after every change; null when one that applied drops it. */
function change(arrived: EventRecord, changes: readonly Change[]): EventRecord | null {
  let event = arrived;
  for (const { update, view } of changes) {
    const seen = view === null ? event : seenThrough(view, event);
    const changed = update.apply(event, seen, view?.fields ?? null);
    if (changed !== event && update.plan.drop) return null;
    event = changed;
  }
  return event;
}

function give({ statement, atom, view, own }: Target, event: EventRecord, env: Env): void {
  if (view === null) {
    statement.onAtom(atom, event);
    return;
  }
  const seen = seenThrough(view, event);
  if (own === null || own(seen, NO_SLOTS, env)) statement.onAtom(atom, seen);
}
