import { existsSync, globSync, statSync } from 'node:fs';
import { basename } from 'node:path';

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
