import { Decimal } from '../event/decimal.ts';
import { EventRecord, type Value } from '../event/record.ts';
import type { EventReader, EventWriter } from '../pattern/snapshot.ts';

/** A value as JSON: scalars as they are, everything else in a tagged list. */
export function writeValue(value: Value, writer: EventWriter): unknown {
  if (typeof value === 'number') {
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : ['number', Object.is(value, -0) ? '-0' : String(value)];
  }
  if (typeof value === 'bigint') return ['bigint', value.toString()];
  if (value instanceof Decimal) return ['decimal', value.toString()];
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof EventRecord) return ['event', writer.event(value)];
  if (Array.isArray(value)) return ['array', value.map((one: Value) => writeValue(one, writer))];
  return ['map', Object.entries(value).map(([key, one]) => [key, writeValue(one, writer)])];
}

/** The value of `writeValue`. */
export function readValue(state: unknown, reader: EventReader): Value {
  if (!Array.isArray(state)) return state as Value;
  const [tag, content] = state as [string, unknown];
  switch (tag) {
    case 'number':
      return Number(content);
    case 'bigint':
      return BigInt(content as string);
    case 'decimal':
      return Decimal.parse(content as string, Number.POSITIVE_INFINITY);
    case 'event':
      return reader.event(content as number);
    case 'array':
      return (content as unknown[]).map((one) => readValue(one, reader));
    default:
      return Object.fromEntries(
        (content as [string, unknown][]).map(([key, one]) => [key, readValue(one, reader)]),
      );
  }
}
