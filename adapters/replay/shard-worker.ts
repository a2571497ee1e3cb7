import { AlertBuilder, alertToLine } from '../../engine/alert/build-alert.ts';
import { VERDICT } from '../../engine/cluster/chunk-judge.ts';
import type { Advance, KeyedRow } from '../../engine/cluster/coordinator.ts';
import { Router, type Routes } from '../../engine/cluster/router.ts';
import { rowKey } from '../../engine/cluster/row-key.ts';
import { LIMITS, type RuleLimits } from '../../engine/core/limits.ts';
import type { Notice } from '../../engine/core/notice.ts';
import { Admission, isRejection, type Rejection } from '../../engine/event/admission.ts';
import type { EventRecord } from '../../engine/event/record.ts';
import { rowToJson } from '../../engine/event/to-json.ts';
import { ExpressionFailure } from '../../engine/expr/failure.ts';
import { limitCode } from '../../engine/pattern/limit-reporter.ts';
import type { MatcherChoice } from '../../engine/pattern/planner.ts';
import type { Plan, StatementPlan } from '../../engine/plan/plan.ts';
import type { Row } from '../../engine/runtime/row.ts';
import { RowSorter } from '../../engine/runtime/row-sorter.ts';
import { Shard } from '../../engine/runtime/shard.ts';
import { ReorderBuffer } from '../../engine/time/reorder-buffer.ts';
import { type Decode, type Encoded, makeDecoder } from '../codecs/decoder.ts';
import { isText, NOT_UTF8, TOO_LONG, textReader } from '../codecs/read-record.ts';
import { makeScanner, type Scanner } from '../codecs/scanner.ts';
import { MemoryGuard } from '../process/memory-guard.ts';
import type { ChunkRejection } from './workers.ts';

/** What a worker is to run, as plain data. */
export interface WorkerSetup {
  readonly plan: Plan;
  readonly splits: readonly (Encoded & { readonly name: string })[];
  /** Field of a record that names its event type. */
  readonly typeField: string;
  /** Statements of each shard this worker runs; `null` at the places of shards that others run. */
  readonly shards: readonly (readonly number[] | null)[];
  /** Statements whose rows are wanted besides the alerts. */
  readonly printed: readonly number[];
  /** Queries that are run at the end; only where one shard runs all statements. */
  readonly queries: readonly StatementPlan[];
  /** Bounds on what rules keep, of each shard of the worker. */
  readonly ruleLimits: Partial<RuleLimits>;
  /** Whether rows get their keys, for merging. */
  readonly withKeys: boolean;
  /** Which worker this is, of how many, and where events go; null: it is the only one. */
  readonly routing: { readonly worker: number; readonly workers: number; readonly routes: Routes } | null;
}

/** Records of one split for one worker. */
export interface RecordBatch {
  readonly split: number;
  readonly bytes: Buffer;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly lines: Float64Array;
  readonly count: number;
}

/** What decoding a batch gives. */
export interface DecodedBatch {
  /** Event time of each record, NaN where it is rejected. */
  readonly times: Float64Array;
  readonly rejected: readonly ChunkRejection[];
  /** What each worker is to get of it; empty for the worker itself. None when it is the only one. */
  readonly shares: readonly Share[];
}

/** Records of a batch that one worker gets. */
export interface Share {
  /** Places in the batch, ascending. */
  readonly places: Int32Array;
  /** Shards that get the record, one bit each. */
  readonly masks: Uint32Array;
}

/** A row on its way out, as text: it crosses process borders. */
export interface OutRow extends KeyedRow {
  readonly statement: number;
  /** Line of the alert file (without line break); null: the statement raises no alerts. */
  readonly alert: string | null;
  /** Line for the printed rows; null: the row is not wanted. */
  readonly printed: string | null;
}

/** A limit was reached and the run cannot go on; the message is for the user. */
export class LimitError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LimitError';
  }
}

