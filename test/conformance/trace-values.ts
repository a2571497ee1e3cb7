import { Decimal } from '../../engine/event/decimal.ts';
import { originList } from '../../engine/event/origins.ts';
import { EventRecord, getField, type Value } from '../../engine/event/record.ts';
import type { EventType } from '../../engine/event/types.ts';
import { calendarMs, type TimeUnit, ticksPerMs } from '../../engine/time/time-base.ts';
import type { Row } from './trace-case.ts';
import { isJavaTime, special } from './trace-types.ts';

/** Compares the engine's values with recorded ones. */
export class TraceComparer {
  private readonly types: () => readonly EventType[];
  private readonly sent: ReadonlyMap<number, EventRecord>;
  readonly ticksPerMs: number;

  /** Whether the elements of arrays may come in any order, which the recorder found to change. */
  isLoose = false;

  /** `sent`: events by the id of their step; `timeUnit`: what dates count here. */
  constructor(types: () => readonly EventType[], sent: ReadonlyMap<number, EventRecord>, timeUnit: TimeUnit) {
    this.types = types;
    this.sent = sent;
    this.ticksPerMs = ticksPerMs(timeUnit);
  }

  /** Whether two lists of rows are equal as multisets. */
  sameRows(expected: readonly Row[], actual: readonly ReadonlyMap<string, Value>[]): boolean {
    if (expected.length !== actual.length) return false;
    const open = [...actual];
    for (const row of expected) {
      const at = open.findIndex((one) => this.sameRow(row, one));
      if (at < 0) return false;
      open.splice(at, 1);
    }
    return true;
  }

  /** Whether two lists of rows are equal one by one. */
  sameSequence(expected: readonly Row[], actual: readonly ReadonlyMap<string, Value>[]): boolean {
    return (
      expected.length === actual.length &&
      expected.every((row, i) => this.sameRow(row, actual[i] as ReadonlyMap<string, Value>))
    );
  }

  /** Whether a value is the recorded one. */
  same(expected: unknown, actual: Value): boolean {
    const want = special(expected);
    if (want === null || actual === null) return want === actual;
    if (this.ticksPerMs > 1 && isJavaTime(expected))
      return typeof actual === 'number' && calendarMs(actual, this) === want;
    if (typeof want === 'number')
      return typeof actual === 'number' && (closeTo(want, actual) || isFloat(want, actual));
    if (want instanceof Decimal) return actual instanceof Decimal && want.equals(actual);
    if (typeof want !== 'object') return want === actual;
    if ('$map' in want) return this.sameMap(want.$map as [unknown, unknown][], actual);
    if ('$set' in want) return this.sameSet(want.$set as unknown[], actual);
    if (Array.isArray(want)) {
      if (this.isLoose && Array.isArray(actual)) return this.sameSet(want, actual);
      // The recorder writes an object-array event as the list of its values.
      if (actual instanceof EventRecord) {
        const { fields } = this.types()[actual.type] as EventType;
        return this.same(
          want,
          fields.map((_, i) => getField(actual, i)),
        );
      }
      return (
        Array.isArray(actual) &&
        want.length === actual.length &&
        want.every((one, i) => this.same(one, actual[i] as Value))
      );
    }
    if ('$event' in want) return this.sameEvent(want.$event, actual);
    return this.sameObject(want as Record<string, unknown>, actual);
  }

  /** A map whose keys are no strings: the engine has it as an object or as a list of pairs. */
  private sameMap(expected: readonly [unknown, unknown][], actual: Value): boolean {
    if (Array.isArray(actual)) return this.sameSet(expected, actual);
    return this.sameObject(Object.fromEntries(expected.map(([key, value]) => [String(key), value])), actual);
  }

  private sameSet(expected: readonly unknown[], actual: Value): boolean {
    if (!Array.isArray(actual) || actual.length !== expected.length) return false;
    return expected.every((one) => actual.some((other) => this.same(one, other as Value)));
  }

  private sameRow(expected: Row, actual: ReadonlyMap<string, Value>): boolean {
    const names = Object.keys(expected);
    return (
      names.length === actual.size &&
      names.every((name) => actual.has(name) && this.same(expected[name], actual.get(name) ?? null))
    );
  }

  private sameEvent(expected: unknown, actual: Value): boolean {
    if (typeof expected !== 'number') return this.same(expected, actual);
    const event = this.sent.get(expected);
    if (event === undefined || !(actual instanceof EventRecord)) return false;
    const isEvent = (one: EventRecord | undefined) => one === event || one?.offset === event.offset;
    if (isEvent(actual) || (actual.origins !== null && isEvent(originList(actual.origins)[0]))) return true;
    // The recorder knows an event inside another again when it is equal to one sent before.
    if (actual.type !== event.type || actual.offset >= 0) return false;
    const { fields } = this.types()[event.type] as EventType;
    return fields.every((_, i) => sameData(getField(event, i), getField(actual, i)));
  }

  private sameObject(expected: Readonly<Record<string, unknown>>, actual: Value): boolean {
    if (actual instanceof EventRecord) {
      const { fields } = this.types()[actual.type] as EventType;
      const names = Object.keys(expected);
      return names.every((name) => {
        const at = fields.findIndex((field) => field.name === name);
        return at >= 0 && this.same(expected[name], getField(actual, at));
      });
    }
    if (typeof actual !== 'object' || actual === null || Array.isArray(actual)) return false;
    const map = actual as { readonly [key: string]: Value };
    const keys = Object.keys(expected);
    return (
      keys.length === Object.keys(map).length &&
      keys.every((key) => this.same(expected[key], map[key] ?? null))
    );
  }
}

function closeTo(a: number, b: number): boolean {
  if (!Number.isFinite(a) || !Number.isFinite(b)) return Object.is(a, b);
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
}

/** Whether two values of the engine are equal. */
function sameData(a: Value, b: Value): boolean {
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return Object.is(a, b);
  if (a instanceof Decimal) return b instanceof Decimal && a.equals(b);
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) =>
      sameData((a as Record<string, Value>)[key] ?? null, (b as Record<string, Value>)[key] ?? null),
    )
  );
}

/** The recorder writes a float with the fewest digits that tell it apart from its neighbours. */
function isFloat(want: number, actual: number): boolean {
  return Math.fround(actual) === actual && Math.fround(want) === actual;
}
