import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRecordClass, type EventRecord, setField } from '../event/record.ts';
import { TYPE_BOOLEAN, TYPE_DOUBLE, TYPE_STRING } from '../event/types.ts';
import type { Backend } from '../expr/evaluate.ts';
import { CURRENT, type Expr } from '../expr/ir.ts';
import { derivePartitions } from '../plan/partition.ts';
import { NO_CLAUSES, type PatternNode, type Plan, type StatementPlan } from '../plan/plan.ts';
import { Shard } from './shard.ts';

const A = 0;
const B = 1;
const type = (name: string) => ({
  name,
  fields: [
    { name: 'key', type: TYPE_STRING },
    { name: 'v', type: TYPE_DOUBLE },
  ],
  supertypes: [],
  startField: -1,
  endField: -1,
  origin: 'schema' as const,
});
const key = (slot: number): Expr => ({ op: 'field', type: TYPE_STRING, slot, field: 0 });
const value = (slot: number): Expr => ({ op: 'field', type: TYPE_DOUBLE, slot, field: 1 });
const sameKeyAs = (slot: number): Expr => ({
  op: 'equal',
  type: TYPE_BOOLEAN,
  negated: false,
  nullSafe: false,
  left: key(CURRENT),
  right: key(slot),
});
const seconds = (amount: number): Expr => ({ op: 'literal', type: { kind: 'double' }, value: amount });
const filter = (id: number, of: number, slot: number, condition: Expr | null = null): PatternNode => ({
  op: 'filter',
  contained: null,
  id,
  type: of,
  slot,
  filter: condition,
  consume: 0,
});

function planOf(root: PatternNode): Plan {
  const statement: StatementPlan = {
    index: 0,
    name: 'out',
    file: 'test.epl',
    line: 1,
    fingerprint: '0',
    description: null,
    tags: [],
    alert: null,
    priority: 0,
    drop: false,
    context: null,
    query: {
      kind: 'select',
      inputs: [
        {
          kind: 'pattern',
          root,
          suppressOverlapping: false,
          matchType: -1,
          discardPartials: false,
          slots: [
            { tag: 'a', type: A, repeated: false },
            { tag: 'b', type: B, repeated: false },
          ],
          views: [],
          retain: 'intersection',
        },
      ],
      where: null,
      columns: [
        { name: 'a', type: TYPE_DOUBLE, expr: value(0) },
        { name: 'b', type: TYPE_DOUBLE, expr: value(1) },
      ],
      insertInto: null,
      ...NO_CLAUSES,
    },
  };
  return {
    types: [type('A'), type('B')],
    statements: [statement],
    variables: [],
    expressions: [],
    stores: [],
    contexts: [],
    zone: 'UTC',
    timeUnit: 'milliseconds',
  };
}

const recordClass = createRecordClass(type('A'), false);

function event(of: number, time: number, k: string, v: number): EventRecord {
  const record = new recordClass(of, time, 0, v);
  setField(record, 0, k);
  setField(record, 1, v);
  return record;
}

/** Rows as `time:a,b`. */
function run(
  plan: Plan,
  events: readonly EventRecord[],
  end: number,
  backend: Backend,
  restore = false,
): string[] {
  const rows: string[] = [];
  const make = () =>
    new Shard({
      plan,
      startTime: 0,
      backend,
      onRow: (row) => rows.push(`${row.time}:${row.values.join(',')}`),
    });
  let shard = make();
  for (const one of events) {
    shard.onEvent(one);
    if (!restore) continue;
    const snapshot = JSON.parse(JSON.stringify(shard.snapshot()));
    shard = make();
    shard.restore(snapshot);
  }
  shard.advanceTo(end);
  return rows;
}

const everyAThenB: PatternNode = {
  op: 'followedBy',
  id: 0,
  limits: [null],
  children: [
    { op: 'every', id: 1, child: filter(2, A, 0) },
    { op: 'within', id: 3, duration: seconds(10), child: filter(4, B, 1, sameKeyAs(0)) },
  ],
};
const absence: PatternNode = {
  op: 'followedBy',
  id: 0,
  limits: [null],
  children: [
    { op: 'every', id: 1, child: filter(2, A, 0) },
    {
      op: 'and',
      id: 3,
      children: [
        { op: 'interval', id: 4, duration: seconds(10) },
        { op: 'not', id: 5, child: filter(6, B, -1, sameKeyAs(0)) },
      ],
    },
  ],
};

