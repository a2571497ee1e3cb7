import type { Origins } from '../event/origins.ts';
import {
  type EventRecord,
  fieldKey,
  getField,
  type RecordClass,
  setField,
  type Value,
} from '../event/record.ts';
import {
  type Backend,
  compileExpr,
  compilePredicate,
  type Env,
  type Evaluator,
  type Predicate,
  type Slot,
} from '../expr/evaluate.ts';
import type { InsertPlan, QueryPlan } from '../plan/plan.ts';
import { Assignments } from './assignments.ts';

/** The part of a query after its input: condition, assignments, columns, and the event made for `insert into`. */
export class Projection {
  private readonly where: Predicate | null;
  private readonly columns: readonly Evaluator[];
  private readonly assignments: Assignments | null;

  constructor(query: QueryPlan, backend: Backend) {
    this.where = query.where === null ? null : compilePredicate(query.where, backend);
    this.columns = query.columns.map((column) => compileExpr(column.expr, backend));
    const { assignments } = query;
    this.assignments = assignments.length === 0 ? null : new Assignments(assignments, backend);
  }

  /** Values of the columns; null when the condition is not true. */
  project(event: EventRecord | null, slots: readonly Slot[], env: Env): Value[] | null {
    if (this.where !== null && !this.where(event, slots, env)) return null;
    this.assignments?.run(event, slots, env);
    return this.values(event, slots, env);
  }

  /** The rows of a pull: the variables that it sets; none for other queries, which keep nothing. */
  pull(env: Env): readonly (readonly Value[])[] {
    return this.assignments === null ? [] : [this.values(null, [], env)];
  }

  private values(event: EventRecord | null, slots: readonly Slot[], env: Env): Value[] {
    const columns = this.columns;
    const values = new Array<Value>(columns.length);
    for (let i = 0; i < columns.length; i++) values[i] = (columns[i] as Evaluator)(event, slots, env);
    return values;
  }
}

/** The projection of a query, made once for all partitions of a context that it runs in. */
export function projectionOf(query: QueryPlan, backend: Backend): Projection {
  const known = projections.get(query)?.get(backend);
  if (known !== undefined) return known;
  const made = new Projection(query, backend);
  projections.set(query, new Map([...(projections.get(query) ?? []), [backend, made]]));
  return made;
}

const projections = new WeakMap<QueryPlan, ReadonlyMap<Backend, Projection>>();

/** The event that `insert into` makes of a row; it takes the time of the row. */
export function makeDerivedEvent(
  insert: InsertPlan,
  values: readonly Value[],
  origins: Origins,
  { recordClass, time }: { recordClass(type: number): RecordClass; readonly time: number },
): EventRecord {
  const { type, fields, shown } = insert;
  const made = shown?.type ?? type;
  const event = new (recordClass(made))(made, time, -1, -1);
  const target = event as unknown as Record<string, Value>;
  for (let i = 0; i < values.length; i++) target[fieldKey(fields[i] as number)] = values[i] as Value;
  event.origins = origins;
  if (shown === undefined) return event;
  const variant = new (recordClass(type))(type, time, -1, -1);
  shown.fields.forEach((from, i) => {
    setField(variant, i, getField(event, from));
  });
  variant.origins = origins;
  variant.shownOf = event;
  return variant;
}
