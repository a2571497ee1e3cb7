import { describe, expect, test } from 'vitest';
import type { RuleLimits } from '../engine/core/limits.ts';
import { Admission, isRejection } from '../engine/event/admission.ts';
import { rowToJson } from '../engine/event/to-json.ts';
import type { StatementPlan } from '../engine/plan/plan.ts';
import { Shard } from '../engine/runtime/shard.ts';
import { compileRules } from '../rules/index.ts';
import { type StatementCase, testStatementCases } from './support/statement-case.ts';

const SCHEMA = 'create schema A(id string, k int, v double);\ncreate schema B(k int);\n';

/** Rows of type A, one a second from 1000 on: `k v` or `v`. */
function rows(...values: readonly (number | readonly [k: number, v: number])[]): StatementCase['events'] {
  return values.map((value, i) => {
    const [k, v] = typeof value === 'number' ? [0, value] : value;
    return [1000 * (i + 1), 'A', { id: `A${i + 1}`, k, v }];
  });
}

const cases: StatementCase[] = [
  {
    name: 'a fall and a rise, with what is first, last and counted',
    rules: `${SCHEMA}@Name('out') select * from A match_recognize (
      measures S.id as s, first(D.id) as d1, last(D.id) as dn, count(D.id) as n, D[1].v as second, U.v - S.v as diff
      pattern (S D+ U) define D as D.v < prev(D.v), U as U.v > prev(U.v));`,
    events: rows(5, 4, 3, 9, 8, 9),
    expected: ['4000 out {"s":"A1","d1":"A2","dn":"A3","n":2,"second":3,"diff":4}'],
  },
  {
    name: 'partitions are apart; whole rows and arrays are measures',
    rules: `${SCHEMA}@Name('out') select a.id as a, b as b from A match_recognize (partition by k
      measures X as a, Y as b pattern (X Y{2}) define Y as Y.v > X.v);`,
    events: rows([0, 1], [1, 1], [0, 2], [1, 0], [0, 3]),
    expected: ['5000 out {"a":"A1","b":[{"id":"A3","k":0,"v":2},{"id":"A5","k":0,"v":3}]}'],
  },
  {
    name: 'all matches that end with a row, also those that overlap',
    rules: `${SCHEMA}@Name('out') select * from A match_recognize (measures X[0].id as x, last(X.id) as y
      all matches after match skip to current row pattern (X{2,3}));`,
    events: rows(1, 2, 3),
    expected: [
      '2000 out {"x":"A1","y":"A2"}',
      '3000 out {"x":"A1","y":"A3"}',
      '3000 out {"x":"A2","y":"A3"}',
    ],
  },
  {
    name: 'prev sees rows that have left the window, and a run ends with its first row',
    rules: `${SCHEMA}@Name('out') select * from A#length(2) match_recognize (measures X.id as x, Y.id as y
      all matches after match skip to current row pattern (X Z? Y) define Y as Y.v > prev(Y.v, 2));`,
    events: rows(1, 5, 2, 6),
    expected: ['3000 out {"x":"A2","y":"A3"}', '4000 out {"x":"A3","y":"A4"}'],
  },
  {
    name: 'rows that leave out of order begin the search anew',
    rules: `${SCHEMA}create window W#keepall as A; insert into W select * from A;
      on B as b delete from W as w where w.k = b.k;
      @Name('out') select * from W match_recognize (measures X.id as x, Y.id as y, Z.id as z
        pattern (X Y Z) define Y as Y.v > X.v, Z as Z.v > Y.v);`,
    events: [
      [1000, 'A', { id: 'A1', k: 1, v: 1 }],
      [2000, 'A', { id: 'A2', k: 2, v: 5 }],
      [3000, 'B', { k: 2 }],
      [4000, 'A', { id: 'A3', k: 3, v: 3 }],
      [5000, 'A', { id: 'A4', k: 4, v: 4 }],
    ],
    expected: ['5000 out {"x":"A1","y":"A3","z":"A4"}'],
  },
  {
    name: 'an interval waits for longer matches',
    rules: `${SCHEMA}@Name('out') select * from A match_recognize (measures X.id as x, count(Y.id) as n
      pattern (X Y*) interval 5 sec define X as X.v = 0, Y as Y.v > 0);`,
    events: rows(0, 1, 2, 0),
    until: 20_000,
    expected: ['6000 out {"x":"A1","n":2}', '9000 out {"x":"A4","n":0}'],
  },
  {
    name: 'a match that cannot become longer does not wait for the interval',
    rules: `${SCHEMA}@Name('out') select * from A match_recognize (measures X.id as x, count(Y.id) as n
      pattern (X Y+) interval 10 sec or terminated define X as X.v = 0, Y as Y.v > 0);`,
    events: rows(0, 1, 2, -1, 0, 3),
    until: 30_000,
    expected: ['4000 out {"x":"A1","n":2}', '15000 out {"x":"A5","n":1}'],
  },
  {
    name: 'conditions see the rows of earlier variables',
    rules: `${SCHEMA}@Name('out') select * from A match_recognize (measures X.lastOf().id as x, Y.id as y
      pattern (X+ Y) define X as X.v < 10, Y as Y.v > X.sumOf(r => r.v) and X.countOf() > 1 and Y.v > X[0].v);`,
    events: rows(1, 2, 3, 20),
    expected: ['4000 out {"x":"A3","y":"A4"}'],
  },
  {
    name: 'the clauses after it work on the matches',
    rules: `${SCHEMA}insert into M select x, d from A match_recognize (measures X.id as x, Y.v - X.v as d
        pattern (X Y) define Y as Y.v > X.v) where d > 1;
      @Name('out-rows') select * from M;
      @Name('out-sum') select k, count(*) as n, sum(d) as d from A match_recognize (measures X.k as k, Y.v - X.v as d
        pattern (X Y) define Y as Y.v > X.v) group by k having count(*) > 1;`,
    events: rows([0, 1], [0, 2], [1, 1], [0, 5], [0, 1], [0, 4]),
    expected: [
      '4000 out-rows {"x":"A3","d":4}',
      '6000 out-sum {"k":0,"n":2,"d":4}',
      '6000 out-rows {"x":"A5","d":3}',
    ],
  },
  {
    name: 'a pattern of events in front, whose tags are fields',
    rules: `${SCHEMA}@Name('out') select * from pattern [every b=B -> a=A] match_recognize (
      measures X.a.id as x, Y.a.id as y pattern (X Y) define Y as Y.a.v > X.a.v);`,
    events: [
      [1000, 'B', { k: 1 }],
      [2000, 'A', { id: 'A1', k: 0, v: 1 }],
      [3000, 'B', { k: 1 }],
      [4000, 'A', { id: 'A2', k: 0, v: 2 }],
    ],
    expected: ['4000 out {"x":"A1","y":"A2"}'],
  },
];

