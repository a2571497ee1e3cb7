import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  and,
  call,
  compare,
  concat,
  double,
  ENV,
  equal,
  f,
  inList,
  int,
  like,
  long,
  math,
  or,
  regexp,
  sample,
  text,
} from '../../test/support/expressions.ts';
import { expressions } from '../../test/support/random-expression.ts';
import { LIMITS } from '../core/limits.ts';
import { TYPE_BOOLEAN, TYPE_DOUBLE, TYPE_INT, TYPE_STRING } from '../event/types.ts';
import { compileExpr, compilePredicate } from './evaluate.ts';
import { cachedShapes, generatedSource } from './generate.ts';
import { interpret } from './interpreter.ts';
import type { Expr } from './ir.ts';

const HOSTILE = [
  'constructor',
  '__proto__',
  'prototype',
  '"quoted"',
  "it's",
  '`process.exit(7)`',
  '\\u0022+process+\\u0022',
  'line\nbreak\u2028and\u2029more',
  '*/ process.exit(7) /*',
  "']}');process.exit(7);//",
];

/** Words and characters that generated code is made of. */
const ALLOWED =
  /const |let |return |function|if|null|true|false|Math\.imul|Math\.fround|h\.(?:at|entry|bits|text|bounded|is|eq|has|rest|required|neg|order)|v\.(?:now|params|variables|frame\.aggregate)|\.has|\.f\d+|[kxt]\d+|[kxtesvhz]|\d|[-+*/%&|^!?:=<>()[\]{},;]/gy;

/** Where generated code has anything else, token by token: one pattern over all of it would try without end. */
function strange(source: string): string {
  ALLOWED.lastIndex = 0;
  let end = 0;
  while (end < source.length && ALLOWED.test(source)) end = ALLOWED.lastIndex;
  return source.slice(end, end + 40);
}

describe('generated code holds nothing of a rule or an event', () => {
  test.each(HOSTILE)('%j as a constant, pattern, key or list', (word) => {
    const exprs: Expr[] = [
      equal(f('s'), '=', text(word)),
      inList(f('s'), [text(word), text(`${word}2`)]),
      inList(
        f('s'),
        Array.from({ length: 6 }, (_, i) => text(`${word}${i}`)),
      ),
      like(f('s'), text(word), '!'),
      regexp(f('s'), text(word)),
      concat(f('s'), text(word)),
      { op: 'key', type: TYPE_STRING, target: f('m'), key: word },
      { op: 'case', type: TYPE_STRING, branches: [{ when: f('b'), then: text(word) }], otherwise: null },
    ];
    for (const expr of exprs) {
      for (const source of [generatedSource(expr), generatedSource(expr, true)]) {
        expect(source).not.toContain(word);
        expect(strange(source)).toBe('');
      }
    }
    const event = sample({ s: word, m: { a: 1 } });
    expect(compilePredicate(exprs[0] as Expr, 'codegen')(event, [], ENV)).toBe(true);
    expect(compileExpr(concat(text('<'), f('s')), 'codegen')(event, [], ENV)).toBe(`<${word}`);
  });

  test('numbers and names of functions', () => {
    const expr = and(
      compare(
        call('geo.distanceKm', TYPE_DOUBLE, f('x'), f('y'), double(12.625), double(3)),
        '>',
        long(987_654),
      ),
      call('string.startsWith', TYPE_BOOLEAN, f('s'), text('x')),
    );
    expect(strange(generatedSource(expr))).toBe('');
    expect(generatedSource(expr)).not.toMatch(/geo|distance|startsWith|12\.625|987/);
  });

  test('any random expression', () => {
    fc.assert(
      fc.property(expressions(), (expr) => {
        expect(strange(generatedSource(expr))).toBe('');
        expect(strange(generatedSource(expr, true))).toBe('');
      }),
      { numRuns: 1000 },
    );
  });

  test.each(['0};process.exit(7);//', '__proto__', -2, 1.5, Number.NaN])(
    'a plan with %j for a number',
    (bad) => {
      const field = { op: 'field', slot: -1, field: bad, type: TYPE_INT } as unknown as Expr;
      const slot = { op: 'field', slot: bad, field: 0, type: TYPE_INT } as unknown as Expr;
      expect(() => compileExpr(field, 'codegen')).toThrow('internal error');
      expect(() => compileExpr(slot, 'codegen')).toThrow('internal error');
    },
  );
});

