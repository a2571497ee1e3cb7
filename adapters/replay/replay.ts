import type { Alert } from '../../engine/alert/alert.ts';
import { AlertBuilder } from '../../engine/alert/build-alert.ts';
import { LIMITS } from '../../engine/core/limits.ts';
import { Admission, isRejection, type Rejection } from '../../engine/event/admission.ts';
import type { EventRecord } from '../../engine/event/record.ts';
import type { Plan, StatementPlan } from '../../engine/plan/plan.ts';
import type { Row } from '../../engine/runtime/row.ts';
import { RowSorter } from '../../engine/runtime/row-sorter.ts';
import { Shard } from '../../engine/runtime/shard.ts';
import { ReorderBuffer } from '../../engine/time/reorder-buffer.ts';
import { SplitClocks } from '../../engine/time/split-clocks.ts';
import { type Decode, makeDecoder } from '../codecs/decoder.ts';
import { type Line, readLines, type Split } from '../sources/lines.ts';

/** How to replay. */
export interface ReplayOptions {
  readonly plan: Plan;
  readonly splits: readonly Split[];
  /** Out-of-order bound, ms. */
  readonly outOfOrderMs: number;
  readonly maxGapMs: number | null;
  /** Field of a line that names its event type. */
  readonly typeField: string;
  /** Statements whose rows are wanted besides the alerts. */
  readonly statements: ReadonlySet<string>;
  onAlert(alert: Alert): void;
  onRow(row: Row): void;
  /** A line that is no event: `rejected`, `late` or `quarantined`, with the reason. */
  onLeftOut(kind: 'rejected' | 'late' | 'quarantined', split: Split, line: Line, reason: string): void;
  /** Writes what was handed over; waits for slow readers. False ends the replay early. */
  settle(): Promise<boolean>;
}

/** The account of a replay: `read = admitted + late + rejected + quarantined`. */
export interface ReplayAccount {
  read: number;
  admitted: number;
  late: number;
  rejected: number;
  quarantined: number;
  alerts: number;
  /** Event times of the first and last admitted event, epoch ms; null when there is none. */
  from: number | null;
  to: number | null;
}

/** Replays recorded lines through the rules, in event-time order, and accounts for every line. */
export async function replay(options: ReplayOptions): Promise<ReplayAccount> {
  const job = new ReplayJob(options);
  const readers = options.splits.map((split) => readLines(split));
  const open = new Set(options.splits);
  while (open.size > 0) {
    // The split that holds the watermark is read next, so the reorder buffer stays small.
    const split = [...open].reduce((a, b) =>
      job.clocks.watermarkOf(b.index) < job.clocks.watermarkOf(a.index) ? b : a,
    );
    const { value, done } = await (readers[split.index] as AsyncGenerator<Line[]>).next();
    if (done === true) {
      open.delete(split);
      job.clocks.close(split.index);
    } else for (const line of value) job.onLine(split, line);
    job.advance();
    if (!(await options.settle())) return job.account;
  }
  job.finish();
  await options.settle();
  return job.account;
}

const TOO_LONG: Rejection = {
  code: 'size',
  reason: `longer than ${LIMITS.eventBytesMax} characters`,
};

class ReplayJob {
  readonly clocks: SplitClocks;
  private readonly options: ReplayOptions;
  private readonly decoders: readonly Decode[];
  private readonly buffer = new ReorderBuffer();
  private readonly sorter = new RowSorter();
  private readonly alerts: AlertBuilder;
  readonly account: ReplayAccount = {
    read: 0,
    admitted: 0,
    late: 0,
    rejected: 0,
    quarantined: 0,
    alerts: 0,
    from: null,
    to: null,
  };
  private shard: Shard | null = null;

  constructor(options: ReplayOptions) {
    const { plan, splits, outOfOrderMs, maxGapMs } = options;
    this.options = options;
    this.clocks = new SplitClocks({ splits: splits.length, outOfOrderMs, maxGapMs });
    const admission = new Admission(plan);
    this.decoders = splits.map((split) => makeDecoder(split, admission, plan, options.typeField));
    this.alerts = new AlertBuilder(plan, (split) => splits[split]?.name ?? '');
  }

  onLine(split: Split, line: Line): void {
    const decode = this.decoders[split.index] as Decode;
    const event = line.text === null ? TOO_LONG : decode(line.text, line.number);
    // A header is no event.
    if (event === null) return;
    this.account.read++;
    if (isRejection(event)) {
      this.account.rejected++;
      return this.options.onLeftOut('rejected', split, line, event.reason);
    }
    const verdict = this.clocks.judge(split.index, event.time);
    if (verdict !== 'admitted') {
      this.account[verdict]++;
      const reason =
        verdict === 'late'
          ? 'earlier than the out-of-order bound allows'
          : 'further ahead of the split than --max-gap';
      return this.options.onLeftOut(verdict, split, line, reason);
    }
    this.account.admitted++;
    if (!this.buffer.push(event)) throw new Error('the reorder buffer is full: lower --out-of-order');
  }

  /** Processes what the watermark has passed. */
  advance(): void {
    const watermark = this.clocks.watermark();
    this.buffer.release(watermark, (event) => this.process(event));
    if (this.shard === null || watermark === Number.NEGATIVE_INFINITY) return;
    const end = Math.min(watermark, this.clocks.greatestTime());
    if (end > this.shard.now) this.shard.advanceTo(end);
    this.sorter.drain(end, (row) => this.onRow(row));
  }

  finish(): void {
    this.sorter.drain(Number.POSITIVE_INFINITY, (row) => this.onRow(row));
    const { read, admitted, late, rejected, quarantined } = this.account;
    if (read !== admitted + late + rejected + quarantined)
      throw new Error('internal error: the account does not add up');
  }

  private process(event: EventRecord): void {
    this.account.from ??= event.time;
    this.account.to = event.time;
    this.shard ??= new Shard({
      plan: this.options.plan,
      startTime: event.time,
      onRow: (row) => this.sorter.push(row),
    });
    this.shard.onEvent(event);
  }

  private onRow(row: Row): void {
    const { plan, statements } = this.options;
    const statement = plan.statements[row.statement] as StatementPlan;
    if (statement.alert !== null) {
      this.account.alerts++;
      this.options.onAlert(this.alerts.build(row));
    }
    if (statements.has(statement.name)) this.options.onRow(row);
  }
}
