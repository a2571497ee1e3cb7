import { testStatementCases } from '../../../test/support/statement-case.ts';

testStatementCases('keys of every-distinct that JSON cannot say', [
  {
    name: 'are the same keys after a restore',
    rules: `create schema A(v double);
      @Name('out') select a.v as v from pattern [every-distinct(a.v / 0) a=A]`,
    events: [0, 1, 0, -1, 2, -5].map((v, i) => [i + 1, 'A', { v }] as const),
    expected: ['1 out {"v":0}', '2 out {"v":1}', '4 out {"v":-1}'],
  },
]);
