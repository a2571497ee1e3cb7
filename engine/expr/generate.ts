import { assert } from '../core/assert.ts';
import { LIMITS } from '../core/limits.ts';
import type { Decimal } from '../event/decimal.ts';
import { orderOf } from '../event/order.ts';
import { textOf } from './convert.ts';
import { Emitter } from './emit.ts';
import { arrayHas, equalValues, isSame } from './equality.ts';
import type { Evaluator, Predicate } from './evaluator.ts';
import { boundedText, required } from './failure.ts';
import { foldConstants } from './fold.ts';
import { interpret } from './interpreter.ts';
import type { Expr } from './ir.ts';
import { bitwise, elementAt, mapEntry, remainder } from './operations.ts';

/**
 * Compiles expressions to JavaScript functions.
 *
 * The naive ways are too slow or unsafe: closures cost a call per operator, and text pasted from rules would let a rule
 * run code. Here the text of a function is its *shape*: tokens of a fixed list (`TOKEN`), numbers of slots and fields. What a
 * rule adds lies in a table that the function gets as constants. Expressions of one shape share one compiled function
 * (`amount > 900` and `amount > 50`, or the same test in a thousand rules), so their code is warm and small; a separate
 * function for each would cost 60 ns a call instead of 3.
 */
export function generate(expr: Expr, eventType = -1): Evaluator {
  const folded = foldConstants(expr);
  const emitter = newEmitter(eventType);
  const { text } = emitter.value(folded);
  return instantiate(emitter, text, eventType, () => interpret(folded)) as Evaluator;
}

/** Compiles a condition: the function gives true exactly when the expression is true. */
export function generatePredicate(expr: Expr, eventType = -1): Predicate {
  const folded = foldConstants(expr);
  const emitter = newEmitter(eventType);
  const text = emitter.test(folded, true);
  const slow = (): Predicate => {
    const evaluate = interpret(folded);
    return (event, slots, env) => evaluate(event, slots, env) === true;
  };
  return instantiate(emitter, text, eventType, slow) as Predicate;
}

/** The source of the function that `generatePredicate` or `generate` runs; for tests and for people. */
export function generatedSource(expr: Expr, isPredicate = false): string {
  const emitter = newEmitter(-1);
  const folded = foldConstants(expr);
  return sourceOf(emitter, isPredicate ? emitter.test(folded, true) : emitter.value(folded).text);
}

/** Whether this process may generate code (`--disallow-code-generation-from-strings` forbids it). Found out once. */
export function canGenerate(): boolean {
  if (mayGenerate === null) {
    try {
      mayGenerate = new Function('return true')() === true;
    } catch {
      mayGenerate = false;
    }
  }
  return mayGenerate;
}

let mayGenerate: boolean | null = null;

type Slow = () => Evaluator | Predicate;
type Factory = (table: readonly unknown[], helpers: typeof HELPERS, slow: Evaluator | Predicate) => unknown;

/** What generated code calls as `h.…`; each does what the interpreter does. */
const HELPERS = {
  at: elementAt,
  entry: mapEntry,
  bits: bitwise,
  text: textOf,
  bounded: boundedText,
  is: isSame,
  eq: equalValues,
  has: arrayHas,
  rest: remainder,
  neg: (value: Decimal) => value.negate(),
  order: orderOf,
  required,
} as const;

function newEmitter(eventType: number): Emitter {
  return new Emitter((part) => generate(part, eventType));
}

function sourceOf(emitter: Emitter, text: string): string {
  const list = (size: number, name: (i: number) => string) =>
    Array.from({ length: size }, (_, i) => name(i)).join();
  const constants =
    emitter.table.length === 0 ? '' : `const ${list(emitter.table.length, (i) => `k${i}=k[${i}]`)};`;
  // A missing event is rare (a query over tags has none, and reads none), so the interpreter serves it.
  const guard = emitter.readsEvent ? 'if(e===null)return z(e,s,v);' : '';
  const slots = [...emitter.slots].map((slot) => `const t${slot}=s[${slot}]??null;`).join('');
  const locals = emitter.locals === 0 ? '' : `let ${list(emitter.locals, (i) => `x${i}`)};`;
  return `${constants}return function(e,s,v){${guard}${slots}${locals}return ${text};}`;
}

/** Compiled shapes by event type and source; functions of several event types do not share inline caches. */
const shapes = new Map<string, Factory>();

/** Number of shapes in the cache, at most `LIMITS.shapeCacheMax`. */
export function cachedShapes(): number {
  return shapes.size;
}

function instantiate(emitter: Emitter, text: string, eventType: number, slow: Slow): unknown {
  const source = sourceOf(emitter, text);
  const key = `${eventType} ${source}`;
  let factory = shapes.get(key);
  if (factory === undefined) {
    assertTokens(source);
    factory = new Function('k', 'h', 'z', source) as Factory;
    if (shapes.size >= LIMITS.shapeCacheMax) shapes.delete(shapes.keys().next().value as string);
    shapes.set(key, factory);
  }
  let made: Evaluator | Predicate | null = null;
  const lazily = ((event, slots, env) => {
    made ??= slow();
    return made(event, slots, env);
  }) as Evaluator;
  return factory(emitter.table, HELPERS, lazily);
}

/** Every token that generated code may consist of. */
const TOKEN =
  /(?:const |let |return |function\(e,s,v\)|if\(|Math\.(?:imul|fround)|\bnull\b|\btrue\b|\bfalse\b|\bv\.now|\bv\.frame\.aggregate|\bv\.params|\bv\.variables|\bv\.context|\bh\.[a-z]+\b|\.has\(|\.f\d+\b|\b[kxt]\d+\b|[kxtesvhz]\b|\d+|[-+*/%&|^!?:=<>()[\]{},;])/gy;

/** Our own bug if it fails: the emitter wrote something it must not. */
function assertTokens(source: string): void {
  TOKEN.lastIndex = 0;
  let end = 0;
  while (end < source.length && TOKEN.test(source)) end = TOKEN.lastIndex;
  assert(end === source.length, `generated code has an unknown token at ${end}`);
}
