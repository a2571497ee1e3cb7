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
}

/** A line with its 1-based number; `text` null: longer than the limit. */
export interface Line {
  readonly number: number;
  readonly text: string | null;
}

/** The splits of paths and globs, in the order given (matches of a glob by name), or what is missing. */
export function openSplits(specs: readonly string[]): { splits: Split[] } | { missing: string[] } {
  const missing: string[] = [];
  const paths = specs.flatMap((spec) => {
    if (spec === '-') return [spec];
    if (existsSync(spec)) {
      if (statSync(spec).isFile()) return [spec];
      missing.push(`${spec}: is a directory; name the files in it, for example '${spec}/*.jsonl'`);
      return [];
    }
    const found = globSync(spec).sort();
    if (found.length === 0) missing.push(`${spec}: no such file`);
    return found;
  });
  if (missing.length > 0) return { missing };
  const used = new Map<string, number>();
  const splits = paths.map((path, index) => {
    const base = path === '-' ? 'stdin' : basename(path);
    const count = (used.get(base) ?? 0) + 1;
    used.set(base, count);
    return { index, path, name: count === 1 ? base : `${base}#${count}` };
  });
  return { splits };
}

/** Lines of a split in batches, one batch a chunk read; blank lines are left out. Throws what the file system throws. */
export async function* readLines(split: Split): AsyncGenerator<Line[]> {
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  let number = 0;
  let skipping = false;
  const take = (text: string, into: Line[]) => {
    number++;
    const line = text.endsWith('\r') ? text.slice(0, -1) : text;
    if (skipping || line.length > LIMITS.eventBytesMax) into.push({ number, text: null });
    else if (line.trim() !== '') into.push({ number, text: line });
    skipping = false;
  };
  for await (const chunk of open(split)) {
    const parts = (rest + decoder.decode(chunk as Buffer, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    const lines: Line[] = [];
    for (const part of parts) take(part, lines);
    if (rest.length > LIMITS.eventBytesMax) {
      // Only the fact that it is too long is kept of a line that does not end.
      skipping = true;
      rest = '';
    }
    if (lines.length > 0) yield lines;
  }
  const last: Line[] = [];
  if (rest !== '' || skipping) take(rest, last);
  if (last.length > 0) yield last;
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
