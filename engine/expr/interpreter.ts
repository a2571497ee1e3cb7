import { assert, unreachable } from '../core/assert.ts';
import { EventRecord, fieldKey, type Period, type Value } from '../event/record.ts';
import {
  DECIMAL_ORDERS,
  type IsInRange,
  literalValue,
  makeBigArithmetic,
  makeDecimalRange,
} from './big-numbers.ts';
import { makeCaster, makeDateCaster, textOf } from './convert.ts';
import { arrayHas, equalValues, holdsValues, isSame, isWidened } from './equality.ts';
import type { Env, Evaluator, QueryFrame, Slot } from './evaluator.ts';
import { boundedText } from './failure.ts';
import { findFunction } from './functions.ts';
import { interpretForm } from './interpret-forms.ts';
import {
  CURRENT,
  type EqualExpr,
  type Expr,
  type InExpr,
  type LikeExpr,
  type PeriodExpr,
  type RangeExpr,
  type RegexpExpr,
} from './ir.ts';
import type { AggregateExpr, GroupingExpr, LocalExpr, PreviousExpr } from './ir-frame.ts';
import { makeMethodEvaluator } from './lambda.ts';
import { bitwise, elementAt, makeArithmetic, mapEntry, negate, UNIT_MS } from './operations.ts';
import { isDecimal } from './snippets.ts';
import { makeSubqueryEvaluator } from './subquery.ts';
import { makeTableEvaluator } from './table-access.ts';
import { likeMatcher, matchesLike, matchesRegexp, regexpMatcher, type TextMatcher } from './text-match.ts';
import { isBig } from './type-rules.ts';

