import { unreachable } from '../core/assert.ts';
import { EventRecord, fieldKey, type Period, type Value } from '../event/record.ts';
import type { Evaluator, Slot } from './evaluate.ts';
import { findFunction } from './functions.ts';
import { CURRENT, type Expr } from './ir.ts';
import {
  arithmetic,
  castValue,
  equalValues,
  mapEntry,
  matchesLike,
  matchesRegexp,
  textOf,
} from './operations.ts';

/** Compiles an expression to nested closures. It is complete and is what generated code is judged by. */
export function interpret(expr: Expr): Evaluator {
  switch (expr.op) {
    case 'literal': {
      const { value } = expr;
      return () => value;
    }
    case 'field': {
      const key = fieldKey(expr.field);
      if (expr.slot === CURRENT) return (event) => readField(event, key);
      const { slot } = expr;
      return (_event, slots) => readField(slots[slot] ?? null, key);
    }
    case 'slot': {
      const { slot } = expr;
      return slot === CURRENT ? (event) => event : (_event, slots) => (slots[slot] ?? null) as Value;
    }
    case 'member': {
      const key = fieldKey(expr.field);
      return unary(expr.target, (target) => readField(target as Slot, key));
    }
    case 'at':
      return binary(expr.target, expr.index, (target, index) =>
        Array.isArray(target) ? ((target[index as number] as Value | undefined) ?? null) : null,
      );
    case 'key': {
      const { key } = expr;
      return unary(expr.target, (target) => mapEntry(target, key));
    }
    case 'negate': {
      const wraps = expr.type.kind === 'int';
      return unary(expr.operand, (value) => (wraps ? -(value as number) | 0 : -(value as number)));
    }
    case 'arithmetic': {
      const { operator, type } = expr;
      return binary(expr.left, expr.right, (a, b) =>
        arithmetic(operator, type.kind, a as number, b as number),
      );
    }
    case 'bitwise':
      return bitwise(expr.operator, expr.left, expr.right);
    case 'concat':
      return concat(expr.parts);
    case 'compare':
      return compare(expr.operator, expr.left, expr.right);
    case 'equal':
      return equal(expr.left, expr.right, expr.negated, expr.nullSafe);
    case 'and':
    case 'or':
      return logic(expr.op, expr.operands);
    case 'not':
      return unary(expr.operand, (value) => !(value as boolean));
    case 'in':
      return membership(expr.operand, expr.items, expr.negated);
    case 'range':
      return range(expr);
    case 'like': {
      const { escape: escapeChar, negated } = expr;
      return binary(
        expr.operand,
        expr.pattern,
        (text, pattern) => matchesLike(String(text), pattern as string, escapeChar) !== negated,
      );
    }
    case 'regexp': {
      const { negated } = expr;
      return binary(
        expr.operand,
        expr.pattern,
        (text, pattern) => matchesRegexp(String(text), pattern as string) !== negated,
      );
    }
    case 'case':
      return cases(expr.branches, expr.otherwise);
    case 'coalesce': {
      const operands = expr.operands.map(interpret);
      return (event, slots, env) => {
        for (const operand of operands) {
          const value = operand(event, slots, env);
          if (value !== null) return value;
        }
        return null;
      };
    }
    case 'cast': {
      const { type } = expr;
      return unary(expr.operand, (value) => castValue(value, type));
    }
    case 'array': {
      const elements = expr.elements.map(interpret);
      return (event, slots, env) => elements.map((element) => element(event, slots, env));
    }
    case 'period':
      return period(expr.parts);
    case 'now':
      return (_event, _slots, env) => env.now;
    case 'call':
      return call(expr.name, expr.args);
    default:
      return unreachable(expr);
  }
}

function readField(target: Slot, key: string): Value {
  return target instanceof EventRecord ? ((target as unknown as Record<string, Value>)[key] ?? null) : null;
}

function unary(operand: Expr, compute: (value: NonNullable<Value>) => Value): Evaluator {
  const evaluate = interpret(operand);
  return (event, slots, env) => {
    const value = evaluate(event, slots, env);
    return value === null ? null : compute(value);
  };
}

function binary(
  left: Expr,
  right: Expr,
  compute: (a: NonNullable<Value>, b: NonNullable<Value>) => Value,
): Evaluator {
  const first = interpret(left);
  const second = interpret(right);
  return (event, slots, env) => {
    const a = first(event, slots, env);
    if (a === null) return null;
    const b = second(event, slots, env);
    return b === null ? null : compute(a, b);
  };
}

function bitwise(operator: '&' | '|' | '^', left: Expr, right: Expr): Evaluator {
  return binary(left, right, (a, b) => {
    if (typeof a === 'boolean') {
      if (operator === '&') return a && (b as boolean);
      return operator === '|' ? a || (b as boolean) : a !== b;
    }
    const [x, y] = [BigInt(a as number), BigInt(b as number)];
    if (operator === '&') return Number(BigInt.asIntN(64, x & y));
    return Number(BigInt.asIntN(64, operator === '|' ? x | y : x ^ y));
  });
}

