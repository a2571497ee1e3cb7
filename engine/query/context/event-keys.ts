import { type EventView, isOfType, seenThrough, viewOf } from '../../event/event-view.ts';
import type { EventRecord, Value } from '../../event/record.ts';
import type { EventType } from '../../event/types.ts';
import {
  compileExpr,
  compilePredicate,
  type Evaluator,
  equalityKey,
  type Predicate,
} from '../../expr/evaluate.ts';
import type { Expr } from '../../expr/ir.ts';
import { type GroupKey, groupKeyOf } from '../aggregate/group-key.ts';
import type { StatementHost } from '../statement.ts';
import { NO_SLOTS } from './level.ts';

/** An entry of a context that names a type: what its events are told apart by. */
export interface TypedItem {
  readonly type: number;
  readonly filter: Expr | null;
}

/** How events of a filter's type are seen by an entry on the same type or a supertype. */
export interface Seen {
  readonly item: number;
  /** Null: the event as it is. */
  readonly view: EventView | null;
}

/** The first entry whose type a filter's type is, or is a subtype of; null when there is none. */
export function entryFor(
  items: readonly TypedItem[],
  type: number,
  host: Pick<StatementHost, 'types' | 'recordClass'>,
): Seen | null {
  const { types } = host;
  const filterType = types[type] as EventType;
  const item = items.findIndex((one) => isOfType(filterType, types[one.type] as EventType));
  if (item < 0) return null;
  const { type: seenAs } = items[item] as TypedItem;
  return { item, view: viewOf(filterType, seenAs, types, (of) => host.recordClass(of)) };
}

/** The event as the entry sees it. */
export function seenBy({ view }: Seen, event: EventRecord): EventRecord {
  return view === null ? event : seenThrough(view, event);
}

/** Computes the keys of one entry. */
export class EventKeys {
  private readonly evaluators: readonly Evaluator[];
  private readonly filter: Predicate | null;
  private readonly host: StatementHost;

  constructor(keys: readonly Expr[], item: TypedItem, host: StatementHost) {
    const { backend } = host;
    this.evaluators = keys.map((key) => compileExpr(key, backend, item.type));
    this.filter = item.filter === null ? null : compilePredicate(item.filter, backend, item.type);
    this.host = host;
  }

  /** Whether the event passes the filter of the entry. */
  passes(event: EventRecord): boolean {
    return this.filter === null || this.filter(event, NO_SLOTS, this.host.env);
  }

  /** The values of the keys. */
  values(event: EventRecord): Value[] {
    const { env } = this.host;
    return this.evaluators.map((evaluate) => evaluate(event, NO_SLOTS, env));
  }

  /** What the keys are looked up by: equal keys, and only they, have one. */
  group(event: EventRecord): GroupKey {
    const { evaluators } = this;
    if (evaluators.length > 1) return groupKeyOf(this.values(event));
    return equalityKey((evaluators[0] as Evaluator)(event, NO_SLOTS, this.host.env));
  }
}
