import { createReadStream, existsSync, globSync, statSync } from 'node:fs';
import { basename, extname } from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { LIMITS } from '../../engine/core/limits.ts';

/** One file, or standard input: a source of lines with numbers. */
export interface Split {
  readonly index: number;
  /** Base name, made unique; part of alert ids. */
  readonly name: string;
  /** Path as given; `-` for standard input. */
  readonly path: string;
  readonly format: 'jsonl' | 'csv';
  /** Event type of all records, from `Type=path`; null: the records say. */
  readonly type: string | null;
}

/** A line with its 1-based number; `text` null: longer than the limit. */
export interface Line {
  readonly number: number;
  readonly text: string | null;
}

/**
 * The splits of paths and globs, in the order given (matches of a glob by name), or what is missing. `Type=path` gives
 * the event type of a file; `format` overrides what the extension says.
 */
export function openSplits(
  specs: readonly string[],
  format: 'jsonl' | 'csv' | null = null,
): { splits: Split[] } | { missing: string[] } {
  const missing: string[] = [];
  const found = specs.flatMap((spec) => {
    const [, type, path] = /^([A-Za-z_]\w*)=(.+)$/s.exec(spec) ?? [null, null, spec];
    return pathsOf(path as string, missing).map((one) => ({ path: one, type: type ?? null }));
  });
  if (missing.length > 0) return { missing };
  const used = new Map<string, number>();
  const splits = found.map(({ path, type }, index) => {
    const base = path === '-' ? 'stdin' : basename(path);
    const count = (used.get(base) ?? 0) + 1;
    used.set(base, count);
    const name = count === 1 ? base : `${base}#${count}`;
    return { index, path, name, type, format: format ?? formatOf(path) };
  });
  return { splits };
}

function pathsOf(path: string, missing: string[]): string[] {
  if (path === '-') return [path];
  if (existsSync(path)) {
    if (!statSync(path).isDirectory()) return [path];
    missing.push(`${path}: is a directory; name the files in it, for example '${path}/*.jsonl'`);
    return [];
  }
  const found = globSync(path).sort();
  if (found.length === 0) missing.push(`${path}: no such file`);
  return found;
}

function formatOf(path: string): 'jsonl' | 'csv' {
  return /\.(csv|tsv|txt)(\.gz|\.zst)?$/i.test(path) ? 'csv' : 'jsonl';
}

/**
 * Records of a split in batches, one batch a chunk read: its lines, where a quoted cell of CSV may span several; blank
 * lines are left out. Throws what the file system throws.
 */
export async function* readLines(split: Split): AsyncGenerator<Line[]> {
  const joiner = new RecordJoiner(split.format === 'csv');
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  for await (const chunk of open(split)) {
    const parts = (rest + decoder.decode(chunk as Buffer, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    const lines: Line[] = [];
    for (const part of parts) joiner.take(part, lines);
    if (rest.length > LIMITS.eventBytesMax) {
      // Only the fact that it is too long is kept of a line that does not end.
      joiner.skip();
      rest = '';
    }
    if (lines.length > 0) yield lines;
  }
  const last: Line[] = [];
  joiner.end(rest, last);
  if (last.length > 0) yield last;
}

/** Makes records of lines. */
class RecordJoiner {
  private readonly joins: boolean;
  private number = 0;
  private skipping = false;
  /** A record whose quoted cell is not closed yet, and the line it began in. */
  private open = '';
  private openLine = 0;

  constructor(joins: boolean) {
    this.joins = joins;
  }

  /** The line that is being read is too long. */
  skip(): void {
    this.skipping = true;
  }

  take(text: string, into: Line[]): void {
    this.number++;
    const line = text.endsWith('\r') ? text.slice(0, -1) : text;
    // Only the new line is counted: a quote that is never closed must not cost the square of its length.
    const isOpen = hasOddQuotes(line) !== this.openLine > 0;
    const whole = this.openLine === 0 ? line : `${this.open}\n${line}`;
    const first = this.openLine === 0 ? this.number : this.openLine;
    if (this.skipping || whole.length > LIMITS.eventBytesMax) {
      into.push({ number: first, text: null });
      this.openLine = 0;
    } else if (this.joins && isOpen) {
      this.open = whole;
      this.openLine = first;
    } else {
      if (whole.trim() !== '') into.push({ number: first, text: whole });
      this.openLine = 0;
    }
    this.skipping = false;
  }

  /** The text ends with `rest`; a quote that is still open ends with it. */
  end(rest: string, into: Line[]): void {
    if (rest !== '' || this.skipping) this.take(rest, into);
    if (this.openLine > 0) into.push({ number: this.openLine, text: this.open });
    this.openLine = 0;
  }
}

function hasOddQuotes(text: string): boolean {
  let count = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) count++;
  return count % 2 === 1;
}

function open(split: Split): Readable {
  if (split.path === '-') return process.stdin;
  const file = createReadStream(split.path, { highWaterMark: 1 << 20 });
  const extension = extname(split.path);
  if (extension !== '.gz' && extension !== '.zst') return file;
  const decompress = extension === '.gz' ? createGunzip() : createZstdDecompress();
  file.on('error', (error) => decompress.destroy(error));
  return file.pipe(decompress);
}
