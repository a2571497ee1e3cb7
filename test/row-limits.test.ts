import { describe, expect, test } from 'vitest';
import { LimitError } from '../engine/core/limits.ts';
import { type Limited, runLimited, type Sent } from './support/limited-run.ts';

/** As `runLimited`; rows are `+` or `-`, then the values. */
function run(...args: Parameters<typeof runLimited>): Omit<Limited, 'rows'> & { readonly rows: string[] } {
  const { rows, ...rest } = runLimited(...args);
  return { ...rest, rows: rows.map(({ kind, text }) => `${kind === 'remove' ? '-' : '+'}${text}`) };
}

const FIVE: readonly Sent[] = [
  [1, 'a', 1],
  [2, 'b', 2],
  [3, 'a', 4],
  [4, 'c', 8],
  [5, 'b', 16],
];
const OVER = "@Name('out') select irstream v from E";

describe.each([false, true])('rows of a data window, restored after each event: %s', (restoring) => {
  test.each([
    ['#keepall', '+1 +2 +4 +8 -1 +16 -2'],
    ['#time(1 hour)', '+1 +2 +4 +8 -1 +16 -2'],
    ['#time_order(v, 1 hour)', '+1 +2 +4 +8 -1 +16 -2'],
    ['#time_accum(1 hour)', '+1 +2 +4 +8 -1 +16 -2'],
    ['#session(k, 1 hour)', '+1 +2 +4 +8 -2 +16 -1'],
    ['#ext_timed(v, 1 hour)', '+1 +2 +4 +8 -1 +16 -2'],
    ['#expr(true)', '+1 +2 +4 +8 -1 +16 -2'],
    ['#keepall#length(9) retain-union', '+1 +2 +4 +8 -1 +16 -2'],
    ['#keepall#time(1 hour) retain-intersection', '+1 +2 +4 +8 -1 +16 -2'],
    // Windows that let go what they must hold no longer never reach the bound.
    ['#length(3)', '+1 +2 +4 +8 -1 +16 -2'],
    ['#unique(k)', '+1 +2 +4 -1 +8 +16 -2'],
    ['#groupwin(k)#keepall', '+1 +2 +4 +8 +16'],
  ])('of %s: the oldest leave as if their time had come', (views, rows) => {
    const limits = { windowRowsMax: 3, onLimit: 'drop-oldest' } as const;
    expect(run(`${OVER}${views}`, FIVE, limits, restoring).rows.join(' ')).toBe(rows);
  });

  test.each([
    ['#keepall', '+1 +2 +4', 2],
    ['#time(1 hour)', '+1 +2 +4', 2],
    ['#session(k, 1 hour)', '+1 +2 +4', 2],
    ['#firstunique(k)', '+1 +2 +8', 1],
    // They stand still unless something comes in: the oldest leave.
    ['#expr(true)', '+1 +2 +4 +8 -1 +16 -2', 2],
    ['#ext_timed(v, 1 hour)', '+1 +2 +4 +8 -1 +16 -2', 2],
    ['#length(3)', '+1 +2 +4 +8 -1 +16 -2', 0],
    ['#unique(k)', '+1 +2 +4 -1 +8 +16 -2', 0],
  ])('of %s: the newest do not enter', (views, rows, dropped) => {
    const limits = { windowRowsMax: 3, onLimit: 'drop-newest' } as const;
    const result = run(`${OVER}${views}`, FIVE, limits, restoring);
    expect([result.rows.join(' '), result.dropped]).toEqual([rows, dropped]);
  });

  test('there is room again when rows go by time', () => {
    const limits = { windowRowsMax: 2, onLimit: 'drop-newest' } as const;
    const events: readonly Sent[] = [
      [0, 'a', 1],
      [1, 'a', 2],
      [2, 'a', 4],
      [1001, 'a', 8],
    ];
    const { rows } = run("@Name('out') select irstream v from E#time(1 sec)", events, limits, restoring);
    expect(rows.join(' ')).toBe('+1 +2 -1 -2 +8');
  });

  test('sums follow what leaves', () => {
    const limits = { windowRowsMax: 2, onLimit: 'drop-oldest' } as const;
    const { rows } = run(
      "@Name('out') select sum(v) as s, count(*) as n from E#keepall",
      FIVE,
      limits,
      restoring,
    );
    expect(rows.at(-1)).toBe('+24 2');
  });

  test('of a named window: its readers see what it drops', () => {
    const rules = `create window W#keepall as E; insert into W select * from E;
      @Name('out') select irstream v from W;`;
    const limits = { windowRowsMax: 3, onLimit: 'drop-oldest' } as const;
    expect(run(rules, FIVE, limits, restoring).rows.join(' ')).toBe('+1 +2 +4 +8 -1 +16 -2');
  });
});

