import { describe, expect, test } from 'vitest';
import { LimitError, type RuleLimits } from '../engine/core/limits.ts';
import { type Limited, runLimited } from './support/limited-run.ts';

const KEYED = 'create context C partition by k from E;';
const TOTAL = "@Name('out') context C select k, sum(v) as s, count(*) as n from E;";

type Sent = readonly [k: string, v: number];

/** As `runLimited`, one event a millisecond; `open` is the number of instances of `out`. */
function run(
  rules: string,
  events: readonly Sent[],
  ruleLimits: Partial<RuleLimits>,
  restoring = false,
): Omit<Limited, 'rows'> & { readonly rows: string[] } {
  const timed = events.map(([k, v], i) => [i + 1, k, v] as const);
  const { rows, ...rest } = runLimited(rules, timed, ruleLimits, restoring);
  return { ...rest, rows: rows.map(({ text }) => text) };
}

const KEYS: readonly Sent[] = [
  ['a', 1],
  ['b', 1],
  ['a', 1],
  ['c', 1],
  ['b', 1],
  ['a', 1],
];

describe('partitions of a context', () => {
  test('fail names the context, the number and what to do', () => {
    const attempt = () => run(`${KEYED} ${TOTAL}`, KEYS, { contextPartitionsMax: 2 });
    expect(attempt).toThrow(LimitError);
    expect(attempt).toThrow(
      /the context `C` has 2 partitions at 1970.*; end them with `terminated`, or raise/,
    );
  });

  test('as many as are allowed are no mistake', () => {
    expect(run(`${KEYED} ${TOTAL}`, KEYS, { contextPartitionsMax: 3 })).toMatchObject({
      open: 3,
      dropped: 0,
    });
  });

  test.each([false, true])(
    'drop-oldest: the oldest begins afresh with its next event, restoring %s',
    (restoring) => {
      const limits = { contextPartitionsMax: 2, onLimit: 'drop-oldest' } as const;
      const { rows, notices, open, dropped } = run(`${KEYED} ${TOTAL}`, KEYS, limits, restoring);
      expect(rows).toEqual(['a 1 1', 'b 1 1', 'a 2 2', 'c 1 1', 'b 2 2', 'a 1 1']);
      expect(open).toBe(2);
      expect(dropped).toBe(2);
      expect(notices[0]).toMatchObject({ code: 'partitions-limit', count: 1 });
      expect(notices[0]?.text).toContain('the context `C` has 2 partitions at 1970');
      expect(notices[0]?.text).toContain('the oldest is dropped, 1 so far');
    },
  );

  test.each([false, true])('drop-newest: further keys have none, restoring %s', (restoring) => {
    const limits = { contextPartitionsMax: 2, onLimit: 'drop-newest' } as const;
    const { rows, open, dropped } = run(`${KEYED} ${TOTAL}`, KEYS, limits, restoring);
    expect(rows).toEqual(['a 1 1', 'b 1 1', 'a 2 2', 'b 2 2', 'a 3 3']);
    expect(open).toBe(2);
    expect(dropped).toBe(1);
  });

  test('one that has ended leaves room; one that is dropped gives no last rows', () => {
    const rules =
      'create context C partition by k from E terminated by E(v < 0);' +
      "@Name('out') context C select k, count(*) as n from E output snapshot when terminated;";
    const events: Sent[] = [
      ...([
        ['a', 1],
        ['b', 1],
        ['a', -1],
        ['c', 1],
        ['d', 1],
        ['c', -1],
      ] as const),
    ];
    const limits = { contextPartitionsMax: 2, onLimit: 'drop-oldest' } as const;
    expect(run(rules, events, limits)).toMatchObject({ rows: ['a 1', 'c 1'], dropped: 1, open: 1 });
  });

  test('overlapping partitions, those of a hash, and those that wait for a time are bounded alike', () => {
    const events = Array.from({ length: 50 }, (_, i): Sent => [`k${i}`, i]);
    for (const begin of [
      'initiated by E as e terminated after 1 hour',
      'initiated by E as e terminated by pattern [every-distinct(a.k) a=E(v < 0)]',
      'coalesce by consistent_hash_crc32(k) from E granularity 1000000',
      'partition by k, v from E terminated after 1 hour',
    ]) {
      for (const onLimit of ['drop-oldest', 'drop-newest'] as const) {
        const rules = `create context C ${begin}; @Name('out') context C select count(*) as n from E;`;
        const { open, dropped } = run(rules, events, { contextPartitionsMax: 5, onLimit });
        expect([begin, onLimit, open, dropped]).toEqual([begin, onLimit, 5, 45]);
      }
    }
  });

  test('nested: what the context itself fixes counts with the partition around it; each level is bounded', () => {
    const events: Sent[] = Array.from({ length: 30 }, (_, i) => [`k${i % 10}`, i]);
    const count = "@Name('out') context C select count(*) as n from E;";
    const categories = 'context B group v < 5 as low, group v >= 5 as high from E';
    const inner = `create context C context A partition by k from E, ${categories}; ${count}`;
    const both = `create context C context A partition by k from E, context B partition by v from E; ${count}`;
    const outer = `create context C ${categories.replace('B', 'A')}, context B partition by k from E; ${count}`;
    for (const onLimit of ['drop-oldest', 'drop-newest'] as const) {
      expect(run(inner, events, { contextPartitionsMax: 6, onLimit }).open).toBe(6);
      expect(run(both, events, { contextPartitionsMax: 6, onLimit }).open).toBe(6);
      expect(run(outer, events, { contextPartitionsMax: 6, onLimit }).open).toBe(6);
    }
  });

  test('one that begins in a partition that the same event has ended gets the event, and is over', () => {
    const rules =
      'create context C context A partition by k from E terminated by E(v < 0), context B partition by v from E;' +
      "@Name('out') context C select context.A.key1 as k, context.B.key1 as v, count(*) as n from E;";
    const events: Sent[] = [
      ['a', 1],
      ['a', -1],
      ['b', 1],
      ['a', -1],
      ['a', -1],
    ];
    const { rows, open } = run(rules, events, {});
    expect(rows).toEqual(['a 1 1', 'a -1 1', 'b 1 1', 'a -1 1', 'a -1 2']);
    expect(open).toBe(1);
  });
});
