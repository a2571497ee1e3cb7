import type { PatternCase } from './run-case.ts';

const at = (pattern: string, timeline: string, ...matches: string[]): PatternCase => ({
  pattern: `[${pattern}]`,
  timeline,
  matches,
});

/** Cases by operator; their answers follow from the reference of the language. */
export const CASES: Readonly<Record<string, readonly PatternCase[]>> = {
  every: [
    at('every (a=A -> b=B)', 'A1 B1 C1 B2 A2 D1 A3 B3 A4 B4', '2 a=A1 b=B1', '8 a=A2 b=B3', '10 a=A4 b=B4'),
    at('a=A -> every b=B', 'A1 B1 A2 B2', '2 a=A1 b=B1', '4 a=A1 b=B2'),
    at('every a=A -> every b=B', 'A1 B1 A2 B2', '2 a=A1 b=B1', '4 a=A1 b=B2', '4 a=A2 b=B2'),
    at('every (every a=A)', 'A1 A2 A3', '1 a=A1', '2 a=A2', '2 a=A2', '3 a=A3', '3 a=A3', '3 a=A3', '3 a=A3'),
    at('every (a=A and not B)', 'B1 A1 B2 A2', '2 a=A1', '4 a=A2'),
    at('every a=A and not B', 'A1 B1 A2', '1 a=A1'),
    at('every (a=A or not C)', 'A1 A2'),
    at('every a=A where timer:within(2 sec)', 'A1 +3 A2', '1 a=A1', '5 a=A2'),
    at('(every a=A) where timer:within(3 sec)', 'A1 A2 A3 A4', '1 a=A1', '2 a=A2'),
  ],
  'every-distinct': [
    at('every-distinct(a.k) a=A', 'A1:1 A2:2 A3:1 A4:3 A5:2', '1 a=A1', '2 a=A2', '4 a=A4'),
    at('every-distinct(a.k, 3 sec) a=A', 'A1:1 A2:1 A3:1 A4:1', '1 a=A1', '4 a=A4'),
    at('every-distinct(a.k, 3) a=A', 'A1:1 A2:1 A3:1 A4:1', '1 a=A1', '4 a=A4'),
    at('every-distinct(a.k, b.k) (a=A -> b=B)', 'A1 B1 A2:1 B2:1 A3:1 B3', '2 a=A1 b=B1', '6 a=A3 b=B3'),
    // A part that is false forgets its keys.
    at('every-distinct(a.k) (a=A and not B)', 'A1:1 A2:1 B1 A3:1', '1 a=A1', '4 a=A3'),
    at('every a=A -> every-distinct(b.k) b=B', 'A1 B1:7 A2 B2:7', '2 a=A1 b=B1', '4 a=A2 b=B2'),
    // The keys of a child go on to the one after it.
    at('every-distinct(b.k) (a=A -> b=B)', 'A1 B1:5 A2 B2:5 A3 B3:6', '2 a=A1 b=B1', '6 a=A3 b=B3'),
  ],
  '->': [
    at('a=A -> b=B -> c=A', 'B1 A1 A2 B2 A3', '5 a=A1 b=B2 c=A3'),
    at('every a=A -> b=A', 'A1 A2 A3', '2 a=A1 b=A2', '3 a=A2 b=A3'),
    at('every a=A -> b=B(k = a.k)', 'A1 A2 B2 B1', '3 a=A2 b=B2', '4 a=A1 b=B1'),
    at('every a=A -> b=B(k > a.k)', 'A1 A5 B3 B9', '3 a=A1 b=B3', '4 a=A5 b=B9'),
  ],
  '-[max]>': [
    at('every a=A -[2]> b=B', 'A1 A2 A3 B1 A4 B2', '4 a=A1 b=B1', '4 a=A2 b=B1', '6 a=A4 b=B2'),
    at('every a=A -[1]> b=B -> c=C', 'A1 A2 B1 A3 B2 C1', '6 a=A1 b=B1 c=C1', '6 a=A3 b=B2 c=C1'),
    at('every a=A -[0]> b=B', 'A1 B1'),
  ],
  and: [
    at('a=A and b=B', 'B1 B2 A1', '3 a=A1 b=B1'),
    at('every a=A and b=B', 'A1 A2 B1 A3', '3 a=A1 b=B1', '3 a=A2 b=B1', '4 a=A3 b=B1'),
    at('A and A', 'A1', '1'),
    at('c=C -> (a=A(k = c.k) and b=B(k = c.k))', 'C1 A2 B1 A1', '4 c=C1 a=A1 b=B1'),
  ],
  or: [
    at('every (a=A or b=B)', 'A1 B1', '1 a=A1 b=-', '2 a=- b=B1'),
    at('(a=A -> c=C) or b=B', 'A1 B1 C1', '2 a=- c=- b=B1'),
    at('b=B -> (d=D or not d=D)', 'B1 D1', '1 b=B1 d=-', '2 b=B1 d=D1'),
  ],
  not: [
    at('a=A -> not B', 'A1 B1', '1 a=A1'),
    at('every a=A -> (timer:interval(3 sec) and not B(k = a.k))', 'A1 A2 B1 +2', '5 a=A2'),
    at('timer:interval(2 sec) and not A', 'B1 A1', '2'),
    at('timer:interval(3 sec) and not (every A)', 'A1 +3', '3'),
  ],
  repeat: [
    at('[3] a=A', 'A1 B1 A2 A3 A4', '4 a=[A1,A2,A3]'),
    at('every [2] a=A', 'A1 A2 A3 A4 A5', '2 a=[A1,A2]', '4 a=[A3,A4]'),
    at('[2] (a=A -> b=B(k = a.k))', 'A1 B1 A2 B1 B2', '5 a=[A1,A2] b=[B1,B2]'),
    at('[2] (a=A or b=B)', 'A1 B1', '2 a=[A1] b=[B1]'),
    at('[2] ([2] a=A)', 'A1 A2 A3 A4', '4 a=[A1,A2,A3,A4]'),
    at('a=A -> [a.k] b=B', 'A2 B1 B2', '3 a=A2 b=[B1,B2]'),
    at('[2] a=A -> b=B(k = a[1].k)', 'A1 A2 B1 B2', '4 a=[A1,A2] b=B2'),
    at('[2] a=A -> b=B(k = a[5].k) or c=C', 'A1 A2 B1 C1', '4 a=[A1,A2] b=- c=C1'),
    at('[2] timer:interval(1 sec)', '+3', '2'),
    at('[3] timer:interval(0)', 'A1'),
  ],
  until: [
    at('a=A until b=B', 'A1 A2 B1', '3 a=[A1,A2] b=B1'),
    at('a=A until B', 'B1', '1 a=-'),
    at('[2:] a=A until b=B', 'A1 B1 A2 A3 B2'),
    at('every ([2:] a=A until b=B)', 'A1 B1 A2 A3 B2', '5 a=[A2,A3] b=B2'),
    at('[:2] a=A until b=B', 'A1 A2 A3 B1', '4 a=[A1,A2] b=B1'),
    at('[1:2] a=A until b=B', 'A1 B1', '2 a=[A1] b=B1'),
    at('[2:2] a=A until b=B', 'A1 A2 B1', '2 a=[A1,A2] b=-'),
    // Of an event that is both, `until` counts.
    at('a=A until b=A(k > 5)', 'A1 A2 A9', '3 a=[A1,A2] b=A9'),
    at('c=C -> [c.k:] a=A until b=B', 'C2 A1 A2 B1', '4 c=C2 a=[A1,A2] b=B1'),
    at('every a=A until timer:interval(3 sec)', 'A1 A2 +2', '3 a=[A1,A2]'),
    // Bounds known late and the wrong way round change places.
    at('c=C -> [3:c.k] a=A until b=B', 'C1 A1 B1', '3 c=C1 a=[A1] b=B1'),
  ],
  within: [
    at('a=A where timer:within(2 sec)', 'B1 A1'),
    at('a=A where timer:within(2001 msec)', 'B1 A1', '2 a=A1'),
    at('every a=A -> b=B where timer:within(a.k sec)', 'A1 B1 A3 +1 B2', '5 a=A3 b=B2'),
    at('timer:interval(2 sec) where timer:within(2 sec)', '+3'),
  ],
  withinmax: [
    at('(every a=A) where timer:withinmax(10 sec, 2)', 'A1 A2 A3', '1 a=A1', '2 a=A2'),
    at('(every a=A) where timer:withinmax(3 sec, 9)', 'A1 A2 A3', '1 a=A1', '2 a=A2'),
    at('a=A where timer:withinmax(3 sec, 0)', 'A1 A2'),
    at('b=B -> (every a=A) where timer:withinmax(b.k sec, b.k)', 'B2 A1 A2', '2 b=B2 a=A1'),
  ],
  while: [
    at('(every a=A) while (a.k < 3)', 'A1 A2 A5 A1', '1 a=A1', '2 a=A2'),
    at('every a=A while (a.k < 3)', 'A5 A1 A2', '2 a=A1', '3 a=A2'),
    at('c=C -> (every a=A) while (a.k != c.k)', 'C2 A1 A2 A3', '2 c=C2 a=A1'),
    at('(every (a=A or b=B)) while (a.k > 1)', 'B1 A2 A1 A3', '2 a=A2 b=-'),
  ],
  'timer:interval': [
    at('every timer:interval(2 sec)', '+5', '2', '4'),
    at('a=A -> timer:interval(a.k)', 'A3 +5', '4 a=A3'),
    at('a=A -> timer:interval(0)', 'A1', '1 a=A1'),
    { ...at('timer:interval(1 month)', '+2678399 +1', '2678400'), start: '2026-01-15T00:00:00Z' },
  ],
  'timer:at': [
    { ...at('every timer:at(*, *, *, *, *)', '+180', '60', '120', '180') },
    { ...at('every timer:at(*, *, *, *, *, */20)', '+61', '20', '40', '60') },
    { ...at('every timer:at([5, 10:11], *, *, *, *)', '+700', '300', '600', '660') },
    { ...at('timer:at(0, 9, *, *, 1:5)', '+259200', '205200'), start: '2026-01-03T00:00:00Z' },
    { ...at('every timer:at(0, 0, last, *, *)', '+3000000', '1382400'), start: '2026-01-15T00:00:00Z' },
    { ...at('timer:at(0, 0, *, 6, 5 last)', '+15552000', '15292800'), start: '2007-01-03T00:00:00Z' },
    // The 15th is a Sunday: the working day nearest to it is the 16th.
    { ...at('timer:at(0, 0, 15 weekday, *, *)', '+1382400', '1296000'), start: '2026-02-01T00:00:00Z' },
    { ...at('timer:at(0, 0, lastweekday, *, *)', '+2678400', '2505600'), start: '2026-01-01T00:00:00Z' },
    {
      ...at("timer:at(0, 9, *, *, *, 0, 'America/New_York')", '+86400', '50400'),
      start: '2026-01-01T00:00:00Z',
    },
    {
      ...at('timer:at(0, 9, *, *, *)', '+86400', '28800'),
      start: '2026-01-01T00:00:00Z',
      zone: 'Europe/Berlin',
    },
    { ...at('timer:at(*, *, *, *, *, 1, *, 250)', '+2', '1.25') },
    at('a=A -> timer:at(a.k, *, *, *, *)', 'A2 +200', '120 a=A2'),
    { ...at('timer:at(0, 0, 30, 2, *)', '+99999999') },
  ],
  'timer:schedule': [
    at('every timer:schedule(period: 2 sec, repetitions: 2)', '+9', '2', '4'),
    at("every timer:schedule(iso: 'R/PT3S')", '+7', '3', '6'),
    at("every timer:schedule(iso: 'R3/1970-01-01T00:00:02Z/PT2S')", '+9', '2', '4', '6'),
    // The first has passed, and counts.
    {
      ...at("every timer:schedule(iso: 'R3/1970-01-01T00:00:02Z/PT2S')", '+9', '1', '3'),
      start: '1970-01-01T00:00:03Z',
    },
    at("timer:schedule(date: '1970-01-01T00:00:04Z')", '+9', '4'),
    at("timer:schedule(date: '1970-01-01T00:00:04Z', period: 2 sec)", '+9', '6'),
    { ...at("timer:schedule(date: '1970-01-01T00:00:04Z')", '+9'), start: '1970-01-01T00:00:04Z' },
    at("a=A -> timer:schedule(iso: 'R/PT2S')", 'A1 +9', '3 a=A1'),
    {
      ...at("every timer:schedule(iso: 'R2/2026-01-31T00:00:00Z/P1M')", '+9999999', '86400', '2505600'),
      start: '2026-01-30T00:00:00Z',
    },
  ],
  consume: [
    at('a=A and b=A@consume(2)', 'A1 A2', '2 a=A2 b=A1'),
    at('every (a=A@consume) or b=A', 'A1', '1 a=A1 b=-'),
    at('a=A@consume(2) or b=A@consume(2)', 'A1', '1 a=A1 b=-'),
    at('every a=A(k > 5)@consume(2) or every b=A', 'A1 A9', '1 a=- b=A1', '2 a=A9 b=-'),
  ],
};

