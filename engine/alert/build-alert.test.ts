import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LIMITS } from '../core/limits.ts';
import { createRecordClass, type EventRecord, setField, type Value } from '../event/record.ts';
import type { EventType } from '../event/types.ts';
import type { AlertPlan } from '../plan/alert-plan.ts';
import { NO_CLAUSES, type Plan } from '../plan/plan.ts';
import type { Row } from '../runtime/row.ts';
import type { Alert } from './alert.ts';
import { AlertBuilder, alertToLine } from './build-alert.ts';
import { readableNumber } from './summary.ts';

const TXN: EventType = {
  name: 'Txn',
  fields: [
    { name: 'card', type: { kind: 'string' } },
    { name: 'amount', type: { kind: 'double' } },
    { name: 'ts', type: { kind: 'date' } },
  ],
  supertypes: [],
  startField: 2,
  endField: -1,
  origin: 'schema',
};
const RecordOf = createRecordClass(TXN, true);

function plan(alert: Partial<AlertPlan> = {}, fingerprint = 'f00d'): Plan {
  const columns = [
    { name: 'card', type: { kind: 'string' } as const, expr: NULL },
    { name: 'count', type: { kind: 'long' } as const, expr: NULL },
    { name: 'total', type: { kind: 'double' } as const, expr: NULL },
  ];
  return {
    types: [TXN],
    zone: 'UTC',
    timeUnit: 'milliseconds',
    variables: [],
    expressions: [],
    stores: [],
    contexts: [],
    statements: [
      {
        index: 0,
        name: 'card-testing',
        file: 'fraud.epl',
        line: 7,
        fingerprint,
        description: null,
        tags: [{ name: 'team', value: 'fraud' }],
        priority: 0,
        drop: false,
        context: null,
        alert: { severity: 'high', keyColumns: [0], summary: [], to: ['fraud-desk'], ...alert },
        query: { kind: 'select', inputs: [], where: null, columns, insertInto: null, ...NO_CLAUSES },
      },
    ],
  };
}
const NULL = { op: 'literal', type: { kind: 'null' }, value: null } as const;
const SUMMARY = [{ column: 1 }, ' small charges on ', { column: 0 }, ', ', { column: 2 }, ' in all'];

function txn(offset: number, card = 'c12', time = offset * 1000): EventRecord {
  const event = new RecordOf(0, time, 0, offset);
  for (const [i, value] of [card, offset / 2, time].entries()) setField(event, i, value);
  return event;
}

function row(values: readonly Value[], origins: readonly EventRecord[], extra: Partial<Row> = {}): Row {
  const trigger = origins.at(-1) ?? null;
  return {
    statement: 0,
    time: trigger?.time ?? 0,
    kind: 'insert',
    values,
    trigger,
    origins,
    rank: 0,
    ordinal: 0,
    ...extra,
  };
}

function build(rows: readonly Row[], of: Plan = plan(), split = 'day.jsonl'): Alert[] {
  const builder = new AlertBuilder(of, () => split);
  return rows.map((one) => builder.build(one));
}

test('an alert says what matched, in bytes that never change', () => {
  const [alert] = build([row(['c12', 2, 1.5], [txn(1), txn(2)])], plan({ summary: SUMMARY }));
  expect(alertToLine(alert as Alert)).toBe(
    '{"id":"alrt_wp2j25f7mslectxga4abif3s3i","rule":"card-testing","fingerprint":"f00d","severity":"high",' +
      '"key":{"card":"c12"},"time":2000,"summary":"2 small charges on c12, 1.5 in all","description":null,' +
      '"tags":{"team":"fraud"},"to":["fraud-desk"],"file":"fraud.epl","line":7,' +
      '"values":{"card":"c12","count":2,"total":1.5},"events":[' +
      '{"type":"Txn","time":1000,"split":"day.jsonl","offset":1,' +
      '"fields":{"card":"c12","amount":0.5,"ts":"1970-01-01T00:00:01.000Z"}},' +
      '{"type":"Txn","time":2000,"split":"day.jsonl","offset":2,' +
      '"fields":{"card":"c12","amount":1,"ts":"1970-01-01T00:00:02.000Z"}}],"eventsOmitted":0}',
  );
  expect(JSON.parse(alertToLine(alert as Alert))).toEqual(alert);
});

test('an id is 128 bits in base32, the same on every run', () => {
  const rows = [row(['c12', 2, 1.5], [txn(1), txn(2)])];
  const [first] = build(rows);
  expect(first?.id).toMatch(/^alrt_[a-z2-7]{26}$/);
  expect(build(rows)[0]?.id).toBe(first?.id);
});

