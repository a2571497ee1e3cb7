import type { Period, Value } from '../../event/record.ts';
import {
  TYPE_BOOLEAN,
  TYPE_DATE,
  TYPE_INT,
  TYPE_LONG,
  TYPE_STRING,
  typeName,
  type ValueType,
} from '../../event/types.ts';
import {
  addDays,
  type CalendarField,
  dayOfWeek,
  dayOfYear,
  era,
  getCalendarField,
  roundCalendar,
  setCalendarField,
  withDate,
  withExtreme,
  withTime,
} from '../../time/calendar.ts';
import { DEFAULT_DATE_PATTERN, formatDate } from '../../time/format-date.ts';
import { calendarMs, type TimeBase } from '../../time/time-base.ts';
import { addMonths } from '../../time/zone.ts';
import { isInteger } from '../type-rules.ts';
import type { FunctionDef } from './definition.ts';

/**
 * Methods on times, written `ts.plus(1 day)`; the receiver is the first argument. A null time gives null; another null
 * argument leaves its part of the time as it is, as in Esper. Calendar fields arrive as constants by their name in
 * `engine/time/calendar.ts`. What is computed here sees whole milliseconds; with a finer clock a time that is moved keeps
 * what it has beyond them.
 */
export const TIME_FUNCTIONS: readonly FunctionDef[] = [
  ...(['plus', 'minus'] as const).map((name) => {
    const sign = name === 'plus' ? 1 : -1;
    return time(name, ['amount'], [isAmount], sameTime, (ms, [amount], zone) => {
      if (amount === null || amount === undefined) return ms;
      if (typeof amount === 'number') return ms + sign * amount;
      const { months, ms: rest } = amount as Period;
      return inMonths(ms, sign * months, zone) + Math.round(sign * rest);
    });
  }),
  ...(['plus', 'minus'] as const).map((name) => {
    const sign = name === 'plus' ? 1 : -1;
    const shown = ['period', 'days'];
    return time(`${name}/2`, shown, [isAmount, isInteger], sameTime, (ms, [period, days], zone) => {
      const { months, ms: rest } = period as Period;
      return addDays(inMonths(ms, sign * months, zone), sign * (days as number), zone) + sign * rest;
    });
  }),
  time('set', ['field', 'value'], [isText, isInteger], sameTime, (ms, [field, value], zone) =>
    typeof value === 'number' ? setCalendarField(ms, field as CalendarField, value, zone) : ms,
  ),
  time('withDate', ['year', 'month', 'day'], whole(3), sameTime, (ms, parts, zone) =>
    withDate(ms, parts as (number | null)[], zone),
  ),
  time('withTime', ['hour', 'minute', 'second', 'millisecond'], whole(4), sameTime, (ms, parts, zone) =>
    withTime(ms, parts as (number | null)[], zone),
  ),
  ...(['withMin', 'withMax'] as const).map((name) =>
    time(name, ['field'], [isText], sameTime, (ms, [field], zone) =>
      withExtreme(ms, field as CalendarField, name === 'withMin' ? 'min' : 'max', zone),
    ),
  ),
  ...(['roundFloor', 'roundCeiling', 'roundHalf'] as const).map((name) => {
    const mode = name.slice(5).toLowerCase() as 'floor' | 'ceiling' | 'half';
    return time(name, ['field'], [isText], sameTime, (ms, [field], zone) => {
      const rounded = roundCalendar(ms, field as CalendarField, mode, zone);
      return Number.isNaN(rounded) ? null : rounded;
    });
  }),
  time('get', ['field'], [isText], TYPE_INT, (ms, [field], zone) =>
    getCalendarField(ms, field as CalendarField, zone),
  ),
  getter('getMillisOfSecond', (ms, zone) => getCalendarField(ms, 'millisecond', zone)),
  getter('getSecondOfMinute', (ms, zone) => getCalendarField(ms, 'second', zone)),
  getter('getMinuteOfHour', (ms, zone) => getCalendarField(ms, 'minute', zone)),
  getter('getHourOfDay', (ms, zone) => getCalendarField(ms, 'hour', zone)),
  getter('getDayOfWeek', dayOfWeek),
  getter('getDayOfMonth', (ms, zone) => getCalendarField(ms, 'day', zone)),
  getter('getDayOfYear', dayOfYear),
  getter('getWeekyear', (ms, zone) => getCalendarField(ms, 'week', zone)),
  getter('getMonthOfYear', (ms, zone) => getCalendarField(ms, 'month', zone)),
  getter('getYear', (ms, zone) => getCalendarField(ms, 'year', zone)),
  getter('getEra', era),
  time('format', [], [], TYPE_STRING, (ms, _args, zone) => formatDate(ms, DEFAULT_DATE_PATTERN, zone)),
  time('format/1', ['pattern'], [isText], TYPE_STRING, (ms, [pattern], zone) =>
    typeof pattern === 'string' ? formatDate(ms, pattern, zone) : null,
  ),
  onTicks(
    time('toDate', [], [], TYPE_DATE, (ms) => ms),
    wholeMs,
  ),
  onTicks(
    time('toCalendar', [], [], TYPE_DATE, (ms) => ms),
    wholeMs,
  ),
  // As in Esper a long is given on as it is.
  onTicks(
    time('toMillisec', [], [], TYPE_LONG, (ms) => ms),
    (ticks) => ticks,
  ),
  time('toMillisec/date', [], [], TYPE_LONG, (ms) => ms),
  onTicks(
    time('between', ['low', 'high'], [isTime, isTime], TYPE_BOOLEAN, () => null),
    (ticks, [a, b]) => {
      if (typeof a !== 'number' || typeof b !== 'number') return null;
      return ticks >= Math.min(a, b) && ticks <= Math.max(a, b);
    },
  ),
  onTicks(
    time(
      'between/4',
      ['low', 'high', 'includeLow', 'includeHigh'],
      [isTime, isTime, isBoolean, isBoolean],
      TYPE_BOOLEAN,
      () => null,
    ),
    (ticks, [low, high, includeLow, includeHigh]) => between(ticks, low, high, includeLow, includeHigh),
  ),
];

