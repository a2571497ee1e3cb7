import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { RuleSource } from '../../rules/index.ts';

/** Reads rule files; a directory stands for all *.epl files below it, by name. */
export function readRuleFiles(paths: readonly string[]): { sources: RuleSource[] } | { error: string } {
  const files: string[] = [];
  for (const path of paths) {
    if (!existsSync(path)) return { error: `${path}: no such file or directory` };
    if (statSync(path).isDirectory()) {
      files.push(
        ...globSync('**/*.epl', { cwd: path })
          .sort()
          .map((one) => join(path, one)),
      );
    } else files.push(path);
  }
  if (files.length === 0) return { error: `${paths.join(', ')}: no *.epl files there` };
  return { sources: [...new Set(files)].map((file) => ({ file, text: readFileSync(file, 'utf8') })) };
}
