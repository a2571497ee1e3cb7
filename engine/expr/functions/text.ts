import type { Value } from '../../event/record.ts';
import { TYPE_BOOLEAN, TYPE_INT, TYPE_STRING, typeName, type ValueType } from '../../event/types.ts';
import { matchesRegexp } from '../text-match.ts';
import { accepts, type FunctionDef, KIND_TEXT, type Parameter, strictFunction } from './definition.ts';

const TYPE_CHAR: ValueType = { kind: 'char' };
const TEXT: Parameter = { name: 'text', kind: 'text' };
const FROM: Parameter = { name: 'from', kind: 'whole', optional: true };

/**
 * Methods on text with Java's results, written `s.length()`; the receiver is the first argument. Any null argument gives
 * null, and so does an index outside the text, where Java fails. Lengths and indexes count UTF-16 code units.
 */
export const TEXT_FUNCTIONS: readonly FunctionDef[] = [
  textMethod('length', [], TYPE_INT, (s) => s.length),
  textMethod('isEmpty', [], TYPE_BOOLEAN, (s) => s.length === 0),
  textMethod('isBlank', [], TYPE_BOOLEAN, (s) => s.trim().length === 0),
  textMethod('toString', [], TYPE_STRING, (s) => s),
  textMethod('toUpperCase', [], TYPE_STRING, (s) => s.toUpperCase()),
  textMethod('toLowerCase', [], TYPE_STRING, (s) => s.toLowerCase()),
  textMethod('trim', [], TYPE_STRING, trimControls),
  textMethod('strip', [], TYPE_STRING, (s) => s.trim()),
  textMethod('contains', [TEXT], TYPE_BOOLEAN, (s, text: string) => s.includes(text)),
  textMethod('startsWith', [{ name: 'prefix', kind: 'text' }, FROM], TYPE_BOOLEAN, startsWith),
  textMethod('endsWith', [{ name: 'suffix', kind: 'text' }], TYPE_BOOLEAN, (s, text: string) =>
    s.endsWith(text),
  ),
  textMethod('indexOf', [TEXT, FROM], TYPE_INT, indexOf),
  textMethod('lastIndexOf', [TEXT, FROM], TYPE_INT, lastIndexOf),
  textMethod('concat', [TEXT], TYPE_STRING, (s, text: string) => s + text),
  equality('equals', (s, text) => s === text),
  equality('equalsIgnoreCase', (s, text) => foldCase(s) === foldCase(text)),
  textMethod('compareTo', [TEXT], TYPE_INT, compareTexts),
  textMethod('compareToIgnoreCase', [TEXT], TYPE_INT, (s, text: string) => {
    return compareTexts(foldCase(s), foldCase(text));
  }),
  textMethod('matches', [{ name: 'regexp', kind: 'text' }], TYPE_BOOLEAN, matchesRegexp),
  textMethod('replace', [TEXT, { name: 'by', kind: 'text' }], TYPE_STRING, (s, text: string, by: string) => {
    return s.replaceAll(text, () => by);
  }),
  textMethod('charAt', [{ name: 'index', kind: 'whole' }], TYPE_CHAR, (s, index: number) => s[index] ?? null),
  textMethod(
    'substring',
    [
      { ...FROM, optional: false },
      { ...FROM, name: 'to' },
    ],
    TYPE_STRING,
    substring,
  ),
  textMethod('hashCode', [], TYPE_INT, hashCode),
];

/** In Java no text is equal to null. */
function equality(name: string, test: (s: string, text: string) => boolean): FunctionDef {
  const { compute: _strict, ...method } = textMethod(name, [TEXT], TYPE_BOOLEAN, test);
  return {
    ...method,
    evaluate: ([s, text]) => (s === null ? null : text !== null && test(s as string, text as string)),
  };
}

/** A parameter that may be said to be there. */
export type LooseParameter = Omit<Parameter, 'optional'> & { readonly optional?: boolean };

/** Makes a method on text; in messages the receiver is not an argument. */
export function textMethod<Args extends readonly (Value | undefined)[]>(
  name: string,
  params: readonly LooseParameter[],
  result: ValueType,
  compute: (s: string, ...rest: Args) => Value,
): FunctionDef {
  const required = params.filter((param) => param.optional !== true).length;
  const definition = strictFunction({
    name: `string.${name}`,
    signature: `${name}(${params.map((param) => (param.optional === true ? `[${param.name}]` : param.name)).join(', ')})`,
    params: [{ name: 'text', kind: 'text' }, ...(params as readonly Parameter[])],
    result,
    compute: compute as never,
  });
  return {
    ...definition,
    // The receiver is not an argument in the author's eyes.
    check([, ...argTypes]) {
      if (argTypes.length < required || argTypes.length > params.length) {
        const wanted = required === params.length ? `${required}` : `${required} to ${params.length}`;
        return { error: `takes ${wanted} argument${wanted === '1' ? '' : 's'}, not ${argTypes.length}` };
      }
      const at = argTypes.findIndex((type, i) => !accepts((params[i] as Parameter).kind, type));
      if (at < 0) return { type: result };
      const { kind } = params[at] as Parameter;
      return {
        error: `argument ${at + 1} must be ${KIND_TEXT[kind]}, not ${typeName(argTypes[at] as ValueType)}`,
      };
    },
  };
}

/** Java's `trim` drops whatever is not above the blank, and no other white space. */
function trimControls(s: string): string {
  let start = 0;
  let end = s.length;
  while (start < end && s.charCodeAt(start) <= 32) start++;
  while (end > start && s.charCodeAt(end - 1) <= 32) end--;
  return s.slice(start, end);
}

function startsWith(s: string, prefix: string, from = 0): boolean {
  return from >= 0 && from <= s.length && s.startsWith(prefix, from);
}

function indexOf(s: string, text: string, from = 0): number {
  return s.indexOf(text, from);
}

function lastIndexOf(s: string, text: string, from = s.length): number {
  return from < 0 ? -1 : s.lastIndexOf(text, from);
}

function substring(s: string, from: number, to = s.length): string | null {
  return from < 0 || to > s.length || from > to ? null : s.slice(from, to);
}

function foldCase(s: string): string {
  return s.toUpperCase().toLowerCase();
}

/** Difference of the first code units that differ, else of the lengths. */
function compareTexts(s: string, text: string): number {
  const shared = Math.min(s.length, text.length);
  for (let i = 0; i < shared; i++) {
    const difference = s.charCodeAt(i) - text.charCodeAt(i);
    if (difference !== 0) return difference;
  }
  return s.length - text.length;
}

function hashCode(s: string): number {
  let hash = 0;
  for (let i = 0; i < s.length; i++) hash = (Math.imul(31, hash) + s.charCodeAt(i)) | 0;
  return hash;
}
