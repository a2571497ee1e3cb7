import { statSync } from 'node:fs';
import { type JudgeAccount, NOTHING_READ } from '../../engine/cluster/chunk-judge.ts';
import { DEFAULT_RULE_LIMITS, type LimitPolicy, type RuleLimits } from '../../engine/core/limits.ts';
import type { Plan, StatementPlan } from '../../engine/plan/plan.ts';
import { compileRules, type RuleSource } from '../../rules/index.ts';
import type { WebhookDelivery } from '../delivery/webhook-delivery.ts';
import { type Log, type LogLevel, NO_LOG, openLog } from '../log/log.ts';
import { type LeftOut, type ReplayOptions, replay } from '../replay/replay.ts';
import type { OutRow } from '../replay/shard-worker.ts';
import { printable } from '../sinks/printable.ts';
import type { Split } from '../sources/splits.ts';
import { diagnosticsText } from './diagnostics.ts';
import { DroppedCounts } from './dropped-counts.ts';
import { findSplits } from './event-files.ts';
import { CommandFailure, EXIT, errorText } from './exit-codes.ts';
import { sameFile } from './file-clash.ts';
import { Interrupts } from './interrupts.ts';
import { type LanguageOptions, languageSettings } from './language-options.ts';
import { Outputs, type StdoutFormat } from './outputs.ts';
import { Progress } from './progress.ts';
import { compileQueries } from './queries.ts';
import { checkFiles, checkOptions, timesOf } from './replay-checks.ts';
import { readRuleFiles } from './rule-files.ts';
import { type ReplaySummary, summaryJson, summaryText, type WebhookSummary } from './summary.ts';
import { openWebhook, type WebhookFlags } from './webhook.ts';

/** Options of `cepheid replay`. */
export interface ReplayCommandOptions extends WebhookFlags, LanguageOptions {
  readonly rules?: readonly string[];
  readonly out?: string;
  readonly format?: StdoutFormat;
  readonly statement?: readonly string[];
  readonly query?: readonly string[];
  readonly limit?: number;
  readonly summary: 'text' | 'json';
  readonly quiet?: boolean;
  readonly inputFormat?: 'jsonl' | 'csv';
  readonly typeField: string;
  readonly from?: string;
  readonly to?: string;
  readonly onBad: 'reject' | 'fail';
  readonly rejects?: string;
  readonly maxBad?: number;
  readonly outOfOrder: number;
  readonly maxGap?: number;
  readonly late?: 'drop' | 'file' | 'fail';
  readonly lateFile?: string;
  readonly speed: number;
  readonly maxOpenRuns?: number;
  readonly maxOpenRunsPerKey?: number;
  readonly maxOpenRunsTotal?: number;
  readonly maxRepeat?: number;
  readonly maxDistinctKeys?: number;
  readonly maxPartitions?: number;
  readonly maxWindowRows?: number;
  readonly maxGroups?: number;
  readonly onLimit: LimitPolicy;
  readonly workers: number;
  readonly logLevel: LogLevel;
}

/** Records left out that are shown when they go to no file. */
const SHOWN_MAX = 3;
/** After an interrupt, delivery gets so long to finish what is under way. */
const DRAIN_MS_MAX = 5000;

/** `cepheid replay`: runs recorded events through rules; gives the exit code. */
export async function replayCommand(
  events: readonly string[],
  options: ReplayCommandOptions,
): Promise<number> {
  checkOptions(options, events);
  const sources = readRuleFiles(options.rules ?? []);
  const plan = compile(sources, options);
  const queries = compileQueries(options.query ?? [], plan, options, 'nothing was replayed');
  const printed = (options.statement ?? []).map((name) => statementNamed(plan, name));
  const splits = findSplits(events, options.inputFormat ?? null, plan);
  const twice = options.quiet === true ? null : sameFile(splits.map(({ path }) => path));
  if (twice !== null) {
    process.stderr.write(`cepheid: ${twice.join(' and ')} are one file: its events come twice\n`);
  }
  checkFiles(options, splits, sources);
  const log = await logFor(options);
  const delivery = await openWebhook(options, plan.timeUnit, log);
  const run = new ReplayRun({ plan, queries, splits, options, delivery, log });
  try {
    return await run.run(printed);
  } finally {
    await delivery?.close();
    // Else a replay that ends early would wait for the end of standard input.
    if (splits.some((split) => split.path === '-')) process.stdin.destroy();
  }
}

interface RunParts {
  readonly plan: Plan;
  readonly queries: readonly StatementPlan[];
  readonly splits: readonly Split[];
  readonly options: ReplayCommandOptions;
  readonly delivery: WebhookDelivery | null;
  readonly log: Log;
}

