import type { Value } from '../../event/record.ts';
import { TYPE_BOOLEAN, TYPE_INT, TYPE_OBJECT, TYPE_STRING, type ValueType } from '../../event/types.ts';
import { equalValues } from '../equality.ts';
import { mapEntry } from '../operations.ts';
import { type FunctionDef, lenientFunction, type StrictFunction } from './definition.ts';

type Entries = { readonly [key: string]: Value };

/** Methods on maps, written `m.get('key')`; the receiver is the first argument. A null map gives null. */
export const MAP_FUNCTIONS: readonly FunctionDef[] = [
  method('size', [], TYPE_INT, (map) => Object.keys(map).length),
  method('isEmpty', [], TYPE_BOOLEAN, (map) => Object.keys(map).length === 0),
  method('get', [{ name: 'key', kind: 'any' }], TYPE_OBJECT, (map, key) => {
    return typeof key === 'string' ? mapEntry(map, key) : null;
  }),
  method('containsKey', [{ name: 'key', kind: 'any' }], TYPE_BOOLEAN, (map, key) => {
    return typeof key === 'string' && Object.hasOwn(map, key);
  }),
  method('containsValue', [{ name: 'value', kind: 'any' }], TYPE_BOOLEAN, (map, value) => {
    const values = Object.values(map);
    return value === null ? values.includes(null) : values.some((one) => equalValues(one, value as Value));
  }),
  method('keySet', [], { kind: 'array', element: TYPE_STRING }, (map) => Object.keys(map)),
  method('values', [], { kind: 'array', element: TYPE_OBJECT }, (map) => Object.values(map)),
];

function method(
  name: string,
  params: StrictFunction['params'],
  result: ValueType,
  compute: (map: Entries, arg?: Value) => Value,
): FunctionDef {
  return lenientFunction(1, {
    name: `map.${name}`,
    signature: `${name}(${params.map((param) => param.name).join(', ')})`,
    params: [{ name: 'map', kind: 'any' }, ...params],
    result,
    compute: compute as StrictFunction['compute'],
  });
}
