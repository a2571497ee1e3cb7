import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FORMS } from '../../test/support/epl-forms.ts';
import { withoutPlaces } from '../../test/support/without-places.ts';
import type { ChainLink, Expression, Name, Pattern } from './ast.ts';
import { parseExpressionText, parseModule } from './parser.ts';
import { printExpression } from './print-expression.ts';
import { printPattern } from './print-pattern.ts';

const span = { start: 0, end: 0 };
const nameOf = (text: string): Name => ({ text, span });

const name = fc
  .constantFrom('a', 'n', 'order', 'count', 'last', 'select', 'a b', 'x.y', 'in', 'window', 'T')
  .map(nameOf);

const literal = fc.oneof(
  fc.nat(2 ** 40).map((value) => ({ kind: 'literal' as const, type: 'int' as const, value, span })),
  fc.nat(2 ** 40).map((value) => ({ kind: 'literal' as const, type: 'long' as const, value, span })),
  fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map((value) => {
    return { kind: 'literal' as const, type: 'double' as const, value: Math.abs(value), span };
  }),
  fc
    .constantFrom(0.5, 2, 1e30)
    .map((value) => ({ kind: 'literal' as const, type: 'float' as const, value, span })),
  fc
    .string({ unit: 'binary' })
    .map((value) => ({ kind: 'literal' as const, type: 'string' as const, value, span })),
  fc.boolean().map((value) => ({ kind: 'literal' as const, type: 'boolean' as const, value, span })),
  fc.constant({ kind: 'literal' as const, type: 'null' as const, value: null, span }),
);

/** Trees that a text can have: `chain` inside `chainOn` and arguments outside calls do not come from texts. */
const { expression } = fc.letrec<{ expression: Expression; argument: Expression; link: ChainLink }>(
  (tie) => ({
    link: fc
      .record({
        name,
        dynamic: fc.boolean(),
        indexes: fc.array(tie('expression'), { maxLength: 2 }),
        args: fc.option(fc.array(tie('argument'), { maxLength: 3 })),
        distinct: fc.boolean(),
      })
      .map((link) => ({ ...link, distinct: link.distinct && (link.args?.length ?? 0) > 0, span })),
    argument: fc.oneof(
      { weight: 3, arbitrary: tie('expression') },
      fc.constant({ kind: 'star' as const, span }),
      fc.record({
        kind: fc.constant('named' as const),
        name,
        value: tie('expression'),
        span: fc.constant(span),
      }),
      fc.record({
        kind: fc.constant('lambda' as const),
        parameters: fc.array(name, { minLength: 1, maxLength: 3 }),
        body: tie('expression'),
        span: fc.constant(span),
      }),
      fc.record({
        kind: fc.constant('period' as const),
        parts: fc.array(
          fc.record({
            unit: fc.constantFrom('year', 'day', 'minute', 'microsecond'),
            amount: tie('expression'),
          }),
          { minLength: 1, maxLength: 3 },
        ),
        span: fc.constant(span),
      }),
    ) as fc.Arbitrary<Expression>,
    expression: fc
      .oneof(
        { depthSize: 'small', withCrossShrink: true },
        literal,
        fc.record({
          kind: fc.constant('chain'),
          links: fc.array(tie('link'), { minLength: 1, maxLength: 3 }),
        }),
        fc.record({
          kind: fc.constant('chainOn'),
          target: fc.oneof(
            literal,
            fc.record({
              kind: fc.constant('array'),
              elements: fc.array(tie('expression')),
              span: fc.constant(span),
            }),
          ),
          links: fc.array(tie('link'), { minLength: 1, maxLength: 2 }),
        }),
        fc.record({
          kind: fc.constant('unary'),
          operator: fc.constantFrom('-', '+', 'not'),
          operand: tie('expression'),
        }),
        fc.record({
          kind: fc.constant('binary'),
          operator: fc.constantFrom(
            ...[
              'or',
              'and',
              '&',
              '|',
              '^',
              '=',
              '!=',
              'is',
              'is not',
              '<',
              '<=',
              '>',
              '>=',
              '||',
              '+',
              '-',
              '*',
              '/',
              '%',
            ],
          ),
          left: tie('expression'),
          right: tie('expression'),
        }),
        fc.record({
          kind: fc.constant('in'),
          negated: fc.boolean(),
          operand: tie('expression'),
          items: fc.array(tie('expression'), { minLength: 1, maxLength: 3 }),
        }),
        fc.record({
          kind: fc.constant('range'),
          negated: fc.boolean(),
          operand: tie('expression'),
          low: tie('expression'),
          high: tie('expression'),
          includeLow: fc.boolean(),
          includeHigh: fc.boolean(),
        }),
        fc.record({
          kind: fc.constant('like'),
          negated: fc.boolean(),
          operand: tie('expression'),
          pattern: tie('expression'),
          escape: fc.option(
            fc.constantFrom('!', "'").map((value) => ({ kind: 'literal', type: 'string', value, span })),
          ),
        }),
        fc.record({
          kind: fc.constant('regexp'),
          negated: fc.boolean(),
          operand: tie('expression'),
          pattern: tie('expression'),
        }),
        fc.record({
          kind: fc.constant('case'),
          operand: fc.option(tie('expression')),
          branches: fc.array(fc.record({ when: tie('expression'), then: tie('expression') }), {
            minLength: 1,
            maxLength: 2,
          }),
          otherwise: fc.option(tie('expression')),
        }),
        fc.record({
          kind: fc.constant('cast'),
          operand: tie('expression'),
          type: fc.constantFrom('int', 'java.util.Date').map(nameOf),
          dimensions: fc.nat(2),
          format: fc.option(tie('expression')),
        }),
        fc.record({ kind: fc.constant('array'), elements: fc.array(tie('expression'), { maxLength: 3 }) }),
      )
      .map((made) => ({ span, ...made })) as unknown as fc.Arbitrary<Expression>,
  }),
);

