import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Admission, isRejection } from '../../engine/event/admission.ts';
import { getField } from '../../engine/event/record.ts';
import type { Plan } from '../../engine/plan/plan.ts';
import { compileRules } from '../../rules/index.ts';
import { brokenLine, jsonLine } from '../../test/support/json-lines.ts';
import { decoderOptions, makeDecoder } from './decoder.ts';
import { JsonScanner } from './json-scanner.ts';

const SCHEMAS = `
  create schema A(s string, c char, b boolean, y byte, h short, i int, l long, f float, d double, at date,
    o object, m map, xs int[], ts long) starttimestamp ts;
  create schema B(s string, n int, time string, type string) starttimestamp time;
  create schema C(type int, ts long) starttimestamp ts;
  create schema D(n BigInteger, m BigInteger, d BigDecimal, e BigDecimal, ts long) starttimestamp ts;`;
const plan = compileRules([{ file: 'a.epl', text: SCHEMAS }]).plan as Plan;
const one = compileRules([{ file: 'a.epl', text: SCHEMAS.split('create schema B')[0] as string }])
  .plan as Plan;

/** Both decoders over the same lines, in order: what the scanner gave (null: nothing), and what is right. */
function decode(lines: readonly string[], of: Plan = plan, type: string | null = null) {
  const split = { index: 3, format: 'jsonl' as const, type };
  const admission = new Admission(of);
  const scanner = new JsonScanner(split, admission, decoderOptions(split, admission, of, 'type'));
  const decoder = makeDecoder(split, admission, of, 'type');
  // In the middle of other bytes: a line must end where it ends.
  const bytes = Buffer.from(lines.map((line) => `}9${line}0}\n`).join(''));
  let at = 0;
  return lines.map((line, i) => {
    const start = at + 2;
    const end = start + Buffer.byteLength(line);
    at = end + 3;
    const scanned = scanner.scan(bytes, start, end, i + 1);
    const right = decoder(bytes.toString('utf8', start, end), i + 1);
    if (right !== null && !isRejection(right)) scanner.learn(right.type);
    return { scanned, right };
  });
}

describe('the scanner', () => {
  test.each([
    ['of several types', plan, null],
    ['of the only type', one, null],
    ['of a type given from outside', plan, 'B'],
  ])('gives what the decoder gives, or nothing: lines %s', (_, of, type) => {
    const lines = fc.array(fc.oneof({ weight: 3, arbitrary: jsonLine }, brokenLine), {
      minLength: 1,
      maxLength: 6,
    });
    let scannedCount = 0;
    fc.assert(
      fc.property(lines, (all) => {
        for (const { scanned, right } of decode(all, of, type)) {
          if (scanned === null) continue;
          scannedCount++;
          expect(scanned).toStrictEqual(right);
        }
      }),
      { numRuns: 1500 },
    );
    expect(scannedCount).toBeGreaterThan(200);
  });

  const plain =
    '{"type":"A","s":"x","b":true,"y":-128,"i":7,"l":-9007199254740991,"d":0.1,"f":0.1,"at":"2026-01-01","ts":5}';
  test.each([
    ['plain', plain],
    [
      'of a big number that is the first beyond what doubles hold',
      '{"type":"D","n":-9007199254740992,"ts":5}',
    ],
    ['in another order, with blanks', '{ "ts" : 5 ,\t"type":"A" , "d" : -2.50, "s":null }'],
    ['with fields of its own', '{"type":"A","x":[1,{"y":"z"}],"w":null,"v":true,"ts":5}'],
    ['with letters of other alphabets', '{"type":"A","s":"Zoë €","ts":5}'],
    [
      'with numbers of any length',
      '{"type":"D","n":12345678901234567890,"d":1.50,"e":"-0.10","m":"7","ts":5}',
    ],
    ['with a time as text', '{"type":"B","time":"2026-03-01T00:00:00Z","s":"x"}'],
  ])('decodes lines %s', (_, of) => {
    // The first line shows the scanner what lines look like.
    const [, second] = decode([of, of]);
    expect(second?.scanned).not.toBeNull();
    expect(second?.scanned).toStrictEqual(second?.right);
  });

  test('follows lines of types in turn', () => {
    const all = decode([
      '{"type":"A","ts":1}',
      '{"type":"B","time":"2026-03-01"}',
      '{"type":"A","ts":2}',
      '{"ts":3,"type":"A"}',
    ]);
    expect(all.slice(1).map(({ scanned }) => scanned?.type)).toEqual([1, 0, 0]);
  });

  test.each([
    ['an escape', '{"type":"A","s":"a\\nb","ts":5}'],
    ['an exponent', '{"type":"A","d":1e3,"ts":5}'],
    ['a nested field', '{"type":"A","xs":[1,2],"ts":5}'],
    ['a wrong value', '{"type":"A","i":"x","ts":5}'],
    ['no time', '{"type":"A","i":1}'],
    ['an unknown type', '{"type":"Z","ts":5}'],
    ['a type that is a field of whole numbers', '{"type":"C","ts":5}'],
  ])('leaves lines with %s to the decoder', (_, of) => {
    expect(decode([plain, of])[1]?.scanned).toBeNull();
  });

  test('leaves types whose rules read beside the schema to the decoder', () => {
    const text = 'create schema A(ts long) starttimestamp ts; select x? as x from A;';
    const of = compileRules([{ file: 'a.epl', text }]).plan as Plan;
    const line = '{"type":"A","ts":5,"x":1}';
    expect(decode([line, line], of).map(({ scanned }) => scanned)).toEqual([null, null]);
  });

  test('remembers only so many names', () => {
    const lines = Array.from({ length: 1500 }, (_, i) => `{"type":"A","x${i}":1,"ts":5}`);
    expect(decode([plain, ...lines]).at(-1)?.scanned).toBeNull();
    expect(decode([plain, plain, ...lines, plain]).at(-1)?.scanned).not.toBeNull();
  });

  test('texts that share a slot stay apart', () => {
    const lines = Array.from({ length: 100_000 }, (_, i) => `{"type":"A","s":"key-${i}","ts":5}`);
    const keys = decode([plain, ...lines, ...lines.slice(0, 20_000)]).slice(1);
    const isRight = ({ scanned }: (typeof keys)[number], i: number) =>
      scanned !== null && getField(scanned, 0) === `key-${i % 100_000}`;
    expect(keys.every(isRight)).toBe(true);
  });
});