/** Compiles an expression to nested closures. It is complete, plain, and what generated code is judged by. */
export function interpret(expr: Expr): Evaluator {
  switch (expr.op) {
    case 'literal': {
      const value = literalValue(expr);
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
      return binary(expr.target, expr.index, elementAt);
    case 'key': {
      const { key } = expr;
      return unary(expr.target, (target) => mapEntry(target, key));
    }
    case 'negate': {
      const { type } = expr;
      return unary(expr.operand, (value) => negate(value, type));
    }
    case 'arithmetic': {
      if (isBig(expr.type)) return binary(expr.left, expr.right, makeBigArithmetic(expr));
      const compute = makeArithmetic(expr.operator, expr.type);
      return binary(expr.left, expr.right, (a, b) => compute(a as number, b as number));
    }
    case 'bitwise': {
      const { operator } = expr;
      return binary(expr.left, expr.right, (a, b) => bitwise(operator, a, b));
    }
    case 'concat':
      return concat(expr.parts);
    case 'compare':
      return compare(expr.operator, expr.left, expr.right);
    case 'equal':
      return equal(expr);
    case 'and':
    case 'or':
      return logic(expr.op, expr.operands);
    case 'not':
      return unary(expr.operand, (value) => !(value as boolean));
    case 'in':
      return membership(expr);
    case 'range':
      return range(expr);
    case 'like':
    case 'regexp':
      return textMatch(expr);
    case 'case':
      return cases(expr.branches, expr.otherwise);
    case 'coalesce':
      return coalesce(expr.operands);
    case 'cast':
      if (expr.format !== null) return dateCast(expr.operand, makeDateCaster(expr.format, expr));
      return unary(expr.operand, makeCaster(expr.operand.type, expr.type, expr));
    case 'array': {
      const elements = expr.elements.map(interpret);
      return (event, slots, env) => elements.map((element) => element(event, slots, env));
    }
    case 'quantified':
    case 'sizedArray':
    case 'row':
    case 'nested':
    case 'dynamic':
    case 'exists':
    case 'typeof':
    case 'instanceof':
    case 'required':
      return interpretForm(expr, interpret);
    case 'period':
      return period(expr);
    case 'now':
      return (_event, _slots, env) => env.now;
    case 'call':
      return call(expr.name, expr.args);
    case 'aggregate':
    case 'previous':
    case 'grouping':
    case 'local':
      return readFrame(expr);
    case 'subquery':
      return makeSubqueryEvaluator(expr, interpret);
    case 'context': {
      const { index } = expr;
      return (_event, _slots, env) => env.context[index] as Value;
    }
    case 'param':
    case 'variable':
    case 'lambda':
    case 'method':
    case 'let':
      return makeMethodEvaluator(expr, interpret);
    case 'tableRow':
    case 'tableKeys':
    case 'tableRead':
    case 'rowCopy':
      return makeTableEvaluator(expr, interpret);
    default:
      return unreachable(expr);
  }
}

/** Reads what the query at work provides. */
export function readFrame(expr: AggregateExpr | PreviousExpr | GroupingExpr | LocalExpr): Evaluator {
  switch (expr.op) {
    case 'aggregate': {
      const { index } = expr;
      if (expr.args.length === 0) return (_event, _slots, env) => frameOf(env).aggregate(index);
      const args = expr.args.map(interpret);
      return (event, slots, env) => {
        const values = args.map((arg) => arg(event, slots, env));
        return frameOf(env).aggregate(index, values);
      };
    }
    case 'previous': {
      const { index } = expr;
      const offset = expr.offset === null ? null : interpret(expr.offset);
      return (event, slots, env) => {
        const by = offset === null ? null : offset(event, slots, env);
        return frameOf(env).previous(index, by);
      };
    }
    case 'grouping': {
      const { keys } = expr;
      return (_event, _slots, env) => {
        const frame = frameOf(env);
        return keys.reduce((bits, key) => bits * 2 + (frame.isSummedOver(key) ? 1 : 0), 0);
      };
    }
    case 'local': {
      const { name } = expr;
      return (_event, _slots, env) => frameOf(env).local(name);
    }
    default:
      return unreachable(expr);
  }
}

function frameOf(env: Env): QueryFrame {
  assert(env.frame !== null, 'an expression of a query is evaluated outside it');
  return env.frame;
}

/** The test of a text against the pattern, when the pattern is constant; null when it is not. */
export function constantMatcher(expr: LikeExpr | RegexpExpr): TextMatcher | null {
  if (expr.pattern.op !== 'literal' || typeof expr.pattern.value !== 'string') return null;
  return expr.op === 'like'
    ? likeMatcher(expr.pattern.value, expr.escape)
    : regexpMatcher(expr.pattern.value);
}

/** The test of a text against a pattern known at run time. */
export function dynamicMatcher(expr: LikeExpr | RegexpExpr): (text: string, pattern: string) => boolean {
  if (expr.op === 'regexp') return matchesRegexp;
  const { escape: escapeChar } = expr;
  return (text, pattern) => matchesLike(text, pattern, escapeChar);
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

function dateCast(operand: Expr, cast: ReturnType<typeof makeDateCaster>): Evaluator {
  const evaluate = interpret(operand);
  return (event, slots, env) => {
    const text = evaluate(event, slots, env);
    return text === null ? null : cast(text, env);
  };
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
    return boundedText(text);
  };
}

function compare(operator: '<' | '<=' | '>' | '>=', left: Expr, right: Expr): Evaluator {
  if (isDecimal(left) || isDecimal(right)) return binary(left, right, DECIMAL_ORDERS[operator]);
  switch (operator) {
    case '<':
      return binary(left, right, (a, b) => a < b);
    case '<=':
      return binary(left, right, (a, b) => a <= b);
    case '>':
      return binary(left, right, (a, b) => a > b);
    case '>=':
      return binary(left, right, (a, b) => a >= b);
    default:
      return unreachable(operator);
  }
}

function equal({ left, right, negated, nullSafe, widened: isCast }: EqualExpr): Evaluator {
  if (!nullSafe) return binary(left, right, (a, b) => equalValues(a, b) !== negated);
  const first = interpret(left);
  const second = interpret(right);
  const widened = isCast === true || isWidened(left.type, right.type);
  return (event, slots, env) => isSame(first(event, slots, env), second(event, slots, env), negated, widened);
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

function membership({ operand, items, negated }: InExpr): Evaluator {
  const subject = interpret(operand);
  const evaluators = items.map((item) => ({ evaluate: interpret(item), spread: holdsValues(item.type) }));
  return (event, slots, env) => {
    const value = subject(event, slots, env);
    if (value === null) return null;
    let unknown = false;
    for (const { evaluate, spread } of evaluators) {
      const item = evaluate(event, slots, env);
      const found = spread ? arrayHas(item, value) : item === null ? null : equalValues(value, item);
      if (found === true) return !negated;
      if (found === null) unknown = true;
    }
    return unknown ? null : negated;
  };
}

function range(expr: RangeExpr): Evaluator {
  const { operand, low, high, negated } = expr;
  const isBetween = between(expr);
  const [subject, first, second] = [interpret(operand), interpret(low), interpret(high)];
  return (event, slots, env) => {
    const value = subject(event, slots, env);
    const a = first(event, slots, env);
    const b = second(event, slots, env);
    // Recorded: with a null operand it is false, negated or not; with a null end nothing is inside.
    if (value === null) return false;
    if (a === null || b === null) return negated;
    return isBetween(value, a, b) !== negated;
  };
}

/** Whether a value is between two others, in either order. */
function between(expr: RangeExpr): IsInRange {
  const { low, high, includeLow, includeHigh } = expr;
  if (isDecimal(low) || isDecimal(high)) return makeDecimalRange(expr);
  return (value, a, b) => {
    const [least, most] = a > b ? [b, a] : [a, b];
    return (includeLow ? value >= least : value > least) && (includeHigh ? value <= most : value < most);
  };
}

function textMatch(expr: LikeExpr | RegexpExpr): Evaluator {
  const { negated, operand } = expr;
  const { type } = operand;
  const constant = constantMatcher(expr);
  if (constant !== null) return unary(operand, (text) => constant(textOf(text, type)) !== negated);
  const matches = dynamicMatcher(expr);
  return binary(
    operand,
    expr.pattern,
    (text, pattern) => matches(textOf(text, type), pattern as string) !== negated,
  );
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

function coalesce(operands: readonly Expr[]): Evaluator {
  const evaluators = operands.map(interpret);
  return (event, slots, env) => {
    for (const evaluate of evaluators) {
      const value = evaluate(event, slots, env);
      if (value !== null) return value;
    }
    return null;
  };
}

function period({ parts }: PeriodExpr): Evaluator {
  const compiled = parts.map(({ unit, amount }) => ({ unit, amount: interpret(amount) }));
  return (event, slots, env): Period | null => {
    let months = 0;
    let ms = 0;
    for (const { unit, amount } of compiled) {
      const value = amount(event, slots, env) as number | null;
      if (value === null) return null;
      if (unit === 'year') months += value * 12;
      else if (unit === 'month') months += value;
      else ms += value * UNIT_MS[unit];
    }
    return { months, ms };
  };
}

function call(name: string, args: readonly Expr[]): Evaluator {
  const definition = findFunction(name);
  assert(definition !== undefined, `no function ${name}`);
  const evaluators = args.map(interpret);
  return (event, slots, env) =>
    definition.evaluate(
      evaluators.map((arg) => arg(event, slots, env)),
      env,
    );
}
