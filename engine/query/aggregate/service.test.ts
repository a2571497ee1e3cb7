import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LimitError } from '../../core/limits.ts';
import { createRecordClass, type EventRecord, setField, type Value } from '../../event/record.ts';
import { type EventType, TYPE_DOUBLE, TYPE_LONG, TYPE_OBJECT } from '../../event/types.ts';
import { createEnv } from '../../expr/evaluator.ts';
import { CURRENT, type Expr } from '../../expr/ir.ts';
import type { AggregatePlan, GroupByPlan } from '../../plan/query-plan.ts';
import { type Item, ItemBinder } from '../item.ts';
import { GroupKeys, groupKeyOf, UNGROUPED } from './group-key.ts';
import { AggregationService } from './service.ts';

const TYPE: EventType = {
  name: 'A',
  fields: ['a', 'b', 'v'].map((name) => ({ name, type: TYPE_OBJECT })),
  supertypes: [],
  startField: -1,
  endField: -1,
  origin: 'schema',
};
const Record = createRecordClass(TYPE, true);
const field = (index: number): Expr => ({ op: 'field', type: TYPE_OBJECT, slot: CURRENT, field: index });
const [A, B, V] = [field(0), field(1), field(2)] as [Expr, Expr, Expr];

function plan(name: string, args: readonly Expr[], changes: Partial<AggregatePlan> = {}): AggregatePlan {
  return {
    name,
    type: name === 'count' ? TYPE_LONG : TYPE_DOUBLE,
    distinct: false,
    star: args.length === 0,
    slot: CURRENT,
    args: args.map((expr) => ({ expr, descending: false })),
    filter: null,
    groupBy: null,
    ...changes,
  };
}

const by = (keys: readonly Expr[], sets: GroupByPlan['sets'] = null): GroupByPlan => ({
  keys,
  sets,
  reclaim: null,
});

function item(a: Value, b: Value, v: Value): Item {
  const made = new Record(0, 0, -1, -1);
  for (const [i, value] of [a, b, v].entries()) setField(made, i, value);
  return made;
}

function serviceOf(
  aggregates: readonly AggregatePlan[],
  groupBy: GroupByPlan | null,
  limits = { groupsMax: 100, distinctValuesMax: 100 },
) {
  const env = createEnv(0);
  const binder = new ItemBinder('event', env, 'codegen');
  const service = new AggregationService({ aggregates, groupBy }, { statementName: 'busy', binder, limits });
  return { service, env, binder, keys: new GroupKeys(groupBy?.keys ?? [], binder) };
}

test('a group is read after its last item left, and forgotten when the next one enters', () => {
  const { service } = serviceOf([plan('maxever', [V]), plan('count', [])], by([A]));
  const read = (key: string) => {
    service.select(key);
    return [service.value(0), service.value(1)];
  };
  const one = item('x', null, 5);
  expect(read('x')).toEqual([null, 0]);
  service.enter(one, 'x');
  service.leave(one, 'x');
  expect(read('x')).toEqual([5, 0]);
  service.enter(item('y', null, 1), 'y');
  expect(read('x')).toEqual([null, 0]);
  expect([...service.keys()]).toEqual(['y']);
});

test('levels have groups of their own, and the one over everything stays', () => {
  const sets = [[0, 1], [0], []];
  const { service, keys } = serviceOf([plan('sum', [V]), plan('countever', [])], by([A, B], sets));
  const levels = (one: Item) => sets.map((set) => GroupKeys.ofSet(keys.values(one), set));
  const list = [item('x', 1, 1), item('x', 2, 2), item('y', 1, 4)];
  for (const one of list) service.enterSets(one, levels(one));
  const sums = (one: Item) =>
    levels(one).map((key, set) => {
      service.select(key, set);
      return service.value(0);
    });
  expect(list.map(sums)).toEqual([
    [1, 3, 7],
    [2, 3, 7],
    [4, 4, 7],
  ]);
  for (const one of list) service.leaveSets(one, levels(one));
  service.enterSets(list[0] as Item, levels(list[0] as Item));
  service.select(UNGROUPED, 2);
  expect([service.value(0), service.value(1)]).toEqual([1, 4]);
  service.select(GroupKeys.ofSet(['x', 1], [0]), 1);
  expect([service.value(0), service.value(1)]).toEqual([1, 1]);
});

test('calls with keys of their own read the group of the item at hand', () => {
  const aggregates = [
    plan('sum', [V]),
    plan('sum', [V], { groupBy: [A] }),
    plan('sum', [V], { groupBy: [] }),
  ];
  const { service, binder } = serviceOf(aggregates, by([B]));
  const list = [item('x', 1, 1), item('x', 2, 2), item('y', 1, 4)];
  for (const one of list) service.enter(one, groupKeyOf([one === list[1] ? 2 : 1]));
  const seen = list.map((one) => {
    binder.current = one;
    service.select(one === list[1] ? 2 : 1);
    return [0, 1, 2].map((index) => service.value(index));
  });
  expect(seen).toEqual([
    [5, 3, 7],
    [2, 3, 7],
    [5, 4, 7],
  ]);
});

