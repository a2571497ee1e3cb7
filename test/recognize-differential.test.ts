import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Admission, isRejection } from '../engine/event/admission.ts';
import { rowToJson } from '../engine/event/to-json.ts';
import type { Backend } from '../engine/expr/evaluate.ts';
import type { StatementPlan } from '../engine/plan/plan.ts';
import { Shard } from '../engine/runtime/shard.ts';
import { compileRules } from '../rules/index.ts';
import { namesIn, type RowRule, rowHistories, rowRules, type TestRow } from './support/random-rows.ts';
import { rowPatternText, type Way, waysToTake } from './support/reference/row-enumerator.ts';

/** Rows made by each event, as `begin-end` for what the matches cover, or with the variable of each row. */
type Found = readonly (readonly string[])[];

function statementText({ pattern, conditions }: RowRule, window: string, skip: string): string {
  const names = [...namesIn(pattern)];
  const defines = Array.from(conditions, ([name, condition]) => `${name} as ${condition.text(name)}`);
  const define = defines.length === 0 ? '' : ` define ${defines.join(', ')}`;
  return `create schema A(i int, k int, v double);
@Name('out') select * from A${window} match_recognize (
  measures ${names.map((name) => `${name} as ${name}`).join(', ')} ${skip}
  pattern (${rowPatternText(pattern)})${define});`;
}

interface Way2 {
  readonly backend: Backend;
  readonly restore: boolean;
}

/** What the engine gives for each row: the variable of each row of each match, `2:X 3:Y`. */
function engineMatches(text: string, rows: readonly TestRow[], { backend, restore }: Way2): Found {
  const { plan, diagnostics } = compileRules([{ file: 'a.epl', text }]);
  if (plan === null) throw new Error(`${text}\n${diagnostics.map((one) => one.title).join('\n')}`);
  const found: string[][] = [];
  const make = (startTime: number) =>
    new Shard({
      plan,
      startTime,
      backend,
      onRow(row) {
        const values = rowToJson(row, plan.statements[row.statement] as StatementPlan, plan);
        found.at(-1)?.push(labels(values as Record<string, unknown>));
      },
    });
  let shard = make(0);
  const admission = new Admission(plan);
  for (const [i, { k, v }] of rows.entries()) {
    found.push([]);
    const event = admission.admit(admission.typeIndex('A'), { i, k, v }, 0, i, i + 1);
    if (isRejection(event)) throw new Error(event.reason);
    shard.onEvent(event);
    if (!restore) continue;
    const snapshot = JSON.parse(JSON.stringify(shard.snapshot()));
    shard = make(shard.now);
    shard.restore(snapshot);
  }
  return found.map((one) => one.sort());
}

function labels(values: Record<string, unknown>): string {
  const parts = Object.entries(values).flatMap(([name, value]) => {
    const rows = (Array.isArray(value) ? value : value === null ? [] : [value]) as { i: number }[];
    return rows.map(({ i }) => ({ i, text: `${i}:${name}` }));
  });
  return parts
    .sort((a, b) => a.i - b.i)
    .map(({ text }) => text)
    .join(' ');
}

/** Every way to take rows that end with each row, by the row they begin with; null when they are too many to try. */
function allWays({ pattern, conditions }: RowRule, rows: readonly TestRow[]): (readonly Way[])[][] | null {
  const canBe = (name: string, row: number) => conditions.get(name)?.holds(rows, row) ?? true;
  const all: (readonly Way[])[][] = [];
  for (let end = 0; end < rows.length; end++) {
    const begins: (readonly Way[])[] = [];
    for (let begin = 0; begin <= end; begin++) {
      const ways = waysToTake(pattern, begin, end, canBe);
      if (ways === null) return null;
      begins.push(ways);
    }
    all.push(begins);
  }
  return all;
}

/** Variables that are taken for one row: also on several sides of a `|`, where they can take several and show the last. */
function singles(text: string): ReadonlySet<string> {
  const { plan } = compileRules([{ file: 'a.epl', text }]);
  const variables = plan?.statements[0]?.query.inputs[0]?.recognize?.variables ?? [];
  return new Set(variables.flatMap(({ name, isMultiple }) => (isMultiple ? [] : [name])));
}

/** Whether some way has two rows of a variable that shows one. */
function hidesRows(ways: readonly (readonly (readonly Way[])[])[], once: ReadonlySet<string>): boolean {
  const hides = ({ names }: Way) => names.some((name, i) => once.has(name) && names.indexOf(name) < i);
  return ways.flat(2).some(hides);
}

