import { assert, unreachable } from '../core/assert.ts';
import { fieldKey, type Value } from '../event/record.ts';
import type { ValueType } from '../event/types.ts';
import { sizeOf } from './analyze.ts';
import { literalValue, makeBigArithmetic, makeDecimalRange } from './big-numbers.ts';
import { keepsValue, makeCaster, makeDateCaster } from './convert.ts';
import { holdsValues, isWidened } from './equality.ts';
import type { Evaluator } from './evaluator.ts';
import { findFunction } from './functions.ts';
import { interpretExists } from './interpret-forms.ts';
import { constantMatcher, dynamicMatcher, interpret, readFrame } from './interpreter.ts';
import {
  type ArithmeticExpr,
  type BitwiseExpr,
  type CastExpr,
  type CompareExpr,
  CURRENT,
  type EqualExpr,
  type Expr,
  type InExpr,
  type LikeExpr,
  type LogicExpr,
  type RangeExpr,
  type RegexpExpr,
} from './ir.ts';
import { makeMethodEvaluator } from './lambda.ts';
import { makeNested } from './nested.ts';
import { makeRow, sizedArray } from './operations.ts';
import { isInstance, readProperty, typeNameOf } from './properties.ts';
import { makeQuantifier } from './quantified.ts';
import {
  arithmeticCode,
  type Code,
  compareCode,
  flatten,
  hasIdentity,
  isDecimal,
  isNaNLiteral,
  isNullLiteral,
  isText,
  NULL,
  negateCode,
  sameCode,
  whole,
} from './snippets.ts';
import { makeSubqueryEvaluator } from './subquery.ts';
import { makeTableEvaluator } from './table-access.ts';
import { isBig } from './type-rules.ts';

/**
 * Writes an expression as one JavaScript expression.
 *
 * `value` gives code for the value; `test` gives code that is true exactly when the value is the wanted boolean. A
 * condition is written by `test` all the way down: three-valued `and`, `or`, `not` then are plain `&&`, `||` and
 * swapped wishes (`not x` is true when `x` is false), a comparison is `(x0=e.f1)!==null&&x0>k0`, and no null is ever made.
 *
 * Names in the code: `e` event, `s` slots, `v` environment, `t0…` slot 0…, `k0…` constants and helpers of the table,
 * `x0…` locals. Whatever comes from a rule (constants, patterns, names of functions) is in the table; only field and
 * slot numbers, checked to be whole, are written out.
 */
export class Emitter {
  /** Values of `k0`, `k1`, …. */
  readonly table: unknown[] = [];
  /** Slots the code reads, as `t0`, …. */
  readonly slots = new Set<number>();
  /** Number of locals `x0`, …. */
  locals = 0;
  /** Whether the code reads the current event. */
  readsEvent = false;
  private nodes = 0;
  private readonly separate: (expr: Expr) => unknown;

  /** `separate` compiles a part that gets a function of its own because this one is long enough. */
  constructor(separate: (expr: Expr) => unknown) {
    this.separate = separate;
  }

