import type { Alert } from '../../engine/alert/alert.ts';
import type { TimeUnit } from '../../engine/time/time-base.ts';
import type { WebhookDelivery } from '../delivery/webhook-delivery.ts';
import type { LeftOut } from '../replay/replay.ts';
import type { OutRow } from '../replay/shard-worker.ts';
import { makePainter } from '../sinks/painter.ts';
import type { AlertSink, PrintedRow, RowSink } from '../sinks/sink.ts';
import { TerminalAlertSink, TerminalRowSink } from '../sinks/terminal.ts';
import { TextOutput } from '../sinks/text-output.ts';

/** How results look on standard output. */
export type StdoutFormat = 'pretty' | 'jsonl' | 'json';

/** Where a replay's results go. */
export interface OutputOptions {
  /** Alert file; null: none. */
  readonly out: string | null;
  readonly rejects: string | null;
  readonly lateFile: string | null;
  /** How alerts look on standard output; null: no alerts there. */
  readonly format: StdoutFormat | null;
  /** How rows look there. */
  readonly rowFormat: StdoutFormat;
  readonly delivery: WebhookDelivery | null;
  /** What times count. */
  readonly timeUnit: TimeUnit;
}

/** Most characters of a record that go to a file of records left out. */
const RAW_CHARS_MAX = 4096;

/** Hands alerts, rows and records left out to where they go, in order, at the pace of the slowest. */
export class Outputs {
  private readonly options: OutputOptions;
  private readonly stdout: TextOutput;
  private readonly out: TextOutput | null;
  private readonly rejects: TextOutput | null;
  private readonly lateFile: TextOutput | null;
  private readonly alertSink: AlertSink | null;
  private readonly rowSink: RowSink | null;
  private readonly json: JsonArray | null;

  private constructor(options: OutputOptions, files: readonly (TextOutput | null)[]) {
    this.options = options;
    this.stdout = TextOutput.toStream(process.stdout, 'stdout');
    [this.out, this.rejects, this.lateFile] = files as [
      TextOutput | null,
      TextOutput | null,
      TextOutput | null,
    ];
    const look = {
      paint: makePainter('auto', process.stdout),
      width: process.stdout.columns ?? 120,
      timeUnit: options.timeUnit,
    };
    this.alertSink = options.format === 'pretty' ? new TerminalAlertSink(this.stdout, look) : null;
    this.rowSink = options.rowFormat === 'pretty' ? new TerminalRowSink(this.stdout, look) : null;
    this.json = options.format === 'json' || options.rowFormat === 'json' ? new JsonArray(this.stdout) : null;
  }

  /** Opens the files; rejects with a `SinkError` when one cannot be written. */
  static async open(options: OutputOptions): Promise<Outputs> {
    const files: (TextOutput | null)[] = [];
    for (const path of [options.out, options.rejects, options.lateFile]) {
      files.push(path === null ? null : await TextOutput.toFile(path));
    }
    return new Outputs(options, files);
  }

  /** Aborts when nobody reads standard output any more. */
  get stopSignal(): AbortSignal {
    return this.stdout.stopSignal;
  }

  /** Writes a row where its alert and its values go; a promise asks to wait. */
  write(row: OutRow): void | Promise<void> {
    const { format, rowFormat, delivery } = this.options;
    let waiting = both(undefined, undefined);
    if (row.alert !== null) {
      if (this.out !== null) waiting = both(waiting, this.out.write(`${row.alert}\n`));
      if (format === 'jsonl') waiting = both(waiting, this.stdout.write(`${row.alert}\n`));
      else if (format === 'json') waiting = both(waiting, this.json?.add(row.alert));
      if (this.alertSink !== null || delivery !== null) {
        const alert = JSON.parse(row.alert) as Alert;
        waiting = both(waiting, this.alertSink?.write(alert));
        waiting = both(waiting, delivery?.enqueue(alert));
      }
    }
    if (row.printed !== null) {
      if (rowFormat === 'jsonl') waiting = both(waiting, this.stdout.write(`${row.printed}\n`));
      else if (rowFormat === 'json') waiting = both(waiting, this.json?.add(row.printed));
      else waiting = both(waiting, this.rowSink?.write(JSON.parse(row.printed) as PrintedRow));
    }
    return waiting;
  }

  /** Writes a record that takes no part to its file, if it has one. */
  leftOut({ kind, split, line, reason, time, raw }: LeftOut): void | Promise<void> {
    const file = kind === 'late' ? this.lateFile : this.rejects;
    if (file === null) return;
    const shown = raw === null ? null : raw.slice(0, RAW_CHARS_MAX);
    const entry = { kind, file: split.path, line, ...(time === null ? {} : { time }), reason, raw: shown };
    return file.write(`${JSON.stringify(entry)}\n`);
  }

  /**
   * Everything is out when this resolves; the webhook is left to its owner. Where one output fails the others are still
   * written; rejects with what failed first.
   */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    const all = [this.rowSink, this.alertSink, this.json, this.stdout, this.out, this.rejects, this.lateFile];
    for (const one of all) await one?.close().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }
}

/** JSON texts as the elements of one array. */
class JsonArray {
  private readonly output: TextOutput;
  private isEmpty = true;

  constructor(output: TextOutput) {
    this.output = output;
  }

  add(text: string): void | Promise<void> {
    const before = this.isEmpty ? '[\n' : ',\n';
    this.isEmpty = false;
    return this.output.write(before + text);
  }

  async close(): Promise<void> {
    await this.output.write(this.isEmpty ? '[]\n' : '\n]\n');
  }
}

/** Waits for both, if for anything. */
function both(a: void | Promise<void>, b: void | Promise<void>): void | Promise<void> {
  if (a === undefined) return b;
  if (b === undefined) return a;
  return Promise.all([a, b]).then(() => {});
}