const marked = (mark: string, pattern: string, timeline: string, ...matches: string[]): PatternCase => ({
  pattern: `@${mark} [${pattern}]`,
  timeline,
  matches,
});

/** Cases of the annotations of a pattern. */
export const MARKED_CASES: readonly PatternCase[] = [
  marked('DiscardPartialsOnMatch', 'every a=A -> b=B -> c=C(k = a.k)', 'A1 A2 B1 C1 C2', '4 a=A1 b=B1 c=C1'),
  marked('DiscardPartialsOnMatch', 'every a=A -> b=B', 'A1 A2 B1 B2', '3 a=A1 b=B1', '3 a=A2 b=B1'),
  marked('DiscardPartialsOnMatch', '(every a=A) and not B', 'A1 A2 A3', '1 a=A1'),
  marked('DiscardPartialsOnMatch', 'every [2] a=A', 'A1 A2 A3 A4', '2 a=[A1,A2]', '4 a=[A3,A4]'),
  marked('SuppressOverlappingMatches', 'every a=A -> b=B', 'A1 A2 B1', '3 a=A1 b=B1'),
  marked('SuppressOverlappingMatches', 'every a=A -> b=B -> c=C', 'A1 B1 A2 B2 C1', '5 a=A1 b=B1 c=C1'),
];
