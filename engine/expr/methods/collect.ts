import { Decimal } from '../../event/decimal.ts';
import type { Value } from '../../event/record.ts';
import { TYPE_OBJECT, typeName, type ValueType } from '../../event/types.ts';
import { canAssign } from '../type-rules.ts';
import { type ArrayMethod, arrayOf, type BoundArg, LAMBDA, VALUE } from './definition.ts';

const MAP: ValueType = { kind: 'map' };

/** New values from all elements: `selectFrom`, `arrayOf`, `groupBy`, `toMap`, `aggregate`. */
export const COLLECT_METHODS: readonly ArrayMethod[] = [
  {
    name: 'selectFrom',
    forms: [[LAMBDA]],
    check: (_element, [type]) => ({
      type: arrayOf(type === undefined || type.kind === 'null' ? TYPE_OBJECT : type),
    }),
    // As Esper: what is null is left out.
    evaluate: (items, [of]) =>
      items.flatMap((item, i) => {
        const value = (of as BoundArg).apply(item, i, items.length);
        return value === null ? [] : [value];
      }),
  },
  {
    name: 'arrayOf',
    forms: [[], [LAMBDA]],
    check(element, [type]) {
      if (type?.kind === 'null') return { error: 'needs a lambda that gives a value, not null' };
      return { type: arrayOf(type ?? element) };
    },
    evaluate: (items, [of]) =>
      of === undefined ? items : items.map((item, i) => of.apply(item, i, items.length)),
  },
  {
    name: 'groupBy',
    forms: [[LAMBDA], [LAMBDA, LAMBDA]],
    check: () => ({ type: MAP }),
    evaluate(items, [key, value]) {
      const groups = new Map<string, Value[]>();
      for (let i = 0; i < items.length; i++) {
        const item = items[i] ?? null;
        const own = keyText((key as BoundArg).apply(item, i, items.length));
        const element = value === undefined ? item : value.apply(item, i, items.length);
        const group = groups.get(own);
        if (group === undefined) groups.set(own, [element]);
        else group.push(element);
      }
      return mapOf(groups);
    },
  },
  {
    name: 'toMap',
    forms: [[LAMBDA, LAMBDA]],
    check: () => ({ type: MAP }),
    evaluate(items, [key, value]) {
      const entries = new Map<string, Value>();
      items.forEach((item, i) => {
        const own = keyText((key as BoundArg).apply(item, i, items.length));
        entries.set(own, (value as BoundArg).apply(item, i, items.length));
      });
      return mapOf(entries);
    },
  },
  {
    name: 'aggregate',
    forms: [[VALUE, { kind: 'lambda', leading: 1 }]],
    check(_element, [initial, body]) {
      if (initial === undefined || body === undefined)
        return { error: 'takes an initial value and a lambda' };
      if (initial.kind === 'null') return { error: 'needs an initial value that is not null' };
      if (canAssign(body, initial)) return { type: initial };
      return {
        error: `needs a lambda that gives ${typeName(initial)} as its initial value, not ${typeName(body)}`,
      };
    },
    evaluate(items, [initial, step]) {
      let result = (initial as BoundArg).value;
      for (let i = 0; i < items.length; i++) {
        result = (step as BoundArg).apply(result, items[i] ?? null, i, items.length);
      }
      return result;
    },
  },
];

/** The key of a map entry: keys are texts, as in JSON. */
function keyText(key: Value): string {
  const hasParts = key !== null && typeof key === 'object' && !(key instanceof Decimal);
  return hasParts ? JSON.stringify(key) : String(key);
}

/** An object without prototype, so that `__proto__` is only a key. */
function mapOf(entries: ReadonlyMap<string, Value>): Value {
  const map: Record<string, Value> = Object.create(null);
  for (const [key, value] of entries) map[key] = value;
  return map;
}
