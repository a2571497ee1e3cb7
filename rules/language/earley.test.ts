import fc from 'fast-check';
import nearley from 'nearley';
import { expect, test } from 'vitest';
import { FORMS } from '../../test/support/epl-forms.ts';
import { createEarley } from './earley.ts';
import { RULES, START } from './grammar.generated.ts';
import { type Token, tokenize } from './lexer.ts';

const earley = createEarley(START);
const plain = nearley.Grammar.fromCompiled({ ParserRules: RULES, ParserStart: START } as never);

/** What nearley says when it follows every production. */
function readPlainly(tokens: readonly Token[]): ReturnType<typeof earley.read> {
  let at = 0;
  const next = () => tokens[at++];
  const lexer = { reset() {}, save() {}, formatError: () => '', next };
  const parser = new nearley.Parser(plain, { lexer: lexer as never });
  (parser as unknown as { reportError: () => string }).reportError = () => '';
  try {
    return { trees: parser.feed(tokens as never).results };
  } catch (error) {
    return { wrongAt: (error as { offset: number }).offset };
  }
}

const TEXTS = Object.values(FORMS).flatMap((forms) => forms.map(([text]) => text));

/** Tokens of the first statement. */
const tokensOf = (text: string): Token[] => {
  const tokens = tokenize(text).filter((token) => token.problem === undefined);
  const end = tokens.findIndex((token) => token.type === ';');
  return end < 0 ? tokens : tokens.slice(0, end);
};

test('looking ahead changes neither trees nor the place of a mistake', () => {
  const broken = fc.tuple(
    fc.constantFrom(...TEXTS),
    fc.constantFrom(...TEXTS),
    fc.nat(),
    fc.nat(),
    fc.nat(3),
  );
  fc.assert(
    fc.property(broken, ([text, other, i, j, cut]) => {
      const tokens = tokensOf(text);
      const donor = tokensOf(other);
      if (cut > 0) tokens.splice(i % tokens.length, cut - 1, donor[j % donor.length] as Token);
      expect(earley.read(tokens)).toEqual(readPlainly(tokens));
    }),
    { numRuns: 3000 },
  );
});

test('what could follow is found again after any part of a text', () => {
  const tokens = tokensOf('select a + 1 as b from A(a > 2) where c in (1, 2)');
  for (let i = 0; i < tokens.length; i++) {
    const signs = earley.expectedAfter(tokens.slice(0, i)) as {
      type?: string;
      test?: (token: Token) => boolean;
    }[];
    const next = tokens[i] as Token;
    expect(signs.some((sign) => sign.test?.(next) ?? sign.type === next.type)).toBe(true);
    expect(signs.length).toBeGreaterThan(i === 0 ? 5 : 0);
  }
});
