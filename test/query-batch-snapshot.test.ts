import { testStatementCases } from './support/statement-case.ts';

const A = (n: number) => ({ k: `k${n % 2}`, v: n });
const events = [1, 2, 3, 4].map((n) => [n * 1000, 'A', A(n)] as const);

// While a batch is given on it is still the present one: a snapshot at that moment shows it.
testStatementCases(
  'a snapshot as a batch leaves',
  ['length_batch(2)', 'expr_batch(current_count >= 2)'].map((view) => ({
    name: view,
    rules: `create schema A(k string, v int);
      @Name('out') select v, sum(v) as s from A#${view} output snapshot every 2 events`,
    events,
    expected: [
      '2000 out {"v":1,"s":3}',
      '2000 out {"v":2,"s":3}',
      '4000 out {"v":3,"s":7}',
      '4000 out {"v":4,"s":7}',
    ],
  })),
);
