import type { Alert } from '../../engine/alert/alert.ts';
import { alertToLine } from '../../engine/alert/build-alert.ts';
import type { AlertSink, PrintedRow, RowSink } from './sink.ts';
import type { TextOutput } from './text-output.ts';

/** Alerts as JSON Lines: one alert a line, the same bytes on every run. */
export class JsonLinesAlertSink implements AlertSink {
  private readonly output: TextOutput;

  constructor(output: TextOutput) {
    this.output = output;
  }

  write(alert: Alert): void | Promise<void> {
    return this.output.write(`${alertToLine(alert)}\n`);
  }

  close(): Promise<void> {
    return this.output.close();
  }
}

/** Rows as JSON Lines: `{"statement":…,"time":…,"kind":"insert","values":{…}}`, time in ticks. */
export class JsonLinesRowSink implements RowSink {
  private readonly output: TextOutput;

  constructor(output: TextOutput) {
    this.output = output;
  }

  write({ statement, time, kind, values }: PrintedRow): void | Promise<void> {
    return this.output.write(`${JSON.stringify({ statement, time, kind, values })}\n`);
  }

  close(): Promise<void> {
    return this.output.close();
  }
}
