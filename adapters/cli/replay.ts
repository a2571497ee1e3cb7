import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { styleText } from 'node:util';
import type { Alert } from '../../engine/alert/alert.ts';
import { alertToLine } from '../../engine/alert/build-alert.ts';
import { parseDuration } from '../../engine/time/duration.ts';
import { formatTimestamp } from '../../engine/time/timestamp.ts';
import { compileRules, renderDiagnostics } from '../../rules/index.ts';
import { type ReplayAccount, replay } from '../replay/replay.ts';
import { openSplits } from '../sources/lines.ts';
import { readRuleFiles } from './rule-files.ts';

interface Options {
  readonly rules: string[];
  readonly out?: string;
  readonly format?: 'pretty' | 'jsonl';
  readonly outOfOrder: string;
  readonly maxGap?: string;
  readonly typeField: string;
  readonly rejects?: string;
  readonly maxBad?: string;
  readonly statement?: string[];
  readonly quiet?: boolean;
}

/** Lines left out that are shown when they go to no file. */
const SHOWN_MAX = 3;

/** `cepheid replay`: runs recorded events through rules; gives the exit code. */
export async function replayCommand(events: readonly string[], options: Options): Promise<number> {
  const outOfOrderMs = parseDuration(options.outOfOrder);
  const maxGapMs = options.maxGap === undefined ? null : parseDuration(options.maxGap);
  const maxBad = options.maxBad === undefined ? Number.POSITIVE_INFINITY : Number(options.maxBad);
  if (Number.isNaN(outOfOrderMs) || Number.isNaN(maxGapMs ?? 0) || Number.isNaN(maxBad)) {
    return problem('a duration is written 250ms, 5s or 1h30m, and --max-bad takes a number', 2);
  }
  const read = readRuleFiles(options.rules);
  if ('error' in read) return problem(read.error, 1);
  const { plan, diagnostics } = compileRules(read.sources);
  if (diagnostics.length > 0) {
    const textOf = (file: string) => read.sources.find((source) => source.file === file)?.text;
    process.stderr.write(
      `${renderDiagnostics(diagnostics, textOf, { color: process.stderr.hasColors?.() ?? false })}\n`,
    );
  }
  if (plan === null) return 1;
  const statements = new Set(options.statement ?? []);
  for (const name of statements) {
    if (!plan.statements.some((one) => one.name === name))
      return problem(`there is no statement \`${name}\``, 2);
  }
  const opened = openSplits(events);
  if ('missing' in opened) return problem(opened.missing.join('\n  '), 1);
  const alerts = options.out === undefined || options.out === '-' ? null : openFile(options.out);
  const rejects = options.rejects === undefined ? null : openFile(options.rejects);
  const format =
    options.format ?? (options.out === '-' || process.stdout.isTTY !== true ? 'jsonl' : 'pretty');
  let shown = 0;
  const account = await replay({
    plan,
    splits: opened.splits,
    outOfOrderMs,
    maxGapMs,
    typeField: options.typeField,
    statements,
    onAlert(alert) {
      if (alerts !== null) alerts.write(`${alertToLine(alert)}\n`);
      if (alerts === null || options.format !== undefined) {
        process.stdout.write(format === 'jsonl' ? `${alertToLine(alert)}\n` : prettyAlert(alert));
      }
    },
    onRow(statement, time, row) {
      process.stdout.write(`${JSON.stringify({ statement, time, row })}\n`);
    },
    onLeftOut(kind, split, line, reason) {
      const { number, text } = line;
      if (rejects !== null) {
        const raw = text?.slice(0, 4096) ?? null;
        rejects.write(`${JSON.stringify({ kind, file: split.path, line: number, reason, raw })}\n`);
      } else if (shown++ < SHOWN_MAX)
        process.stderr.write(`${split.path}:${number}: ${kind}: ${visible(reason)}\n`);
    },
  });
  for (const file of [alerts, rejects]) if (file !== null) await close(file);
  if (options.quiet !== true) process.stderr.write(summary(account, rejects === null ? shown : 0));
  if (account.rejected > maxBad)
    return problem(`${account.rejected} lines rejected, --max-bad allows ${maxBad}`, 4);
  return 0;
}

function openFile(path: string): WriteStream {
  const file = createWriteStream(path);
  // The failure is reported by `close`, when all writes are known.
  file.on('error', () => {});
  return file;
}

async function close(file: WriteStream): Promise<void> {
  file.end();
  try {
    await finished(file);
  } catch (error) {
    throw new Error(
      `cannot write ${String(file.path)}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function problem(text: string, code: number): number {
  process.stderr.write(`cepheid replay: ${text}\n`);
  return code;
}

function prettyAlert(alert: Alert): string {
  const title = `${formatTimestamp(alert.time)}  ${alert.severity.toUpperCase()}  ${visible(alert.rule)}`;
  const events = alert.events.map(({ type, split, offset, fields }) => {
    return `    ${split}:${offset}  ${type} ${visible(JSON.stringify(fields))}\n`;
  });
  return `${styleText('bold', title)}\n  ${visible(alert.summary)}\n${events.join('')}\n`;
}

/** Text from events must not steer the terminal. */
function visible(text: string): string {
  return text.replace(/\p{Cc}/gu, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function summary(account: ReplayAccount, shown: number): string {
  const { read, admitted, late, rejected, quarantined, alerts, from, to } = account;
  const more =
    shown > SHOWN_MAX ? `  (${shown - SHOWN_MAX} more lines left out; --rejects FILE keeps them all)\n` : '';
  const range =
    from === null || to === null ? '' : `  event time ${formatTimestamp(from)} to ${formatTimestamp(to)}\n`;
  const sum = `${admitted} admitted + ${late} late + ${rejected} rejected + ${quarantined} quarantined`;
  return `${more}${read} events read = ${sum}\n${range}  ${alerts} alerts\n`;
}
