import { describe, expect, test } from 'vitest';
import { Admission, isRejection } from '../../engine/event/admission.ts';
import type { EventRecord } from '../../engine/event/record.ts';
import { rowToJson } from '../../engine/event/to-json.ts';
import type { Backend } from '../../engine/expr/evaluate.ts';
import type { Plan, StatementPlan } from '../../engine/plan/plan.ts';
import { Shard } from '../../engine/runtime/shard.ts';
import type { TimeUnit } from '../../engine/time/time-base.ts';
import { compileRules, renderDiagnostics } from '../../rules/index.ts';

/** A case of statements: rules, timed events, and every row of the statements whose name begins with `out`. */
export interface StatementCase {
  readonly name: string;
  readonly rules: string;
  /** What times count; default milliseconds. */
  readonly timeUnit?: TimeUnit;
  /** Time in ticks, event type, fields; the clock moves through every due timer to the time before. */
  readonly events: readonly (readonly [
    time: number,
    type: string,
    fields: Readonly<Record<string, unknown>>,
  ])[];
  /** The clock at the end; default the time of the last event. */
  readonly until?: number;
  /** `time statement {row}` or `time statement - {row}` for a row of the remove stream, in order; never empty. */
  readonly expected: readonly string[];
}

/** Declares a test for each case: on both back ends, and with a snapshot and a fresh engine after every event. */
export function testStatementCases(title: string, cases: readonly StatementCase[]): void {
  describe(title, () => {
    for (const one of cases) {
      if (one.expected.length === 0) throw new Error(`${one.name}: the case expects nothing`);
      test.each<[Backend, boolean]>([
        ['codegen', false],
        ['interpreter', false],
        ['codegen', true],
      ])(`${one.name} (%s, restoring: %s)`, (backend, restoring) => {
        expect(rowsOf(one, backend, restoring)).toEqual(one.expected);
      });
    }
  });
}

/** The rows of a case as lines of text. */
export function rowsOf(one: StatementCase, backend: Backend = 'codegen', restoring = false): string[] {
  const plan = planOf(one.rules, one.timeUnit ?? 'milliseconds');
  const lines: string[] = [];
  const shardAt = (startTime: number) =>
    new Shard({
      plan,
      startTime,
      backend,
      onRow(row) {
        const statement = plan.statements[row.statement] as StatementPlan;
        if (!statement.name.startsWith('out')) return;
        const sign = row.kind === 'remove' ? '- ' : '';
        lines.push(`${row.time} ${statement.name} ${sign}${JSON.stringify(rowToJson(row, statement, plan))}`);
      },
    });
  let shard = shardAt(0);
  for (const event of admitted(plan, one)) {
    shard.onEvent(event);
    if (!restoring) continue;
    const snapshot = JSON.parse(JSON.stringify(shard.snapshot()));
    shard = shardAt(shard.now);
    shard.restore(snapshot);
  }
  shard.advanceTo(one.until ?? one.events.at(-1)?.[0] ?? 0);
  return lines;
}

function planOf(text: string, timeUnit: TimeUnit): Plan {
  const { plan, diagnostics } = compileRules([{ file: 'case.epl', text }], { timeUnit });
  if (plan === null) throw new Error(renderDiagnostics(diagnostics, () => text, { color: false }));
  return plan;
}

function admitted(plan: Plan, { events }: StatementCase): EventRecord[] {
  const admission = new Admission(plan);
  return events.map(([time, type, fields], i) => {
    const event = admission.admit(admission.typeIndex(type), fields, 0, i, time);
    if (isRejection(event)) throw new Error(`event ${i}: ${event.reason}`);
    return event;
  });
}
