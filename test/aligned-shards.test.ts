import { expect, test } from 'vitest';
import { type RandomCase, runRandomCase } from './conformance/random-case.ts';
import { rowsOf } from './support/statement-case.ts';

/** Events of five keys, some of which pause for long. */
const EVENTS = Array.from({ length: 60 }, (_, i) => {
  const k = (i * 7 + (i >> 3)) % 5;
  return { t: i * 370 + (i > 30 ? 9000 : 0), type: 'A', props: { id: `e${i}`, k, v: i % 9 } };
});

test.each([
  'select k, sum(v) as s, count(*) as n from A#tumble(2 sec) group by k',
  'select irstream k, sum(v) as s, count(*) as n from A#tumble(1500 msec, 200 msec) group by k',
  'select irstream id from A#tumble(1 sec)',
  'select k, sum(v) as s, count(*) as n from A#hop(3 sec, 1 sec) group by k',
  'select irstream id from A#hop(2 sec, 700 msec)',
  'select irstream id from A#session(k, 2 sec)',
  'select id from A as a where (select 4 + count(*) from A#time(3 sec) as b where b.k = a.k) > (select b.v from A#unique(k) as b where b.k = a.k)',
  'select irstream id from A#time(2 sec) as a where exists (select * from A#time(4 sec) as b where b.k = a.k and b.v > a.v)',
])('%s gives the same rows on several shards', (query) => {
  const epl = `create schema A(id string, k int, v int);\n@Name('out') ${query};`;
  const until = 60_000;
  const events = EVENTS.map(({ t, type, props }) => [t, type, props] as const);
  const lines = rowsOf({ name: '', rules: epl, events, until, expected: [] });
  expect(lines.length).toBeGreaterThan(20);
  const out = lines.map((line) => {
    const [, time = '', removed, row = ''] = /^(\d+) out (- )?(.*)$/.exec(line) ?? [];
    const rows = [JSON.parse(row) as unknown];
    const i = EVENTS.findIndex(({ t, props }) => t === Number(time) && row === `{"id":"${props.id}"}`);
    const at = { i: removed === undefined ? i : -1, t: Number(time), stmt: 'out' };
    return removed === undefined ? { ...at, new: rows } : { ...at, new: [], old: rows };
  });
  const one: RandomCase = { id: 'aligned', epl, events: EVENTS, end: until, out };
  for (const shards of [1, 2, 4]) {
    expect(runRandomCase(one, { backend: 'codegen', shards })).toEqual({ result: 'passed', detail: '' });
  }
});