describe.each([false, true])('groups, restored after each event: %s', (restoring) => {
  const TOTAL = "@Name('out') select k, sum(v) as s from E group by k";
  const WINDOW = "@Name('out') select k, sum(v) as s from E#length(2) group by k";

  test('drop-newest leaves the items of a further group out', () => {
    const limits = { groupsMax: 2, onLimit: 'drop-newest' } as const;
    const { rows, dropped } = run(TOTAL, FIVE, limits, restoring);
    expect([rows.join(' '), dropped]).toEqual(['+a 1 +b 2 +a 5 +b 18', 1]);
  });

  test('drop-oldest forgets the group that got nothing for longest', () => {
    const limits = { groupsMax: 2, onLimit: 'drop-oldest' } as const;
    const { rows, dropped } = run(TOTAL, FIVE, limits, restoring);
    // `c` takes the place of `b`, then `b` begins anew in that of `a`.
    expect([rows.join(' '), dropped]).toEqual(['+a 1 +b 2 +a 5 +c 8 +b 16', 2]);
  });

  test.each(['drop-oldest', 'drop-newest'] as const)(
    'over a window %s leaves a further group out',
    (onLimit) => {
      const { rows, dropped } = run(WINDOW, FIVE, { groupsMax: 1, onLimit }, restoring);
      // `b` and `c` are counted neither in nor out; the last `b` comes before `a` has left.
      expect([rows.join(' '), dropped]).toEqual(['+a 1 +a 4 +a ', 3]);
    },
  );

  test('drop-oldest lets the rows of a key of groupwin leave', () => {
    const limits = { groupsMax: 2, onLimit: 'drop-oldest' } as const;
    const { rows } = run(`${OVER}#groupwin(k)#keepall`, FIVE, limits, restoring);
    expect(rows.join(' ')).toBe('+1 +2 +4 -2 +8 -1 -4 +16');
  });

  test('drop-newest lets no further key of groupwin begin', () => {
    const limits = { groupsMax: 2, onLimit: 'drop-newest' } as const;
    const { rows, dropped } = run(`${OVER}#groupwin(k)#keepall`, FIVE, limits, restoring);
    expect([rows.join(' '), dropped]).toEqual(['+1 +2 +4 +16', 1]);
  });

  test('levels of a rollup are bounded by their keys together', () => {
    const limits = { groupsMax: 2, onLimit: 'drop-oldest' } as const;
    const rules = "@Name('out') select k, sum(v) as s from E group by rollup(k)";
    const { rows, dropped } = run(rules, FIVE, limits, restoring);
    expect([rows.at(-1), dropped]).toEqual(['+ 23', 1]);
  });
});

describe('a limit that fails', () => {
  test.each([
    ['@Name("out") select v from E#keepall', { windowRowsMax: 3 }, 'has more than 3 rows (windowRowsMax)'],
    [
      '@Name("out") select k, sum(v) as s from E group by k',
      { groupsMax: 2 },
      'the rule `out` has 2 groups at 1970',
    ],
    [
      '@Name("out") select v from E#groupwin(k)#length(1)',
      { groupsMax: 2 },
      'more than 2 keys of `groupwin`',
    ],
  ])('%s names the rule and the limit', (rules, limits, message) => {
    const attempt = () => run(rules, FIVE, limits);
    expect(attempt).toThrow(LimitError);
    expect(attempt).toThrow(message);
  });
});

test('what is dropped is told of at 1, 10, 100 …', () => {
  const events = Array.from({ length: 120 }, (_, i): Sent => [i, 'a', i]);
  const limits = { windowRowsMax: 5, onLimit: 'drop-oldest' } as const;
  const { notices, dropped } = run(`${OVER}#keepall`, events, limits);
  expect(dropped).toBe(115);
  expect(notices.map(({ text }) => text)).toEqual([
    expect.stringContaining(
      'the rule `out` has 5 rows in one data window at 1970-01-01T00:00:00.005Z: the oldest is dropped, 1 so far',
    ),
    expect.stringContaining('10 so far'),
    expect.stringContaining('100 so far'),
  ]);
});
