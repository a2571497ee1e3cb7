import type { Value } from '../../event/record.ts';
import { TYPE_BOOLEAN, TYPE_INT, TYPE_OBJECT, TYPE_STRING, type ValueType } from '../../event/types.ts';
import { equalValues } from '../equality.ts';
import { mapEntry } from '../operations.ts';
import { type FunctionDef, type StrictFunction, strictFunction } from './definition.ts';

type Entries = { readonly [key: string]: Value };

/** Methods on maps, written `m.get('key')`; the receiver is the first argument. Any null argument gives null. */
export const MAP_FUNCTIONS: readonly FunctionDef[] = [
  method('size', [], TYPE_INT, (map) => Object.keys(map).length),
  method('isEmpty', [], TYPE_BOOLEAN, (map) => Object.keys(map).length === 0),
  method('get', [{ name: 'key', kind: 'text' }], TYPE_OBJECT, (map, key) => mapEntry(map, key as string)),
  method('containsKey', [{ name: 'key', kind: 'text' }], TYPE_BOOLEAN, (map, key) => {
    return Object.hasOwn(map, key as string);
  }),
  method('containsValue', [{ name: 'value', kind: 'any' }], TYPE_BOOLEAN, (map, value) => {
    return Object.values(map).some((one) => equalValues(one, value as Value));
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
  return strictFunction({
    name: `map.${name}`,
    signature: `${name}(${params.map((param) => param.name).join(', ')})`,
    params: [{ name: 'map', kind: 'any' }, ...params],
    result,
    compute: compute as StrictFunction['compute'],
  });
}
