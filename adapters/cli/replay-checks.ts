import type { RuleSource } from '../../rules/index.ts';
import type { Split } from '../sources/splits.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { fileClash } from './file-clash.ts';
import { durationTicks, timeTicks } from './option-values.ts';
import type { ReplayCommandOptions } from './replay.ts';

/** Options that contradict each other, or lack what they need, end the command before anything is read. */
export function checkOptions(options: ReplayCommandOptions, events: readonly string[]): void {
  const { rules = [] } = options;
  if (rules.length === 0)
    throw new CommandFailure(EXIT.usage, '--rules PATH is missing: cepheid replay --rules PATH EVENTS…');
  const paths = [...rules, ...events, options.out, options.rejects, options.lateFile];
  if (paths.includes('')) throw new CommandFailure(EXIT.usage, 'a path is empty');
  const times = timesOf(options);
  const { late, lateFile, quiet, summary, webhook } = options;
  const lone = Object.entries({
    '--webhook-secret-file': options.webhookSecretFile,
    '--webhook-secret-env': options.webhookSecretEnv,
    '--allow-private': options.allowPrivate,
    '--deliver': options.deliver,
  }).find(([, value]) => value !== undefined);
  const problem =
    late === 'file' && lateFile === undefined
      ? '--late file needs --late-file FILE'
      : lateFile !== undefined && late !== undefined && late !== 'file'
        ? `--late-file goes with --late file, not with --late ${late}`
        : times.from >= times.to
          ? '--from must be before --to'
          : rules.includes('-') && events.includes('-')
            ? 'rules and events cannot both come from standard input'
            : events.filter((one) => one === '-' || one.endsWith('=-')).length > 1
              ? 'standard input can be named once'
              : (options.query?.length ?? 0) > 0 && options.workers > 1
                ? '--query asks one process: leave out --workers'
                : quiet === true && summary === 'json'
                  ? '--quiet and --summary json exclude each other'
                  : webhook === undefined && lone !== undefined
                    ? `${lone[0]} goes with --webhook URL`
                    : null;
  if (problem !== null) throw new CommandFailure(EXIT.usage, problem);
}

/** The options about the times of events, in ticks; fails where the clock cannot count one. */
export function timesOf({ outOfOrder, maxGap, from, to, timeUnit }: ReplayCommandOptions) {
  return {
    outOfOrder: durationTicks(outOfOrder, '--out-of-order', timeUnit),
    maxGap: maxGap === undefined ? null : durationTicks(maxGap, '--max-gap', timeUnit),
    from: from === undefined ? Number.NEGATIVE_INFINITY : timeTicks(from, '--from', timeUnit),
    to: to === undefined ? Number.POSITIVE_INFINITY : timeTicks(to, '--to', timeUnit),
  };
}

/** A run must not write over what it reads, nor over its own results. */
export function checkFiles(
  options: ReplayCommandOptions,
  splits: readonly Split[],
  sources: readonly RuleSource[],
): void {
  const { out, rejects, lateFile, webhook, deliver, deadLetters } = options;
  const written = Object.entries({
    '--out': out,
    '--rejects': rejects,
    '--late-file': lateFile,
    '--dead-letters': webhook !== undefined && deliver === true ? deadLetters : undefined,
  }).flatMap(([role, path]) => (path === undefined ? [] : [{ role, path }]));
  const read = [
    ...splits.map(({ path }) => ({ role: 'the events', path })),
    ...sources.map(({ file }) => ({ role: 'the rules', path: file })),
  ];
  const clash = fileClash(written, read);
  if (clash !== null) throw new CommandFailure(EXIT.usage, clash);
}
