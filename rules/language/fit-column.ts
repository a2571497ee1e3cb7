import {
  type EventType,
  type Field,
  sameType,
  TYPE_BOOLEAN,
  TYPE_OBJECT,
  type ValueType,
} from '../../engine/event/types.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import { canAssign } from '../../engine/expr/type-rules.ts';
import type { Catalog } from './catalog.ts';
import { NULL_EXPR } from './null-expr.ts';
import { asRows, bareSubquery } from './subquery-rows.ts';

/**
 * A value in the type of the field it fills: as it is; a row of `new {…}` as an event of the nested type, its members by
 * name; one value where the field is an array, and of a subquery all its rows. Null when it does not fit.
 */
export function fitColumn(column: Expr, type: ValueType, catalog: Catalog): Expr | null {
  if (canAssign(column.type, type)) return column;
  const expr = bareSubquery(column);
  if (type.kind === 'array') {
    const rows = asRows(expr, true);
    if (rows !== expr) return canAssign(rows.type, type) ? rows : eachNested(rows, type, catalog);
    if (expr.type.kind === 'array') return eachNested(expr, type, catalog);
    const one = fitColumn(expr, type.element, catalog);
    if (one === null || (one.type.kind !== 'event' && one.type.kind !== 'row')) return null;
    return whenPresent(expr, { op: 'array', type, elements: [one] });
  }
  if (type.kind !== 'event') return null;
  if (expr.type.kind === 'event' && isKindOf(expr.type.typeName, type.typeName, catalog)) return expr;
  return nested(expr, type, catalog);
}

/**
 * Whether events of a type can stand where another is asked for: those of a subtype and rows of a named window, if their
 * first fields are those of the other type.
 */
function isKindOf(name: string, wanted: string, catalog: Catalog): boolean {
  const [own, target] = [catalog.get(name), catalog.get(wanted)];
  if (own === undefined || target === undefined) return false;
  const isRelated = own.supertypes.includes(wanted) || catalog.stores.get(name) !== undefined;
  const isSameField = ({ name: field, type }: Field, i: number) =>
    own.fields[i]?.name === field && sameType(own.fields[i].type, type);
  return isRelated && target.fields.every(isSameField);
}

/** Null stays null. */
function whenPresent(expr: Expr, value: Expr): Expr {
  const isPresent: Expr = {
    op: 'equal',
    type: TYPE_BOOLEAN,
    negated: true,
    nullSafe: true,
    left: expr,
    right: NULL_EXPR,
  };
  return { op: 'case', type: value.type, branches: [{ when: isPresent, then: value }], otherwise: null };
}

function nested(expr: Expr, type: ValueType & { kind: 'event' }, catalog: Catalog): Expr | null {
  const target = catalog.get(type.typeName);
  if (target === undefined || expr.type.kind !== 'row' || !fitsFields(expr.type, target)) return null;
  return { op: 'nested', type, operand: expr, index: catalog.indexOf(type.typeName), layout: target };
}

/** An array of rows as an array of events. */
function eachNested(expr: Expr, type: ValueType & { kind: 'array' }, catalog: Catalog): Expr | null {
  const element = expr.type.kind === 'array' ? expr.type.element : TYPE_OBJECT;
  if (element.kind !== 'row' || type.element.kind !== 'event') return null;
  const target = catalog.get(type.element.typeName);
  if (target === undefined || !fitsFields(element, target)) return null;
  const index = catalog.indexOf(type.element.typeName);
  return { op: 'nested', type, operand: expr, index, layout: target };
}

function fitsFields(row: ValueType & { kind: 'row' }, { fields }: EventType): boolean {
  return row.fields.every(({ name, type }) => {
    const field = fields.find((one) => one.name === name);
    return field !== undefined && canAssign(type, field.type);
  });
}
