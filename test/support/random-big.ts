import fc, { type Arbitrary } from 'fast-check';
import {
  TYPE_BIG_DECIMAL,
  TYPE_BIG_INTEGER,
  TYPE_BOOLEAN,
  TYPE_INT,
  TYPE_STRING,
  type ValueType,
} from '../../engine/event/types.ts';
import type { Expr } from '../../engine/expr/ir.ts';

const WHOLE = [
  '0',
  '1',
  '-1',
  '5',
  '17',
  '-9007199254740993',
  '18446744073709551621',
  '123456789012345678901234567890',
];
const DECIMALS = [
  '0',
  '0.00',
  '1',
  '1.5',
  '1.50',
  '-1.5',
  '2.50',
  '1E+3',
  '1000',
  '1E-9',
  '0.333333333333333333333',
];
const CONTEXTS = [
  undefined,
  { precision: 3, rounding: 'HALF_UP' },
  { precision: 20, rounding: 'FLOOR' },
] as const;

/** Random expressions over numbers of any length. */
export interface BigExpressions {
  readonly whole: Arbitrary<Expr>;
  readonly decimal: Arbitrary<Expr>;
  /** Conditions on them. */
  readonly bool: Arbitrary<Expr>;
  /** Their texts. */
  readonly text: Arbitrary<Expr>;
}

/** The expressions, over plain numbers and conditions. */
export function bigExpressions(number: Arbitrary<Expr>, bool: Arbitrary<Expr>): BigExpressions {
  const { whole, decimal } = fc.letrec<Record<'whole' | 'decimal', Expr>>((tie) => ({
    whole: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(...WHOLE).map((value) => literal(value, TYPE_BIG_INTEGER)),
      number.map((operand) => cast(operand, TYPE_BIG_INTEGER)),
      tie('decimal').map((operand) => cast(operand, TYPE_BIG_INTEGER)),
      ...operators(tie('whole'), bool, TYPE_BIG_INTEGER),
    ),
    decimal: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(...DECIMALS).map((value) => literal(value, TYPE_BIG_DECIMAL)),
      number.map((operand) => cast(operand, TYPE_BIG_DECIMAL)),
      tie('whole').map((operand) => cast(operand, TYPE_BIG_DECIMAL)),
      ...operators(tie('decimal'), bool, TYPE_BIG_DECIMAL),
      fc
        .tuple(tie('decimal'), fc.constantFrom(0, 1, 5))
        .map(([a, scale]) => call('bigdecimal.setScale', TYPE_BIG_DECIMAL, a, int(scale))),
    ),
  }));
  return {
    whole,
    decimal,
    bool: fc.oneof(...conditions(whole), ...conditions(decimal)),
    text: fc.oneof(whole, decimal).map((operand) => cast(operand, TYPE_STRING, false)),
  };
}

function operators(one: Arbitrary<Expr>, bool: Arbitrary<Expr>, type: ValueType): Arbitrary<Expr>[] {
  const family = type.kind;
  return [
    fc
      .tuple(one, fc.constantFrom('+', '-', '*', '/', '%' as const), one, fc.constantFrom(...CONTEXTS))
      .map(([left, operator, right, context]): Expr => {
        return {
          op: 'arithmetic',
          type,
          operator,
          left,
          right,
          ...(context === undefined ? {} : { context }),
        };
      }),
    one.map((operand): Expr => ({ op: 'negate', type, operand })),
    fc.tuple(fc.constantFrom('max', 'min'), one, one).map(([name, a, b]) => call(name, type, a, b)),
    fc
      .tuple(fc.constantFrom('add', 'subtract', 'remainder', 'divide'), one, one)
      .map(([name, a, b]) => call(`${family}.${name}`, type, a, b)),
    fc
      .tuple(bool, one, fc.option(one, { nil: null }))
      .map(([when, then, otherwise]): Expr => ({ op: 'case', type, branches: [{ when, then }], otherwise })),
    fc
      .array(one, { minLength: 2, maxLength: 3 })
      .map((operands): Expr => ({ op: 'coalesce', type, operands })),
  ];
}

function conditions(one: Arbitrary<Expr>): Arbitrary<Expr>[] {
  const two = fc.tuple(one, one);
  const flags = fc.tuple(fc.boolean(), fc.boolean(), fc.boolean());
  return [
    fc
      .tuple(two, fc.constantFrom('<', '<=', '>', '>=' as const))
      .map(
        ([[left, right], operator]): Expr => ({ op: 'compare', type: TYPE_BOOLEAN, operator, left, right }),
      ),
    fc.tuple(two, flags).map(([[left, right], [negated, nullSafe, isWidened]]): Expr => {
      const widened = isWidened ? { widened: true as const } : {};
      return { op: 'equal', type: TYPE_BOOLEAN, negated, nullSafe, left, right, ...widened };
    }),
    fc
      .tuple(one, fc.array(one, { minLength: 1, maxLength: 6 }), fc.boolean())
      .map(([operand, items, negated]): Expr => ({ op: 'in', type: TYPE_BOOLEAN, negated, operand, items })),
    fc.tuple(one, two, flags).map(([operand, [low, high], [negated, includeLow, includeHigh]]): Expr => {
      return { op: 'range', type: TYPE_BOOLEAN, negated, operand, low, high, includeLow, includeHigh };
    }),
    fc
      .tuple(
        one,
        fc.array(one, { maxLength: 3 }),
        fc.constantFrom('=', '!=', '<', '>=' as const),
        fc.boolean(),
      )
      .map(([operand, items, operator, every]): Expr => {
        const written = items.map(() => false);
        return { op: 'quantified', type: TYPE_BOOLEAN, operator, every, operand, items, written };
      }),
  ];
}

function literal(value: string, type: ValueType): Expr {
  return { op: 'literal', type, value };
}

function int(value: number): Expr {
  return { op: 'literal', type: TYPE_INT, value };
}

function cast(operand: Expr, type: ValueType, widens = true): Expr {
  return { op: 'cast', type, operand, format: null, ...(widens ? { widens: true as const } : {}) };
}

function call(name: string, type: ValueType, ...args: readonly Expr[]): Expr {
  return { op: 'call', type, name, args };
}
