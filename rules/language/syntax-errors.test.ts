import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../engine/core/limits.ts';
import { parseExpressionText, parseModule } from './parser.ts';
import { diagnosticToJson, renderDiagnostics } from './render.ts';

/** Text, and what is said: code, the text under the caret, then the label or a part of a note. */
const CASES: readonly (readonly [text: string, code: string, at: string, said: string])[] = [
  ['selct * from A', 'E0101', 'selct', 'did you mean `select`?'],
  ['select * form A', 'E0101', 'form', 'did you mean `from`?'],
  ['select * from A gruop by n', 'E0101', 'gruop', 'did you mean `group`?'],
  ['select * from A whre n = 1', 'E0101', 'whre', 'did you mean `where`?'],
  ['select * from A where n betwen 1 and 3', 'E0101', 'betwen', 'did you mean `between`?'],
  ['select * from pattern [evry a=A -> b=A]', 'E0101', 'evry', 'did you mean `every`?'],
  ['create schema X(a int) starttimestmp a', 'E0101', 'starttimestmp', 'did you mean `starttimestamp`?'],
  ['insert inot X select * from A', 'E0101', 'inot', 'did you mean `into`?'],
  ['select * from A order n', 'E0101', 'order', 'expected `by` after it'],
  ['select * from A where n == 1', 'E0101', '=', 'equality is a single `=`'],
  ['select * from A where a && b', 'E0101', '&', 'write `and`'],
  ['select * from pattern [a=A => b=A]', 'E0101', '=>', 'a sequence is written `->`'],
  ['create schema X(select int)', 'E0101', 'select', 'as a name write it in backticks'],
  ['create foo schema X(n int)', 'E0101', 'foo', 'expected `avro`'],
  ['select a,, b from A', 'E0101', ',', 'expected `*`, an expression'],
  ['select * from pattern [a=A -> ]', 'E0101', ']', 'expected a pattern'],
  ['select * from A\nselect * from A', 'E0101', 'select', 'is a `;` missing before it?'],
  ['on A delete W', 'E0101', 'W', 'expected `from`'],
  ['select case when a then 1 from A', 'E0101', 'from', 'expected an operator, `else`, `end`, `when`'],
  ['select * from pattern [A where timer:within(5 sec]', 'E0101', ']', 'this `(` is not closed'],
  ['create schema X(a int[prim])', 'E0101', 'prim', 'expected `]` or `primitive`'],
  ['select * from A(n = 1', 'E0102', '1', 'this `(` is not closed'],
  ['select * from A where n = 1 and', 'E0102', 'and', 'expected an expression'],
  ['select * frm', 'E0101', 'frm', 'did you mean `from`?'],
  ['@Name("x")', 'E0102', ')', 'expected a statement'],
  ["select 'abc from A", 'E0103', "'", 'has no closing'],
  ["select 'abc from A;\nselect 'x' as y from A", 'E0103', "'", 'it is closed only lines later'],
  ['select n /* from A', 'E0103', '/', 'has no closing */'],
  ['select `n from A', 'E0103', '`', 'has no closing `'],
  ['create expression js:f() [ a', 'E0103', ' ', 'has no closing ]'],
  ['select “x” as y from A', 'E0105', '“', "a string stands between ' or"],
  ['select n – 1 as y from A', 'E0105', '–', 'the minus is `-`'],
  ['select a ! b from A', 'E0105', '!', 'write `not`'],
  ['select a \u{1F600} b from A', 'E0105', '\u{1F600}', 'has no meaning'],
  ['select * from A where n = 1 where m = 2', 'E0106', 'where m = 2', 'join the conditions by `and`'],
  ['select n from A order by n having m', 'E0106', 'having m', '`having` must stand before `order by`'],
  ['select n where n = 1 from A', 'E0106', 'from A', '`from` must stand before `where`'],
  ['create schema X(a int) inherits B inherits C', 'E0106', 'inherits C', '`inherits` is written twice'],
  ['create schema X(a int) starttimestamp a, b', 'E0106', 'b', '`starttimestamp` takes one field'],
];

