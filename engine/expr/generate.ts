import { LIMITS } from '../core/limits.ts';
import { fieldKey } from '../event/record.ts';
import type { Evaluator } from './evaluate.ts';
import { interpret } from './interpreter.ts';
import { CURRENT, type Expr } from './ir.ts';
import { arithmetic, equalValues } from './operations.ts';

/**
 * Compiles an expression to generated code. The text holds only what this file writes: fixed tokens, slot numbers and
 * field keys made of digits. Constants, and operators that gain nothing from generated code, are reached through the
 * table `k`; so no byte of a rule or an event ever becomes code. Functions are shared between expressions of the same
 * shape.
 */
export function generate(expr: Expr): Evaluator {
  const emitter = new Emitter();
  const result = emitter.emit(expr);
  const body = `${emitter.lines.join('')}return ${result};`;
  return shape(body)(emitter.table, equalValues, arithmetic) as Evaluator;
}

/** Whether this process may generate code (`--disallow-code-generation-from-strings` forbids it). */
export function canGenerate(): boolean {
  try {
    return new Function('return true')() === true;
  } catch {
    return false;
  }
}

type Factory = (table: readonly unknown[], equal: typeof equalValues, compute: typeof arithmetic) => unknown;

const shapes = new Map<string, Factory>();

function shape(body: string): Factory {
  const known = shapes.get(body);
  if (known !== undefined) return known;
  const made = new Function('k', 'eq', 'ar', `return function(e,s,v){${body}}`) as Factory;
  if (shapes.size >= LIMITS.shapeCacheMax) shapes.delete(shapes.keys().next().value as string);
  shapes.set(body, made);
  return made;
}

/** Writes statements that compute an expression into a local variable and gives the variable's name. */
class Emitter {
  readonly lines: string[] = [];
  readonly table: unknown[] = [];
  private locals = 0;

  emit(expr: Expr): string {
    switch (expr.op) {
      case 'literal':
        return expr.value === null ? 'null' : this.constant(expr.value);
      case 'field':
        return this.field(expr.slot, expr.field);
      case 'arithmetic':
        return this.arithmetic(expr);
      case 'compare':
        return this.whenBoth(expr.left, expr.right, (a, b) => `${a}${expr.operator}${b}`);
      case 'equal':
        return this.equal(expr);
      case 'and':
      case 'or':
        return this.logic(expr);
      case 'not': {
        const value = this.emit(expr.operand);
        return this.local(`${value}===null?null:!${value}`);
      }
      default: {
        const at = this.table.push(interpret(expr)) - 1;
        return this.local(`k[${at}](e,s,v)`);
      }
    }
  }

  private constant(value: boolean | number | string): string {
    return this.local(`k[${this.table.push(value) - 1}]`);
  }

  private local(value: string): string {
    const name = `x${this.locals++}`;
    this.lines.push(`let ${name}=${value};`);
    return name;
  }

  private field(slot: number, field: number): string {
    const key = fieldKey(field);
    if (slot === CURRENT) return this.local(`e===null?null:e.${key}`);
    const target = this.local(`s[${slot}]`);
    return this.local(`${target}===null||${target}===undefined?null:${target}.${key}`);
  }

  private whenBoth(left: Expr, right: Expr, combine: (a: string, b: string) => string): string {
    const a = this.emit(left);
    const b = this.emit(right);
    const tests = [a, b].filter((name) => name !== 'null').map((name) => `${name}===null`);
    if (a === 'null' || b === 'null') return 'null';
    return this.local(`${tests.join('||')}?null:${combine(a, b)}`);
  }

  private arithmetic(expr: Expr & { op: 'arithmetic' }): string {
    const { operator, type } = expr;
    return this.whenBoth(expr.left, expr.right, (a, b) => {
      if (type.kind === 'int' && operator === '*') return `Math.imul(${a},${b})`;
      const plain = `${a}${operator}${b}`;
      if (type.kind === 'int' && operator !== '%') return `(${plain})|0`;
      return type.kind === 'float' ? `Math.fround(${plain})` : `(${plain})`;
    });
  }

  private equal(expr: Expr & { op: 'equal' }): string {
    const not = expr.negated ? '!' : '';
    const scalar = isScalar(expr.left) && isScalar(expr.right);
    // NaN equals NaN in EPL, so `===` serves only where the type has no NaN.
    const same = (a: string, b: string) => (scalar ? `${not}(${a}===${b})` : `${not}eq(${a},${b})`);
    if (!expr.nullSafe) return this.whenBoth(expr.left, expr.right, same);
    const a = this.emit(expr.left);
    const b = this.emit(expr.right);
    return this.local(`${a}===null||${b}===null?${not}(${a}===${b}):${same(a, b)}`);
  }

  /** Later operands are computed only while the earlier ones leave the answer open. */
  private logic(expr: Expr & { op: 'and' | 'or' }): string {
    const decisive = expr.op === 'or' ? 'true' : 'false';
    const result = this.local(expr.op === 'or' ? 'false' : 'true');
    let depth = 0;
    for (const operand of expr.operands) {
      const value = this.emit(operand);
      this.lines.push(
        `if(${value}===${decisive})${result}=${decisive};else{if(${value}===null)${result}=null;`,
      );
      depth++;
    }
    this.lines.push('}'.repeat(depth));
    return result;
  }
}

function isScalar(expr: Expr): boolean {
  return ['string', 'char', 'boolean', 'byte', 'short', 'int', 'long', 'date'].includes(expr.type.kind);
}