describe.each(['codegen', 'interpreter'] as const)('patterns with %s', (backend) => {
  test('every A -> B of the same key within 10 seconds', () => {
    const events = [
      event(A, 0, 'x', 1),
      event(A, 1000, 'y', 2),
      event(B, 2000, 'x', 3),
      event(B, 11_000, 'y', 4),
    ];
    // B at exactly 10 s is too late: the guard's timer is due before the event.
    expect(run(planOf(everyAThenB), events, 20_000, backend)).toEqual(['2000:1,3']);
  });

  test('absence of B for 10 seconds', () => {
    const events = [
      event(A, 0, 'x', 1),
      event(A, 1000, 'y', 2),
      event(B, 2000, 'x', 3),
      event(B, 11_000, 'y', 4),
    ];
    expect(run(planOf(absence), events, 20_000, backend)).toEqual(['11000:2,']);
  });

  test('every (A -> B) passes over events while it waits', () => {
    const root: PatternNode = {
      op: 'every',
      id: 0,
      child: { op: 'followedBy', id: 1, limits: [null], children: [filter(2, A, 0), filter(3, B, 1)] },
    };
    const events = [
      event(A, 1, 'x', 1),
      event(A, 2, 'x', 2),
      event(B, 3, 'x', 3),
      event(B, 4, 'x', 4),
      event(A, 5, 'x', 5),
      event(B, 6, 'x', 6),
    ];
    expect(run(planOf(root), events, 10, backend)).toEqual(['3:1,3', '6:5,6']);
  });

  test('a snapshot after every event changes nothing', () => {
    const step = fc.record({
      of: fc.constantFrom(A, B),
      gap: fc.integer({ min: 0, max: 6000 }),
      k: fc.constantFrom('x', 'y'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.constantFrom(everyAThenB, absence), (steps, root) => {
        let time = 0;
        const events = steps.map(({ of, gap, k }, i) => {
          time += gap;
          return event(of, time, k, i);
        });
        const straight = run(planOf(root), events, time + 20_000, backend);
        expect(run(planOf(root), events, time + 20_000, backend, true)).toEqual(straight);
      }),
    );
  });
});

describe('derivePartitions', () => {
  test('finds the key that all filters share', () => {
    const [group] = derivePartitions(planOf(absence)).groups;
    expect(group?.keys).toEqual(
      new Map([
        [A, 0],
        [B, 0],
      ]),
    );
  });

  test('says which term prevents a key', () => {
    const root: PatternNode = {
      op: 'followedBy',
      id: 0,
      limits: [null],
      children: [{ op: 'every', id: 1, child: filter(2, A, 0) }, filter(3, B, 1)],
    };
    const [group] = derivePartitions(planOf(root)).groups;
    expect(group?.keys).toBeNull();
    expect(group?.reason).toContain('`B(…)`');
  });
});

test('a stream that feeds itself without end is an error, not a hang', () => {
  const column = { name: 'key', type: TYPE_STRING, expr: key(CURRENT) };
  const plan = planOf(everyAThenB);
  const statement: StatementPlan = {
    ...(plan.statements[0] as StatementPlan),
    query: {
      kind: 'select',
      inputs: [
        {
          kind: 'stream',
          type: A,
          alias: '',
          filter: null,
          contained: null,
          views: [],
          retain: 'intersection',
        },
      ],
      where: null,
      columns: [column],
      insertInto: { selector: 'istream', type: A, fields: [0], precedence: null },
      ...NO_CLAUSES,
    },
  };
  const shard = new Shard({ plan: { ...plan, statements: [statement] }, startTime: 0, onRow: () => {} });
  expect(() => shard.onEvent(event(A, 1, 'x', 1))).toThrow(/the stream A: one event made more than/);
});