describe('shapes', () => {
  test('expressions that differ in constants have one shape', () => {
    const rule = (name: string, amount: number) =>
      and(equal(f('s'), '=', text(name)), compare(f('x'), '>', double(amount)));
    expect(generatedSource(rule('a', 1))).toBe(generatedSource(rule('b', 2)));
    const before = cachedShapes();
    const predicates = Array.from({ length: 100 }, (_, i) =>
      compilePredicate(rule(`c${i}`, i), 'codegen', 7),
    );
    expect(cachedShapes()).toBeLessThanOrEqual(before + 1);
    const hits = predicates.filter((predicate) => predicate(sample({ s: 'c42', x: 43 }), [], ENV));
    expect(hits).toEqual([predicates[42]]);
  });

  test('constants are folded', () => {
    const seconds = (value: number) => compare(f('x'), '>', math(int(value), '*', int(60)));
    expect(generatedSource(seconds(2))).toBe(generatedSource(compare(f('x'), '>', int(120))));
    expect(compilePredicate(seconds(2), 'codegen')(sample({ x: 121 }), [], ENV)).toBe(true);
  });

  test('the cache is bounded, and functions outlive it', () => {
    const first = compileExpr(math(f('i'), '+', int(1)), 'codegen', 1000);
    for (let type = 1001; type <= 1000 + LIMITS.shapeCacheMax; type++) compileExpr(f('i'), 'codegen', type);
    expect(cachedShapes()).toBe(LIMITS.shapeCacheMax);
    expect(first(sample({ i: 1 }), [], ENV)).toBe(2);
  });
});

describe('long expressions are split into several functions', () => {
  const any = or(...Array.from({ length: 3000 }, (_, i) => compare(f('x'), '<', double(-i))));
  let left: Expr = equal(f('i'), '=', int(0));
  let sum: Expr = f('l');
  for (let i = 1; i < 500; i++) {
    left = i % 2 === 0 ? and(left, compare(f('i'), '<', int(i))) : or(left, equal(f('i'), '=', int(i)));
    sum = math(sum, '+', f('i'));
  }
  test.each([
    ['a wide or', any],
    ['nested and, or', left],
    ['a long sum', sum],
  ])('%s', (_name, expr) => {
    expect(generatedSource(expr).length).toBeLessThan(30_000);
    for (const event of [{}, { i: 3, x: 5, l: 1 }, { i: 499, x: -2999.5, l: 2 ** 40 }]) {
      const record = sample(event);
      const expected = interpret(expr)(record, [], ENV);
      expect(compileExpr(expr, 'codegen')(record, [], ENV)).toBe(expected);
      expect(compilePredicate(expr, 'codegen')(record, [], ENV)).toBe(expected === true);
    }
  });
});

test('where code generation is forbidden, the interpreter serves', () => {
  const program = `
    import { compileExpr, compilePredicate, defaultBackend } from './engine/expr/evaluate.ts';
    const type = { kind: 'int' };
    const one = { op: 'literal', type, value: 1 };
    const sum = { op: 'arithmetic', type, operator: '+', left: one, right: one };
    const test = { op: 'compare', type: { kind: 'boolean' }, operator: '>', left: sum, right: one };
    const env = { now: 0, zone: 'UTC', frame: null };
    console.log(defaultBackend(), compileExpr(sum, 'codegen')(null, [], env), compilePredicate(test, 'codegen')(null, [], env));
  `;
  const run = (...flags: string[]) =>
    execFileSync(process.execPath, [...flags, '--input-type=module', '--eval', program], {
      cwd: new URL('../..', import.meta.url),
      encoding: 'utf8',
    }).trim();
  expect(run('--disallow-code-generation-from-strings')).toBe('interpreter 2 true');
  expect(run()).toBe('codegen 2 true');
});
