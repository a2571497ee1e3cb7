import { describe, expect, test } from 'vitest';
import { nameContent, stringContent, tokenize } from './lexer.ts';

const typesOf = (text: string) => tokenize(text).map((token) => token.type);
const textsOf = (text: string) => tokenize(text).map((token) => token.text);

describe('tokens', () => {
  test.each([
    ['1 2L 0x1F 1.5 1. .5 1e3 2.5E-3f 7d 5sec', '1 2L 0x1F 1.5 1. .5 1e3 2.5E-3f 7d 5 sec'],
    ['a->b=>c-[2]>d', 'a -> b => c -[ 2 ] > d'],
    ['a!=b<>c<=d>=e||f|g', 'a != b <> c <= d >= e || f | g'],
    ['a-b --c', 'a - b - - c'],
    ['x.0y', 'x .0 y'],
    ['a // b\nc /* d\n */ e', 'a c e'],
    [
      'every-distinct retain-union event-precedence every-b',
      'every-distinct retain-union event-precedence every - b',
    ],
    ['`a b` a\\.b x\\.', '`a b` a\\.b x\\.'],
    ['?:name ?:a/b ?::int ? :', '?:name ?:a/b ?::int ? :'],
    ["'a''b' \"it's\" '\\''", "'a' 'b' \"it's\" '\\''"],
    ['*/5 5/ *a', '* / 5 5 / * a'],
  ])('%s', (text, expected) => {
    expect(textsOf(text).join(' ')).toBe(expected);
  });

  test('places are offsets into the text', () => {
    const text = 'select /* x */ "a\nb" as `c d`';
    for (const { start, end, text: own } of tokenize(text)) expect(text.slice(start, end)).toBe(own);
    expect(tokenize('a is  not b')[1]).toMatchObject({
      type: 'is',
      text: 'is not',
      start: 2,
      end: 9,
      negated: true,
    });
  });

  test('not joins the test it negates, and only that', () => {
    expect(typesOf('a not in b not like c not between d not regexp e is not f')).toEqual([
      'name',
      'in',
      'name',
      'like',
      'name',
      'between',
      'name',
      'regexp',
      'name',
      'is',
      'name',
    ]);
    expect(typesOf('not a and not matched')).toEqual(['not', 'name', 'and', 'not', 'matched']);
  });

  test('words of the language are names where they cannot be anything else', () => {
    expect(typesOf('order by order')).toEqual(['order', 'by', 'name']);
    expect(typesOf('a.select.from.where')).toEqual(['name', '.', 'name', '.', 'name', '.', 'name']);
    expect(typesOf('pattern [ pattern')).toEqual(['pattern', '[', 'name']);
    expect(typesOf('istream() istream a irstream (')).toEqual([
      'name',
      '(',
      ')',
      'istream',
      'name',
      'irstream',
      '(',
    ]);
    expect(typesOf('new X new {a} new, new')).toEqual([
      'new',
      'name',
      'new',
      '{',
      'name',
      '}',
      'name',
      ',',
      'name',
    ]);
    expect(typesOf('SeLeCt `select`')).toEqual(['select', 'name']);
    expect(typesOf('exists(select 1) exists(a)').filter((type) => /[a-z]/.test(type))).toEqual(
      ['exists', 'select', 'name', 'name'].flatMap((type) =>
        type === 'select' ? ['select', 'number'] : [type],
      ),
    );
  });

  test('scripts and classes are one token', () => {
    expect(
      tokenize("expression js:f(a) [ return a[0] + ']' // ]\n; ] select").map(({ type }) => type),
    ).toEqual(['expression', 'name', ':', 'name', '(', 'name', ')', '[', 'script', ']', 'select']);
    expect(typesOf('create expression int[] f { a[0] }')).not.toContain('script');
    expect(typesOf('inlined_class """ a ; " """')).toEqual(['inlined_class', 'class text']);
  });

  test.each([
    ["a 'open", 'string', 2],
    ['a "open ; b', 'string', 2],
    ['a /* open', 'comment', 2],
    ['a `open', 'backtick', 2],
    ['inlined_class """ a', 'class text', 14],
    ['expression js:f() [ a', 'script', 19],
    ['a § b', 'character', 2],
    ['a ~ b', 'character', 2],
    ['a \u0000', 'character', 2],
  ])('%s is no token', (text, problem, start) => {
    expect(tokenize(text).find((token) => token.problem !== undefined)).toMatchObject({ problem, start });
  });
});

test('escapes of strings', () => {
  expect(stringContent("'a\\'b\\\\\\n\\u0041\\x'")).toBe("a'b\\\nAx");
  expect(stringContent('"\\u00zz"')).toBe('u00zz');
  expect(nameContent('`a b`')).toBe('a b');
  expect(nameContent('a\\.b')).toBe('a.b');
});
