import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '../core/limits.ts';
import { Decimal } from './decimal.ts';
import { divide, type NoQuotient, type RoundingMode, round, toScale } from './decimal-division.ts';

/** What Java's BigDecimal answers for random numbers; `!` where it fails. One case a line, named by the first. */
const FACTS = join(import.meta.dirname, '..', '..', 'test', 'support', 'decimal-facts.txt');
const [head = '', ...lines] = readFileSync(FACTS, 'utf8').trimEnd().split('\n');
const names = head.split('|');

const parse = (text: string) => Decimal.parse(text) as Decimal;

function text(result: Decimal | NoQuotient | null): string {
  return result instanceof Decimal ? result.toString() : '!';
}

describe('a decimal', () => {
  test(`gives what Java gives, ${lines.length} times`, () => {
    expect(lines.length).toBeGreaterThan(200);
    for (const line of lines) {
      const fact = Object.fromEntries(line.split('|').map((value, i) => [names[i], value]));
      const [x, y] = [parse(fact.x as string), parse(fact.y as string)];
      const context = { precision: Number(fact.precision), rounding: fact.rounding as RoundingMode };
      expect({
        ...fact,
        x: x.toString(),
        y: y.toString(),
        add: text(x.add(y)),
        subtract: text(x.subtract(y)),
        multiply: text(x.multiply(y)),
        divide: text(divide(x, y, null)),
        divideRounded: text(divide(x, y, context)),
        round: text(round(x, context)),
        setScale: text(toScale(x, Number(fact.scale), context.rounding)),
        remainder: text(x.remainder(y)),
        quotient: text(x.quotient(y)),
        compare: String(x.compareTo(y)),
        plain: x.toPlainString(),
        stripped: text(x.stripped()),
        precisionOf: String(x.precision),
        whole: String(x.toBigInt()),
        ofDouble: text(Decimal.ofDouble(Number(fact.double))),
        equals: String(x.equals(y)),
      }).toEqual(fact);
      expect(x.toNumber() + 0).toBe(Number(fact.toDouble) + 0);
    }
  });

  test.each(['', '.', '-', 'x', '1e', '1.2.3', '1 ', '0x10', '1e9999999999', 'NaN', '--1'])(
    'is not %j',
    (wrong) => {
      expect(Decimal.parse(wrong)).toBeNull();
    },
  );

  test.each([
    ['.5', '0.5'],
    ['5.', '5'],
    ['+1E3', '1E+3'],
    ['-0', '0'],
    ['0.00', '0.00'],
    ['1e-7', '1E-7'],
  ])('reads %s', (written, shown) => {
    expect(parse(written).toString()).toBe(shown);
  });

  test('has a bound', () => {
    const digits = '9'.repeat(LIMITS.numberDigitsMax);
    expect(parse(digits).precision).toBe(LIMITS.numberDigitsMax);
    expect(Decimal.parse(`${digits}9`)).toBeNull();
    expect(Decimal.parse(`1e${LIMITS.numberDigitsMax + 1}`)).toBeNull();
    expect(Decimal.ofDouble(Number.NaN)).toBeNull();
    expect(Decimal.ofDouble(Infinity)).toBeNull();
  });
});