/** One run: connects the replay with its outputs and counts. */
class ReplayRun {
  private readonly plan: Plan;
  private readonly queries: readonly StatementPlan[];
  private readonly splits: readonly Split[];
  private readonly options: ReplayCommandOptions;
  private readonly delivery: WebhookDelivery | null;
  private readonly log: Log;
  private readonly interrupts = new Interrupts();
  private readonly alerts: Map<string, number>;
  private readonly dropped: DroppedCounts;
  /** What went wrong first; null: nothing. */
  private failure: { readonly error: unknown } | null = null;
  private account: JudgeAccount = NOTHING_READ;
  private alertCount = 0;
  private shown = 0;
  private unshown = 0;

  constructor({ plan, queries, splits, options, delivery, log }: RunParts) {
    this.plan = plan;
    this.queries = queries;
    this.splits = splits;
    this.options = options;
    this.delivery = delivery;
    this.dropped = new DroppedCounts(plan, options.quiet === true);
    this.log = log;
    const raising = plan.statements.filter(({ alert }) => alert !== null);
    this.alerts = new Map(raising.map(({ name }) => [name, 0]));
  }

  async run(printed: readonly number[]): Promise<number> {
    const { options, splits } = this;
    const begin = performance.now();
    const outputs = await Outputs.open({
      ...outputOptions(options, this.delivery),
      timeUnit: this.plan.timeUnit,
    });
    const progress = isShowing(options) ? new Progress(totalBytes(splits), this.plan.timeUnit) : null;
    const leftOut = (record: LeftOut) => {
      progress?.clear();
      this.judgeLeftOut(record);
      return outputs.leftOut(record);
    };
    const { workers, outOfOrder } = options;
    const files = splits.map(({ path }) => path);
    this.log.info(
      { files, statements: this.plan.statements.length, workers, outOfOrder },
      'the replay begins',
    );
    const result = await this.attempt(async () =>
      replay({
        ...(await this.replayOptions(printed, outputs)),
        onRow: (row) => this.onRow(row, outputs),
        onLeftOut: leftOut,
        onNotice: (notice, worker) => {
          progress?.clear();
          this.dropped.add(notice, worker);
        },
        onProgress: (state) => {
          this.account = state.account;
          progress?.update(state, this.alertCount);
        },
      }),
    );
    progress?.clear();
    await this.attempt(() => outputs.close());
    const webhook = await this.attempt(() => this.drain());
    this.interrupts.close();
    const { account, isComplete } = result ?? { account: this.account, isComplete: false };
    this.log.info({ ...account, isComplete }, 'the replay has ended');
    this.tell({
      timeUnit: this.plan.timeUnit,
      account,
      isComplete,
      failure: this.failure === null ? null : errorText(this.failure.error),
      alerts: this.alerts,
      dropped: this.dropped.byRule(),
      failed: this.dropped.failedByRule(),
      elapsedMs: performance.now() - begin,
      webhook,
    });
    if (this.failure !== null) throw this.failure.error;
    return this.exitCode(account, webhook);
  }

  /** Takes a step of the run: after one that failed the others still write and tell what there is. */
  private async attempt<T>(step: () => Promise<T>): Promise<T | null> {
    try {
      return await step();
    } catch (error) {
      this.failure ??= { error };
      return null;
    }
  }

  private async replayOptions(
    printed: readonly number[],
    outputs: Outputs,
  ): Promise<Omit<ReplayOptions, 'onRow' | 'onLeftOut'>> {
    const { options, plan, queries, splits } = this;
    const { typeField, speed } = options;
    return {
      plan,
      queries,
      splits,
      ...timesOf(options),
      typeField,
      printed,
      ruleLimits: limitsOf(options),
      speed,
      signal: AbortSignal.any([this.interrupts.signal, outputs.stopSignal]),
      ...(options.workers > 1 ? { startWorkers: await processStarter(plan, options.workers) } : {}),
    };
  }

  private onRow(row: OutRow, outputs: Outputs): boolean | Promise<boolean> {
    if (row.alert !== null) {
      const { name } = this.plan.statements[row.statement] as Plan['statements'][number];
      this.alerts.set(name, (this.alerts.get(name) ?? 0) + 1);
      this.alertCount++;
    }
    const goesOn = this.alertCount < (this.options.limit ?? Number.POSITIVE_INFINITY);
    const waiting = outputs.write(row);
    return waiting === undefined ? goesOn : waiting.then(() => goesOn);
  }

  /** Ends the run where a policy says so; else shows the first few records that go to no file. */
  private judgeLeftOut({ kind, split, line, reason }: LeftOut): void {
    const { onBad, late, rejects, lateFile } = this.options;
    const place = `${split.path}:${line}: ${kind}: ${printable(reason)}`;
    const ends = kind === 'late' ? late === 'fail' : kind === 'rejected' && onBad === 'fail';
    if (ends) {
      const option = kind === 'late' ? '--late fail' : '--on-bad fail';
      throw new CommandFailure(EXIT.badInput, `${place} (${option})`);
    }
    if ((kind === 'late' ? lateFile : rejects) !== undefined) return;
    if (this.shown >= SHOWN_MAX) this.unshown++;
    else if (this.options.quiet !== true) {
      this.shown++;
      process.stderr.write(`${place}\n`);
    }
  }

