import { Decimal } from '../../event/decimal.ts';
import type { Value } from '../../event/record.ts';
import { DECIMAL_ORDERS } from '../../expr/big-numbers.ts';
import { equalValues } from '../../expr/equality.ts';
import type { SubqueryRead } from '../../expr/ir-subquery.ts';

/** Shows the values of rows one after the other until it is told to stop by `true`. */
export type EachValue = (visit: (value: Value) => boolean) => void;

type Compared = Extract<SubqueryRead, { kind: 'in' | 'quantified' }>;

/**
 * `operand in (rows)`, `operand < any (rows)` and their kin. Without a row `in` and `any` are false, `not in` and `all`
 * true, whatever the operand. With rows a null operand gives null, and so does a null among the rows where no other row
 * decides; only the ordering of `any` passes over nulls when there is another value.
 */
export function quantify(read: Compared, operand: Value, each: EachValue): boolean | null {
  if (read.kind === 'in') return equality(operand, each, false, read.negated, !read.negated);
  const { operator, every } = read;
  if (operator === '=') return equality(operand, each, every, every, !every);
  if (operator === '!=') return equality(operand, each, !every, every, !every);
  return every ? orderAll(operator, operand, each) : orderAny(operator, operand, each);
}

/** Looks for a row whose equality to the operand is not `passedBy`: it gives `found`, none gives `without`. */
function equality(
  operand: Value,
  each: EachValue,
  passedBy: boolean,
  without: boolean,
  found: boolean,
): boolean | null {
  let result: boolean | null = without;
  each((value) => {
    if (operand === null) {
      result = null;
      return true;
    }
    if (value === null) {
      result = null;
      return false;
    }
    if (equalValues(operand, value) === passedBy) return false;
    result = found;
    return true;
  });
  return result;
}

type Ordering = '<' | '<=' | '>' | '>=';

function orderAll(operator: Ordering, operand: Value, each: EachValue): boolean | null {
  let result: boolean | null = true;
  each((value) => {
    if (operand === null || value === null) {
      result = null;
      return false;
    }
    if (isOrdered(operator, operand, value)) return false;
    result = false;
    return true;
  });
  return result;
}

function orderAny(operator: Ordering, operand: Value, each: EachValue): boolean | null {
  let hasRows = false;
  let hasValue = false;
  let isTrue = false;
  each((value) => {
    hasRows = true;
    if (value === null) return false;
    hasValue = true;
    isTrue = operand !== null && isOrdered(operator, operand, value);
    return isTrue;
  });
  if (isTrue) return true;
  return hasRows && (!hasValue || operand === null) ? null : false;
}

/** Numbers by value, texts by code unit; types were checked before. */
function isOrdered(operator: Ordering, a: Value, b: Value): boolean {
  if (a instanceof Decimal) return DECIMAL_ORDERS[operator](a, b as Decimal);
  const [left, right] = [a as number, b as number];
  switch (operator) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
}