/** A query that could not be answered; the message is for the user. */
export class QueryFailure extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'QueryFailure';
  }
}

/** How long a step may take. */
const STEP_MS = 50;

const NO_KEY = new Float64Array(0);

/**
 * The part of a job that runs statements: decodes records, holds events until the coordinator has judged them and moved
 * the watermark, and gives out rows that are final, in canonical order. Lives in the only process or in a worker.
 */
export class ShardWorker {
  private readonly setup: WorkerSetup;
  private readonly onNotice: (notice: Notice) => void;
  private readonly matcher: MatcherChoice;
  private readonly decoders: readonly Decode[];
  private readonly scanners: readonly Scanner[];
  private readonly alerts: AlertBuilder;
  private readonly printed: ReadonlySet<number>;
  /** Statements whose rows go out. */
  private readonly wanted: ReadonlySet<number>;
  private readonly sorter = new RowSorter();
  private readonly buffers: readonly ReorderBuffer[];
  private shards: (Shard | null)[] = [];
  /** Decoded batches that wait for their verdicts, in the order of chunks. */
  private readonly waiting: {
    readonly events: (EventRecord | null)[];
    /** Shards of this worker that get the event; null: shard 0. */
    readonly masks: Uint32Array | null;
  }[] = [];
  private readonly router: Router | null;
  private final: OutRow[] = [];
  private readonly memory = new MemoryGuard();
  private worked = 0;
  private stepEnd = 0;

  /** `matcher` as for a shard. */
  constructor(setup: WorkerSetup, onNotice: (notice: Notice) => void, matcher: MatcherChoice = 'auto') {
    this.onNotice = onNotice;
    this.matcher = matcher;
    const { plan, splits, typeField } = setup;
    this.setup = setup;
    const admission = new Admission(plan);
    this.decoders = splits.map((split) => makeDecoder(split, admission, plan, typeField));
    this.scanners = splits.map((split) => makeScanner(split, admission, plan, typeField));
    this.alerts = new AlertBuilder(plan, (split) => splits[split]?.name ?? '');
    this.printed = new Set(setup.printed);
    const raising = plan.statements.filter(({ alert }) => alert !== null).map(({ index }) => index);
    this.wanted = new Set([...raising, ...setup.printed]);
    this.buffers = setup.shards.map(() => new ReorderBuffer());
    this.router = setup.routing === null ? null : new Router(setup.routing.routes, setup.routing.workers);
  }

  /** Takes the header of a CSV split; comes before its records. */
  header(split: number, text: string): void {
    (this.decoders[split] as Decode)(text, 1);
    (this.scanners[split] as Scanner).header(text);
  }

  /** Decodes a batch and keeps its events for `admit`. */
  decode(batch: RecordBatch): DecodedBatch {
    const times = new Float64Array(batch.count);
    const rejected: ChunkRejection[] = [];
    const events = this.read(batch, (record, { reason }) => rejected.push({ record, reason }));
    for (let i = 0; i < times.length; i++) {
      const event = events[i] as EventRecord | null;
      times[i] = event === null ? Number.NaN : event.time;
    }
    const { masks, shares } = this.share(events);
    this.waiting.push({ events, masks });
    return { times, rejected, shares };
  }

  /** The events of a batch; null where a record is none. */
  private read(batch: RecordBatch, onRejected: (i: number, why: Rejection) => void): (EventRecord | null)[] {
    const { count, bytes, starts, ends, lines } = batch;
    const events: (EventRecord | null)[] = new Array(count);
    const read = textReader(bytes);
    const decode = this.decoders[batch.split] as Decode;
    const scanner = isText(bytes) ? (this.scanners[batch.split] as Scanner) : null;
    for (let i = 0; i < count; i++) {
      const start = starts[i] as number;
      const end = ends[i] as number;
      const line = lines[i] as number;
      let outcome: EventRecord | Rejection | null = scanner?.scan(bytes, start, end, line) ?? null;
      if (outcome === null) {
        const text = end < start ? null : read(start, end);
        outcome =
          text === null
            ? end < start
              ? TOO_LONG
              : NOT_UTF8
            : (decode(text, line) as EventRecord | Rejection);
        if (isRejection(outcome)) {
          onRejected(i, outcome);
          events[i] = null;
          continue;
        }
        scanner?.learn(outcome.type);
      }
      events[i] = outcome as EventRecord;
    }
    return events;
  }

