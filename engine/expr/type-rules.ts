import {
  type Field,
  sameType,
  TYPE_BIG_DECIMAL,
  TYPE_BIG_INTEGER,
  TYPE_NULL,
  type ValueType,
} from '../event/types.ts';

/** Numeric kinds from narrow to wide; a mix takes the wider one, as in Java. */
const NUMERIC: readonly string[] = ['byte', 'short', 'int', 'long', 'float', 'double'];

/**
 * Whether values are plain numbers, which are JavaScript's. A date is not: it compares with numbers and dates but does not
 * add.
 */
export function isNumeric(type: ValueType): boolean {
  return NUMERIC.includes(type.kind);
}

/** Whether values are numbers of any length. */
export function isBig({ kind }: ValueType): boolean {
  return kind === 'biginteger' || kind === 'bigdecimal';
}

/** Whether values are numbers of any kind. */
export function isNumber(type: ValueType): boolean {
  return isNumeric(type) || isBig(type);
}

/** Whether values are plain whole numbers. */
export function isInteger(type: ValueType): boolean {
  return isNumeric(type) && type.kind !== 'float' && type.kind !== 'double';
}

/** The wider of two types of plain numbers. */
export function widerNumeric(a: ValueType, b: ValueType): ValueType {
  return NUMERIC.indexOf(a.kind) >= NUMERIC.indexOf(b.kind) ? a : b;
}

/** Result type of an arithmetic operator; null when the operands are not numbers. Division gives double, of decimals a decimal. */
export function arithmeticType(
  operator: '+' | '-' | '*' | '/' | '%',
  a: ValueType,
  b: ValueType,
): ValueType | null {
  const left = a.kind === 'null' ? b : a;
  const right = b.kind === 'null' ? a : b;
  if (!isNumber(left) || !isNumber(right)) return null;
  const type = sumType(left, right);
  return operator === '/' && type.kind !== 'bigdecimal' ? { kind: 'double' } : type;
}

/** The type that holds values of all given types (branches of `case`, `coalesce`, array elements); null when none. */
export function commonType(types: readonly ValueType[]): ValueType | null {
  let result: ValueType = TYPE_NULL;
  for (const type of types) {
    if (type.kind === 'null') continue;
    if (result.kind === 'null') result = type;
    else if (sameType(result, type) && isPrimitive(result) === isPrimitive(type)) continue;
    else if (isNumber(result) && isNumber(type)) result = sumType(result, type);
    else if (isText(result) && isText(type)) result = { kind: 'string' };
    else {
      const joined = commonArray(result, type) ?? commonRow(result, type);
      if (joined === null) return null;
      result = joined;
    }
  }
  return result;
}

function isPrimitive(type: ValueType): boolean {
  return type.kind === 'array' && type.primitive === true;
}

/** Arrays of different elements are arrays of objects, except those declared as primitive. */
function commonArray(a: ValueType, b: ValueType): ValueType | null {
  if (a.kind !== 'array' || b.kind !== 'array' || a.primitive === true || b.primitive === true) return null;
  return { kind: 'array', element: { kind: 'object' } };
}

/** Rows are of one type when their members agree; a member that is null in one of them has the type of the other. */
function commonRow(a: ValueType, b: ValueType): ValueType | null {
  if (a.kind !== 'row' || b.kind !== 'row' || a.fields.length !== b.fields.length) return null;
  const fields: Field[] = [];
  for (const { name, type } of a.fields) {
    const other = b.fields.find((one) => one.name === name)?.type;
    if (other === undefined) return null;
    if (type.kind !== 'null' && other.kind !== 'null' && !sameType(type, other)) return null;
    fields.push({ name, type: type.kind === 'null' ? other : type });
  }
  return { kind: 'row', fields };
}

/** Whether `<` and its kin apply. */
export function canCompare(a: ValueType, b: ValueType): boolean {
  if (a.kind === 'null' || b.kind === 'null') return true;
  if (isBig(a) || isBig(b)) return isNumber(a) && isNumber(b);
  if (isOrdered(a) && isOrdered(b)) return true;
  return isText(a) && isText(b);
}

/** Whether `=` and its kin apply. */
export function canEqual(a: ValueType, b: ValueType): boolean {
  if (canCompare(a, b) || sameType(a, b)) return true;
  if (a.kind === 'array' && b.kind === 'array') return false;
  if (a.kind === 'object' || b.kind === 'object') return true;
  const [isMapA, isMapB] = [a, b].map(({ kind }) => kind === 'map' || kind === 'row');
  return (a.kind === 'event' && b.kind === 'event') || (isMapA === true && isMapB === true);
}

/** Whether `cast` may be written; a value that does not convert gives null. */
export function canCast(from: ValueType, to: ValueType): boolean {
  const scalar = (type: ValueType) => !['array', 'event', 'map', 'row', 'period'].includes(type.kind);
  if (sameType(from, to) || from.kind === 'object' || to.kind === 'object') return true;
  const isNoNumber = (from.kind === 'boolean' || from.kind === 'char') && isNumber(to);
  return scalar(from) && scalar(to) && !isNoNumber;
}

/** Whether a number may become a longer one of type `to` in an operator: any a decimal, a whole one a biginteger. */
export function canWiden(from: ValueType, to: ValueType): boolean {
  if (to.kind === 'bigdecimal') return isNumber(from);
  return to.kind === 'biginteger' && (isInteger(from) || from.kind === 'biginteger');
}

/** Whether a value of `from` can stand where `to` is expected, as it is or widened. */
export function canAssign(from: ValueType, to: ValueType): boolean {
  if (from.kind === 'null' || to.kind === 'object' || sameType(from, to)) return true;
  if (isNumeric(from) && isNumeric(to)) return widerNumeric(from, to).kind === to.kind;
  if (from.kind === 'long' && to.kind === 'date') return true;
  if (from.kind === 'array' && to.kind === 'array') return canAssign(from.element, to.element);
  if (from.kind === 'row' && to.kind === 'map') return true;
  return from.kind === 'char' && to.kind === 'string';
}

/**
 * As Esper widens: narrow whole numbers to int, a float with a whole number to double, and with a number of any length
 * to that; a fraction with a biginteger is a bigdecimal.
 */
function sumType(a: ValueType, b: ValueType): ValueType {
  if (isBig(a) || isBig(b)) {
    const isWhole = [a, b].every((one) => one.kind === 'biginteger' || isInteger(one));
    return isWhole ? TYPE_BIG_INTEGER : TYPE_BIG_DECIMAL;
  }
  if (isInteger(a) !== isInteger(b)) return { kind: 'double' };
  const wider = widerNumeric(a, b);
  return wider.kind === 'byte' || wider.kind === 'short' ? { kind: 'int' } : wider;
}

function isText(type: ValueType): boolean {
  return type.kind === 'string' || type.kind === 'char';
}

function isOrdered(type: ValueType): boolean {
  return isNumeric(type) || type.kind === 'date';
}
