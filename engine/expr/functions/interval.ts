import type { Value } from '../../event/record.ts';
import { TYPE_BOOLEAN, typeName, type ValueType } from '../../event/types.ts';
import { addPeriod, periodOf } from '../../time/duration.ts';
import type { TimeBase } from '../../time/time-base.ts';
import { isNumeric } from '../type-rules.ts';
import type { FunctionDef } from './definition.ts';

/**
 * The relations of two intervals (J. F. Allen, "Maintaining knowledge about temporal intervals"), with Esper's
 * thresholds. Arguments are start and end of a, start and end of b, then thresholds: periods, or numbers of
 * ticks (see `engine/time/time-base.ts`). A plain time is an interval of no length. Any null gives null.
 *
 * | method | without thresholds | with thresholds |
 * |---|---|---|
 * | `after(b[, lo[, hi]])` | a.s − b.e > 0 | lo ≤ a.s − b.e ≤ hi |
 * | `before(b[, lo[, hi]])` | b.s − a.e > 0 | lo ≤ b.s − a.e ≤ hi |
 * | `coincides(b[, t1[, t2]])` | a.s = b.s, a.e = b.e | starts at most t1 apart, ends at most t2 (t1) |
 * | `during(b[, max])`, `(b, lo, hi)`, `(b, lo1, hi1, lo2, hi2)` | b.s < a.s, a.e < b.e | and these gaps within the bounds |
 * | `includes(b, …)` | a.s < b.s, b.e < a.e | likewise |
 * | `finishes(b[, t])`, `finishedBy(b[, t])` | one starts later, a.e = b.e | ends at most t apart |
 * | `meets(b[, t])`, `metBy(b[, t])` | a.e = b.s, a.s = b.e | at most t apart |
 * | `overlaps(b[, max])`, `(b, lo, hi)`, `overlappedBy` | a.s < b.s < a.e < b.e | and the overlap within the bounds |
 * | `starts(b[, t])`, `startedBy(b[, t])` | a.s = b.s, one ends earlier | starts at most t apart |
 *
 * Reversed bounds of `after` and `before` are swapped; a negative distance `t` gives null.
 */
export const INTERVAL_FUNCTIONS: readonly FunctionDef[] = [
  relation('before', [0, 1, 2], (a, b, gaps) => {
    const gap = b.start - a.end;
    return gaps.count === 0 ? gap > 0 : isWithin(gap, gaps.bounds(a.end));
  }),
  relation('after', [0, 1, 2], (a, b, gaps) => {
    const gap = a.start - b.end;
    return gaps.count === 0 ? gap > 0 : isWithin(gap, gaps.bounds(b.end));
  }),
  relation('coincides', [0, 1, 2], (a, b, gaps) => {
    const first = gaps.distance(0, Math.min(a.start, b.start));
    const second = gaps.count < 2 ? first : gaps.distance(1, Math.min(a.end, b.end));
    if (first === null || second === null) return null;
    return Math.abs(a.start - b.start) <= first && Math.abs(a.end - b.end) <= second;
  }),
  relation('during', [0, 1, 2, 4], (a, b, gaps) => isInside(a, b, gaps, a.start)),
  relation('includes', [0, 1, 2, 4], (a, b, gaps) => isInside(b, a, gaps, a.start)),
  relation('finishes', [0, 1], (a, b, gaps) => {
    const most = gaps.distance(0, Math.min(a.end, b.end));
    return most === null ? null : b.start < a.start && Math.abs(a.end - b.end) <= most;
  }),
  relation('finishedBy', [0, 1], (a, b, gaps) => {
    const most = gaps.distance(0, Math.min(a.end, b.end));
    return most === null ? null : a.start < b.start && Math.abs(a.end - b.end) <= most;
  }),
  relation('meets', [0, 1], (a, b, gaps) => {
    const most = gaps.distance(0, Math.min(a.end, b.start));
    return most === null ? null : Math.abs(b.start - a.end) <= most;
  }),
  relation('metBy', [0, 1], (a, b, gaps) => {
    const most = gaps.distance(0, Math.min(a.start, b.end));
    return most === null ? null : Math.abs(a.start - b.end) <= most;
  }),
  relation('overlaps', [0, 1, 2], (a, b, gaps) => overlaps(a, b, gaps, a.start)),
  relation('overlappedBy', [0, 1, 2], (a, b, gaps) => overlaps(b, a, gaps, a.start)),
  relation('starts', [0, 1], (a, b, gaps) => {
    const most = gaps.distance(0, Math.min(a.start, b.start));
    return most === null ? null : Math.abs(a.start - b.start) <= most && a.end < b.end;
  }),
  relation('startedBy', [0, 1], (a, b, gaps) => {
    const most = gaps.distance(0, Math.min(a.start, b.start));
    return most === null ? null : Math.abs(a.start - b.start) <= most && a.end > b.end;
  }),
];

