import { parseDuration } from '../../engine/time/duration.ts';
import { formatTimestamp } from '../../engine/time/timestamp.ts';
import { compileRules, renderDiagnostics } from '../../rules/index.ts';
import { type ReplayAccount, replay } from '../replay/replay.ts';
import { printable } from '../sinks/printable.ts';
import { openSplits } from '../sources/lines.ts';
import { Outputs } from './outputs.ts';
import { readRuleFiles } from './rule-files.ts';
import { openWebhook, type WebhookFlags } from './webhook.ts';

interface Options extends WebhookFlags {
  readonly rules: string[];
  readonly out?: string;
  readonly format?: 'pretty' | 'jsonl';
  readonly outOfOrder: string;
  readonly maxGap?: string;
  readonly typeField: string;
  readonly inputFormat?: 'jsonl' | 'csv';
  readonly rejects?: string;
  readonly maxBad?: string;
  readonly statement?: string[];
  readonly limit?: string;
  readonly quiet?: boolean;
}

/** Lines left out that are shown when they go to no file. */
const SHOWN_MAX = 3;

/** `cepheid replay`: runs recorded events through rules; gives the exit code. */
export async function replayCommand(events: readonly string[], options: Options): Promise<number> {
  const outOfOrderMs = parseDuration(options.outOfOrder);
  const maxGapMs = options.maxGap === undefined ? null : parseDuration(options.maxGap);
  const maxBad = Number(options.maxBad ?? Number.POSITIVE_INFINITY);
  const limit = Number(options.limit ?? Number.POSITIVE_INFINITY);
  if (Number.isNaN(outOfOrderMs) || Number.isNaN(maxGapMs ?? 0)) {
    return problem('a duration is written 250ms, 5s or 1h30m', 2);
  }
  if (Number.isNaN(maxBad) || Number.isNaN(limit)) return problem('--max-bad and --limit take a number', 2);
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
  const opened = openSplits(events, options.inputFormat ?? null);
  if ('missing' in opened) return problem(opened.missing.join('\n  '), 1);
  const delivery = await openWebhook(options);
  if (delivery !== null && 'error' in delivery) return problem(delivery.error, 2);
  const toFile = options.out !== undefined && options.out !== '-';
  const usual = options.out === '-' || process.stdout.isTTY !== true ? 'jsonl' : 'pretty';
  const outputs = await Outputs.open({
    plan,
    out: toFile ? (options.out as string) : null,
    rejects: options.rejects ?? null,
    format: options.format ?? (toFile ? null : usual),
    delivery,
    limit,
  });
  let shown = 0;
  const account = await replay({
    plan,
    splits: opened.splits,
    outOfOrderMs,
    maxGapMs,
    typeField: options.typeField,
    statements,
    onAlert: (alert) => outputs.alert(alert),
    onRow: (row) => outputs.row(row),
    onLeftOut(kind, split, { number, text }, reason) {
      if (options.rejects !== undefined) {
        const raw = text?.slice(0, 4096) ?? null;
        outputs.reject({ kind, file: split.path, line: number, reason, raw });
      } else if (shown++ < SHOWN_MAX) {
        process.stderr.write(`${split.path}:${number}: ${kind}: ${printable(reason)}\n`);
      }
    },
    settle: () => outputs.settle(),
  });
  await outputs.close();
  const delivered = delivery === null ? null : await delivery.drain();
  await delivery?.close();
  if (options.quiet !== true) process.stderr.write(summary(account, shown));
  if (delivered !== null) {
    process.stderr.write(
      `  webhook: ${delivered.delivered} delivered, ${delivered.dead} to ${options.deadLetters}\n`,
    );
  } else if (options.webhook !== undefined) {
    process.stderr.write(
      `  webhook: nothing sent; with --deliver ${account.alerts} alerts would have been\n`,
    );
  }
  if (delivered !== null && delivered.dead > 0) return 5;
  if (account.rejected > maxBad)
    return problem(`${account.rejected} lines rejected, --max-bad allows ${maxBad}`, 4);
  return 0;
}

function problem(text: string, code: number): number {
  process.stderr.write(`cepheid replay: ${text}\n`);
  return code;
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