describe('a syntax error says what was found and what was meant', () => {
  test.each(CASES)('%s', (text, code, at, said) => {
    const { module, diagnostics } = parseModule('a.epl', text);
    expect(module.statements).toEqual([]);
    expect(diagnostics).toHaveLength(1);
    const [one] = diagnostics;
    const { start, end } = one?.labels[0]?.span ?? { start: 0, end: 0 };
    expect([one?.code, one?.kind, text.slice(start, end)]).toEqual([code, 'syntax', at]);
    const texts = [one?.title, ...(one?.labels.map((label) => label.text) ?? []), ...(one?.notes ?? [])];
    expect(texts.join('\n')).toContain(said);
    expect(texts.join('\n')).not.toMatch(/→|ebnf|\$|undefined/);
  });
});

test('each broken statement has its own error, the others count', () => {
  const { module, diagnostics } = parseModule(
    'a.epl',
    'select * from A;\nselct 1;;\nselect * from B(n = ;\nselect * from C',
  );
  expect(diagnostics.map((one) => one.labels[0]?.span.start)).toEqual([17, 45]);
  expect(module.statements).toHaveLength(2);
});

test('limits are errors at a place', () => {
  const check = (text: string, said: string) => {
    const { diagnostics } = parseModule('a.epl', text);
    expect(diagnostics.map((one) => one.code)).toEqual(['E0104']);
    expect(diagnostics[0]?.title).toContain(said);
    expect(diagnostics[0]?.labels[0]?.span.end).toBeLessThanOrEqual(text.length);
  };
  check(' '.repeat(LIMITS.ruleFileCharsMax + 1), 'characters');
  check(`select ${'a,'.repeat(LIMITS.statementTokensMax)} from A`, 'words and signs');
  check(`select ${'('.repeat(LIMITS.nestingMax + 1)}1`, 'nested deeper');
  check(`select ${'1+2-'.repeat(LIMITS.syntaxDepthMax)}1 from A`, 'nests expressions');
  const long = Array(4000).fill('n = 1').join(' or ');
  expect(parseModule('a.epl', `select * from A(${long})`).diagnostics).toEqual([]);
});

test('shown with the source line, carets, related places and notes', () => {
  const text = "@Name('a')\nselect * from A(n = 1,\n\tm = 2\nwhere x /* \u0007 */";
  const { diagnostics } = parseModule('rules/a.epl', text);
  expect(renderDiagnostics(diagnostics, () => text, { color: false })).toBe(
    [
      'rules/a.epl:4:1: error E0101: did not expect `where` here',
      '  4 | where x /* · */',
      '    | ^^^^^',
      '  2 | select * from A(n = 1,',
      '    |                ^ this `(` is not closed',
      '  = expected `)`, `,`, an operator',
      '',
    ].join('\n'),
  );
  expect(renderDiagnostics(diagnostics, () => undefined, { color: false })).toContain('did not expect');
  expect(renderDiagnostics(diagnostics, () => text, { color: true })).toContain('\u001b[');
});

test('as JSON with 1-based places', () => {
  const text = 'select 1 from A;\nselct';
  const [one] = parseModule('a.epl', text).diagnostics;
  expect(one === undefined ? null : diagnosticToJson(one, text)).toEqual({
    code: 'E0101',
    severity: 'error',
    kind: 'syntax',
    title: 'did not expect `selct` here',
    file: 'a.epl',
    line: 2,
    column: 1,
    endLine: 2,
    endColumn: 6,
    labels: [{ line: 2, column: 1, endLine: 2, endColumn: 6, text: 'did you mean `select`?' }],
    notes: [],
  });
});

test('a long line is shown around the place', () => {
  const text = `select ${'a + '.repeat(100)}) from A`;
  const shown = renderDiagnostics(parseModule('a.epl', text).diagnostics, () => text, { color: false });
  const [, source = '', caret = ''] = shown.split('\n');
  expect(source.length).toBeLessThan(180);
  expect(source[caret.indexOf('^')]).toBe(')');
});

test('an expression alone', () => {
  expect(parseExpressionText('a + 1').expression).toMatchObject({
    kind: 'binary',
    span: { start: 0, end: 5 },
  });
  expect(parseExpressionText('a +').diagnostics).toMatchObject([{ code: 'E0102', file: 'expression' }]);
});
