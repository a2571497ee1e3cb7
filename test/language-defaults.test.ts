import { expect, test } from 'vitest';
import { compileRules } from '../rules/index.ts';
import type { LanguageDefaults } from '../rules/language/defaults.ts';

const compile = (text: string, defaults: LanguageDefaults) =>
  compileRules([{ file: 'a.epl', text }], { defaults });

test.each([
  [{}, 'select * from A', 'istream'],
  [{ selector: 'rstream' }, 'select * from A', 'rstream'],
  [{ selector: 'irstream' }, 'select * from A', 'irstream'],
  [{ selector: 'rstream' }, 'select istream * from A', 'istream'],
] as const)('with %j, %s gives %s', (defaults, text, selector) => {
  const { plan } = compile(`create schema A(n int); ${text}`, defaults);
  expect(plan?.statements.at(-1)?.query.selector).toBe(selector);
});

test.each([
  [{}, 'create schema A(n int)', undefined],
  [{ representation: 'objectarray' }, 'create schema A(n int)', true],
  [{ representation: 'objectarray' }, 'create map schema A(n int)', undefined],
  [{ representation: 'json' }, 'create schema A(n int)', true],
] as const)('with %j, events of %s are closed: %s', (defaults, text, closed) => {
  expect(compile(text, defaults).plan?.types[0]?.closed).toBe(closed);
});

test.each(['nth(n, 1)', 'rate(10)', 'sorted(n)', 'maxever(n)', 'firstever(n)'])(
  'without extensions %s is refused with place and remedy',
  (call) => {
    const { plan, diagnostics } = compile(`create schema A(n int); select ${call} as x from A#keepall`, {
      isAggregationStandard: true,
    });
    expect(plan).toBeNull();
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toMatchObject([
      { code: 'E0203', notes: ['run without `--standard-aggregation`'] },
    ]);
  },
);

test('without extensions a column of a table is refused, the functions of SQL are not', () => {
  const standard = { isAggregationStandard: true };
  expect(compile('create table T(s sorted(n) @type(A)); create schema A(n int)', standard).plan).toBeNull();
  const text = 'create schema A(n int); select count(*), sum(n), fmax(n, n > 0), window(n) from A#keepall';
  expect(compile(text, standard).plan).not.toBeNull();
});
