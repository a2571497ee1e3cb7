import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Admission, isRejection } from '../../engine/event/admission.ts';
import { rendererOf } from '../../engine/event/to-json.ts';
import type { Plan } from '../../engine/plan/plan.ts';
import { compileRules } from '../../rules/index.ts';
import { splitCells } from './csv-codec.ts';
import { makeDecoder } from './decoder.ts';

const TXN =
  'create schema Txn(card string, amount double, n int, ok boolean, at date, ts long) starttimestamp ts;';
const plan = compileRules([{ file: 'a.epl', text: TXN }]).plan as Plan;

/** What each record becomes: its fields, or the reason it is rejected. */
function decode(
  format: 'csv' | 'jsonl',
  records: readonly string[],
  of: Plan = plan,
  type: string | null = null,
) {
  const decoder = makeDecoder({ index: 0, format, type }, new Admission(of), of, 'type');
  return records.flatMap((text, i) => {
    const event = decoder(text, i + 1);
    if (event === null) return [];
    return [isRejection(event) ? event.reason : rendererOf(of).event(event)];
  });
}

describe('CSV', () => {
  test('cells become values of their types, empty ones null, unknown columns nothing', () => {
    const rows = decode('csv', ['\ufeffcard,extra,amount,n,ok,at,ts', '"a, ""b""",x,1.5,,TRUE,2026-01-01,5']);
    expect(rows).toEqual([
      { card: 'a, "b"', amount: 1.5, n: null, ok: true, at: '2026-01-01T00:00:00.000Z', ts: 5 },
    ]);
  });

  test.each([[';'], ['\t'], ['|']])('the header shows the separator %j', (separator) => {
    const rows = decode('csv', [['card', 'ts'].join(separator), ['a', '5'].join(separator)]);
    expect(rows).toMatchObject([{ card: 'a', ts: 5 }]);
  });

  test.each([
    ['a,b,5', '3 cells, the header has 2'],
    ['a,x', 'Txn.ts is "x"'],
    ['a,1e400', 'Txn.ts'],
    ['a,9007199254740993', 'Txn.ts'],
    ['a,', 'Txn.ts, the event time, is missing'],
  ])('%s is rejected', (record, reason) => {
    expect(String(decode('csv', ['card,ts', record])[0])).toContain(reason);
  });

  test('splitting gives back what was quoted', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', ' ', 'é') });
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 6 }), (cells) => {
        const text = cells.map((one) => `"${one.replaceAll('"', '""')}"`).join(',');
        expect(splitCells(text, ',')).toEqual(cells);
      }),
    );
  });
});

describe('what does not fit is told with value and remedy', () => {
  const rules = 'create schema N(f float, d double, l long, ts long) starttimestamp ts;';
  const numbers = compileRules([{ file: 'a.epl', text: rules }]).plan as Plan;
  test.each([
    ['{"f":1e39,"ts":1}', 'N.f is 1e+39, expected float up to 3.4e38'],
    ['{"d":1e309,"ts":1}', 'N.d is Infinity, expected double up to 1.7e308'],
    ['{"l":1e18,"ts":1}', /^N\.l is 1000000000000000000, expected long from .*; BigInteger and string keep/],
    ['{"ts":"2026-01-01T00:00:00Z"}', /expected a whole number \(long\); an ISO 8601 time is a date$/],
    ['{"ts":"soon"}', 'N.ts is "soon", expected a whole number (long)'],
    ['{"f":1}', 'N.ts, the event time, is missing'],
  ])('%s', (line, reason) => {
    const matcher = typeof reason === 'string' ? reason : expect.stringMatching(reason);
    expect(decode('jsonl', [line], numbers)).toEqual([matcher]);
  });
});

describe('JSON', () => {
  test('the only declared type needs no type field; a name that is none is refused', () => {
    expect(decode('jsonl', ['{"card":"a","ts":5}'])).toMatchObject([{ card: 'a', ts: 5 }]);
    expect(decode('jsonl', ['{"type":"Txm","ts":5}'])).toEqual([
      'unknown event type "Txm"; the rules know Txn',
    ]);
  });

  test('with several types the field or the split says which', () => {
    const two = compileRules([{ file: 'a.epl', text: `${TXN} create schema B(ts long) starttimestamp ts;` }])
      .plan as Plan;
    expect(decode('jsonl', ['{"ts":5}'], two)).toEqual(['no field `type`; the rules know Txn, B']);
    expect(decode('jsonl', ['{"ts":5}'], two, 'B')).toEqual([{ ts: 5 }]);
  });
});