const filter = fc
  .record({
    tag: fc.option(name),
    type: fc.constantFrom('A', 'my.Type', 'Order', 'day').map(nameOf),
    conditions: fc.array(expression, { maxLength: 2 }),
  })
  .map(({ tag, type, conditions }): Pattern => {
    return {
      kind: 'filter',
      tag,
      filter: { type, conditions, contained: [], span },
      annotations: [],
      span,
    };
  });

const { pattern } = fc.letrec<{ pattern: Pattern }>((tie) => ({
  pattern: fc
    .oneof(
      { depthSize: 'small', withCrossShrink: true },
      filter,
      fc.record({ kind: fc.constantFrom('every', 'not'), child: tie('pattern') }),
      fc.record({
        kind: fc.constant('everyDistinct'),
        keys: fc.array(expression, { minLength: 1, maxLength: 2 }),
        child: tie('pattern'),
      }),
      fc.record({
        kind: fc.constantFrom('and', 'or'),
        children: fc.array(tie('pattern'), { minLength: 2, maxLength: 3 }),
      }),
      fc.tuple(tie('pattern'), tie('pattern'), fc.option(expression)).map(([one, other, limit]) => {
        return { kind: 'followedBy', children: [one, other], limits: [limit] };
      }),
      fc
        .tuple(tie('pattern'), fc.option(expression), fc.option(expression), fc.option(tie('pattern')))
        .map(([child, low, high, until]) => {
          const isRepeat = low !== null || high !== null || until !== null;
          return { kind: 'repeat', child, low: isRepeat ? low : literalOne, high, until };
        }),
      fc.record({
        kind: fc.constant('guard'),
        child: tie('pattern'),
        namespace: name,
        name,
        args: fc.array(expression, { maxLength: 2 }),
      }),
      fc.record({ kind: fc.constant('while'), child: tie('pattern'), condition: expression }),
      fc.record({
        kind: fc.constant('observer'),
        namespace: name,
        name,
        args: fc.array(expression, { maxLength: 2 }),
      }),
    )
    .map((made) => ({ span, ...made })) as unknown as fc.Arbitrary<Pattern>,
}));

const literalOne: Expression = { kind: 'literal', type: 'int', value: 1, span };

describe('print and parse are inverse', () => {
  test('for random expressions', () => {
    fc.assert(
      fc.property(expression, (tree) => {
        const text = printExpression(tree);
        const { expression: parsed, diagnostics } = parseExpressionText(text);
        expect(diagnostics.map((one) => `${one.title}: ${text}`)).toEqual([]);
        expect(withoutPlaces(parsed)).toEqual(withoutPlaces(tree));
      }),
      { numRuns: 1500 },
    );
  });

  test('for random patterns', () => {
    fc.assert(
      fc.property(pattern, (tree) => {
        const text = `select * from pattern [${printPattern(tree)}]`;
        const { module, diagnostics } = parseModule('a.epl', text);
        expect(diagnostics.map((one) => `${one.title}: ${text}`)).toEqual([]);
        expect(withoutPlaces(module.statements)).toMatchObject([
          { body: { from: [{ pattern: withoutPlaces(tree) }] } },
        ]);
      }),
      { numRuns: 400 },
    );
  });
});

/** Words and signs of all forms, to be thrown together. */
const WORDS = [
  ...new Set(
    Object.values(FORMS).flatMap((forms) => forms.flatMap(([text]) => text.match(/\w+|\s+|[^\w\s]/g) ?? [])),
  ),
];

function expectSound(text: string): void {
  const { module, diagnostics } = parseModule('a.epl', text);
  for (const { labels } of diagnostics) {
    for (const { span: place } of labels) {
      expect(place.start).toBeGreaterThanOrEqual(0);
      expect(place.end).toBeGreaterThanOrEqual(place.start);
      expect(place.end).toBeLessThanOrEqual(text.length);
    }
  }
  // Every statement is either read or reported.
  if (module.statements.length === 0 && /[^\s;]/.test(text.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, ''))) {
    expect(diagnostics.length).toBeGreaterThan(0);
  }
}

describe('no text makes the parser throw, and no text has two readings', () => {
  test('words thrown together', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...WORDS), { maxLength: 40 }), (words) =>
        expectSound(words.join(' ')),
      ),
      { numRuns: 6000 },
    );
  });

  test('characters thrown together', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), expectSound), { numRuns: 4000 });
  });

  test('forms cut off, and with a word lost, doubled or replaced', () => {
    const forms = Object.values(FORMS).flatMap((list) => list.map(([text]) => text));
    fc.assert(
      fc.property(
        fc.constantFrom(...forms),
        fc.nat(),
        fc.nat(4),
        fc.constantFrom(...WORDS),
        (text, at, change, word) => {
          const parts = text.match(/\w+|\s+|[^\w\s]/g) ?? [];
          const i = at % parts.length;
          const changed = [
            parts.slice(0, i),
            [...parts.slice(0, i), ...parts.slice(i + 1)],
            [...parts.slice(0, i), parts[i], ' ', ...parts.slice(i)],
            [...parts.slice(0, i), word, ...parts.slice(i + 1)],
            [...parts.slice(0, i), ' ', word, ' ', ...parts.slice(i)],
          ][change] as string[];
          expectSound(changed.join(''));
        },
      ),
      { numRuns: 6000 },
    );
  });
});
