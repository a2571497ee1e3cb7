import { Admission, isRejection } from '../../engine/event/admission.ts';
import { type Json, rowToJson } from '../../engine/event/to-json.ts';
import type { Backend } from '../../engine/expr/evaluate.ts';
import type { StatementPlan } from '../../engine/plan/plan.ts';
import { Shard } from '../../engine/runtime/shard.ts';
import type { TimeUnit } from '../../engine/time/time-base.ts';
import { compileRules } from '../../rules/index.ts';
import type { DivisionRules } from '../../rules/language/lower-division.ts';

/** An event of a test: its type and fields; `t` is its time in ticks, default 0. */
export interface TestEvent {
  readonly type: string;
  readonly t?: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A row: name of its statement and columns. */
export type TestRow = readonly [statement: string, columns: Readonly<Record<string, Json>>];

/** How to run rule text. */
export interface EplOptions {
  readonly backend: Backend;
  readonly zone?: string;
  readonly timeUnit?: TimeUnit;
  readonly division?: DivisionRules;
  /** Takes a snapshot after every event and goes on in a fresh shard. */
  readonly restoring?: boolean;
}

/** Rows of all statements of a rule text for events in their order. Throws when the text does not compile. */
export function runEpl(text: string, events: readonly TestEvent[], options: EplOptions): TestRow[] {
  const zone = options.zone === undefined ? {} : { zone: options.zone };
  const unit = options.timeUnit === undefined ? {} : { timeUnit: options.timeUnit };
  const division = options.division === undefined ? {} : { division: options.division };
  const { plan, diagnostics } = compileRules([{ file: 'test.epl', text }], { ...zone, ...unit, ...division });
  if (plan === null) throw new Error(diagnostics.map((one) => `${one.code} ${one.title}`).join('\n'));
  const rows: TestRow[] = [];
  const make = () =>
    new Shard({
      plan,
      startTime: 0,
      backend: options.backend,
      onRow(row) {
        const statement = plan.statements[row.statement] as StatementPlan;
        rows.push([statement.name, rowToJson(row, statement, plan)]);
      },
    });
  let shard = make();
  const admission = new Admission(plan, { codegen: options.backend === 'codegen' });
  for (const [i, { type, t, fields }] of events.entries()) {
    const event = admission.admit(admission.typeIndex(type), fields, 0, i, t ?? 0);
    if (isRejection(event)) throw new Error(event.reason);
    shard.onEvent(event);
    if (options.restoring !== true) continue;
    const snapshot = JSON.parse(JSON.stringify(shard.snapshot()));
    shard = make();
    shard.restore(snapshot);
  }
  return rows;
}
