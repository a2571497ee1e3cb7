import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { RuleSource } from '../../rules/index.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';

/**
 * Reads rule files: files as given, all *.epl files below folders by name, matches of globs, `-` for standard input.
 * Fails when a path is not there or there is no rule file at all.
 */
export function readRuleFiles(paths: readonly string[]): RuleSource[] {
  const files = [...new Set(paths.flatMap(filesOf))];
  if (files.length === 0) fail(`${paths.join(', ')}: no *.epl files there`);
  return files.map((file) => ({ file: file === '-' ? '<stdin>' : file, text: readText(file) }));
}

function filesOf(path: string): string[] {
  if (path === '-') return [path];
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory();
  if (isFolder === false) return [path];
  if (isFolder === true) {
    return globSync('**/*.epl', { cwd: path, exclude: ['**/node_modules/**'] })
      .sort()
      .map((one) => join(path, one));
  }
  const found = globSync(path)
    .filter((one) => statSync(one).isFile())
    .sort();
  return found.length > 0 ? found : fail(`${path}: no such file or directory`);
}

function readText(file: string): string {
  try {
    const bytes = readFileSync(file === '-' ? 0 : file);
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    if (name === 'TypeError') return fail(`${file}: not UTF-8 text`);
    return fail(`${file}: cannot be read (${code})`);
  }
}

function fail(message: string): never {
  throw new CommandFailure(EXIT.failed, message);
}
