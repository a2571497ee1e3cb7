import type { Alert } from '../../engine/alert/alert.ts';
import { formatTimestamp } from '../../engine/time/timestamp.ts';
import { type AlertLook, alertBlock, alertLine } from './alert-block.ts';
import { printable } from './printable.ts';
import type { AlertSink, PrintedRow, RowSink } from './sink.ts';
import { layOut } from './table.ts';
import type { TextOutput } from './text-output.ts';

/** How readable output is laid out. */
export interface TerminalOptions extends AlertLook {
  /**
   * So many alerts come with their evidence, the rest on one line each. Default 20; `Infinity`: all of them.
   */
  readonly detailed?: number;
}

/** Alerts for people: a block each with its evidence, after the first `detailed` ones a line each. */
export class TerminalAlertSink implements AlertSink {
  private readonly output: TextOutput;
  private readonly options: TerminalOptions;
  private count = 0;

  constructor(output: TextOutput, options: TerminalOptions) {
    this.output = output;
    this.options = options;
  }

  write(alert: Alert): void | Promise<void> {
    const { paint, detailed = 20 } = this.options;
    const index = this.count++;
    if (index < detailed) {
      return this.output.write((index === 0 ? '' : '\n') + alertBlock(alert, this.options));
    }
    const note = index === detailed ? `\n${paint('dim', 'further alerts in short:')}\n` : '';
    return this.output.write(note + alertLine(alert, this.options));
  }

  close(): Promise<void> {
    return this.output.close();
  }
}

/** Rows laid out together; also the most that wait. */
const TABLE_ROWS_MAX = 50;

/** Rows of statements for people: aligned tables, a new one when the statement changes. */
export class TerminalRowSink implements RowSink {
  private readonly output: TextOutput;
  private readonly options: TerminalOptions;
  private waiting: PrintedRow[] = [];
  private lastStatement: string | null = null;

  constructor(output: TextOutput, options: TerminalOptions) {
    this.output = output;
    this.options = options;
  }

  /** Rows wait until a table is full or another statement has its turn. */
  write(row: PrintedRow): void | Promise<void> {
    const first = this.waiting[0];
    if (first !== undefined && (first.statement !== row.statement || this.waiting.length >= TABLE_ROWS_MAX)) {
      const done = this.writeTable();
      this.waiting.push(row);
      return done;
    }
    this.waiting.push(row);
  }

  async close(): Promise<void> {
    if (this.waiting.length > 0) await this.writeTable();
    await this.output.close();
  }

  private writeTable(): void | Promise<void> {
    const rows = this.waiting;
    this.waiting = [];
    const [first] = rows as [PrintedRow];
    const columns = Object.keys(first.values).map((name) => {
      return { name, cells: rows.map((row) => row.values[name]) };
    });
    const { paint, width, timeUnit } = this.options;
    const time = { name: 'time', cells: rows.map((row) => formatTimestamp(row.time, timeUnit)) };
    const hasRemoved = rows.some((row) => row.kind === 'remove');
    const mark = { name: ' ', cells: rows.map((row) => (row.kind === 'remove' ? '-' : '+')) };
    const table = layOut([time, ...(hasRemoved ? [mark] : []), ...columns], width);
    let text = '';
    if (first.statement !== this.lastStatement) {
      text = `${this.lastStatement === null ? '' : '\n'}${paint('bold', printable(first.statement))}\n`;
      text += `${paint('dim', table.header)}\n`;
    }
    this.lastStatement = first.statement;
    return this.output.write(`${text}${table.rows.join('\n')}\n`);
  }
}
