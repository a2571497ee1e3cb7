import { Admission, isRejection } from '../../engine/event/admission.ts';
import { getField } from '../../engine/event/record.ts';
import { valueToJson } from '../../engine/event/to-json.ts';
import type { Backend } from '../../engine/expr/evaluate.ts';
import type { MatcherChoice } from '../../engine/pattern/planner.ts';
import { derivePartitions } from '../../engine/plan/partition.ts';
import type { Plan, StatementPlan } from '../../engine/plan/plan.ts';
import { Shard } from '../../engine/runtime/shard.ts';
import { type TimeUnit, ticksPerMs } from '../../engine/time/time-base.ts';
import { compileRules } from '../../rules/index.ts';
import { sameRows, sameValue } from './compare.ts';

/** A case of `random/`: rules, timed events, and what Esper's listeners received. */
export interface RandomCase {
  readonly id: string;
  readonly epl: string;
  readonly start?: number;
  readonly events: readonly {
    readonly t: number;
    readonly type: string;
    readonly props: Record<string, unknown>;
  }[];
  readonly end: number;
  readonly out: readonly Delivery[];
}

interface Delivery {
  readonly i: number;
  readonly t: number;
  readonly stmt: string;
  readonly new?: readonly unknown[];
  readonly old?: readonly unknown[];
}

/** How a case ended; `detail` says why it did not pass. */
export interface Outcome {
  readonly result: 'passed' | 'failed' | 'unsupported';
  readonly detail: string;
}

/** How to run a case. */
export interface RunOptions {
  readonly backend: Backend;
  /** `tree`: patterns run on the complete matcher only; default `auto`. */
  readonly matcher?: MatcherChoice;
  /** Spread the statements over this many shards by their derived keys; a case that has none for all is `unsupported`. */
  readonly shards?: number;
  /** Take a snapshot after every event, of a trace after every step, and go on in a fresh shard. */
  readonly restore?: boolean;
  /** With `microseconds` a case of `random/` runs with all its times times 1000, and gives the same rows then. */
  readonly timeUnit?: TimeUnit;
}

