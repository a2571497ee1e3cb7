import type { Alert } from '../../engine/alert/alert.ts';
import { type RowConverter, rowConverter } from '../../engine/event/to-json.ts';
import type { Plan, StatementPlan } from '../../engine/plan/plan.ts';
import type { Row } from '../../engine/runtime/row.ts';
import { formatTimestamp } from '../../engine/time/timestamp.ts';
import { alertBlock, alertLine } from './alert-block.ts';
import type { Painter } from './painter.ts';
import { printable } from './printable.ts';
import type { AlertSink, RowSink } from './sink.ts';
import { layOut } from './table.ts';
import type { TextOutput } from './text-output.ts';

/** How readable output is laid out. */
export interface TerminalOptions {
  readonly paint: Painter;
  /** Columns of the terminal. */
  readonly width: number;
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
    const { paint, width, detailed = 20 } = this.options;
    const index = this.count++;
    if (index < detailed) {
      return this.output.write((index === 0 ? '' : '\n') + alertBlock(alert, paint, width));
    }
    const note = index === detailed ? `\n${paint('dim', 'further alerts in short:')}\n` : '';
    return this.output.write(note + alertLine(alert, paint, width));
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
  private readonly plan: Plan;
  private readonly options: TerminalOptions;
  private waiting: Row[] = [];
  private lastStatement = -1;
  private readonly converters = new Map<number, RowConverter>();

  constructor(output: TextOutput, plan: Plan, options: TerminalOptions) {
    this.output = output;
    this.plan = plan;
    this.options = options;
  }

  /** Rows wait until a table is full or another statement has its turn. */
  write(row: Row): void | Promise<void> {
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
    const index = rows[0]?.statement as number;
    const statement = this.plan.statements[index] as StatementPlan;
    const values = rows.map((row) => this.converterOf(index, statement)(row.values));
    const columns = statement.query.columns.map(({ name }) => ({
      name,
      cells: values.map((value) => value[name]),
    }));
    const time = { name: 'time', cells: rows.map((row) => formatTimestamp(row.time)) };
    const hasRemoved = rows.some((row) => row.kind === 'remove');
    const mark = { name: ' ', cells: rows.map((row) => (row.kind === 'remove' ? '-' : '+')) };
    const { paint, width } = this.options;
    const table = layOut([time, ...(hasRemoved ? [mark] : []), ...columns], width);
    let text = '';
    if (index !== this.lastStatement) {
      text = `${this.lastStatement < 0 ? '' : '\n'}${paint('bold', printable(statement.name))}\n`;
      text += `${paint('dim', table.header)}\n`;
    }
    this.lastStatement = index;
    return this.output.write(`${text}${table.rows.join('\n')}\n`);
  }

  private converterOf(index: number, statement: StatementPlan): RowConverter {
    let convert = this.converters.get(index);
    if (convert === undefined) {
      convert = rowConverter(statement.query.columns, this.plan);
      this.converters.set(index, convert);
    }
    return convert;
  }
}
