import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type RealSet, type Row, SETS } from './real-data/sets.ts';
import { readCsv } from './support/csv.ts';
import { asLines, type Finding, inOrder, type PlainEvent } from './support/reference/plain-event.ts';
import { accountOf, cepheid, ROOT } from './support/replay-command.ts';
import { readText } from './support/sample-files.ts';

/**
 * The rule packs on real and widely published streams. The data stand beside the repository, never in it: set
 * CEPHEID_SHARED to the folder that holds `data`. What the rules must find is worked out here from the raw
 * rows.
 */
const DATA = join(process.env.CEPHEID_SHARED ?? join(ROOT, '../shared'), 'data');
const folder = mkdtempSync(join(tmpdir(), 'cepheid-real-'));
afterAll(() => rmSync(folder, { recursive: true }));

const MISSING = existsSync(DATA) ? '' : ` (skipped: there is no ${DATA}; set CEPHEID_SHARED)`;

if (MISSING !== '') console.warn(`test/real-data.test.ts${MISSING}`);

describe.skipIf(MISSING !== '')(`rule packs on recorded real streams${MISSING}`, () => {
  const runs = SETS.flatMap((set) => set.bounds.map((bound, i) => ({ set, bound, all: i === 0 })));
  test.each(runs)('$set.name (bound $bound.text)', ({ set, bound, all }) => {
    const splits = set.files.map((file) => readRows(set, file));
    const late = new Set(splits.flatMap((rows) => lateRows(rows, set, bound.ms)));
    const events = inOrder(splits.flatMap((rows, split) => seen(rows, set, split, late)));
    const end = events.reduce((latest, { time }) => Math.max(latest, time), Number.NEGATIVE_INFINITY);
    const expected = set.detectors.flatMap((detect) => detect(events, end));
    const read = splits.reduce((sum, rows) => sum + rows.length, 0);
    const out = join(folder, 'alerts.jsonl');
    const inputs = splits.map((rows, i) => sendRows(rows, set, i));
    const rules = set.rules.flatMap((path) => ['--rules', path]);
    const result = cepheid(['replay', ...rules, '--out-of-order', bound.text, '--out', out, ...inputs]);
    expect(result.code, result.err).toBe(0);
    expect(accountOf(result.err)).toEqual({
      ...{ read, admitted: read - late.size, late: late.size, rejected: 0, quarantined: 0 },
    });
    const alerts = readText(out)
      .split('\n')
      .filter((line) => line !== '');
    const found = alerts.map((line) => JSON.parse(line) as Finding & { values: Record<string, unknown> });
    expect(asLines(found)).toEqual(asLines(expected));
    if (!all) {
      expect(late.size).toBeGreaterThan(0);
      return;
    }
    expect(late.size).toBe(0);
    expect(countByRule(found)).toEqual(set.counts);
    if (set.labelled === undefined) return;
    const { rule, column, value, count } = set.labelled;
    expect(found.filter((one) => one.rule === rule && one.values[column] === value).length).toBe(count);
  });
});

interface FileRow {
  readonly row: Row;
  /** Name of the file without its ending. */
  readonly file: string;
  /** Line number in what is replayed. */
  readonly line: number;
}

function readRows(set: RealSet, path: string): FileRow[] {
  const { separator, columns } = set;
  const file = (path.split('/').at(-1) as string).replace(/\..*$/, '');
  const options = {
    ...(separator === undefined ? {} : { separator }),
    ...(columns === undefined ? {} : { columns }),
  };
  return readCsv(join(DATA, path), options).map((row, i) => ({ row, file, line: i + 1 }));
}

/** The rows earlier than the greatest time before them in their file minus the bound. */
function lateRows(rows: readonly FileRow[], set: RealSet, boundMs: number): FileRow[] {
  let greatest = Number.NEGATIVE_INFINITY;
  return rows.filter(({ row }) => {
    const time = set.timeOf(row);
    if (time < greatest - boundMs) return true;
    greatest = Math.max(greatest, time);
    return false;
  });
}

function seen(
  rows: readonly FileRow[],
  set: RealSet,
  split: number,
  late: ReadonlySet<FileRow>,
): PlainEvent[] {
  return rows.flatMap((one) => {
    if (late.has(one)) return [];
    const time = set.timeOf(one.row);
    return set.see(one.row, one.file).map((event) => ({ ...event, time, split, offset: one.line }));
  });
}

/** Writes the rows as JSON Lines and gives the path. */
function sendRows(rows: readonly FileRow[], set: RealSet, split: number): string {
  const path = join(folder, `split-${split}.jsonl`);
  writeFileSync(path, rows.map(({ row, file }) => `${JSON.stringify(set.send(row, file))}\n`).join(''));
  return path;
}

function countByRule(findings: readonly Finding[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { rule } of findings) counts[rule] = (counts[rule] ?? 0) + 1;
  return counts;
}
