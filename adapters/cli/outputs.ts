import type { Alert } from '../../engine/alert/alert.ts';
import type { Plan } from '../../engine/plan/plan.ts';
import type { Row } from '../../engine/runtime/row.ts';
import type { WebhookDelivery } from '../delivery/webhook-delivery.ts';
import { JsonLinesAlertSink, JsonLinesRowSink } from '../sinks/json-lines.ts';
import { makePainter } from '../sinks/painter.ts';
import type { AlertSink, RowSink } from '../sinks/sink.ts';
import { TerminalAlertSink, TerminalRowSink } from '../sinks/terminal.ts';
import { TextOutput } from '../sinks/text-output.ts';

/** Where a replay's results go. */
export interface OutputOptions {
  readonly plan: Plan;
  /** `-`: standard output; null: no file. */
  readonly out: string | null;
  readonly rejects: string | null;
  /** How alerts and rows look on standard output; null: no alerts there. */
  readonly format: 'pretty' | 'jsonl' | null;
  readonly delivery: WebhookDelivery | null;
  /** Alerts after which the replay ends. */
  readonly limit: number;
}

/** Hands alerts, rows and lines left out to their sinks, in order, at the pace of the slowest. */
export class Outputs {
  private readonly stdout = TextOutput.toStream(process.stdout, 'stdout');
  private readonly options: OutputOptions;
  private readonly sinks: AlertSink[] = [];
  private readonly rows: RowSink;
  private rejects: TextOutput | null = null;
  private waiting: ({ readonly alert: Alert } | { readonly row: Row } | { readonly reject: string })[] = [];
  private alerts = 0;

  private constructor(options: OutputOptions) {
    this.options = options;
    const look = { paint: makePainter('auto', process.stdout), width: process.stdout.columns ?? 120 };
    if (options.format === 'pretty') this.sinks.push(new TerminalAlertSink(this.stdout, look));
    if (options.format === 'jsonl') this.sinks.push(new JsonLinesAlertSink(this.stdout));
    this.rows =
      options.format === 'pretty'
        ? new TerminalRowSink(this.stdout, options.plan, look)
        : new JsonLinesRowSink(this.stdout, options.plan);
  }

  /** Opens the files; rejects with a `SinkError` when one cannot be written. */
  static async open(options: OutputOptions): Promise<Outputs> {
    const outputs = new Outputs(options);
    if (options.out !== null)
      outputs.sinks.push(new JsonLinesAlertSink(await TextOutput.toFile(options.out)));
    if (options.rejects !== null) outputs.rejects = await TextOutput.toFile(options.rejects);
    return outputs;
  }

  alert(alert: Alert): void {
    if (this.alerts >= this.options.limit) return;
    this.alerts++;
    this.waiting.push({ alert });
  }

  row(row: Row): void {
    this.waiting.push({ row });
  }

  reject(line: object): void {
    if (this.rejects !== null) this.waiting.push({ reject: `${JSON.stringify(line)}\n` });
  }

  /** Writes what waits; false when nothing further is wanted: the reader has gone, or the limit is reached. */
  async settle(): Promise<boolean> {
    const waiting = this.waiting;
    this.waiting = [];
    for (const one of waiting) {
      if ('alert' in one) {
        for (const sink of this.sinks) await sink.write(one.alert);
        await this.options.delivery?.enqueue(one.alert);
      } else if ('row' in one) await this.rows.write(one.row);
      else await this.rejects?.write(one.reject);
    }
    return !this.stdout.stopSignal.aborted && this.alerts < this.options.limit;
  }

  /** Everything is out when this resolves; the webhook is left to its owner. */
  async close(): Promise<void> {
    await this.rows.close();
    for (const sink of this.sinks) await sink.close();
    await this.rejects?.close();
  }
}
