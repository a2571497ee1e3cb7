import { describe, expect, test } from 'vitest';
import { compileRules } from '../rules/index.ts';
import { runEpl } from './support/evaluate-epl.ts';

const SCHEMA = 'create schema E(k string, n int, list int[]); create schema F(k string, n int);\n';
const EVENT = { type: 'E', fields: { k: 'x', n: 3, list: [1, 2, 3, 4] } };

/** Declarations, expression over `E as e`, its value. */
const CASES: readonly (readonly [declarations: string, expression: string, value: unknown])[] = [
  ['expression f {10}', 'f()', 10],
  ['expression f {10}', 'f * 2', 20],
  ['expression f {x => x.n + 1}', 'f(e)', 4],
  ['expression f {x => n + 1}', 'f(*)', 4],
  ['expression f {x -> x}', 'f(5)', 5],
  ['expression f {(x, y) => x.n * y}', 'f(e, n + 1)', 12],
  ['expression f {(x, y) => x || y}', "f(k, 'y')", 'xy'],
  ['expression f alias for {n * 2}', 'f + f', 12],
  ['expression f alias for {list.where(x => x > 1)}', 'f.countOf()', 3],
  ['expression f {x => x.list.where(y => y > 1)} expression g {z => f(z).where(y => y < 4)}', 'g(e)', [2, 3]],
  ['expression f {v => v * v} expression g {v => f(v + 1) + f(v)}', 'g(n + 1)', 41],
  ['expression f {(l, m) => l.where(x => x > m)}', 'f(list.selectFrom(x => x * 2), n * 2)', [8]],
  ['expression f {(l, m) => l.where(x => l.countOf(y => y > x) = m)}', 'f(list.reverse(), n - 2)', [3]],
  ['expression f {x => case when x.n > 2 then x.k end}', 'f(e)', 'x'],
];

describe.each(['codegen', 'interpreter'] as const)('declared expressions, %s', (backend) => {
  test.each(CASES)('%s: %s', (declarations, expression, value) => {
    const before = `${SCHEMA} ${declarations} select ${expression} as c from E as e`;
    expect(runEpl(before, [EVENT], { backend })).toEqual([['test#3', { c: value }]]);
    const created = declarations.replaceAll(/expression (?=\w+ (\{|alias))/g, '; create expression ');
    const text = `${SCHEMA} @Name('out') select ${expression} as c from E as e ${created}`;
    expect(runEpl(text, [EVENT], { backend })).toEqual([['out', { c: value }]]);
  });

  test('in filters, patterns and conditions', () => {
    const text = `${SCHEMA} create expression same {(x, y) => x.k = y.k};
      @Name('p') select b.n as n from pattern [every a=E -> b=F(same(a, b))];
      @Name('w') expression big {x => x.n > 4} select k from F as f where big(f)`;
    const events = [EVENT, { type: 'F', fields: { k: 'y', n: 4 } }, { type: 'F', fields: { k: 'x', n: 5 } }];
    expect(runEpl(text, events, { backend })).toEqual([
      ['w', { k: 'x' }],
      ['p', { n: 5 }],
    ]);
  });
});

test('bodies that use others again and again are refused', () => {
  const chain = Array.from({ length: 20 }, (_, i) => `create expression f${i + 1} {f${i}() + f${i}()}`);
  const text = `${SCHEMA} create expression f0 {1}; ${chain.join(';')}; select f20() as c from E`;
  const { diagnostics } = compileRules([{ file: 'a.epl', text }]);
  expect(diagnostics.map((one) => one.code)).toEqual(['E0409']);
});

test('the fingerprint of a statement holds what it uses', () => {
  const printOf = (declarations: string, text: string) => {
    const { plan } = compileRules([{ file: 'a.epl', text: `${SCHEMA} ${declarations}; @Name('s') ${text}` }]);
    return plan?.statements.find((one) => one.name === 's')?.fingerprint;
  };
  const uses = 'select f(n) as c from E';
  const first = printOf('create expression f {x => g(x)}; create expression g {x => x}', uses);
  expect(first).toMatch(/^[0-9a-f]{64}$/);
  expect(printOf('create expression g {y => y}; create expression f {x  =>  g(x)}', uses)).not.toBe(first);
  expect(printOf('create expression g {x => x}; create expression f {x  =>  g(x)}', uses)).toBe(first);
  expect(printOf('create expression g {x => x + 1}; create expression f {x => g(x)}', uses)).not.toBe(first);
  const reads = 'select n + v as c from E';
  expect(printOf('create variable int v = 1', reads)).not.toBe(printOf('create variable int v = 2', reads));
  expect(printOf('create variable int w = 1', 'select n as c from E')).toBe(
    printOf('', 'select n as c from E'),
  );
});

test('a mistake inside a declared expression stands where it is used', () => {
  const text = `${SCHEMA} create expression f {x => x.nn}; select f(e) as c from E as e`;
  const [one] = compileRules([{ file: 'a.epl', text }]).diagnostics;
  expect(one?.code).toBe('E0204');
  expect(text.slice(one?.labels[0]?.span.start, one?.labels[0]?.span.end)).toBe('f(e)');
  expect(one?.notes).toContain('in the declared expression `f`');
});
