import type { Value } from '../event/record.ts';
import type { ValueType } from '../event/types.ts';
import { DECIMAL_ORDERS } from './big-numbers.ts';
import { equalValues, holdsValues, valuesIn } from './equality.ts';
import { fail } from './failure.ts';
import type { Expr, QuantifiedExpr } from './ir.ts';

/** Compares an operand with the values of the items. */
export type Quantifier = (operand: Value, items: readonly Value[]) => boolean | null;

/**
 * Makes the comparison of `any`, `some` and `all`, with Esper's rules for null.
 *
 * Equality: null when the operand is null; a null item leaves undecided what no other item decides.
 * Order: a null item makes `all` null and is no obstacle to `any`; null where there is no value to compare with, or the
 * operand is null. A list that is null is passed over.
 * Where the operand is null, a number written out as an item fails, because Esper takes it apart from its other items.
 */
export function makeQuantifier({ operator, every, operand, items, written }: QuantifiedExpr): Quantifier {
  const forms = items.map((item, i) => (written[i] === true ? 'number' : formOf(item)));
  if (operator === '=' || operator === '!=') {
    const negated = operator === '!=';
    return (operand, values) => quantifyEqual(operand, values, { forms, every, negated });
  }
  const isOfDecimals = [operand, ...items].some(({ type }) => elementOf(type).kind === 'bigdecimal');
  const compare = (isOfDecimals ? DECIMAL_ORDERS : ORDERS)[operator];
  return (operand, values) => quantifyOrder(operand, values, { forms, every, compare });
}

function elementOf(type: ValueType): ValueType {
  return type.kind === 'array' ? type.element : type;
}

/** What an item stands for: one value, one number written out, or the values in it. */
type Form = 'value' | 'number' | 'many';

function formOf(item: Expr): Form {
  return holdsValues(item.type) ? 'many' : 'value';
}

type Compare = (a: NonNullable<Value>, b: NonNullable<Value>) => boolean;

const ORDERS: Readonly<Record<'<' | '<=' | '>' | '>=', Compare>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

interface Equality {
  readonly forms: readonly Form[];
  readonly every: boolean;
  readonly negated: boolean;
}

function quantifyEqual(
  operand: Value,
  values: readonly Value[],
  { forms, every, negated }: Equality,
): boolean | null {
  if (values.length === 0) return every;
  if (operand === null) return null;
  let sawValue = false;
  let sawNull = false;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as Value;
    for (const one of forms[i] === 'many' && value !== null ? valuesIn(value, operand) : [value]) {
      if (one === null) sawNull = true;
      else {
        sawValue = true;
        if ((equalValues(operand, one) !== negated) !== every) return !every;
      }
    }
  }
  return sawNull || !sawValue ? null : every;
}

interface Order {
  readonly forms: readonly Form[];
  readonly every: boolean;
  readonly compare: Compare;
}

function quantifyOrder(
  operand: Value,
  values: readonly Value[],
  { forms, every, compare }: Order,
): boolean | null {
  if (values.length === 0) return every;
  let sawValue = false;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as Value;
    const isMany = forms[i] === 'many';
    if (isMany && value === null) continue;
    for (const one of isMany ? valuesIn(value, operand) : [value]) {
      if (one === null) {
        if (every) return null;
        continue;
      }
      sawValue = true;
      if (operand !== null) {
        if (compare(operand, one) !== every) return !every;
      } else if (forms[i] === 'number') fail('null cannot be compared with a number of `any` or `all`');
    }
  }
  return !sawValue || operand === null ? null : every;
}
