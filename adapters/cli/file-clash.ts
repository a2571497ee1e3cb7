import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** A file of a run under the name that the user gave it. */
export interface NamedFile {
  /** How the user knows it: `--out`, `the events`. */
  readonly role: string;
  readonly path: string;
}

/**
 * What is wrong when a file that is written is also read, or is written by two options: opening it would destroy what it
 * holds. Null when nothing is. Devices and pipes do not count: `/dev/null` may be named often.
 */
export function fileClash(written: readonly NamedFile[], read: readonly NamedFile[]): string | null {
  const known = new Map<string, NamedFile>();
  for (const file of read) {
    const place = placeOf(file.path);
    if (place !== null) known.set(place, file);
  }
  for (const file of written) {
    const place = placeOf(file.path);
    if (place === null) continue;
    const other = known.get(place);
    if (other !== undefined) return `${file.role} and ${other.role} are one file, ${file.path}`;
    known.set(place, file);
  }
  return null;
}

/** The first two of these paths that are one file; null: there are none. */
export function sameFile(paths: readonly string[]): readonly [string, string] | null {
  const known = new Map<string, string>();
  for (const path of paths) {
    const place = placeOf(path);
    if (place === null) continue;
    const other = known.get(place);
    if (other !== undefined) return [other, path];
    known.set(place, path);
  }
  return null;
}

/** The same text for all paths of one file, which may not exist yet; null for what is no file. */
function placeOf(path: string): string | null {
  if (path === '-' || path === '<stdin>') return null;
  try {
    const found = statSync(path, { throwIfNoEntry: false, bigint: true });
    if (found !== undefined) return found.isFile() ? `${found.dev}:${found.ino}` : null;
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    return resolve(path);
  }
}