  /** Code for the value. */
  value(expr: Expr): Code {
    if (this.isLong(expr)) return { text: `${this.constant(this.separate(expr))}(e,s,v)`, nullable: true };
    switch (expr.op) {
      case 'literal':
        return this.literal(literalValue(expr));
      case 'field':
        return this.field(expr.slot, expr.field);
      case 'slot':
        return { text: expr.slot === CURRENT ? this.event() : this.slot(expr.slot), nullable: true };
      case 'member':
        return this.strict([expr.target], ([target]) => `${target}.${fieldKey(whole(expr.field))}`, true);
      case 'at':
        return this.strict([expr.target, expr.index], ([target, index]) => `h.at(${target},${index})`, true);
      case 'key': {
        const key = this.constant(expr.key);
        return this.strict([expr.target], ([target]) => `h.entry(${target},${key})`, true);
      }
      case 'negate':
        return this.strict([expr.operand], ([a]) => negateCode(a as string, expr.type));
      case 'arithmetic':
        return this.arithmetic(expr);
      case 'bitwise':
        return this.bitwise(expr);
      case 'concat':
        return this.strict(expr.parts, (names) => {
          const texts = names.map((name, i) => this.text(name, (expr.parts[i] as Expr).type));
          return `h.bounded(${texts.join('+')})`;
        });
      case 'compare':
        return this.strict([expr.left, expr.right], ([a, b]) => this.comparison(expr, a, b));
      case 'equal':
        return this.equal(expr);
      case 'and':
      case 'or':
        return this.logic(expr);
      case 'not':
        return this.strict([expr.operand], ([a]) => `!${a}`);
      case 'in':
        return this.membership(expr);
      case 'quantified':
        return this.apply(makeQuantifier(expr), [expr.operand], expr.items);
      case 'range':
        return { text: `(${this.range(expr)})`, nullable: false };
      case 'like':
      case 'regexp':
        return this.textMatch(expr);
      case 'case':
        return this.cases(expr.branches, expr.otherwise);
      case 'coalesce':
        return this.coalesce(expr.operands);
      case 'cast':
        return this.cast(expr);
      case 'array': {
        const elements = expr.elements.map((element) => this.value(element).text);
        return { text: `[${elements.join(',')}]`, nullable: false };
      }
      case 'sizedArray': {
        const { fill } = expr;
        return this.apply((sizes: readonly Value[]) => sizedArray(sizes, fill), [], expr.sizes);
      }
      case 'row': {
        const { names } = expr;
        const row = this.apply((values: readonly Value[]) => makeRow(names, values), [], expr.values);
        return { text: row.text, nullable: false };
      }
      case 'nested': {
        const make = this.constant(makeNested(expr));
        return this.strict([expr.operand], ([operand]) => `${make}(${operand})`, true);
      }
      case 'dynamic': {
        const { name } = expr;
        const read = this.constant((target: Value) => readProperty(target, name));
        return this.strict([expr.target], ([target]) => `${read}(${target})`, true);
      }
      case 'exists':
        return { text: `${this.constant(interpretExists(expr.operand, interpret))}(e,s,v)`, nullable: false };
      case 'typeof': {
        const { type } = expr.operand;
        const name = this.constant((value: Value) => typeNameOf(value, type));
        return this.strict([expr.operand], ([value]) => `${name}(${value})`, true);
      }
      case 'instanceof': {
        const { types } = expr;
        const { type } = expr.operand;
        const test = this.constant((value: Value) => isInstance(value, type, types));
        return { text: `${test}(${this.value(expr.operand).text})`, nullable: false };
      }
      case 'required':
        return { text: `h.required(${this.value(expr.operand).text})`, nullable: false };
      case 'period':
        return { text: `${this.constant(interpret(expr))}(e,s,v)`, nullable: true };
      case 'now':
        return { text: 'v.now', nullable: false };
      case 'call':
        return this.call(expr.name, expr.args);
      case 'aggregate':
        return expr.args.length === 0
          ? { text: `v.frame.aggregate(${whole(expr.index)})`, nullable: true }
          : { text: `${this.constant(readFrame(expr))}(e,s,v)`, nullable: true };
      case 'previous':
      case 'grouping':
      case 'local':
        return { text: `${this.constant(readFrame(expr))}(e,s,v)`, nullable: true };
      case 'subquery': {
        const evaluate = makeSubqueryEvaluator(expr, (part) => this.separate(part) as Evaluator);
        return { text: `${this.constant(evaluate)}(e,s,v)`, nullable: true };
      }
      case 'param':
        return { text: `v.params[${whole(expr.index)}]`, nullable: true };
      case 'variable':
        return { text: `v.variables[${whole(expr.index)}]`, nullable: true };
      case 'context':
        return { text: `v.context[${whole(expr.index)}]`, nullable: true };
      case 'lambda':
      case 'method':
      case 'let': {
        const evaluate = makeMethodEvaluator(expr, (part) => this.separate(part) as Evaluator);
        return { text: `${this.constant(evaluate)}(e,s,v)`, nullable: true };
      }
      case 'tableRow':
      case 'tableKeys':
      case 'tableRead':
      case 'rowCopy': {
        const evaluate = makeTableEvaluator(expr, (part) => this.separate(part) as Evaluator);
        return { text: `${this.constant(evaluate)}(e,s,v)`, nullable: true };
      }
      default:
        return unreachable(expr);
    }
  }

