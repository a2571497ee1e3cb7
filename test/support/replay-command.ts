import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** The repository; commands run in it, so the paths of rule files in alerts do not depend on the machine. */
export const ROOT = join(import.meta.dirname, '../..');

/** How a run of the command ended. */
export interface CommandResult {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs `cepheid` in the repository. */
export function cepheid(args: readonly string[]): CommandResult {
  const result = spawnSync(process.execPath, ['bin/cepheid.mjs', ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

/** What became of the lines of a replay. */
export interface Account {
  readonly read: number;
  readonly admitted: number;
  readonly late: number;
  readonly rejected: number;
  readonly quarantined: number;
}

/** Reads the account in a replay's summary; throws when there is none or it does not add up. */
export function accountOf(err: string): Account {
  const pattern = /(\d+) events read = (\d+) admitted \+ (\d+) late \+ (\d+) rejected \+ (\d+) quarantined/;
  const found = pattern.exec(err);
  if (found === null) throw new Error(`no account in: ${err}`);
  const [read, admitted, late, rejected, quarantined] = found.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  if (read !== admitted + late + rejected + quarantined) throw new Error(`does not add up: ${found[0]}`);
  return { read, admitted, late, rejected, quarantined };
}
