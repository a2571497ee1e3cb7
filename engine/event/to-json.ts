import type { Plan } from '../plan/plan.ts';
import { formatTimestamp } from '../time/timestamp.ts';
import { EventRecord, getField, type Value } from './record.ts';
import type { EventType, ValueType } from './types.ts';

/** A JSON value as it appears in alerts and printed rows. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A value as JSON: events as objects of their fields, dates as ISO 8601, NaN and infinities as text. */
export function valueToJson(value: Value, type: ValueType, plan: Plan): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') {
    if (type.kind === 'date') return formatTimestamp(value);
    return Number.isFinite(value) ? value : String(value);
  }
  if (value instanceof EventRecord) return eventToJson(value, plan);
  if (Array.isArray(value)) {
    const element = type.kind === 'array' ? type.element : type;
    return value.map((one) => valueToJson(one as Value, element, plan));
  }
  const entries = Object.entries(value as { readonly [key: string]: Value });
  return Object.fromEntries(entries.map(([key, one]) => [key, valueToJson(one, { kind: 'object' }, plan)]));
}

/** The fields of an event by name. */
export function eventToJson(event: EventRecord, plan: Plan): { readonly [name: string]: Json } {
  const { fields } = plan.types[event.type] as EventType;
  return Object.fromEntries(
    fields.map((field, i) => [field.name, valueToJson(getField(event, i), field.type, plan)]),
  );
}

/** A JSON object. */
export type JsonObject = { readonly [name: string]: Json };

/** Renders whole events of a plan. */
export interface JsonRenderer {
  /** The fields of an event by name. */
  event(record: EventRecord): JsonObject;
}

/** The renderer of a plan's events. */
export function rendererOf(plan: Plan): JsonRenderer {
  return { event: (record) => eventToJson(record, plan) };
}

/** Renders the rows of a statement: its columns by name, in their order. */
export function rowConverter(
  columns: readonly { readonly name: string; readonly type: ValueType }[],
  plan: Plan,
): (values: readonly Value[]) => JsonObject {
  return (values) => {
    const row: Record<string, Json> = {};
    columns.forEach(({ name, type }, i) => {
      setOwn(row, name, valueToJson(values[i] ?? null, type, plan));
    });
    return row;
  };
}

/** Sets an own property; a name such as `__proto__` is a name like any other. */
export function setOwn<T>(target: Record<string, T>, name: string, value: T): void {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}
