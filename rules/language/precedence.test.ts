import { describe, expect, test } from 'vitest';
import { withoutPlaces } from '../../test/support/without-places.ts';
import { parseExpressionText, parseModule } from './parser.ts';

/** Both texts have the same tree, and the same as the one with all parentheses written. */
describe('expressions bind as in Esper, tightest last', () => {
  test.each([
    ['a or b and c', 'a or (b and c)'],
    ['a and b or c and d', '(a and b) or (c and d)'],
    ['a or b or c', '(a or b) or c'],
    ['a and b & c', 'a and (b & c)'],
    ['a & b | c ^ d', '((a & b) | c) ^ d'],
    ['a = b & c = d', '(a = b) & (c = d)'],
    ['not a & b', '(not a) & b'],
    ['not a = b', 'not (a = b)'],
    ['not a in (b, c)', 'not (a in (b, c))'],
    ['a = b != c', '(a = b) != c'],
    ['a = b < c', 'a = (b < c)'],
    ['a is not null = b', '(a is not null) = b'],
    ['a < b < c', '(a < b) < c'],
    ['a || b < c || d', '(a || b) < (c || d)'],
    ['a || b + c || d', '(a || (b + c)) || d'],
    ['a + b - c', '(a + b) - c'],
    ['a - b * c', 'a - (b * c)'],
    ['a / b * c % d', '((a / b) * c) % d'],
    ['-a * -b', '(-a) * (-b)'],
    ['-a.b[0]', '-(a.b[0])'],
    ['a + b in (c)', '(a + b) in (c)'],
    ['a between b + 1 and c and d', '(a between (b + 1) and c) and d'],
    ['a || b like c || d and e', '((a || b) like (c || d)) and e'],
    ['a regexp b = c', '(a regexp b) = c'],
    ['a not in [b:c] or d', '(a not in [b:c]) or d'],
    ['case when a then b end + 1', '(case when a then b end) + 1'],
    ['f(a)(0)'.replace('(0)', '.g(b)'), '(f(a)).g(b)'],
    ['list.where(x => x > a and b)', 'list.where(x => ((x > a) and b))'],
    ['t.plus(a + b * 2 sec)', 't.plus((a + (b * 2)) sec)'],
  ])('%s', (text, explicit) => {
    const [one, other] = [text, explicit].map((source) => {
      const { expression, diagnostics } = parseExpressionText(source);
      expect(diagnostics).toEqual([]);
      return withoutPlaces(expression);
    });
    expect(one).toEqual(other);
  });

  test('what Esper cannot read either', () => {
    for (const text of [
      'not not a',
      'a between b',
      '- - a',
      'a in b',
      'a like',
      'not',
      'a b',
      'case end',
      '(a',
      '',
    ]) {
      expect(parseExpressionText(text).diagnostics, text).toHaveLength(1);
    }
  });
});

describe('patterns bind as in Esper, tightest last', () => {
  test.each([
    ['every A or B', '(every A) or B'],
    ['every A -> B or C', '(every A) -> (B or C)'],
    ['A -> B or B -> A', 'A -> (B or B) -> A'],
    ['A and B or C', '(A and B) or C'],
    ['A -> B until C -> D', 'A -> (B until C) -> D'],
    ['[5] A or B', '([5] A) or B'],
    ['every A where timer:within(10)', 'every (A where timer:within(10))'],
    ['every A until B', '(every A) until B'],
    ['every a=A and not B', '(every a=A) and (not B)'],
    ['not A and B', '(not A) and B'],
    ['not A where timer:within(1)', 'not (A where timer:within(1))'],
    ['A until B and C', '(A until B) and C'],
    ['[2:3] every A until not B', '[2:3] (every A) until (not B)'],
    ['every [2] A', 'every ([2] A)'],
    ['every-distinct(a.n) a=A -> B', '(every-distinct(a.n) a=A) -> B'],
    ['A while (x) -> B', '(A while (x)) -> B'],
    ['A -> B -> C and D', 'A -> B -> (C and D)'],
  ])('%s', (text, explicit) => {
    expect(pattern(text)).toEqual(pattern(explicit));
  });

  test('brackets that change the tree stay', () => {
    expect(pattern('(A -> B) -> C')).not.toEqual(pattern('A -> B -> C'));
    expect(pattern('every (A and B)')).not.toEqual(pattern('every A and B'));
    expect(pattern('(every A) where timer:within(1)')).not.toEqual(pattern('every A where timer:within(1)'));
  });

  test('what Esper cannot read either', () => {
    for (const text of [
      'every every A',
      'A where timer:within(1) where timer:within(2)',
      'A ->',
      '[A]',
      'A B',
      'every',
    ]) {
      const { diagnostics } = parseModule('a.epl', `select * from pattern [${text}]`);
      expect(diagnostics, text).toHaveLength(1);
    }
  });
});

function pattern(text: string): unknown {
  const { module, diagnostics } = parseModule('a.epl', `select * from pattern [${text}]`);
  expect(diagnostics).toEqual([]);
  return withoutPlaces(module.statements);
}
