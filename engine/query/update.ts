import { type EventRecord, fieldKey, type Value } from '../event/record.ts';
import {
  type Backend,
  compileExpr,
  compilePredicate,
  type Evaluator,
  type Predicate,
  type Slot,
} from '../expr/evaluate.ts';
import type { EventMaker } from '../pattern/contained.ts';
import type { StatementPlan } from '../plan/plan.ts';
import type { FieldUpdate } from '../plan/query-plan.ts';
import { originsOf } from './origins.ts';
import type { RunningStatement, StatementHost } from './statement.ts';
import { withElement } from './store/row-update.ts';

interface Update {
  readonly field: number;
  readonly index: Evaluator | null;
  readonly value: Evaluator;
}

/**
 * `update istream`: changes copies of events before any statement sees them. It consumes nothing; the dispatcher asks it
 * for each event of its type. Keeps no state.
 */
export class UpdateStatement implements RunningStatement {
  readonly plan: StatementPlan;
  readonly atoms = [];
  /** Type whose events it changes. */
  readonly type: number;
  private readonly host: StatementHost;
  private readonly where: Predicate;
  private readonly updates: readonly Update[];
  private readonly columns: readonly Evaluator[];

  constructor(plan: StatementPlan, host: StatementHost) {
    const { query } = plan;
    this.plan = plan;
    this.host = host;
    this.type = (query.inputs[0] as { type: number }).type;
    this.where = compilePredicate(query.where, host.backend);
    this.updates = (query.update as readonly FieldUpdate[]).map((one) => compileUpdate(one, host.backend));
    this.columns = query.columns.map((column) => compileExpr(column.expr, host.backend));
  }

  /**
   * The event as changed, or the event itself when the condition is not true. `seen` is the event in the layout of the
   * statement's type, and `fields` says where that type's fields stand in the event.
   */
  apply(event: EventRecord, seen: EventRecord, fields: readonly number[] | null): EventRecord {
    const { env, subqueries } = this.host;
    if (subqueries !== undefined) env.frame = subqueries.frame;
    if (!this.where(seen, NO_SLOTS, env)) return event;
    const values = this.updates.map(({ index, value }) => ({
      value: value(seen, NO_SLOTS, env),
      at: index === null ? null : index(seen, NO_SLOTS, env),
    }));
    const changed = copyOf(event, this.host);
    const target = changed as unknown as Record<string, Value>;
    this.updates.forEach(({ field, index }, i) => {
      const key = fieldKey(fields === null ? field : (fields[field] as number));
      const { value, at } = values[i] as { value: Value; at: Value };
      target[key] = index === null ? value : withElement(target[key] ?? null, at, value);
    });
    this.deliver(event, changed, fields);
    return changed;
  }

  start(): void {}

  onAtom(): void {}

  onEvent(): void {}

  onTimers(): void {}

  stop(): void {}

  snapshot(): unknown {
    return null;
  }

  restore(): void {}

  /** Its rows: the event as changed enters, the event as it was leaves. Only for events of the very type. */
  private deliver(before: EventRecord, after: EventRecord, fields: readonly number[] | null): void {
    if (fields !== null) return;
    const { host, plan } = this;
    const rowOf = (event: EventRecord) => this.columns.map((column) => column(event, NO_SLOTS, host.env));
    host.onRow(plan, rowOf(after), originsOf(before));
    host.onRow(plan, rowOf(before), originsOf(before), 'remove');
  }
}

const NO_SLOTS: readonly Slot[] = [];

function compileUpdate({ field, index, value }: FieldUpdate, backend: Backend): Update {
  const at = index === null ? null : compileExpr(index, backend);
  return { field, index: at, value: compileExpr(value, backend) };
}

function copyOf(event: EventRecord, maker: EventMaker): EventRecord {
  const copy = new (maker.recordClass(event.type))(event.type, event.time, event.split, event.offset);
  const [from, to] = [event, copy] as unknown as Record<string, Value>[];
  const count = maker.types[event.type]?.fields.length ?? 0;
  for (let i = 0; i < count; i++) {
    const key = fieldKey(i);
    (to as Record<string, Value>)[key] = from?.[key] ?? null;
  }
  copy.origins = originsOf(event);
  return copy;
}
