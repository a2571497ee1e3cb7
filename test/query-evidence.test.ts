import { expect, test } from 'vitest';
import { LIMITS } from '../engine/core/limits.ts';
import { Admission, isRejection } from '../engine/event/admission.ts';
import { Shard } from '../engine/runtime/shard.ts';
import { compileRules } from '../rules/index.ts';

const A = 'create schema A(k string, v int, ts long) starttimestamp ts;';

/** Rows as `values <- offsets of the events behind them`; a snapshot and a fresh shard after every event. */
function evidence(query: string, keys: readonly string[], until = keys.length * 1000): string[] {
  const { plan } = compileRules([{ file: 'a.epl', text: `${A} ${query};` }]);
  if (plan === null) throw new Error(`does not compile: ${query}`);
  const lines: string[] = [];
  const make = () =>
    new Shard({
      plan,
      startTime: 0,
      onRow: ({ values, origins }) =>
        lines.push(`${values.join()} <- ${origins.map(({ offset }) => offset).join()}`),
    });
  let shard = make();
  const admission = new Admission(plan);
  for (const [i, k] of keys.entries()) {
    const event = admission.admit(admission.typeIndex('A'), { k, v: i, ts: i * 1000 }, 0, i);
    if (isRejection(event)) throw new Error(event.reason);
    shard.onEvent(event);
    const snapshot = JSON.parse(JSON.stringify(shard.snapshot()));
    shard = make();
    shard.restore(snapshot);
  }
  shard.advanceTo(until);
  return lines;
}

test('a row of one event shows it', () => {
  expect(evidence('select k from A#length(2)', ['x', 'y'])).toEqual(['x <- 0', 'y <- 1']);
});

test('a row over a batch shows all of it', () => {
  expect(evidence('select count(*) as c from A#length_batch(3)', ['x', 'y', 'x'])).toEqual(['3 <- 0,1,2']);
});

test('a row of a group shows its events of the batch', () => {
  expect(evidence('select k, count(*) as c from A#length_batch(3) group by k', ['x', 'y', 'x'])).toEqual([
    'x,2 <- 0,2',
    'y,1 <- 1',
  ]);
});

test('rows that wait for the output keep what they show', () => {
  const query = 'select count(*) as c from A#length_batch(2) output every 4 events';
  expect(evidence(query, ['x', 'y', 'x', 'y'])).toEqual(['2 <- 0,1', '2 <- 2,3']);
});

test('an event that leaves by the clock stands behind the row it changes', () => {
  expect(evidence('select count(*) as c from A#time(1500 msec)', ['x'], 2000)).toEqual(['1 <- 0', '0 <- 0']);
});

test('a derived event shows what its row was made of', () => {
  const query = 'insert into B select sum(v) as s from A#length_batch(2); select s from B';
  expect(evidence(query, ['x', 'y'])).toEqual(['1 <- 0,1', '1 <- 0,1']);
});

test('of a batch of more events than an alert shows only the last stands for it', () => {
  const size = LIMITS.evidenceEventsMax + 1;
  const keys = Array.from({ length: size }, () => 'x');
  const query = `select count(*) as c from A#length_batch(${size})`;
  expect(evidence(query, keys)).toEqual([`${size} <- ${size - 1}`]);
});

test('a row that is changed again and again shows all that changed it, and its earlier forms what they were made of', () => {
  const query = `create window W#keepall as (k string, n int);
    on A as a merge W as w where w.k = a.k when not matched then insert select a.k as k, 1 as n
      when matched then update set n = w.n + 1`;
  const lines = evidence(query, ['x', 'x', 'y', 'x']);
  expect(lines.filter((line) => line.startsWith('x,'))).toEqual([
    'x,1 <- 0',
    'x,1 <- 0',
    'x,2 <- 0,1',
    'x,1 <- 0',
    'x,2 <- 0,1',
    'x,1 <- 0',
    'x,3 <- 0,1,3',
    'x,2 <- 0,1',
    'x,3 <- 0,1,3',
    'x,2 <- 0,1',
  ]);
});