testStatementCases('match_recognize', cases);

interface Run {
  readonly rows: readonly string[];
  readonly notices: readonly string[];
  readonly runs: number;
}

/** Runs one statement over values of `v`. */
function run(statement: string, values: readonly number[], ruleLimits: Partial<RuleLimits> = {}): Run {
  const { plan } = compileRules([{ file: 'a.epl', text: `${SCHEMA}@Name('out') ${statement};` }]);
  if (plan === null) throw new Error('the statement does not compile');
  const [rows, notices]: [string[], string[]] = [[], []];
  const shard = new Shard({
    plan,
    startTime: 0,
    ruleLimits,
    onNotice: ({ text }) => notices.push(text),
    onRow: (row) => rows.push(JSON.stringify(rowToJson(row, plan.statements[0] as StatementPlan, plan))),
  });
  const admission = new Admission(plan);
  for (const [i, v] of values.entries()) {
    const event = admission.admit(admission.typeIndex('A'), { id: `A${i + 1}`, k: 0, v }, 0, i, i + 1);
    if (isRejection(event)) throw new Error(event.reason);
    shard.onEvent(event);
  }
  return { rows, notices, runs: shard.runPool.runs };
}

describe('patterns with many ways to take the same rows', () => {
  const ones = (count: number) => new Array<number>(count).fill(1);

  // Each row doubles the ways; those that go on alike are one.
  test.each([
    'pattern ((X* X*)* Y) define Y as Y.v > 1',
    'pattern (((X | X)* X?)* Y) define Y as Y.v > 1',
    'pattern ((X+ X+)+ X* Y) define Y as Y.v > 1',
  ])('%s', (clause) => {
    const { rows, runs } = run(
      `select * from A match_recognize (measures first(X.id) as x, Y.id as y ${clause})`,
      [...ones(24), 2],
    );
    expect(rows).toEqual(['{"x":"A1","y":"A25"}']);
    expect(runs).toBeLessThan(20_000);
  });

  test('a repeat in a repeat has one way to take each row', () => {
    const text =
      'select * from A match_recognize (measures X.countOf() as n, Y.id as y pattern (((X*)*)* Y) define Y as Y.v > 1)';
    expect(run(text, [...ones(500), 2]).rows).toEqual(['{"n":500,"y":"A501"}']);
  });
});

describe('bounds on partial matches', () => {
  const text =
    'select * from A match_recognize (measures X.id as x, Z.id as z pattern (X Y* Z) define Z as Z.v > 1)';

  test('stop the run, with the name of the rule', () => {
    expect(() => run(text, [1, 1, 1, 1], { openRunsMax: 4 })).toThrow(/rule `out` has \d+ open runs/);
  });

  test('drop the oldest or the newest, and say so', () => {
    const oldest = run(text, [1, 1, 1, 1, 2], { openRunsMax: 4, onLimit: 'drop-oldest' });
    expect(oldest.rows).toEqual(['{"x":"A3","z":"A5"}']);
    expect(oldest.notices[0]).toContain('the oldest is dropped');
    const newest = run(text, [1, 1, 1, 1, 2], { openRunsPerKeyMax: 4, onLimit: 'drop-newest' });
    expect(newest.rows).toEqual(['{"x":"A1","z":"A5"}']);
    expect(newest.notices[0]).toContain('the newest is dropped');
  });
});

test('matches of one key that end together are told of', () => {
  const { rows, notices } = run(
    'select * from A match_recognize (partition by k measures X.id as x, Y.id as y all matches pattern (X? Y) define Y as Y.v > 1)',
    [1, 2],
  );
  expect(rows).toEqual([]);
  expect(notices).toEqual([expect.stringContaining('several matches of the key `0` end together')]);
});