  /** Which shards of which worker get the events of a batch. */
  private share(events: readonly (EventRecord | null)[]): {
    masks: Uint32Array | null;
    shares: readonly Share[];
  } {
    const { routing } = this.setup;
    if (routing === null || this.router === null) return { masks: null, shares: [] };
    const own = new Uint32Array(events.length);
    const parts = Array.from({ length: routing.workers }, () => new Part(events.length));
    for (let i = 0; i < events.length; i++) {
      const event = events[i];
      if (event === null || event === undefined) continue;
      const masks = this.router.route(event);
      for (let worker = 0; worker < masks.length; worker++) {
        const mask = masks[worker] as number;
        if (worker === routing.worker) own[i] = mask;
        else if (mask !== 0) (parts[worker] as Part).add(i, mask);
      }
    }
    return { masks: own, shares: parts.map((part) => part.share()) };
  }

  /** The verdicts on the records of the oldest batch that waits for them. */
  admit(verdicts: Uint8Array): void {
    const batch = this.waiting.shift();
    if (batch === undefined) throw new Error('internal error: verdicts on a batch that was not decoded');
    const { events, masks } = batch;
    for (let i = 0; i < events.length; i++) {
      const event = events[i];
      if (verdicts[i] !== VERDICT.admitted || event === null || event === undefined) continue;
      if (masks === null) this.push(0, event);
      else this.pushTo(masks[i] as number, event);
    }
  }

  /** Takes admitted records that another worker has decoded and shared. */
  take(batch: RecordBatch, masks: Uint32Array): void {
    const events = this.read(batch, (_, { reason }) => {
      throw new Error(`internal error: an admitted record is rejected: ${reason}`);
    });
    for (let i = 0; i < events.length; i++) this.pushTo(masks[i] as number, events[i] as EventRecord);
  }

  private pushTo(mask: number, event: EventRecord): void {
    for (let shard = 0; shard < this.buffers.length; shard++) {
      if ((mask & (1 << shard)) !== 0) this.push(shard, event);
    }
  }

  /** Releases events, moves the clocks and gives the rows that have become final. */
  advance(advance: Advance): readonly OutRow[] {
    const steps = this.steps(advance);
    for (;;) {
      const { done, value } = steps.next();
      if (done === true) return value;
    }
  }

  /** As `advance`, in steps of some milliseconds, so that others have their turn; nothing is final before the last. */
  *steps({ release, clock, start, isFinal }: Advance): Generator<void, readonly OutRow[]> {
    const asks = isFinal && this.setup.queries.length > 0;
    if (start === null && !asks) return [];
    if (this.shards.length === 0) this.startShards(start ?? 0);
    this.final = [];
    for (let i = 0; i < this.shards.length; i++) {
      const shard = this.shards[i];
      if (shard === null || shard === undefined) continue;
      for (const event of this.buffers[i]?.release(release) ?? []) {
        if (shard.timers.nextDue < event.time) yield* this.stepTo(shard, event.time);
        shard.onEvent(event);
        if (this.hasWorkedLong()) yield;
      }
      if (clock > shard.now) {
        yield* this.stepTo(shard, clock);
        shard.advanceTo(clock);
      }
    }
    if (isFinal) this.tellDropped();
    this.sorter.drain(isFinal ? Number.POSITIVE_INFINITY : clock, (row) => this.give(row));
    if (asks) for (const query of this.setup.queries) this.answer(query);
    return this.final;
  }

