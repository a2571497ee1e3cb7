import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Admission, isRejection } from '../../engine/event/admission.ts';
import { type EventRecord, getField } from '../../engine/event/record.ts';
import { type Json, rowToJson } from '../../engine/event/to-json.ts';
import type { Backend } from '../../engine/expr/evaluate.ts';
import { derivePartitions } from '../../engine/plan/partition.ts';
import type { Plan, StatementPlan } from '../../engine/plan/plan.ts';
import type { Row } from '../../engine/runtime/row.ts';
import { RowSorter } from '../../engine/runtime/row-sorter.ts';
import { Shard } from '../../engine/runtime/shard.ts';
import { compileRules, type RuleSource, renderDiagnostics } from '../../rules/index.ts';

/** Fields of an event with the name of its type. */
export interface RawEvent {
  readonly type: string;
  readonly fields: { readonly [name: string]: unknown };
}

/** A row of a statement with `@Alert`, as JSON. */
export interface AlertRow {
  readonly rule: string;
  /** Epoch ms. */
  readonly time: number;
  readonly values: { readonly [column: string]: Json };
}

/** The rule files of a folder, in the order of their names. */
export function readRuleFolder(folder: string): RuleSource[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.epl'));
  return names.sort().map((name) => readRuleFile(join(folder, name)));
}

/** One rule file, named by its base name. */
export function readRuleFile(path: string): RuleSource {
  return { file: basename(path), text: readFileSync(path, 'utf8') };
}

/** The plan of rule files that must compile without a remark; throws with the diagnostics otherwise. */
export function planOf(sources: readonly RuleSource[]): Plan {
  const { plan, diagnostics } = compileRules(sources);
  if (plan !== null && diagnostics.length === 0) return plan;
  const textOf = (file: string) => sources.find((source) => source.file === file)?.text;
  throw new Error(renderDiagnostics(diagnostics, textOf, { color: false }));
}

/** How to run events. */
export interface RunOptions {
  readonly backend?: Backend;
  /** The clock at the end, epoch ms; default the time of the last event. */
  readonly until?: number;
  /** Takes a snapshot after every event and goes on in a fresh shard. */
  readonly restoring?: boolean;
}

/** Alert rows of events that stand in event-time order, one split, in the order in which alerts leave. */
export function runRules(plan: Plan, events: readonly RawEvent[], options: RunOptions = {}): AlertRow[] {
  const records = admitAll(plan, events);
  const sorter = new RowSorter();
  const shardOf = (startTime: number) =>
    new Shard({
      plan,
      startTime,
      backend: options.backend ?? 'codegen',
      onRow: (row) => sorter.push(row),
    });
  let shard = shardOf(records[0]?.time ?? 0);
  for (const record of records) {
    shard.onEvent(record);
    if (options.restoring !== true) continue;
    const snapshot = JSON.parse(JSON.stringify(shard.snapshot()));
    shard = shardOf(shard.now);
    shard.restore(snapshot);
  }
  if (options.until !== undefined) shard.advanceTo(options.until);
  return alertRows(plan, sorter);
}

/**
 * As `runRules`, with every group of statements spread over `width` shards by its key: each event goes to the shard of
 * its key, and no shard hears of the others' events but by the end of the clock.
 */
export function runSpread(plan: Plan, events: readonly RawEvent[], width: number, until: number): AlertRow[] {
  const records = admitAll(plan, events);
  const sorter = new RowSorter();
  const startTime = records[0]?.time ?? 0;
  for (const { keys, statements } of derivePartitions(plan).groups) {
    if (keys === null)
      throw new Error(`a group of ${plan.statements[statements[0] as number]?.name} has no key`);
    const shards = Array.from({ length: width }, () => {
      return new Shard({
        plan,
        startTime,
        statements: new Set(statements),
        onRow: (row) => sorter.push(row),
      });
    });
    for (const record of records) {
      const field = keys.get(record.type);
      if (field === undefined) continue;
      const key = String(getField(record, field));
      const hash = [...key].reduce((sum, char) => (Math.imul(sum, 31) + char.charCodeAt(0)) >>> 0, 7);
      shards[hash % width]?.onEvent(record);
    }
    for (const shard of shards) shard.advanceTo(until);
  }
  return alertRows(plan, sorter);
}

function alertRows(plan: Plan, sorter: RowSorter): AlertRow[] {
  const rows: Row[] = [];
  sorter.drain(Number.POSITIVE_INFINITY, (row) => rows.push(row));
  return rows.flatMap((row) => {
    const statement = plan.statements[row.statement] as StatementPlan;
    if (statement.alert === null) return [];
    return [{ rule: statement.name, time: row.time, values: rowToJson(row, statement, plan) }];
  });
}

function admitAll(plan: Plan, events: readonly RawEvent[]): EventRecord[] {
  const admission = new Admission(plan);
  return events.map(({ type, fields }, i) => admit(admission, type, fields, i + 1));
}

function admit(admission: Admission, type: string, fields: RawEvent['fields'], offset: number): EventRecord {
  const index = admission.typeIndex(type);
  if (index < 0) throw new Error(`event ${offset}: there is no event type \`${type}\``);
  const outcome = admission.admit(index, fields, 0, offset);
  if (isRejection(outcome)) throw new Error(`event ${offset}: ${outcome.reason}`);
  return outcome;
}
