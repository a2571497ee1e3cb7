import { type ScalarKind, TYPE_NULL, type ValueType } from '../../engine/event/types.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import { commonType } from '../../engine/expr/type-rules.ts';
import type { Expression, Module } from './ast.ts';

/** Values for the substitution parameters of rules: in order for `?`, by name for `?:name`. */
export type ParameterValues = readonly unknown[] | { readonly [name: string]: unknown };

type Parameter = Extract<Expression, { kind: 'parameter' }>;

/** Gives substitution parameters their values. `?` are counted over a module, in the order of its text. */
export class Parameters {
  private readonly values: ParameterValues;
  private readonly ordinals = new WeakMap<object, number>();

  constructor(values: ParameterValues) {
    this.values = values;
  }

  /** Counts the parameters of a module without a name. */
  number(module: Module): void {
    const found: Parameter[] = [];
    const open: object[] = [...module.statements];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      if ((node as { kind?: unknown }).kind === 'parameter') found.push(node as Parameter);
      for (const child of Object.values(node))
        if (child !== null && typeof child === 'object') open.push(child);
    }
    const unnamed = found.filter((one) => one.name === null).sort((a, b) => a.span.start - b.span.start);
    unnamed.forEach((one, i) => {
      this.ordinals.set(one, i);
    });
  }

  /** The value as a constant; a text says why there is none. */
  resolve(parameter: Parameter): Expr | string {
    const { name } = parameter;
    const key = name ?? this.ordinals.get(parameter) ?? -1;
    const shown = name === null ? `\`?\` number ${(key as number) + 1}` : `\`?:${name}\``;
    if (Array.isArray(this.values) !== (name === null)) {
      return name === null ? `${shown} takes a list of values` : `${shown} takes values by name`;
    }
    if (!Object.hasOwn(this.values, key)) return `there is no value for ${shown}`;
    const value = constantOf((this.values as Record<string | number, unknown>)[key]);
    if (value === null) return `the value for ${shown} is no number, text, boolean or list of these`;
    return value;
  }
}

function constantOf(value: unknown): Expr | null {
  if (Array.isArray(value)) {
    const elements = value.map(constantOf);
    if (elements.includes(null)) return null;
    const element = commonType((elements as Expr[]).map((one) => one.type));
    if (element === null) return null;
    const known: ValueType = element.kind === 'null' ? { kind: 'object' } : element;
    return { op: 'array', type: { kind: 'array', element: known }, elements: elements as Expr[] };
  }
  if (value === null) return { op: 'literal', type: TYPE_NULL, value: null };
  const kind = kindOf(value);
  return kind === null ? null : { op: 'literal', type: { kind }, value: value as boolean | number | string };
}

/** A whole number is the narrowest of int, long and double that holds it. */
function kindOf(value: unknown): ScalarKind | null {
  switch (typeof value) {
    case 'boolean':
      return 'boolean';
    case 'string':
      return 'string';
    case 'number':
      if (!Number.isFinite(value)) return null;
      if (!Number.isSafeInteger(value)) return 'double';
      return (value | 0) === value ? 'int' : 'long';
    default:
      return null;
  }
}
