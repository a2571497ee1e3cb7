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
