import { LIMITS } from '../../core/limits.ts';
import { TYPE_BOOLEAN, TYPE_INT, TYPE_STRING, type ValueType } from '../../event/types.ts';
import { cachedRegexp } from '../text-match.ts';
import type { FunctionDef, Parameter } from './definition.ts';
import { textMethod } from './text.ts';

const TYPE_CHARS: ValueType = { kind: 'array', element: { kind: 'char' } };
const TYPE_TEXTS: ValueType = { kind: 'array', element: TYPE_STRING };
const REGEXP: Parameter = { name: 'regexp', kind: 'text' };
const BY: Parameter = { name: 'by', kind: 'text' };
const OFFSET: Parameter = { name: 'offset', kind: 'whole' };
const TEXT: Parameter = { name: 'text', kind: 'text' };
const LENGTH: Parameter = { name: 'length', kind: 'whole' };

/**
 * Further methods on text with Java's results. Regular expressions take linear time; where Java fails, and where a text
 * would get longer than `LIMITS.textCharsMax`, they give null.
 */
export const MORE_TEXT_FUNCTIONS: readonly FunctionDef[] = [
  textMethod('codePointAt', [{ name: 'index', kind: 'whole' }], TYPE_INT, (s, index: number) => {
    return s.codePointAt(index) ?? null;
  }),
  textMethod('contentEquals', [TEXT], TYPE_BOOLEAN, (s, text: string) => s === text),
  textMethod('intern', [], TYPE_STRING, (s) => s),
  textMethod('repeat', [{ name: 'times', kind: 'whole' }], TYPE_STRING, (s, times: number) => {
    return times < 0 || s.length * times > LIMITS.textCharsMax ? null : s.repeat(times);
  }),
  textMethod('replaceAll', [REGEXP, BY], TYPE_STRING, (s, pattern: string, by: string) => {
    return replaced(s, pattern, by, true);
  }),
  textMethod('replaceFirst', [REGEXP, BY], TYPE_STRING, (s, pattern: string, by: string) => {
    return replaced(s, pattern, by, false);
  }),
  textMethod('split', [REGEXP, { name: 'limit', kind: 'whole', optional: true }], TYPE_TEXTS, split),
  textMethod('stripLeading', [], TYPE_STRING, (s) => s.trimStart()),
  textMethod('stripTrailing', [], TYPE_STRING, (s) => s.trimEnd()),
  textMethod(
    'subSequence',
    [
      { name: 'from', kind: 'whole' },
      { name: 'to', kind: 'whole' },
    ],
    TYPE_STRING,
    (s, from: number, to: number) => (from < 0 || to > s.length || from > to ? null : s.slice(from, to)),
  ),
  textMethod(
    'codePointCount',
    [
      { name: 'from', kind: 'whole' },
      { name: 'to', kind: 'whole' },
    ],
    TYPE_INT,
    (s, from: number, to: number) => {
      return from < 0 || to > s.length || from > to ? null : [...s.slice(from, to)].length;
    },
  ),
  textMethod('toCharArray', [], TYPE_CHARS, (s) => s.split('')),
  textMethod(
    'regionMatches',
    [OFFSET, TEXT, { ...OFFSET, name: 'textOffset' }, LENGTH],
    TYPE_BOOLEAN,
    (s, offset: number, text: string, textOffset: number, length: number) => {
      if (offset < 0 || textOffset < 0) return false;
      if (offset + length > s.length || textOffset + length > text.length) return false;
      return length <= 0 || s.slice(offset, offset + length) === text.slice(textOffset, textOffset + length);
    },
  ),
];

function replaced(s: string, pattern: string, by: string, everywhere: boolean): string | null {
  const regexp = s.length > LIMITS.regexpInputCharsMax ? null : cachedRegexp(pattern);
  if (regexp === null) return null;
  try {
    const matcher = regexp.matcher(s);
    const text = everywhere ? matcher.replaceAll(by, true) : matcher.replaceFirst(by, true);
    return text.length > LIMITS.textCharsMax ? null : text;
  } catch {
    // The replacement names a group that the pattern does not have: Java fails.
    return null;
  }
}

function split(s: string, pattern: string, limit = 0): readonly string[] | null {
  const regexp = s.length > LIMITS.regexpInputCharsMax ? null : cachedRegexp(pattern);
  return regexp === null ? null : regexp.split(s, limit);
}
