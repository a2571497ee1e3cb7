import { createRecordClass, type EventRecord, setField, type Value } from '../../engine/event/record.ts';
import {
  type EventType,
  TYPE_BOOLEAN,
  TYPE_DATE,
  TYPE_DOUBLE,
  TYPE_FLOAT,
  TYPE_INT,
  TYPE_LONG,
  TYPE_NULL,
  TYPE_OBJECT,
  TYPE_STRING,
  type ValueType,
} from '../../engine/event/types.ts';
import { createEnv, type Env } from '../../engine/expr/evaluate.ts';
import { CURRENT, type Expr } from '../../engine/expr/ir.ts';
import { arithmeticType } from '../../engine/expr/type-rules.ts';

const INTS: ValueType = { kind: 'array', element: TYPE_INT };

/** Event type that has a field of every kind; `n` holds an event of the same type. */
export const SAMPLE: EventType = {
  name: 'Sample',
  fields: [
    { name: 'i', type: TYPE_INT },
    { name: 'j', type: TYPE_INT },
    { name: 'l', type: TYPE_LONG },
    { name: 'x', type: TYPE_DOUBLE },
    { name: 'y', type: TYPE_DOUBLE },
    { name: 'f', type: TYPE_FLOAT },
    { name: 's', type: TYPE_STRING },
    { name: 'u', type: TYPE_STRING },
    { name: 'c', type: { kind: 'char' } },
    { name: 'b', type: TYPE_BOOLEAN },
    { name: 'p', type: TYPE_BOOLEAN },
    { name: 'd', type: TYPE_DATE },
    { name: 'arr', type: INTS },
    { name: 'm', type: { kind: 'map' } },
    { name: 'o', type: TYPE_OBJECT },
    { name: 'n', type: { kind: 'event', typeName: 'Sample' } },
    { name: 'q', type: { kind: 'byte' } },
    { name: 'r', type: { kind: 'short' } },
  ],
  supertypes: [],
  startField: -1,
  endField: -1,
  origin: 'schema',
};

const SampleRecord = createRecordClass(SAMPLE, true);

/** An event of `SAMPLE` with these fields; the others are null. */
export function sample(fields: Readonly<Record<string, Value>>): EventRecord {
  const record = new SampleRecord(0, 0, 0, 0);
  for (const [name, value] of Object.entries(fields)) setField(record, indexOf(name), value);
  return record;
}

/** A clock for tests. */
export const ENV: Env = createEnv(1_600_000_000_000);
ENV.assign(0, 3);
ENV.assign(1, null);

/** `f('i')`: field of the current event; `f('i', 0)`: of the event in slot 0. */
export function f(name: string, slot: number = CURRENT): Expr {
  const field = indexOf(name);
  return { op: 'field', slot, field, type: typeOf(field) };
}

/** Constants. */
export const int = (value: number): Expr => ({ op: 'literal', type: TYPE_INT, value });
export const long = (value: number): Expr => ({ op: 'literal', type: TYPE_LONG, value });
export const double = (value: number): Expr => ({ op: 'literal', type: TYPE_DOUBLE, value });
export const float = (value: number): Expr => ({
  op: 'literal',
  type: TYPE_FLOAT,
  value: Math.fround(value),
});
export const text = (value: string): Expr => ({ op: 'literal', type: TYPE_STRING, value });
export const bool = (value: boolean): Expr => ({ op: 'literal', type: TYPE_BOOLEAN, value });
export const NULL: Expr = { op: 'literal', type: TYPE_NULL, value: null };

/** Arithmetic with the type the compiler gives it. */
export function math(left: Expr, operator: '+' | '-' | '*' | '/' | '%', right: Expr): Expr {
  const type = arithmeticType(operator, left.type, right.type) ?? TYPE_DOUBLE;
  return { op: 'arithmetic', type, operator, left, right };
}

/** `<`, `<=`, `>`, `>=`. */
export function compare(left: Expr, operator: '<' | '<=' | '>' | '>=', right: Expr): Expr {
  return { op: 'compare', type: TYPE_BOOLEAN, operator, left, right };
}

/** `=`, `!=`, `is`, `is not`. */
export function equal(left: Expr, operator: '=' | '!=' | 'is' | 'is not', right: Expr): Expr {
  const negated = operator === '!=' || operator === 'is not';
  return { op: 'equal', type: TYPE_BOOLEAN, negated, nullSafe: operator.startsWith('is'), left, right };
}

export const and = (...operands: Expr[]): Expr => ({ op: 'and', type: TYPE_BOOLEAN, operands });
export const or = (...operands: Expr[]): Expr => ({ op: 'or', type: TYPE_BOOLEAN, operands });
export const not = (operand: Expr): Expr => ({ op: 'not', type: TYPE_BOOLEAN, operand });

/** `[not] in (…)`. */
export function inList(operand: Expr, items: readonly Expr[], negated = false): Expr {
  return { op: 'in', type: TYPE_BOOLEAN, negated, operand, items };
}

/** A range such as `[0:5)`, by its brackets. */
export function range(operand: Expr, low: Expr, high: Expr, brackets = '[]', negated = false): Expr {
  const [includeLow, includeHigh] = [brackets[0] === '[', brackets[1] === ']'];
  return { op: 'range', type: TYPE_BOOLEAN, negated, operand, low, high, includeLow, includeHigh };
}

export function like(operand: Expr, pattern: Expr, escapeChar: string | null = null, negated = false): Expr {
  return { op: 'like', type: TYPE_BOOLEAN, negated, operand, pattern, escape: escapeChar };
}

export function regexp(operand: Expr, pattern: Expr, negated = false): Expr {
  return { op: 'regexp', type: TYPE_BOOLEAN, negated, operand, pattern };
}

export function cast(operand: Expr, type: ValueType): Expr {
  return { op: 'cast', type, operand, format: null };
}

export function concat(...parts: Expr[]): Expr {
  return { op: 'concat', type: TYPE_STRING, parts };
}

export function call(name: string, type: ValueType, ...args: Expr[]): Expr {
  return { op: 'call', type, name, args };
}

function indexOf(name: string): number {
  const index = SAMPLE.fields.findIndex((field) => field.name === name);
  if (index < 0) throw new Error(`no field ${name}`);
  return index;
}

function typeOf(field: number): ValueType {
  return (SAMPLE.fields[field] as { type: ValueType }).type;
}