test('an id changes with each part of the identity and with nothing else', () => {
  const base = row(['c12', 2, 1.5], [txn(1), txn(2)]);
  const id = build([base])[0]?.id;
  const others = [
    build([{ ...base, values: ['c13', 2, 1.5] }]),
    build([{ ...base, time: 2001 }]),
    build([{ ...base, kind: 'remove' }]),
    build([{ ...base, origins: [txn(1), txn(3)] }]),
    build([{ ...base, origins: [txn(1)] }]),
    build([base], plan({}, 'beef')),
    build([base], plan(), 'other.jsonl'),
  ].map(([alert]) => alert?.id);
  expect(new Set([id, ...others]).size).toBe(others.length + 1);
  expect(build([{ ...base, values: ['c12', 3, 9], ordinal: 5 }])[0]?.id).toBe(id);
  expect(build([base], plan({ severity: 'low', summary: SUMMARY, to: [] }))[0]?.id).toBe(id);
});

test('alerts with one identity are numbered within their instant, also across a restore', () => {
  const same = row(['c12', 2, 1.5], [txn(1), txn(2)]);
  const later = row(['c12', 2, 1.5], [txn(1), txn(3)]);
  const rows = [same, same, row(['c13', 1, 1], [txn(2, 'c13')]), same, later, later];
  const ids = build(rows).map((alert) => alert.id);
  expect(new Set(ids).size).toBe(rows.length);
  for (let cut = 0; cut <= rows.length; cut++) {
    const before = new AlertBuilder(plan(), () => 'day.jsonl');
    const head = rows.slice(0, cut).map((one) => before.build(one).id);
    const after = new AlertBuilder(plan(), () => 'day.jsonl');
    after.restore(JSON.parse(JSON.stringify(before.snapshot())));
    expect([...head, ...rows.slice(cut).map((one) => after.build(one).id)]).toEqual(ids);
  }
});

test('only the current instant is remembered', () => {
  const builder = new AlertBuilder(plan(), () => 'day.jsonl');
  for (let i = 1; i <= 100; i++) builder.build(row(['c12', 2, 1.5], [txn(i)]));
  expect(builder.snapshot().seen).toHaveLength(1);
});

test('without a template the summary is the rule and its key', () => {
  expect(build([row(['c12', 2, 1], [])])[0]?.summary).toBe('card-testing (card=c12)');
  expect(build([row([null, 2, 1], [])], plan({ keyColumns: [0, 1] }))[0]?.summary).toBe(
    'card-testing (card=null, count=2)',
  );
  expect(build([row(['c12', 2, 1], [])], plan({ keyColumns: [] }))[0]?.summary).toBe('card-testing');
});

test('a value that looks like a template stays text, and a long summary is cut between characters', () => {
  const summary = [{ column: 0 }];
  expect(build([row(['{count}', 2, 1], [])], plan({ summary }))[0]?.summary).toBe('{count}');
  const long = `x${'\u{1f600}'.repeat(2000)}`;
  const cut = build([row([long, 2, 1], [])], plan({ summary }))[0]?.summary as string;
  expect(cut.length).toBeLessThanOrEqual(LIMITS.summaryCharsMax);
  expect(cut.isWellFormed()).toBe(true);
  expect(cut.endsWith('…')).toBe(true);
});

test('of many events the first and the last are shown and the rest counted', () => {
  const origins = Array.from({ length: 250 }, (_, i) => txn(i + 1));
  const [alert] = build([row(['c12', 250, 1], origins)]);
  expect(alert?.events).toHaveLength(LIMITS.evidenceEventsMax);
  expect(alert?.events.map((event) => event.offset).slice(48, 52)).toEqual([49, 50, 201, 202]);
  expect(alert?.eventsOmitted).toBe(150);
});

test.each([
  [3, '3'],
  [-0, '0'],
  [0.1 + 0.2, '0.3'],
  [12345.678, '12345.678'],
  [1234.5678912, '1234.567891'],
  [0.000000123456789, '1.23457e-7'],
  [1e21, '1e+21'],
])('%d reads %s', (value, text) => {
  expect(readableNumber(value)).toBe(text);
});

test('a readable number is within its stated precision', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e14, max: 1e14 }), (value) => {
      const shown = Number(readableNumber(value));
      expect(Math.abs(shown - value)).toBeLessThanOrEqual(Math.max(0.51e-6, Math.abs(value) * 1e-15));
    }),
  );
});