  /** Runs the timers due before `time`: after a long silence they may be many. */
  private *stepTo(shard: Shard, time: number): Generator<void> {
    while (shard.timers.nextDue < time && shard.now < time) {
      shard.advanceTo(Math.min(time, Math.max(shard.timers.nextDue, shard.now + 1)));
      if (this.hasWorkedLong()) yield;
    }
  }

  /** Whether a step has taken its time; then the memory is looked at, too. */
  private hasWorkedLong(): boolean {
    if (++this.worked % 8 !== 0) return false;
    const now = performance.now();
    if (now < this.stepEnd) return false;
    const isFirst = this.stepEnd === 0;
    this.stepEnd = now + STEP_MS;
    if (isFirst) return false;
    this.memory.check();
    return true;
  }

  /** The rows of a query, as those of a statement. */
  private answer(query: StatementPlan): void {
    const shard = this.shards[0] as Shard;
    try {
      for (const values of shard.query(query)) {
        const printed = printedLine({ values, time: shard.now, kind: 'insert' }, query, this.setup.plan);
        this.final.push({ key: NO_KEY, statement: query.index, alert: null, printed });
      }
    } catch (error) {
      if (!(error instanceof ExpressionFailure)) throw error;
      throw new QueryFailure(`${query.name}: ${error.message}`);
    }
  }

  /** The final counts of what limits dropped, and of expressions without a value. */
  private tellDropped(): void {
    for (const shard of this.shards) {
      for (const { statement, kind, count } of shard?.dropped ?? []) {
        this.onNotice({ code: limitCode(kind), statement, count, text: '' });
      }
      for (const [statement, count] of shard?.failed ?? []) {
        this.onNotice({ code: 'expression-failed', statement, count, text: '' });
      }
    }
  }

  private push(shard: number, event: EventRecord): void {
    if (this.buffers[shard]?.push(event) !== false) return;
    throw new LimitError(
      `${LIMITS.reorderEventsMax} events wait to be put in order: lower --out-of-order, or set --max-gap`,
    );
  }

  private startShards(startTime: number): void {
    const { plan, shards, ruleLimits } = this.setup;
    const { onNotice, matcher } = this;
    const onRow = (row: Row) => {
      if (this.wanted.has(row.statement)) this.sorter.push(row);
    };
    this.shards = shards.map((statements) =>
      statements === null
        ? null
        : new Shard({
            ...{ plan, startTime, matcher, ruleLimits, onRow, onNotice },
            checkpoint: () => this.memory.check(),
            statements: new Set(statements),
          }),
    );
  }

  private give(row: Row): void {
    const { plan, withKeys } = this.setup;
    const statement = plan.statements[row.statement] as StatementPlan;
    const isPrinted = this.printed.has(row.statement);
    this.final.push({
      key: withKeys ? rowKey(row) : NO_KEY,
      statement: row.statement,
      alert: statement.alert === null ? null : alertToLine(this.alerts.build(row)),
      printed: isPrinted ? printedLine(row, statement, plan) : null,
    });
  }
}

/** A share in the making. */
class Part {
  private readonly places: Int32Array;
  private readonly masks: Uint32Array;
  private count = 0;

  constructor(size: number) {
    this.places = new Int32Array(size);
    this.masks = new Uint32Array(size);
  }

  add(place: number, mask: number): void {
    this.places[this.count] = place;
    this.masks[this.count++] = mask;
  }

  share(): Share {
    return { places: this.places.subarray(0, this.count), masks: this.masks.subarray(0, this.count) };
  }
}

function printedLine(
  row: Pick<Row, 'values' | 'time' | 'kind'>,
  statement: StatementPlan,
  plan: Plan,
): string {
  const values = rowToJson(row, statement, plan);
  return JSON.stringify({ statement: statement.name, time: row.time, kind: row.kind, values });
}
