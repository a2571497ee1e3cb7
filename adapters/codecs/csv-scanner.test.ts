import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Admission, isRejection } from '../../engine/event/admission.ts';
import type { Plan } from '../../engine/plan/plan.ts';
import { compileRules } from '../../rules/index.ts';
import { makeDecoder } from './decoder.ts';
import { makeScanner } from './scanner.ts';

const A = `create schema A(s string, c char, b boolean, y byte, h short, i int, l long, f float, d double, at date,
  o object, xs int[], ts long) starttimestamp ts;`;
const SCHEMAS = `${A} create schema B(s string, n int, time string, type string) starttimestamp time;
  create schema C(type int, ts long) starttimestamp ts;
  create schema D(n BigInteger, d BigDecimal, ts long) starttimestamp ts;`;
const plan = compileRules([{ file: 'a.epl', text: SCHEMAS }]).plan as Plan;
const one = compileRules([{ file: 'a.epl', text: A }]).plan as Plan;

/** Both decoders over the same records, in order: what the scanner gave (null: nothing), and what is right. */
function decode(
  header: string,
  records: readonly string[],
  { of = plan, type = null }: { of?: Plan; type?: string | null } = {},
) {
  const split = { index: 3, format: 'csv' as const, type };
  const admission = new Admission(of);
  const scanner = makeScanner(split, admission, of, 'type');
  const decoder = makeDecoder(split, admission, of, 'type');
  scanner.header(header);
  decoder(header, 1);
  // In the middle of other bytes: a record must end where it ends.
  const bytes = Buffer.from(records.map((record) => `9,${record}0,\n`).join(''));
  let at = 0;
  return records.map((record, i) => {
    const start = at + 2;
    const end = start + Buffer.byteLength(record);
    at = end + 3;
    const scanned = scanner.scan(bytes, start, end, i + 2);
    const right = decoder(bytes.toString('utf8', start, end), i + 2);
    if (right !== null && !isRejection(right)) scanner.learn(right.type);
    return { scanned, right };
  });
}

const name = fc.constantFrom(...'s c b y h i l f d at o xs n time type x'.split(' '), ' s ', '__proto__');
const cell = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('', '', '0', '7', '-1.5', 'A', 'B', 'true', '2026-03-01', 'card-17'),
  },
  fc.constantFrom(
    'a b',
    ' 7',
    '+7',
    '007',
    '1.',
    '.5',
    '1e3',
    '1e400',
    '128',
    '9007199254740993',
    '-0',
    '1.0',
  ),
  fc.constantFrom(
    'TRUE',
    'false',
    'truth',
    '"a"',
    '"a,b"',
    'a"',
    'é',
    '€',
    '-',
    '5-',
    '2026-03-01T04:10:00.5Z',
  ),
  fc.constantFrom('C', 'D', '12345678901234567890', '1.50', ' 5 ', '2026-03-01 '),
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.string({ unit: 'binary', maxLength: 8 }).map((text) => text.replaceAll(/[\n\r]/g, '')),
);

describe('the scanner of CSV', () => {
  test.each([
    ['of several types', { of: plan, type: null }],
    ['of the only type', { of: one, type: null }],
    ['of a type given from outside', { of: plan, type: 'B' }],
  ])('gives what the decoder gives, or nothing: records %s', (_, options) => {
    const files = fc
      .tuple(fc.array(name, { maxLength: 4 }), fc.constantFrom(',', ';', '\t'))
      .chain(([names, separator]) => {
        const header = ['type', 'ts', 'time', ...names];
        const first = fc.constantFrom('A', 'A', 'B', 'D', 'Z');
        const rest = fc.array(cell, { minLength: names.length, maxLength: names.length });
        const record = fc
          .tuple(first, rest, fc.constantFrom('', '', '', '', separator, 'x'))
          .map(([type, cells, tail]) => [type, '5', '2026-03-01', ...cells].join(separator) + tail);
        return fc.tuple(
          fc.constant(header.join(separator)),
          fc.array(record, { minLength: 1, maxLength: 6 }),
        );
      });
    let scannedCount = 0;
    fc.assert(
      fc.property(files, ([header, records]) => {
        for (const { scanned, right } of decode(header, records, options)) {
          if (scanned === null) continue;
          scannedCount++;
          expect(scanned).toStrictEqual(right);
        }
      }),
      { numRuns: 1500 },
    );
    expect(scannedCount).toBeGreaterThan(100);
  });

  test.each([
    ['plain', 'type,s,b,i,d,at,ts', 'A,x,true,-7,2.50,2026-01-01,5'],
    ['with empty cells', 'type,s,b,i,d,at,ts,o', 'A,,,,,,5,'],
    ['with columns of their own', 'type,x,ts', 'A,some text,5'],
    ['with letters of other alphabets', 'type;s;ts', 'A;Zoë €;5'],
    ['with numbers of any length', 'type,n,d,ts', 'D,12345678901234567890,1.50,5'],
    ['with a time as text', 'type,time,s', 'B,2026-03-01T00:00:00Z,x'],
    ['with a column twice', 'type,s,s,ts', 'A,x,y,5'],
  ])('decodes records %s', (_, header, record) => {
    // The first record shows the scanner what records look like.
    const [, second] = decode(header, [record, record]);
    expect(second?.scanned).not.toBeNull();
    expect(second?.scanned).toStrictEqual(second?.right);
  });

  test('follows records of types in turn', () => {
    const all = decode('type,ts,time', ['A,1,', 'B,,2026-03-01', 'A,2,', 'A,3,']);
    expect(all.slice(1).map(({ scanned }) => scanned?.type)).toEqual([1, 0, 0]);
  });

  test.each([
    ['a quote', 's,ts', '"a",5'],
    ['a quote in a column of its own', 'x,ts', '"a",5'],
    ['a sign', 'd,ts', '+1,5'],
    ['a wrong value', 'i,ts', 'x,5'],
    ['a number of text', 'i,ts', '7x,5'],
    ['no time', 'i,ts', '7,'],
    ['too few cells', 'i,ts,s', '7,5'],
    ['too many cells', 'i,ts', '7,5,6'],
  ])('leaves records with %s to the decoder', (_, header, record) => {
    const [, second] = decode(header, [record, record], { of: one });
    expect(second?.scanned).toBeNull();
  });
});
