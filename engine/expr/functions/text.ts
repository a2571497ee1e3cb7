import type { Value } from '../../event/record.ts';
import { TYPE_BOOLEAN, TYPE_INT, TYPE_STRING, type ValueType } from '../../event/types.ts';
import { isInteger } from '../type-rules.ts';
import { type FunctionDef, wrongArguments } from './definition.ts';

type Kind = 'text' | 'whole';

/** Methods on text, written `s.length()`; the receiver is the first argument. Any null argument gives null. */
export const TEXT_FUNCTIONS: readonly FunctionDef[] = [
  method('length', [], TYPE_INT, (s) => s.length),
  method('isEmpty', [], TYPE_BOOLEAN, (s) => s.length === 0),
  method('toUpperCase', [], TYPE_STRING, (s) => s.toUpperCase()),
  method('toLowerCase', [], TYPE_STRING, (s) => s.toLowerCase()),
  method('trim', [], TYPE_STRING, (s) => s.trim()),
  method('contains', ['text'], TYPE_BOOLEAN, (s, other) => s.includes(other as string)),
  method('startsWith', ['text'], TYPE_BOOLEAN, (s, other) => s.startsWith(other as string)),
  method('endsWith', ['text'], TYPE_BOOLEAN, (s, other) => s.endsWith(other as string)),
  method('indexOf', ['text'], TYPE_INT, (s, other) => s.indexOf(other as string)),
  method('lastIndexOf', ['text'], TYPE_INT, (s, other) => s.lastIndexOf(other as string)),
  method('concat', ['text'], TYPE_STRING, (s, other) => s + (other as string)),
  method('equals', ['text'], TYPE_BOOLEAN, (s, other) => s === other),
  method(
    'equalsIgnoreCase',
    ['text'],
    TYPE_BOOLEAN,
    (s, other) => s.toLowerCase() === (other as string).toLowerCase(),
  ),
  method('compareTo', ['text'], TYPE_INT, compareTexts),
  method('replace', ['text', 'text'], TYPE_STRING, (s, from, to) =>
    s.replaceAll(from as string, () => to as string),
  ),
  method('charAt', ['whole'], TYPE_STRING, (s, at) => s[at as number] ?? null),
  method('substring', ['whole'], TYPE_STRING, (s, from) => slice(s, from as number, s.length)),
  method('substring', ['whole', 'whole'], TYPE_STRING, (s, from, to) =>
    slice(s, from as number, to as number),
  ),
];

function method(
  name: string,
  params: readonly Kind[],
  type: ValueType,
  compute: (s: string, ...rest: Value[]) => Value,
): FunctionDef {
  const accepts = (kind: Kind) => (given: ValueType) =>
    given.kind === 'null' ||
    (kind === 'text' ? given.kind === 'string' || given.kind === 'char' : isInteger(given));
  const label = { text: 'a string', whole: 'a whole number' };
  return {
    name: params.length === 2 && name === 'substring' ? 'string.substring/2' : `string.${name}`,
    signature: `${name}(${params.map((kind) => label[kind]).join(', ')})`,
    check(argTypes) {
      if (argTypes.length !== params.length + 1) {
        return {
          error: `takes ${params.length} argument${params.length === 1 ? '' : 's'}, not ${argTypes.length - 1}`,
        };
      }
      for (let i = 0; i < params.length; i++) {
        const kind = params[i] as Kind;
        const wrong = wrongArguments([argTypes[i + 1] as ValueType], 1, accepts(kind), label[kind]);
        if (wrong !== null) return { error: wrong };
      }
      return { type };
    },
    evaluate(args) {
      if (args.some((arg) => arg === null)) return null;
      return compute(args[0] as string, ...args.slice(1));
    },
  };
}

/** Java's `substring`; outside the text it gives null instead of failing. */
function slice(s: string, from: number, to: number): Value {
  return from < 0 || to > s.length || from > to ? null : s.slice(from, to);
}

/** Java's `compareTo`: difference of the first code units that differ, else of the lengths. */
function compareTexts(s: string, other: Value): Value {
  const text = other as string;
  const shared = Math.min(s.length, text.length);
  for (let i = 0; i < shared; i++) {
    const difference = s.charCodeAt(i) - text.charCodeAt(i);
    if (difference !== 0) return difference;
  }
  return s.length - text.length;
}