  /** Code of a boolean that is true exactly when the expression is `wanted`. */
  test(expr: Expr, wanted: boolean): string {
    if (this.isLong(expr)) return `${this.constant(this.separate(expr))}(e,s,v)===${wanted}`;
    switch (expr.op) {
      case 'and':
      case 'or': {
        // All operands must agree for `and` to be true and for `or` to be false; else one is enough.
        const joint = (expr.op === 'and') === wanted ? '&&' : '||';
        const tests = this.chunks(expr).map((operand) => this.test(operand, wanted));
        return `(${tests.join(joint)})`;
      }
      case 'not':
        return this.test(expr.operand, !wanted);
      case 'compare':
        return this.strictTest([expr.left, expr.right], ([a, b]) => this.comparison(expr, a, b), wanted);
      case 'equal':
        return this.equalTest(expr, wanted);
      case 'range':
        return wanted ? `(${this.range(expr)})` : `!(${this.range(expr)})`;
      case 'in':
        if (this.isConstantList(expr)) {
          return this.strictTest([expr.operand], ([a]) => this.listed(expr, a as string), wanted);
        }
        break;
      default:
    }
    return `${this.value(expr).text}===${wanted}`;
  }

  /** A call of a function of the table: arguments, then the rest as one array. */
  private apply(compute: unknown, args: readonly Expr[], rest: readonly Expr[]): Code {
    const values = args.map((arg) => `${this.value(arg).text},`).join('');
    const list = rest.map((one) => this.value(one).text).join(',');
    return { text: `${this.constant(compute)}(${values}[${list}])`, nullable: true };
  }

  private comparison({ left, right, operator }: CompareExpr, a = '', b = ''): string {
    return compareCode(left, right, operator, a, b);
  }

  private literal(value: ReturnType<typeof literalValue>): Code {
    if (value === null) return NULL;
    if (typeof value === 'boolean') return { text: String(value), nullable: false };
    return { text: this.constant(value), nullable: false };
  }

  private constant(value: unknown): string {
    return `k${this.table.push(value) - 1}`;
  }

  private local(): string {
    return `x${this.locals++}`;
  }

  private event(): string {
    this.readsEvent = true;
    return 'e';
  }

  private slot(slot: number): string {
    this.slots.add(whole(slot));
    return `t${slot}`;
  }

  private field(slot: number, field: number): Code {
    const key = fieldKey(whole(field));
    // Where the event is missing the interpreter answers, see `generate.ts`.
    if (slot === CURRENT) return { text: `${this.event()}.${key}`, nullable: true };
    const target = this.slot(slot);
    return { text: `(${target}===null?null:${target}.${key})`, nullable: true };
  }

  /** Operands in locals: conditions under which one is null, and their names. Null when one is always null. */
  private operands(exprs: readonly Expr[]): Operands | null {
    const codes = exprs.map((expr) => this.value(expr));
    if (codes.includes(NULL)) return null;
    const nullable = codes.some((code) => code.nullable);
    const nulls: string[] = [];
    const names = codes.map(({ text, nullable }) => {
      if (!nullable && /^(?:[kx]\d+|true|false|v\.now)$/.test(text)) return text;
      const name = this.local();
      // What is never null is stored by the same form; the comparison costs nothing.
      nulls.push(`(${name}=${text})`);
      return name;
    });
    return { nulls, names, nullable };
  }

  /** An operator that is null when an operand is null. */
  private strict(exprs: readonly Expr[], combine: (names: string[]) => string, nullable = false): Code {
    const operands = this.operands(exprs);
    if (operands === null) return NULL;
    const { nulls, names } = operands;
    const isNullable = nullable || operands.nullable;
    if (nulls.length === 0) return { text: `(${combine(names)})`, nullable: isNullable };
    const isNull = nulls.map((one) => `${one}===null`).join('||');
    return { text: `(${isNull}?null:${combine(names)})`, nullable: isNullable };
  }

  private strictTest(exprs: readonly Expr[], combine: (names: string[]) => string, wanted: boolean): string {
    const operands = this.operands(exprs);
    if (operands === null) return 'false';
    const tests = operands.nulls.map((one) => `${one}!==null`);
    const last = combine(operands.names);
    return `(${[...tests, wanted ? `(${last})` : `!(${last})`].join('&&')})`;
  }

  private arithmetic(expr: ArithmeticExpr): Code {
    const { operator, left, right, type } = expr;
    if (isBig(type)) {
      const compute = this.constant(makeBigArithmetic(expr));
      return this.strict([left, right], ([a, b]) => `${compute}(${a},${b})`);
    }
    return this.strict([left, right], ([a, b]) => arithmeticCode(operator, type, `${a}`, `${b}`));
  }

  private bitwise({ operator, left, right, type }: BitwiseExpr): Code {
    if (type.kind === 'boolean') {
      const code = { '&': '&&', '|': '||', '^': '!==' }[operator];
      return this.strict([left, right], ([a, b]) => `${a}${code}${b}`);
    }
    if (type.kind !== 'long') return this.strict([left, right], ([a, b]) => `${a}${operator}${b}`);
    const which = this.constant(operator);
    return this.strict([left, right], ([a, b]) => `h.bits(${which},${a},${b})`);
  }

