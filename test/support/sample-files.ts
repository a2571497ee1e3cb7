import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { inOrder, type PlainEvent } from './reference/plain-event.ts';

/** The text of a file, decompressed when its name says so. */
export function readText(path: string): string {
  const bytes = readFileSync(path);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

/** What a sample's files hold, told apart without the engine. */
export interface SampleContent {
  /** In order of time, file, line. */
  readonly events: readonly PlainEvent[];
  readonly admitted: number;
  readonly late: number;
  readonly rejected: number;
  /** Greatest event time, epoch ms. */
  readonly end: number;
}

/**
 * Reads the files of a sample with their lateness: a line is late when its time is earlier than the greatest
 * time before it in its file minus the bound. `read` gives the fields of a line, null for one that is no
 * event.
 */
export function readSample(
  paths: readonly string[],
  boundMs: number,
  timeOf: (fields: { readonly [name: string]: unknown }) => number,
  types: ReadonlySet<string>,
): SampleContent {
  const events: PlainEvent[] = [];
  const counts = { late: 0, rejected: 0 };
  paths.forEach((path, split) => {
    let greatest = Number.NEGATIVE_INFINITY;
    for (const { line, fields } of linesOf(path)) {
      const type = fields?.type;
      const time = fields === null ? Number.NaN : timeOf(fields);
      if (fields === null || typeof type !== 'string' || !types.has(type) || Number.isNaN(time)) {
        counts.rejected++;
      } else if (time < greatest - boundMs) counts.late++;
      else {
        greatest = Math.max(greatest, time);
        events.push({ type, time, split, offset: line, fields });
      }
    }
  });
  const end = events.reduce((latest, { time }) => Math.max(latest, time), Number.NEGATIVE_INFINITY);
  return { events: inOrder(events), admitted: events.length, ...counts, end };
}

interface ParsedLine {
  readonly line: number;
  readonly fields: { readonly [name: string]: unknown } | null;
}

/** The lines of a JSON Lines or CSV file (no quotes in it), with their numbers. */
export function linesOf(path: string): ParsedLine[] {
  const lines = readText(path).trimEnd().split('\n');
  if (!path.endsWith('.csv')) {
    return lines.map((text, i) => ({ line: i + 1, fields: parseJson(text) }));
  }
  const header = (lines[0] as string).split(',');
  return lines.slice(1).map((text, i) => {
    const cells = text.split(',').map((cell) => (cell === '' ? null : isNumber(cell) ? Number(cell) : cell));
    return { line: i + 2, fields: Object.fromEntries(header.map((name, at) => [name, cells[at]])) };
  });
}

function parseJson(text: string): ParsedLine['fields'] {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isNumber(cell: string): boolean {
  return /^-?\d+(\.\d+)?$/.test(cell);
}