/** Methods whose first argument is the name of a calendar field, in lower case. */
export const FIELD_METHODS: ReadonlySet<string> = new Set([
  'set',
  'withmin',
  'withmax',
  'roundfloor',
  'roundceiling',
  'roundhalf',
  'get',
]);

/** Whether values are times: ticks since the epoch. */
export function isTime({ kind }: ValueType): boolean {
  return kind === 'long' || kind === 'date';
}

/** Reversed ends hold nothing. */
function between(
  time: number,
  low: Value | undefined,
  high: Value | undefined,
  includeLow: Value | undefined,
  includeHigh: Value | undefined,
): Value {
  if (typeof low !== 'number' || typeof high !== 'number') return null;
  if (typeof includeLow !== 'boolean' || typeof includeHigh !== 'boolean') return null;
  return (includeLow ? time >= low : time > low) && (includeHigh ? time <= high : time < high);
}

type TypeTest = (type: ValueType) => boolean;
type Compute = (ms: number, args: readonly Value[], zone: string) => Value;
type ComputeTicks = (ticks: number, args: readonly Value[], base: TimeBase) => Value;

function inMonths(ms: number, months: number, zone: string): number {
  return months === 0 ? ms : addMonths(ms, months, zone);
}

/** The time without what it has beyond whole milliseconds. */
function wholeMs(ticks: number, _args: readonly Value[], base: TimeBase): number {
  return calendarMs(ticks, base) * base.ticksPerMs;
}

/** The definition with a computation that sees the receiver and its arguments as they are. */
function onTicks(definition: FunctionDef, compute: ComputeTicks): FunctionDef {
  return {
    ...definition,
    evaluate([receiver, ...args], { timeBase }) {
      return typeof receiver === 'number' ? compute(receiver, args, timeBase) : null;
    },
  };
}

function isText({ kind }: ValueType): boolean {
  return kind === 'string';
}

function isBoolean({ kind }: ValueType): boolean {
  return kind === 'boolean';
}

function isAmount(type: ValueType): boolean {
  return type.kind === 'period' || isInteger(type);
}

function whole(count: number): readonly TypeTest[] {
  return new Array<TypeTest>(count).fill(isInteger);
}

/** The type of the receiver. */
function sameTime(type: ValueType): ValueType {
  return type.kind === 'date' ? TYPE_DATE : TYPE_LONG;
}

function getter(name: string, compute: (ms: number, zone: string) => number): FunctionDef {
  return time(name, [], [], TYPE_INT, (ms, _args, zone) => compute(ms, zone));
}

function time(
  name: string,
  params: readonly string[],
  tests: readonly TypeTest[],
  result: ValueType | ((receiver: ValueType) => ValueType),
  compute: Compute,
): FunctionDef {
  const shown = name.replace(/\/\w+$/, '');
  const isMoved = result === sameTime;
  return {
    name: `time.${name.toLowerCase()}`,
    signature: `${shown}(${params.join(', ')})`,
    check([receiver, ...args]) {
      if (args.length !== params.length) {
        const wanted = `${params.length} argument${params.length === 1 ? '' : 's'}`;
        return { error: `takes ${wanted}, not ${args.length}` };
      }
      const at = args.findIndex((type, i) => type.kind !== 'null' && !(tests[i] as TypeTest)(type));
      if (at >= 0) {
        return { error: `argument ${at + 1} (${params[at]}) cannot be ${typeName(args[at] as ValueType)}` };
      }
      return { type: typeof result === 'function' ? result(receiver as ValueType) : result };
    },
    evaluate([receiver, ...args], { timeBase: { ticksPerMs, zone } }) {
      if (typeof receiver !== 'number') return null;
      if (ticksPerMs === 1) return compute(receiver, args, zone);
      const ms = calendarMs(receiver, { ticksPerMs });
      const value = compute(ms, args, zone);
      return isMoved && typeof value === 'number' ? (value - ms) * ticksPerMs + receiver : value;
    },
  };
}