/** Runs a case and compares its rows. Never throws: a crash is a failure. */
export function runRandomCase(one: RandomCase, options: RunOptions): Outcome {
  try {
    return run(one, options);
  } catch (error) {
    return {
      result: 'failed',
      detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
}

function run(one: RandomCase, options: RunOptions): Outcome {
  const timeUnit = options.timeUnit ?? 'milliseconds';
  const ticks = ticksPerMs(timeUnit);
  const text = ticks === 1 ? one.epl : one.epl.replace(TIMES, (number) => String(Number(number) * ticks));
  const { plan, diagnostics } = compileRules([{ file: `${one.id}.epl`, text }], { timeUnit });
  if (plan === null) {
    const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
    const detail = errors.map((diagnostic) => `${diagnostic.code} ${diagnostic.title}`).join('; ');
    // A construct that cannot run yet may bring other errors with it: names that it would declare.
    const later = errors.some((diagnostic) => diagnostic.kind === 'not-implemented');
    return { result: later ? 'unsupported' : 'failed', detail };
  }
  const rows = new Map<string, unknown[]>();
  const make = (statements?: ReadonlySet<number>) =>
    new Shard({
      plan,
      ...(statements === undefined ? {} : { statements }),
      startTime: (one.start ?? 0) * ticks,
      backend: options.backend,
      matcher: options.matcher ?? 'auto',
      onRow(row) {
        const { name, query } = plan.statements[row.statement] as StatementPlan;
        if (!name.startsWith('out')) return;
        const columns = query.columns.map((column, i) => [
          column.name,
          valueToJson(row.values[i] ?? null, column.type, plan),
        ]);
        add(
          rows,
          `${row.trigger?.offset ?? -1} ${row.time / ticks} ${name}${row.kind === 'remove' ? ' old' : ''}`,
          Object.fromEntries(columns),
        );
      },
    });
  if (options.shards !== undefined) return runSpread(one, plan, { shards: options.shards, rows, make });
  let shard = make();
  const admission = new Admission(plan, { codegen: options.backend === 'codegen' });
  for (const [i, { t, type, props }] of one.events.entries()) {
    const event = admission.admit(admission.typeIndex(type), scaled(props, ticks), 0, i, t * ticks);
    if (isRejection(event)) return { result: 'failed', detail: `event ${i} rejected: ${event.reason}` };
    shard.advanceTo(t * ticks);
    shard.onEvent(event);
    if (options.restore !== true) continue;
    const snapshot = JSON.parse(JSON.stringify(shard.snapshot()));
    shard = make();
    shard.restore(snapshot);
  }
  shard.advanceTo(one.end * ticks);
  return compare(one.out, rows, ticks);
}

/** Numbers that are times in the rules of the cases, or lengths of time in the unit of the clock. */
const TIMES = /(?<=oldest_timestamp < )\d+|\b1[56]\d{11}(?=L)/g;

/** The fields of an event with those that are times times `ticks`. */
function scaled(props: Record<string, unknown>, ticks: number): Record<string, unknown> {
  if (ticks === 1) return props;
  const copy = { ...props };
  for (const name of ['ts', 'te']) if (typeof copy[name] === 'number') copy[name] *= ticks;
  return copy;
}

interface Spreading {
  readonly shards: number;
  readonly rows: ReadonlyMap<string, unknown[]>;
  make(statements: ReadonlySet<number>): Shard;
}

/** Every event goes to the shard of its key only; the others hear of it by the clock at the end. */
function runSpread(one: RandomCase, plan: Plan, { shards, rows, make }: Spreading): Outcome {
  const { groups } = derivePartitions(plan);
  const shared = groups.find(({ keys }) => keys === null);
  if (shared !== undefined) return { result: 'unsupported', detail: shared.reason };
  const admission = new Admission(plan);
  for (const { keys, statements } of groups) {
    const running = Array.from({ length: shards }, () => make(new Set(statements)));
    for (const [i, { t, type, props }] of one.events.entries()) {
      const event = admission.admit(admission.typeIndex(type), props, 0, i, t);
      if (isRejection(event)) return { result: 'failed', detail: `event ${i} rejected: ${event.reason}` };
      const field = keys?.get(event.type);
      if (field === undefined) continue;
      const text = String(getField(event, field));
      const at = [...text].reduce((sum, char) => (Math.imul(sum, 31) + char.charCodeAt(0)) >>> 0, 7) % shards;
      running[at]?.onEvent(event);
    }
    for (const shard of running) shard.advanceTo(one.end);
  }
  return compare(one.out, rows);
}

function compare(expected: readonly Delivery[], actual: ReadonlyMap<string, unknown[]>, ticks = 1): Outcome {
  const wanted = new Map<string, unknown[]>();
  for (const { i, t, stmt, new: rows, old } of expected) {
    for (const row of rows ?? []) add(wanted, `${i} ${t} ${stmt}`, row);
    for (const row of old ?? []) add(wanted, `${i} ${t} ${stmt} old`, row);
  }
  for (const key of new Set([...wanted.keys(), ...actual.keys()])) {
    const [want, got] = [wanted.get(key) ?? [], actual.get(key) ?? []];
    if (ticks === 1 ? sameRows(want, got) : sameRows(want, got, inTicks(ticks))) continue;
    const detail = `at [event, time, statement] ${key}\n  expected ${JSON.stringify(want)}\n  actual   ${JSON.stringify(got)}`;
    return { result: 'failed', detail };
  }
  return { result: 'passed', detail: '' };
}

/** Whether a number is the one recorded: a time, or a length of time, is so many times as much. */
function inTicks(ticks: number): typeof sameValue {
  const isSame: typeof sameValue = (want, got) => {
    if (typeof want !== 'number' || typeof got !== 'number') return sameValue(want, got, isSame);
    if (Math.abs(want) >= LEAST_TIME) return got === want * ticks;
    return got === want * ticks || sameValue(want, got);
  };
  return isSame;
}

/** What is at least as large is a time: no other number of the cases is. */
const LEAST_TIME = 1e11;

function add(rows: Map<string, unknown[]>, key: string, row: unknown): void {
  const list = rows.get(key);
  if (list === undefined) rows.set(key, [row]);
  else list.push(row);
}
