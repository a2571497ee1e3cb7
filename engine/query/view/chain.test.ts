import { afterEach, describe, expect, test } from 'vitest';
import { rowsOf, testStatementCases } from '../../../test/support/statement-case.ts';
import { LIMITS } from '../../core/limits.ts';

const SCHEMA = 'create schema A(id string, k int, v int);\n';
const event = (time: number, id: string, k = 0) => [time, 'A', { id, k, v: 0 }] as const;

testStatementCases('windows around other things', [
  {
    name: 'matches of a pattern, which a snapshot keeps with their tags',
    rules: `${SCHEMA}@Name('out') select irstream x.id as a, y.id as b from
      pattern [every x=A(k = 1) -> y=A(k = 2)]#time(1 sec)`,
    events: [event(0, 'a', 1), event(100, 'b', 2), event(200, 'c', 1), event(300, 'd', 2)],
    until: 2000,
    expected: [
      '100 out {"a":"a","b":"b"}',
      '300 out {"a":"c","b":"d"}',
      '1100 out - {"a":"a","b":"b"}',
      '1300 out - {"a":"c","b":"d"}',
    ],
  },
  {
    name: 'statistics of the matches of a pattern',
    rules: `${SCHEMA}@Name('out') select datapoints, total from
      pattern [every x=A(k = 1) -> y=A(k = 2)]#length(2)#uni(y.k)`,
    events: [event(0, 'a', 1), event(100, 'b', 2), event(200, 'c', 1), event(300, 'd', 2)],
    expected: ['100 out {"datapoints":1,"total":2}', '300 out {"datapoints":2,"total":4}'],
  },
  {
    name: 'keys that saw nothing for long are forgotten without a word',
    rules: `${SCHEMA}@Name('out') @Hint('reclaim_group_aged=1,reclaim_group_freq=2')
      select irstream id, prevcount(id) as n from A#groupwin(k)#length(2)`,
    events: [event(0, 'a', 1), event(2000, 'b', 2), event(2500, 'c', 1), event(4500, 'd', 1)],
    expected: [
      '0 out {"id":"a","n":1}',
      '2000 out {"id":"b","n":1}',
      '2500 out {"id":"c","n":1}',
      '4500 out {"id":"d","n":1}',
    ],
  },
  {
    name: 'prevcount beside an aggregate makes a row of each event',
    rules: `${SCHEMA}@Name('out') select first(id) as f, prevcount(id) as n from A#length_batch(2)`,
    events: [event(0, 'a'), event(1, 'b')],
    expected: ['1 out {"f":"a","n":2}', '1 out {"f":"a","n":2}'],
  },
  {
    name: 'old names and letter case',
    rules: `${SCHEMA}@Name('out') select irstream id from A.win:LENGTH(1)`,
    events: [event(0, 'a'), event(1, 'b')],
    expected: ['0 out {"id":"a"}', '1 out {"id":"b"}', '1 out - {"id":"a"}'],
  },
]);

describe('a limit', () => {
  const limits = LIMITS as { windowRowsMax: number; windowGroupsMax: number };
  const { windowRowsMax, windowGroupsMax } = limits;
  afterEach(() => {
    Object.assign(limits, { windowRowsMax, windowGroupsMax });
  });
  const run = (views: string) => () =>
    rowsOf({
      name: '',
      rules: `${SCHEMA}@Name('big') select id from A${views}`,
      events: [event(0, 'a', 1), event(1, 'b', 2), event(2, 'c', 3)],
      expected: [],
    });

  test.each([
    '#keepall',
    '#time(1 hour)',
    '#unique(k)',
    '#length_batch(5)',
    '#time_accum(1 sec)',
    '#session(k, 1 sec)',
    '#expr(true)',
    '#hop(1 hour, 1 min)',
    '#firstlength(5)',
    '#time_order(v, 1 hour)',
  ])('of rows stops %s and names the rule', (views) => {
    limits.windowRowsMax = 2;
    expect(run(views)).toThrow(/the rule big: a data window has more than 2 rows \(windowRowsMax\)/);
    limits.windowRowsMax = 3;
    expect(run(views)).not.toThrow();
  });

  test('of keys stops groupwin', () => {
    limits.windowGroupsMax = 2;
    expect(run('#groupwin(k)#length(1)')).toThrow(/the rule big: .*more than 2 keys of `groupwin`/);
  });
});