/** What shows of a way that begins with a row. */
function shown({ names }: Way, begin: number, once: ReadonlySet<string>): string {
  const parts = names.flatMap((name, i) =>
    once.has(name) && names.lastIndexOf(name) > i ? [] : [`${begin + i}:${name}`],
  );
  return parts.join(' ');
}

const WAYS: readonly Way2[] = [
  { backend: 'codegen', restore: false },
  { backend: 'interpreter', restore: false },
  { backend: 'codegen', restore: true },
];

test.each(WAYS)('all matches are all ways to take rows, $backend, restore $restore', (way) => {
  let compared = 0;
  const property = fc.property(rowRules(), rowHistories(), (rule, rows) => {
    const text = statementText(rule, '', 'all matches after match skip to current row');
    const ways = allWays(rule, rows);
    if (ways === null) return;
    const once = singles(text);
    const expected = ways.map((begins) =>
      begins.flatMap((list, begin) => list.map((one) => shown(one, begin, once))),
    );
    const found = engineMatches(text, rows, way);
    compared += found.flat().length;
    expect(found).toEqual(expected.map((one) => one.sort()));
  });
  fc.assert(property, { numRuns: 150 });
  expect(compared).toBeGreaterThan(100);
});

/** First and last row of a match. */
const ends = (text: string): string => {
  const at = text.split(' ').map((part) => part.split(':')[0]);
  return `${at[0]}-${at.at(-1)}`;
};

/** With `past last row` one match at a time; with `to next row` one for each beginning after the last one. */
function skipping(ways: (readonly Way[])[][], isPast: boolean): Found {
  let from = 0;
  return ways.map((begins, end) => {
    const open = begins.flatMap((list, begin) => (begin >= from && list.length > 0 ? [begin] : []));
    const chosen = isPast ? open.slice(0, 1) : open;
    if (chosen.length > 0) from = isPast ? end + 1 : (chosen.at(-1) as number) + 1;
    return chosen.map((begin) => `${begin}-${end}`);
  });
}

test.each([
  ['', true],
  ['after match skip past last row', true],
  ['after match skip to next row', false],
] as const)('`%s` goes on where it says', (skip, isPast) => {
  let compared = 0;
  const property = fc.property(rowRules(), rowHistories(), (rule, rows) => {
    const ways = allWays(rule, rows);
    if (ways === null) return;
    const expected = skipping(ways, isPast);
    const text = statementText(rule, '', skip);
    const found = engineMatches(text, rows, WAYS[0] as Way2);
    expect(found.map((one) => one.length)).toEqual(expected.map((one) => one.length));
    if (hidesRows(ways, singles(text))) return;
    compared += found.flat().length;
    expect(found.map((one) => one.map(ends).sort())).toEqual(expected.map((one) => [...one].sort()));
  });
  fc.assert(property, { numRuns: 150 });
  expect(compared).toBeGreaterThan(60);
});

test('a match ends with the window that its first row leaves', () => {
  let compared = 0;
  const property = fc.property(rowRules(), rowHistories(), (rule, rows) => {
    const ways = allWays(rule, rows);
    if (ways === null) return;
    const expected = ways.map((begins, end) =>
      begins.flatMap((list, begin) => (end - begin < 3 ? list.map(() => `${begin}-${end}`) : [])),
    );
    const text = statementText(rule, '#length(3)', 'all matches after match skip to current row');
    if (hidesRows(ways, singles(text))) return;
    const found = engineMatches(text, rows, WAYS[2] as Way2);
    compared += found.flat().length;
    expect(found.map((one) => one.map(ends).sort())).toEqual(expected.map((one) => one.sort()));
  });
  fc.assert(property, { numRuns: 150 });
  expect(compared).toBeGreaterThan(60);
});

test('the enumeration tries every way', () => {
  const one = (name: string, sign: '' | '*' | '+' | '?' = '') =>
    ({ op: 'variable', name, sign, bounds: null }) as const;
  const always = () => true;
  const names = (ways: readonly Way[] | null) => (ways ?? []).map((way) => way.names.join(''));
  const pattern = { op: 'sequence', children: [one('A', '+'), one('B', '*')] } as const;
  expect(names(waysToTake(pattern, 0, 2, always)).sort()).toEqual(['AAA', 'AAB', 'ABB']);
  const permuted = { op: 'permute', children: [one('X'), one('Y', '?')] } as const;
  expect(names(waysToTake(permuted, 0, 1, always)).sort()).toEqual(['XY', 'YX']);
});