  private async drain(): Promise<WebhookSummary | null> {
    const { webhook: url, deadLetters } = this.options;
    if (url === undefined) return null;
    const { delivery } = this;
    if (delivery === null) return { url, wouldSend: this.alertCount, delivered: null, deadLetters };
    const { signal } = this.interrupts;
    let timer: NodeJS.Timeout | undefined;
    const hurry = () => {
      timer = setTimeout(() => void delivery.close(), DRAIN_MS_MAX);
    };
    if (signal.aborted) hurry();
    else signal.addEventListener('abort', hurry, { once: true });
    await delivery.drain();
    clearTimeout(timer);
    signal.removeEventListener('abort', hurry);
    return { url, wouldSend: this.alertCount, delivered: delivery.summary(), deadLetters };
  }

  private tell(summary: ReplaySummary): void {
    const { quiet, summary: format } = this.options;
    if (quiet === true) return;
    if (this.unshown > 0) {
      const advice = '--rejects FILE and --late-file FILE keep them';
      process.stderr.write(`(${this.unshown} more left out; ${advice})\n`);
    }
    process.stderr.write(format === 'json' ? summaryJson(summary) : summaryText(summary));
  }

  private exitCode(account: JudgeAccount, webhook: WebhookSummary | null): number {
    const { maxBad } = this.options;
    if (this.interrupts.exitCode !== null) return this.interrupts.exitCode;
    if (maxBad !== undefined && account.rejected > maxBad) {
      const text = `${account.rejected} lines were rejected, --max-bad allows ${maxBad}`;
      process.stderr.write(`cepheid: ${text}\n`);
      return EXIT.badInput;
    }
    return (webhook?.delivered?.dead ?? 0) > 0 ? EXIT.undelivered : EXIT.done;
  }
}

function limitsOf(options: ReplayCommandOptions): RuleLimits {
  return {
    ...DEFAULT_RULE_LIMITS,
    openRunsMax: options.maxOpenRuns ?? null,
    openRunsPerKeyMax: options.maxOpenRunsPerKey ?? null,
    openRunsTotalMax: options.maxOpenRunsTotal ?? null,
    repeatEventsMax: options.maxRepeat ?? null,
    distinctKeysMax: options.maxDistinctKeys ?? null,
    contextPartitionsMax: options.maxPartitions ?? null,
    windowRowsMax: options.maxWindowRows ?? null,
    groupsMax: options.maxGroups ?? null,
    onLimit: options.onLimit,
  };
}

function compile(sources: readonly RuleSource[], options: LanguageOptions): Plan {
  const { plan, diagnostics } = compileRules(sources, languageSettings(options));
  if (diagnostics.length > 0) process.stderr.write(diagnosticsText(diagnostics, sources, process.stderr));
  if (plan === null) throw new CommandFailure(EXIT.failed, 'the rules have errors, nothing was replayed');
  return plan;
}

function statementNamed(plan: Plan, name: string): number {
  const found = plan.statements.find((one) => one.name === name);
  if (found !== undefined) return found.index;
  const names = plan.statements.map((one) => one.name).join(', ');
  throw new CommandFailure(EXIT.usage, `there is no statement \`${name}\`; there are ${names}`);
}

/** The library behind the log is loaded only when there may be something to log. */
async function logFor({ logLevel, deliver, webhook }: ReplayCommandOptions): Promise<Log> {
  const isWanted = webhook !== undefined && deliver === true;
  if (!isWanted && (logLevel === 'warn' || logLevel === 'error' || logLevel === 'silent')) return NO_LOG;
  const { stderr } = process;
  return openLog({ level: logLevel, stream: stderr, isPretty: stderr.isTTY === true });
}

function outputOptions(options: ReplayCommandOptions, delivery: WebhookDelivery | null) {
  const { out, format, rejects, lateFile } = options;
  const toFile = out !== undefined && out !== '-';
  const usual = out === '-' || process.stdout.isTTY !== true ? 'jsonl' : 'pretty';
  return {
    out: toFile ? out : null,
    rejects: rejects ?? null,
    lateFile: lateFile ?? null,
    format: format ?? (toFile ? null : usual),
    rowFormat: format ?? usual,
    delivery,
  } as const;
}

function isShowing({ quiet }: ReplayCommandOptions): boolean {
  return quiet !== true && process.stderr.isTTY === true && process.env.TERM !== 'dumb';
}

/** Null where the size of one is not known. */
function totalBytes(splits: readonly Split[]): number | null {
  let sum = 0;
  for (const { path } of splits) {
    const found = path === '-' ? undefined : statSync(path, { throwIfNoEntry: false });
    if (found?.isFile() !== true) return null;
    sum += found.size;
  }
  return sum;
}

async function processStarter(
  plan: Plan,
  workers: number,
): Promise<NonNullable<ReplayOptions['startWorkers']>> {
  const { startProcesses } = await import('../process/worker-pool.ts');
  return (setup, listener) => startProcesses(plan, workers, setup, listener);
}