interface Interval {
  readonly start: number;
  readonly end: number;
}

/** The thresholds of a call; a calendar period is measured from a time. */
class Gaps {
  readonly count: number;
  private readonly values: readonly Value[];
  private readonly base: TimeBase;

  constructor(values: readonly Value[], base: TimeBase) {
    this.values = values;
    this.base = base;
    this.count = values.length;
  }

  /** Threshold i in ticks. */
  at(i: number, from: number): number {
    const value = this.values[i] as Value;
    if (typeof value === 'number') return Math.trunc(value);
    return addPeriod(from, periodOf(value), this.base) - from;
  }

  /** A distance that is 0 when not given; null when it is negative. */
  distance(i: number, from: number): number | null {
    if (i >= this.count) return 0;
    const distance = this.at(i, from);
    return distance < 0 ? null : distance;
  }

  /** One or two bounds, the upper one open when not given, in order. */
  bounds(from: number): readonly [number, number] {
    const low = this.at(0, from);
    const high = this.count < 2 ? Number.POSITIVE_INFINITY : this.at(1, from);
    return low > high ? [high, low] : [low, high];
  }
}

function isWithin(value: number, [low, high]: readonly [number, number]): boolean {
  return low <= value && value <= high;
}

function isInside(inner: Interval, outer: Interval, gaps: Gaps, from: number): boolean {
  const atStart = inner.start - outer.start;
  const atEnd = outer.end - inner.end;
  if (gaps.count < 2) {
    const most = gaps.count === 0 ? Number.POSITIVE_INFINITY : gaps.at(0, from);
    return atStart > 0 && atStart <= most && atEnd > 0 && atEnd <= most;
  }
  const first = [gaps.at(0, from), gaps.at(1, from)] as const;
  const second = gaps.count === 2 ? first : ([gaps.at(2, from), gaps.at(3, from)] as const);
  return isWithin(atStart, first) && isWithin(atEnd, second);
}

function overlaps(first: Interval, second: Interval, gaps: Gaps, from: number): boolean {
  const isOverlap = first.start < second.start && second.start < first.end && first.end < second.end;
  if (!isOverlap || gaps.count === 0) return isOverlap;
  const shared = first.end - second.start;
  const low = gaps.count === 1 ? 0 : gaps.at(0, from);
  return isWithin(shared, [low, gaps.at(gaps.count - 1, from)]);
}

function relation(
  name: string,
  counts: readonly number[],
  holds: (a: Interval, b: Interval, gaps: Gaps) => boolean | null,
): FunctionDef {
  return {
    name: `interval.${name.toLowerCase()}`,
    signature: `${name}(other, thresholds)`,
    check(argTypes) {
      const thresholds = argTypes.slice(4);
      if (!counts.includes(thresholds.length)) {
        const wanted = counts.map((count) => count + 1).join(', ');
        return { error: `takes ${wanted} arguments, not ${thresholds.length + 1}` };
      }
      const wrong = thresholds.find((type) => !isThreshold(type));
      if (wrong === undefined) return { type: TYPE_BOOLEAN };
      return { error: `takes time periods or milliseconds after the first argument, not ${typeName(wrong)}` };
    },
    evaluate(args, { timeBase }) {
      for (const arg of args) if (arg === null) return null;
      const [aStart, aEnd, bStart, bEnd, ...thresholds] = args as [
        number,
        number,
        number,
        number,
        ...Value[],
      ];
      return holds(
        { start: aStart, end: aEnd },
        { start: bStart, end: bEnd },
        new Gaps(thresholds, timeBase),
      );
    },
  };
}

function isThreshold(type: ValueType): boolean {
  return type.kind === 'period' || type.kind === 'null' || isNumeric(type);
}
