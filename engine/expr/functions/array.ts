import type { Value } from '../../event/record.ts';
import { TYPE_BOOLEAN, TYPE_INT, type ValueType } from '../../event/types.ts';
import { arrayHas } from '../equality.ts';
import { type FunctionDef, lenientFunction, type StrictFunction } from './definition.ts';

/** Methods on arrays, written `items.size()`; the receiver is the first argument. A null array gives null. */
export const ARRAY_FUNCTIONS: readonly FunctionDef[] = [
  method('size', [], TYPE_INT, (array) => array.length),
  method('length', [], TYPE_INT, (array) => array.length),
  method('isEmpty', [], TYPE_BOOLEAN, (array) => array.length === 0),
  method('get', [{ name: 'index', kind: 'whole' }], elementType, (array, index) => {
    return index === null ? null : ((array[index as number] as Value | undefined) ?? null);
  }),
  method('contains', [{ name: 'value', kind: 'any' }], TYPE_BOOLEAN, (array, value) => {
    return value === null ? array.includes(null) : arrayHas(array, value as Value) === true;
  }),
];

function method(
  name: string,
  params: StrictFunction['params'],
  result: StrictFunction['result'],
  compute: (array: readonly Value[], arg?: Value) => Value,
): FunctionDef {
  return lenientFunction(1, {
    name: `array.${name}`,
    signature: `${name}(${params.map((param) => param.name).join(', ')})`,
    params: [{ name: 'array', kind: 'array' }, ...params],
    result,
    compute: compute as StrictFunction['compute'],
  });
}

function elementType([type]: readonly ValueType[]): ValueType {
  return type?.kind === 'array' ? type.element : { kind: 'object' };
}