test('groups unchanged for the time of the hint go, those that changed stay', () => {
  const seconds = (value: number): Expr => ({ op: 'literal', type: TYPE_DOUBLE, value });
  const reclaim = { aged: seconds(2), frequency: seconds(1) };
  const { service, env } = serviceOf([plan('count', [])], { keys: [A], sets: null, reclaim });
  const gone: unknown[] = [];
  service.onReclaimed = (key) => gone.push(key);
  for (const [time, key] of [
    [0, 'x'],
    [1000, 'y'],
    [2000, 'y'],
    [3000, 'y'],
  ] as const) {
    env.now = time;
    service.enter(item(key, null, 1), key);
  }
  expect(gone).toEqual(['x']);
  expect([...service.keys()]).toEqual(['y']);
});

describe('limits', () => {
  test('more groups than allowed stop the run and name the rule', () => {
    const { service } = serviceOf([plan('count', [])], by([A]));
    const fill = () => {
      for (let i = 0; i < 101; i++) service.enter(item(i, null, 1), i);
    };
    expect(fill).toThrow(LimitError);
    expect(fill).toThrow(/^busy: more than 100 groups/);
  });

  test('groups that are forgotten make room', () => {
    const { service } = serviceOf([plan('count', [])], by([A]));
    for (let i = 0; i < 1000; i++) {
      const one = item(i, null, 1);
      service.enter(one, i);
      service.leave(one, i);
    }
    expect([...service.keys()]).toEqual([]);
  });

  test.each(['count', 'approx_count_distinct', 'approx_quantile'])(
    '%s keeps a bounded number of values',
    (name) => {
      const rank: Expr = { op: 'literal', type: TYPE_DOUBLE, value: 0.5 };
      const args = name === 'approx_quantile' ? [V, rank] : [V];
      const { service } = serviceOf([plan(name, args, { distinct: name === 'count' })], null);
      const fill = () => {
        for (let i = 1; i < 1000; i++) service.enter(item(null, null, 1.1 ** i), UNGROUPED);
      };
      expect(fill).toThrow(/^busy: more than 100 /);
    },
  );
});

const VALUE: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom(null, true, false, '', '1', '1n', '2s1', '_', 'T', Number.NaN, 1, -1, 0.5, 1e21),
  fc.array(fc.constantFrom(1, '1', null), { maxLength: 2 }),
);

test('keys are equal exactly when all their values are', () => {
  const same = (a: readonly Value[], b: readonly Value[]) =>
    a.length === b.length && a.every((one, i) => equal(one, b[i] as Value));
  const equal = (a: Value, b: Value): boolean =>
    Array.isArray(a) && Array.isArray(b) ? same(a, b) : Object.is(a, b);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3 }).chain((length) => {
        const values = fc.array(VALUE, { minLength: length, maxLength: length });
        return fc.tuple(values, values);
      }),
      ([a, b]) => {
        expect(groupKeyOf(a) === groupKeyOf(b) || Object.is(groupKeyOf(a), groupKeyOf(b))).toBe(same(a, b));
      },
    ),
    { numRuns: 2000 },
  );
});

test('a restored service goes on as the one that was written', () => {
  const aggregates = [plan('sum', [V]), plan('maxever', [V]), plan('sum', [V], { groupBy: [B] })];
  const steps = fc.array(
    fc.record({
      enters: fc.boolean(),
      key: fc.constantFrom('x', 'y', null, 1.5),
      v: fc.integer({ max: 9, min: 0 }),
    }),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(steps, fc.nat(30), (list, at) => {
      const events: EventRecord[] = [];
      const writer = { event: (record: EventRecord) => events.push(record) - 1 };
      const reader = { event: (id: number) => events[id] as EventRecord };
      const kept = serviceOf(aggregates, by([A]));
      let other = serviceOf(aggregates, by([A]));
      const held: Item[] = [];
      for (const [i, { enters, key, v }] of list.entries()) {
        if (i === at) {
          const state = JSON.parse(JSON.stringify(other.service.snapshot(writer)));
          other = serviceOf(aggregates, by([A]));
          other.service.restore(state, reader);
        }
        const moved = enters ? item(key, v % 2, v) : held.shift();
        if (moved === undefined) continue;
        if (enters) held.push(moved);
        const values = [kept, other].map(({ service, keys, binder }) => {
          const group = keys.keyOf(moved);
          if (enters) service.enter(moved, group);
          else service.leave(moved, group);
          binder.current = moved;
          service.select(group);
          return [0, 1, 2].map((index) => service.value(index));
        });
        expect(values[1]).toEqual(values[0]);
      }
      expect([...other.service.keys()].map(String).sort()).toEqual(
        [...kept.service.keys()].map(String).sort(),
      );
    }),
  );
});