  private text(name: string, type: ValueType): string {
    return isText(type) ? name : `h.text(${name},${this.constant(type)})`;
  }

  private equal(expr: EqualExpr): Code {
    const { left, right, negated, nullSafe } = expr;
    if (nullSafe) return { text: this.isSame(expr), nullable: false };
    const not = negated ? '!' : '';
    return this.strict([left, right], ([a, b]) => `${not}(${sameCode(left, right, `${a}`, `${b}`)})`);
  }

  private equalTest(expr: EqualExpr, wanted: boolean): string {
    const { left, right, negated, nullSafe } = expr;
    if (nullSafe) return wanted ? this.isSame(expr) : `!${this.isSame(expr)}`;
    const same = (names: string[]) => sameCode(left, right, `${names[0]}`, `${names[1]}`);
    return this.strictTest([left, right], same, negated !== wanted);
  }

  /** `is` and `is not`. Null differs from every value, so values that `===` tells apart need no test for null. */
  private isSame({ left, right, negated, widened: isCast }: EqualExpr): string {
    const [a, b] = [this.value(left).text, this.value(right).text];
    const widened = isCast === true || isWidened(left.type, right.type);
    const isPlain = isNullLiteral(left) || isNullLiteral(right) || (hasIdentity(left) && hasIdentity(right));
    if (isPlain && !(widened && negated)) return `(${a}${negated ? '!==' : '==='}${b})`;
    return `h.is(${a},${b},${negated},${widened})`;
  }

  private logic(expr: LogicExpr): Code {
    const decisive = expr.op === 'or';
    const decided: string[] = [];
    const unknown: string[] = [];
    for (const operand of this.chunks(expr)) {
      const { text, nullable } = this.value(operand);
      if (!nullable) {
        decided.push(`${text}===${decisive}`);
        continue;
      }
      const name = this.local();
      decided.push(`(${name}=${text})===${decisive}`);
      unknown.push(`${name}===null`);
    }
    if (unknown.length === 0) {
      const isDecided = `(${decided.join('||')})`;
      return { text: decisive ? isDecided : `(!${isDecided})`, nullable: false };
    }
    return {
      text: `(${decided.join('||')}?${decisive}:${unknown.join('||')}?null:${!decisive})`,
      nullable: true,
    };
  }

  private isConstantList({ items }: InExpr): boolean {
    const isPlain = (item: Expr) => !isNullLiteral(item) && !isNaNLiteral(item) && !isDecimal(item);
    return items.every((item) => item.op === 'literal' && isPlain(item));
  }

  /** Membership in a constant list: a few comparisons, or a set. */
  private listed({ items, negated }: InExpr, name: string): string {
    const values = items.map((item) => (item.op === 'literal' ? literalValue(item) : null));
    const not = negated ? '!' : '';
    if (values.length > 4) return `${not}${this.constant(new Set(values))}.has(${name})`;
    return `${not}(${values.map((value) => `${name}===${this.literal(value).text}`).join('||')})`;
  }

  private membership(expr: InExpr): Code {
    if (this.isConstantList(expr))
      return this.strict([expr.operand], ([a]) => this.listed(expr, a as string));
    const subject = this.local();
    const found: string[] = [];
    const unknown: string[] = [];
    for (const item of expr.items) {
      const code = this.value(item);
      const name = this.local();
      if (holdsValues(item.type)) {
        found.push(`(${name}=h.has(${code.text},${subject}))===true`);
      } else {
        const same = sameCode(expr.operand, item, subject, name);
        found.push(`((${name}=${code.text})!==null&&(${same}))`);
      }
      unknown.push(`${name}===null`);
    }
    const value = this.value(expr.operand).text;
    const answer = `${found.join('||')}?${!expr.negated}:${unknown.join('||')}?null:${expr.negated}`;
    return { text: `((${subject}=${value})===null?null:${answer})`, nullable: true };
  }

