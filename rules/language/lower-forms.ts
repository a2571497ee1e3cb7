import {
  type Field,
  TYPE_BOOLEAN,
  TYPE_INT,
  TYPE_OBJECT,
  typeName,
  type ValueType,
} from '../../engine/event/types.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import { canAssign, canCompare, canEqual, isInteger, isNumeric } from '../../engine/expr/type-rules.ts';
import type { Expression } from './ast.ts';
import type { ChainContext, Lowered } from './lower-chain.ts';
import { widenTogether } from './widen.ts';

type Form = Extract<Expression, { kind: 'quantified' | 'newRow' | 'newArray' | 'parameter' }>;

/** `x > any (…)`, `new {…}`, `new type[…]`. */
export function lowerForm(ast: Form, context: ChainContext): Lowered {
  switch (ast.kind) {
    case 'quantified':
      return quantified(ast, context);
    case 'newRow':
      return newRow(ast, context);
    case 'newArray':
      return newArray(ast, context);
    case 'parameter':
      return parameter(ast, context);
  }
}

function quantified(ast: Form & { kind: 'quantified' }, context: ChainContext): Lowered {
  const operand = context.lower(ast.operand);
  const items = context.all(ast.items);
  if (operand === null || items === null) return null;
  const isEquality = ast.operator === '=' || ast.operator === '!=';
  for (const { type } of items) {
    const one = type.kind === 'array' ? type.element : type;
    if (type.kind === 'map' || (isEquality ? canEqual : canCompare)(operand.type, one)) continue;
    const types = `${typeName(operand.type)} and ${typeName(one)}`;
    return context.wrong('E0301', `\`${ast.operator}\` cannot compare ${types}`, ast.span);
  }
  const { operator, every } = ast;
  const written = items.map((item) => item.op === 'literal' && isNumeric(item.type));
  const [left, ...others] = widenTogether([operand, ...items]) as [Expr, ...Expr[]];
  return { op: 'quantified', type: TYPE_BOOLEAN, operator, every, operand: left, items: others, written };
}

/** The value given to the compilation, in the type that the parameter names. */
function parameter(ast: Form & { kind: 'parameter' }, context: ChainContext): Lowered {
  const { catalog } = context.scope;
  const value = catalog.parameters.resolve(ast);
  if (typeof value === 'string') return context.wrong('E0216', value, ast.span);
  if (ast.type === null) return value;
  const [name = '', ...dimensions] = ast.type.split('[]');
  let type = catalog.valueType(name);
  if (type === null) {
    context.report.unknown('E0205', 'type', name, ast.span, catalog.scalarNames());
    return null;
  }
  for (let i = 0; i < dimensions.length; i++) type = { kind: 'array', element: type };
  if (!canAssign(value.type, type)) {
    return context.wrong('E0301', `the value is ${typeName(value.type)}, not ${typeName(type)}`, ast.span);
  }
  return value.op === 'literal' || value.op === 'array' ? { ...value, type } : value;
}

function newRow(ast: Form & { kind: 'newRow' }, context: ChainContext): Lowered {
  const values = context.all(ast.members.map((member) => member.value));
  if (values === null) return null;
  const fields: Field[] = [];
  for (const [i, { name }] of ast.members.entries()) {
    if (fields.some((field) => field.name === name.text)) {
      return context.wrong('E0212', `the member \`${name.text}\` appears twice`, name.span);
    }
    fields.push({ name: name.text, type: (values[i] as Expr).type });
  }
  const names = fields.map((field) => field.name);
  return { op: 'row', type: { kind: 'row', fields }, names, values };
}

/** What the elements of a new array are before anything is set. */
function fillOf({ kind }: ValueType): null | boolean | number {
  if (kind === 'boolean') return false;
  return isNumeric({ kind } as ValueType) ? 0 : null;
}

function newArray(ast: Form & { kind: 'newArray' }, context: ChainContext): Lowered {
  const { catalog } = context.scope;
  const name = ast.type.text.replace(/^java\.lang\./, '');
  const element = catalog.valueType(name);
  if (element === null || element.kind === 'event') {
    context.report.unknown('E0205', 'type', ast.type.text, ast.type.span, catalog.scalarNames());
    return null;
  }
  const type = ast.sizes.reduce<ValueType>((inner) => ({ kind: 'array', element: inner }), element);
  if (ast.elements !== null) return filled(ast, type, context);
  const known = ast.sizes.filter((size) => size !== null);
  const sizes = context.all(known);
  if (sizes === null) return null;
  const wrong = sizes.findIndex((size) => !isInteger(size.type));
  if (wrong >= 0) {
    const title = `the size of an array must be a whole number, not ${typeName((sizes[wrong] as Expr).type)}`;
    return context.wrong('E0301', title, (known[wrong] as Expression).span);
  }
  if (sizes.length === 0 || ast.sizes[0] === null) {
    return context.wrong('E0302', 'a new array needs its size or its elements', ast.span);
  }
  // `new int[2][]` has two elements that are null.
  const fill = known.length < ast.sizes.length || /^[A-Z]/.test(name) ? null : fillOf(element);
  return { op: 'sizedArray', type, sizes, fill };
}

/** The elements written out; an inner `{…}` is an array of the inner type. */
function filled(ast: Form & { kind: 'newArray' }, type: ValueType, context: ChainContext): Lowered {
  if (ast.sizes.some((size) => size !== null)) {
    return context.wrong('E0302', 'a new array has a size or elements, not both', ast.span);
  }
  const made = elementsOf(ast.elements ?? [], type, context);
  // As in Esper an array of a primitive type cannot be made of a null.
  return made !== null && PRIMITIVE.test(ast.type.text) ? withRequired(made) : made;
}

const PRIMITIVE = /^(?:boolean|byte|short|int|long|float|double|char)$/;

/** The elements of a new array, and of those inside, must be there. */
function withRequired(made: Expr): Expr {
  if (made.op !== 'array') return { op: 'required', type: made.type, operand: made };
  return { ...made, elements: made.elements.map(withRequired) };
}

function elementsOf(asts: readonly Expression[], type: ValueType, context: ChainContext): Lowered {
  const inner: ValueType = type.kind === 'array' ? type.element : TYPE_OBJECT;
  const elements: Expr[] = [];
  for (const ast of asts) {
    const isNested = ast.kind === 'array' && inner.kind === 'array';
    const element = isNested ? elementsOf(ast.elements, inner, context) : context.lower(ast);
    if (element === null) return null;
    if (!canAssign(element.type, inner) && !narrows(element, inner)) {
      const types = `${typeName(inner)}, not ${typeName(element.type)}`;
      return context.wrong('E0301', `the elements of this array must be ${types}`, ast.span);
    }
    elements.push(element);
  }
  return { op: 'array', type, elements };
}

/** A written number may stand for a byte or short, as in Java. */
function narrows(element: Expr, to: ValueType): boolean {
  return element.op === 'literal' && element.type.kind === TYPE_INT.kind && isInteger(to);
}