function concat(parts: readonly Expr[]): Evaluator {
  const evaluators = parts.map((part) => ({ evaluate: interpret(part), type: part.type }));
  return (event, slots, env) => {
    let text = '';
    for (const { evaluate, type } of evaluators) {
      const value = evaluate(event, slots, env);
      if (value === null) return null;
      text += textOf(value, type);
    }
    return text;
  };
}

function compare(operator: '<' | '<=' | '>' | '>=', left: Expr, right: Expr): Evaluator {
  return binary(left, right, (a, b) => {
    if (operator === '<') return a < b;
    if (operator === '<=') return a <= b;
    return operator === '>' ? a > b : a >= b;
  });
}

function equal(left: Expr, right: Expr, negated: boolean, nullSafe: boolean): Evaluator {
  if (!nullSafe) return binary(left, right, (a, b) => equalValues(a, b) !== negated);
  const first = interpret(left);
  const second = interpret(right);
  return (event, slots, env) => {
    const a = first(event, slots, env);
    const b = second(event, slots, env);
    const same = a === null || b === null ? a === b : equalValues(a, b);
    return same !== negated;
  };
}

function logic(op: 'and' | 'or', operands: readonly Expr[]): Evaluator {
  const evaluators = operands.map(interpret);
  const decisive = op === 'or';
  return (event, slots, env) => {
    let unknown = false;
    for (const evaluate of evaluators) {
      const value = evaluate(event, slots, env);
      if (value === decisive) return decisive;
      if (value === null) unknown = true;
    }
    return unknown ? null : !decisive;
  };
}

function membership(operand: Expr, items: readonly Expr[], negated: boolean): Evaluator {
  const subject = interpret(operand);
  const evaluators = items.map((item) => ({ evaluate: interpret(item), spread: item.type.kind === 'array' }));
  return (event, slots, env) => {
    const value = subject(event, slots, env);
    if (value === null) return null;
    let unknown = false;
    for (const { evaluate, spread } of evaluators) {
      const item = evaluate(event, slots, env);
      if (item === null) unknown = unknown || !spread;
      else if (spread) {
        for (const one of item as readonly Value[]) {
          if (one === null) unknown = true;
          else if (equalValues(value, one)) return !negated;
        }
      } else if (equalValues(value, item)) return !negated;
    }
    return unknown ? null : negated;
  };
}

function range(expr: Expr & { op: 'range' }): Evaluator {
  const [subject, first, second] = [interpret(expr.operand), interpret(expr.low), interpret(expr.high)];
  const { includeLow, includeHigh, negated } = expr;
  return (event, slots, env) => {
    const value = subject(event, slots, env);
    const a = first(event, slots, env);
    const b = second(event, slots, env);
    // Recorded: a range with a null anywhere is false, negated or not.
    if (value === null || a === null || b === null) return false;
    const [low, high] = a > b ? [b, a] : [a, b];
    const inside = (includeLow ? value >= low : value > low) && (includeHigh ? value <= high : value < high);
    return inside !== negated;
  };
}

function cases(branches: readonly { when: Expr; then: Expr }[], otherwise: Expr | null): Evaluator {
  const compiled = branches.map(({ when, then }) => ({ when: interpret(when), then: interpret(then) }));
  const last = otherwise === null ? null : interpret(otherwise);
  return (event, slots, env) => {
    for (const { when, then } of compiled) {
      if (when(event, slots, env) === true) return then(event, slots, env);
    }
    return last === null ? null : last(event, slots, env);
  };
}

const UNIT_MS: Readonly<Record<string, number>> = {
  week: 604_800_000,
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  second: 1000,
  millisecond: 1,
  microsecond: 0.001,
};

function period(parts: readonly { unit: string; amount: Expr }[]): Evaluator {
  const compiled = parts.map(({ unit, amount }) => ({ unit, amount: interpret(amount) }));
  return (event, slots, env): Period | null => {
    let months = 0;
    let ms = 0;
    for (const { unit, amount } of compiled) {
      const value = amount(event, slots, env) as number | null;
      if (value === null) return null;
      if (unit === 'year') months += value * 12;
      else if (unit === 'month') months += value;
      else ms += value * (UNIT_MS[unit] as number);
    }
    return { months, ms };
  };
}

function call(name: string, args: readonly Expr[]): Evaluator {
  const definition = findFunction(name);
  if (definition === undefined) return unreachable(name as never);
  const evaluators = args.map(interpret);
  return (event, slots, env) => definition.evaluate(evaluators.map((arg) => arg(event, slots, env)));
}