  /** With a null operand false, with a null end not inside. */
  private range(expr: RangeExpr): string {
    const subject = this.operands([expr.operand]);
    if (subject === null) return 'false';
    const above = expr.includeLow ? '>=' : '>';
    const below = expr.includeHigh ? '<=' : '<';
    const present = subject.nulls.map((one) => `${one}!==null&&`).join('');
    const ends = this.operands([expr.low, expr.high]);
    if (ends === null) return `${present}${expr.negated}`;
    const value = subject.names[0] as string;
    const [a, b] = ends.names as [string, string];
    const between = (low: string, high: string) => `${value}${above}${low}&&${value}${below}${high}`;
    const inside =
      isDecimal(expr.low) || isDecimal(expr.high)
        ? `${this.constant(makeDecimalRange(expr))}(${value},${a},${b})`
        : `(${a}>${b}?${between(b, a)}:${between(a, b)})`;
    const tests = [...ends.nulls.map((one) => `${one}!==null`), inside].join('&&');
    return `${present}${expr.negated ? `!(${tests})` : tests}`;
  }

  private textMatch(expr: LikeExpr | RegexpExpr): Code {
    const { operand, pattern, negated } = expr;
    const not = negated ? '!' : '';
    const constant = constantMatcher(expr);
    const matcher = this.constant(constant ?? dynamicMatcher(expr));
    if (constant !== null) {
      return this.strict([operand], ([a]) => `${not}${matcher}(${this.text(`${a}`, operand.type)})`);
    }
    return this.strict(
      [operand, pattern],
      ([a, b]) => `${not}${matcher}(${this.text(`${a}`, operand.type)},${b})`,
    );
  }

  private cases(branches: readonly { when: Expr; then: Expr }[], otherwise: Expr | null): Code {
    let text = '(';
    let nullable = false;
    for (const { when, then } of branches) {
      const test = this.test(when, true);
      const code = this.value(then);
      text += `${test}?${code.text}:`;
      nullable ||= code.nullable;
    }
    const last = otherwise === null ? NULL : this.value(otherwise);
    return { text: `${text}${last.text})`, nullable: nullable || last.nullable };
  }

  private coalesce(operands: readonly Expr[]): Code {
    let text = '(';
    for (const operand of operands) {
      const code = this.value(operand);
      if (!code.nullable) return { text: `${text}${code.text})`, nullable: false };
      const name = this.local();
      text += `(${name}=${code.text})!==null?${name}:`;
    }
    return { text: `${text}null)`, nullable: true };
  }

  private cast(expr: CastExpr): Code {
    const { operand, type, format } = expr;
    if (format !== null) {
      const parse = this.constant(makeDateCaster(format, expr));
      return this.strict([operand], ([a]) => `${parse}(${a},v)`, true);
    }
    if (keepsValue(operand.type, type)) return this.value(operand);
    const caster = this.constant(makeCaster(operand.type, type, expr));
    return this.strict([operand], ([a]) => `${caster}(${a})`, true);
  }

  private call(name: string, args: readonly Expr[]): Code {
    const definition = findFunction(name);
    assert(definition !== undefined, `no function ${name}`);
    if (definition.compute !== undefined) {
      const compute = this.constant(definition.compute);
      return this.strict(args, (names) => `${compute}(${names.join(',')})`, true);
    }
    const evaluate = this.constant((values: never, env: never) => definition.evaluate(values, env));
    const values = args.map((arg) => this.value(arg).text);
    return { text: `${evaluate}([${values.join(',')}],v)`, nullable: true };
  }

  /** Operands of nested `and` or `or` in one list; a list too long for one function comes in several parts. */
  private chunks(expr: LogicExpr): readonly Expr[] {
    const flat = flatten(expr);
    if (flat.length <= CHUNK) return flat;
    const parts: Expr[] = [];
    const size = Math.max(CHUNK, Math.ceil(flat.length / CHUNK));
    for (let i = 0; i < flat.length; i += size) parts.push({ ...expr, operands: flat.slice(i, i + size) });
    return parts;
  }

  private isLong(expr: Expr): boolean {
    if (this.nodes++ < NODES_MAX || LEAVES.has(expr.op)) return false;
    return sizeOf(expr) > 2;
  }
}

/** Operands of an operator: assignments that may give null, and names or constants that hold the values. */
interface Operands {
  readonly nulls: readonly string[];
  readonly names: string[];
  readonly nullable: boolean;
}

/** Nodes written into one function; V8 stops optimising functions that grow without end. */
const NODES_MAX = 200;
/** Operands of one `and` or `or` in one function. */
const CHUNK = 32;

const LEAVES: ReadonlySet<Expr['op']> = new Set<Expr['op']>([
  'literal',
  'field',
  'slot',
  'now',
  'param',
  'variable',
]);
