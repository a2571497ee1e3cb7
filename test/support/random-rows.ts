import fc, { type Arbitrary } from 'fast-check';
import type { Repeat, RowTree } from './reference/row-enumerator.ts';

/** A row under test. */
export interface TestRow {
  readonly k: number;
  readonly v: number;
}

/** A condition of a variable: its text, and what it says of a row by its index. */
export interface RowCondition {
  readonly text: (name: string) => string;
  readonly holds: (rows: readonly TestRow[], at: number) => boolean;
}

/** A pattern with the conditions of its variables; those left out are true of every row. */
export interface RowRule {
  readonly pattern: RowTree;
  readonly conditions: ReadonlyMap<string, RowCondition>;
}

const NAMES = ['X', 'Y', 'Z'];

const CONDITIONS: readonly RowCondition[] = [
  { text: (name) => `${name}.v > 4`, holds: (rows, at) => vAt(rows, at) > 4 },
  { text: (name) => `${name}.v < 6`, holds: (rows, at) => vAt(rows, at) < 6 },
  { text: (name) => `${name}.k = 1`, holds: (rows, at) => rows[at]?.k === 1 },
  { text: (name) => `${name}.v > prev(${name}.v)`, holds: (rows, at) => vAt(rows, at) > vAt(rows, at - 1) },
  {
    text: (name) => `${name}.v < prev(${name}.v, 1)`,
    holds: (rows, at) => vAt(rows, at) < vAt(rows, at - 1),
  },
  {
    text: (name) => `prev(2, ${name}.v) < ${name}.v`,
    holds: (rows, at) => vAt(rows, at - 2) < vAt(rows, at),
  },
];

/** NaN before the first row: no comparison with it is true. */
function vAt(rows: readonly TestRow[], at: number): number {
  return rows[at]?.v ?? Number.NaN;
}

/** Histories of rows. */
export function rowHistories(): Arbitrary<TestRow[]> {
  const row = fc.record({ k: fc.constantFrom(0, 1), v: fc.integer({ min: 0, max: 9 }) });
  return fc.array(row, { minLength: 3, maxLength: 6 });
}

/** Patterns of one to three elements, two levels deep. */
export function rowRules(): Arbitrary<RowRule> {
  const conditions = fc.array(fc.option(fc.constantFrom(...CONDITIONS)), { minLength: 3, maxLength: 3 });
  return fc.tuple(trees(0), conditions).map(([pattern, chosen]) => {
    const known = NAMES.flatMap((name, i) => {
      const condition = chosen[i] ?? null;
      return condition === null || !namesIn(pattern).has(name) ? [] : [[name, condition] as const];
    });
    return { pattern, conditions: new Map(known) };
  });
}

/** The variables of a pattern. */
export function namesIn(node: RowTree): ReadonlySet<string> {
  if (node.op === 'variable') return new Set([node.name]);
  if (node.op === 'group') return namesIn(node.child);
  return new Set(node.children.flatMap((child) => [...namesIn(child)]));
}

function trees(depth: number): Arbitrary<RowTree> {
  const variable = fc
    .tuple(fc.constantFrom(...NAMES), repeats(['', '', '*', '+', '?', '*?', '+?', '??'], true))
    .map(([name, repeat]): RowTree => ({ op: 'variable', name, ...repeat }));
  // Counts inside a permutation are passed over, so there are none.
  const bare = fc
    .tuple(fc.constantFrom(...NAMES), repeats(['', '', '*', '+', '?'], false))
    .map(([name, repeat]): RowTree => ({ op: 'variable', name, ...repeat }));
  const permute = fc
    .array(bare, { minLength: 1, maxLength: 2 })
    .map((children): RowTree => ({ op: 'permute', children }));
  const step =
    depth >= 2
      ? variable
      : fc.oneof(
          { arbitrary: variable, weight: 6 },
          { arbitrary: permute, weight: 1 },
          {
            arbitrary: fc
              .tuple(choices(depth + 1), repeats(['', '*', '+', '?'], true))
              .map(([child, repeat]): RowTree => ({ op: 'group', child, ...repeat })),
            weight: 2,
          },
        );
  return fc.array(step, { minLength: 1, maxLength: depth === 0 ? 3 : 2 }).map((children): RowTree => {
    return children.length === 1 ? (children[0] as RowTree) : { op: 'sequence', children };
  });
}

function choices(depth: number): Arbitrary<RowTree> {
  return fc.array(trees(depth), { minLength: 1, maxLength: 2 }).map((children): RowTree => {
    return children.length === 1 ? (children[0] as RowTree) : { op: 'choice', children };
  });
}

function repeats(signs: readonly Repeat['sign'][], hasBounds: boolean): Arbitrary<Repeat> {
  const bounds = fc.constantFrom<Repeat['bounds']>(
    null,
    null,
    null,
    null,
    { low: 2, high: 2 },
    { low: 1, high: null },
    { low: 1, high: 2 },
    { low: null, high: 2 },
  );
  return fc.record({ sign: fc.constantFrom(...signs), bounds: hasBounds ? bounds : fc.constant(null) });
}
