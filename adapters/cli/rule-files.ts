import { closeSync, globSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LIMITS } from '../../engine/core/limits.ts';
import type { RuleSource } from '../../rules/index.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';

/** A longer file cannot be a rule file, and is not read to its end, which it may not have. */
const BYTES_MAX = 4 * LIMITS.ruleFileCharsMax;

/**
 * Reads rule files: files as given, all *.epl files below folders by name, matches of globs, `-` for standard input.
 * Fails when a path is not there or there is no rule file at all.
 */
export function readRuleFiles(paths: readonly string[]): RuleSource[] {
  const files = new Map<string, string>();
  for (const file of paths.flatMap(filesOf)) {
    const place = file === '-' ? file : resolve(file);
    if (!files.has(place)) files.set(place, file);
  }
  if (files.size === 0) fail(`${paths.join(', ')}: no *.epl files there`);
  return [...files.values()].map((file) => ({
    file: file === '-' ? '<stdin>' : file,
    text: readText(file),
  }));
}

function filesOf(path: string): string[] {
  if (path === '') throw new CommandFailure(EXIT.usage, 'a path is empty');
  if (path === '-') return [path];
  const found = tryStat(path);
  if (found?.isDirectory() === true) {
    return globSync('**/*.epl', { cwd: path, exclude: ['**/node_modules/**'] })
      .sort()
      .map((one) => join(path, one));
  }
  if (found !== null) return [path];
  const matches = globSync(path)
    .filter((one) => tryStat(one)?.isDirectory() !== true)
    .sort();
  return matches.length > 0 ? matches : fail(`${path}: no such file or directory`);
}

/** Null where nothing is, or nothing that can be reached. */
function tryStat(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

function readText(file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readBytes(file));
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    const { code, name } = error as NodeJS.ErrnoException;
    if (name === 'TypeError') return fail(`${file}: not UTF-8 text`);
    return fail(`${file}: cannot be read (${code})`);
  }
}

function readBytes(file: string): Buffer {
  const fd = file === '-' ? 0 : openSync(file, 'r');
  try {
    const pieces: Buffer[] = [];
    for (let size = 0; ; ) {
      const piece = Buffer.allocUnsafe(65_536);
      const count = readPiece(fd, piece);
      if (count === 0) return Buffer.concat(pieces);
      pieces.push(piece.subarray(0, count));
      size += count;
      if (size > BYTES_MAX) {
        fail(
          `${file}: a rule file has at most ${LIMITS.ruleFileCharsMax} characters; split it into several files`,
        );
      }
    }
  } finally {
    if (fd !== 0) closeSync(fd);
  }
}

/** Reads what there is, waiting for it also where standard input does not. */
function readPiece(fd: number, piece: Buffer): number {
  for (;;) {
    try {
      return readSync(fd, piece);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(PAUSE, 0, 0, 10);
    }
  }
}

const PAUSE = new Int32Array(new SharedArrayBuffer(4));

function fail(message: string): never {
  throw new CommandFailure(EXIT.failed, message);
}
