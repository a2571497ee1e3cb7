import type { Alert } from '../../engine/alert/alert.ts';
import { alertToLine } from '../../engine/alert/build-alert.ts';
import { rowToJson } from '../../engine/event/to-json.ts';
import type { Plan, StatementPlan } from '../../engine/plan/plan.ts';
import type { Row } from '../../engine/runtime/row.ts';
import type { AlertSink, RowSink } from './sink.ts';
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

/** Rows as JSON Lines: `{"statement":…,"time":…,"kind":"insert","values":{…}}`, time in epoch ms. */
export class JsonLinesRowSink implements RowSink {
  private readonly output: TextOutput;
  private readonly plan: Plan;

  constructor(output: TextOutput, plan: Plan) {
    this.output = output;
    this.plan = plan;
  }

  write(row: Row): void | Promise<void> {
    const statement = this.plan.statements[row.statement] as StatementPlan;
    const values = rowToJson(row, statement, this.plan);
    const line = JSON.stringify({ statement: statement.name, time: row.time, kind: row.kind, values });
    return this.output.write(`${line}\n`);
  }

  close(): Promise<void> {
    return this.output.close();
  }
}
