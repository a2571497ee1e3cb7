import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileRules, renderDiagnostics } from '../index.ts';
import { parseModule } from './parser.ts';

const SCHEMA = 'create schema Txn(card string, amount double, ok boolean, ts long) starttimestamp ts;\n';
const compile = (text: string) => compileRules([{ file: 'a.epl', text: SCHEMA + text }]);

test('the committed parser is the one the grammar gives', () => {
  const root = join(import.meta.dirname, '..', '..');
  const made = spawnSync(process.execPath, [join(root, 'scripts', 'grammar.mjs'), '--print'], {
    encoding: 'utf8',
  });
  expect(made.stdout).toBe(readFileSync(join(import.meta.dirname, 'grammar.generated.ts'), 'utf8'));
});

describe('diagnostics', () => {
  test.each([
    ['select * from Txn(amout > 5);', 'E0204', 'amout'],
    ['select * from Tnx;', 'E0201', 'Tnx'],
    ["select * from Txn(amount > 'x');", 'E0301', "amount > 'x'"],
    ["select card + 'x' as y from Txn;", 'E0301', "card + 'x'"],
    ['select * from Txn(amount);', 'E0305', 'amount'],
    ["select * from Txn(card regexp '(');", 'E0306', "'('"],
    ['select fooo(1) as x from Txn;', 'E0203', 'fooo'],
    ['selct * from Txn;', 'E0101', 'selct'],
    ["select 'open from Txn;", 'E0103', "'"],
    ['select * from Txn, Txn(amount > 5) as b;', 'E0482', 'Txn'],
    ["@Alert(key='crad') select card from Txn;", 'E0402', 'crad'],
    ['select * from', 'E0102', 'from'],
  ])('%s', (text, code, at) => {
    const { plan, diagnostics } = compile(text);
    expect(plan).toBeNull();
    const [first] = diagnostics;
    expect(first?.code).toBe(code);
    const span = first?.labels[0]?.span ?? { start: 0, end: 0 };
    expect((SCHEMA + text).slice(span.start, span.end)).toBe(at);
  });

  test('every broken statement gives one, the others count', () => {
    const { diagnostics } = compile(
      'select * from Txn(amout > 5);\nselct 1;\nselect * from Txn(crad = null);',
    );
    expect(diagnostics.map((one) => one.code)).toEqual(['E0204', 'E0101', 'E0204']);
  });

  test('show place, line, caret and the nearest name', () => {
    const text = `${SCHEMA}select * from Txn(amout > 5);`;
    const shown = renderDiagnostics(compile('select * from Txn(amout > 5);').diagnostics, () => text, {
      color: false,
    });
    expect(shown).toBe(
      'a.epl:2:19: error E0204: `Txn` has no field `amout`\n' +
        '  2 | select * from Txn(amout > 5);\n' +
        '    |                   ^^^^^ did you mean `amount` (double)?\n',
    );
  });

  test('no text makes the compiler throw', () => {
    const words = [
      'select',
      '*',
      'from',
      'Txn',
      '(',
      ')',
      'every',
      '->',
      'and',
      'not',
      'a=',
      'pattern',
      '[',
      ']',
      '1',
      "'",
      '"',
      ';',
      '.',
      'where',
      'timer:within',
      '\u0000',
      '@Name',
      'create schema X(',
      'in',
      'case',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 25 }), (picked) => {
        const text = picked.join(' ');
        for (const one of compile(text).diagnostics) {
          const span = one.labels[0]?.span;
          expect(span?.start).toBeGreaterThanOrEqual(0);
          expect(span?.end).toBeLessThanOrEqual(SCHEMA.length + text.length);
        }
        parseModule('x.epl', text);
      }),
      { numRuns: 500 },
    );
  });
});

test('comments and spaces do not change a fingerprint, words do', () => {
  const print = (text: string) => compile(text).plan?.statements[0]?.fingerprint;
  expect(print('select * from Txn(amount > 5);')).toBe(
    print('/* a */ select  *\nfrom Txn(amount > 5) // b\n;'),
  );
  expect(print('select * from Txn(amount > 5);')).not.toBe(print('select * from Txn(amount > 6);'));
});
