import type { EventRecord, Value } from '../../engine/event/record.ts';
import type { Backend } from '../../engine/expr/evaluate.ts';
import type { Plan, StatementPlan } from '../../engine/plan/plan.ts';
import type { Row as EngineRow } from '../../engine/runtime/row.ts';
import { Shard } from '../../engine/runtime/shard.ts';
import { compileRules, type Diagnostic } from '../../rules/index.ts';
import type { Outcome } from './random-case.ts';
import type { Row, Step, Trace } from './trace-case.ts';
import { readTypes, TraceEvents, type TraceTypes } from './trace-types.ts';
import { TraceComparer } from './trace-values.ts';

/** Runs a trace step by step. Never throws: a crash is a failure. `log` gets a line for each step and difference. */
export function runTrace(trace: Trace, backend: Backend, log: (line: string) => void = () => {}): Outcome {
  try {
    new TraceRun(trace, backend, log).run();
    return { result: 'passed', detail: '' };
  } catch (error) {
    if (error instanceof Ended) return { result: error.result, detail: error.message };
    return {
      result: 'failed',
      detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
}

/** How a trace ended before its last step. */
class Ended extends Error {
  readonly result: 'failed' | 'unsupported';

  constructor(result: 'failed' | 'unsupported', detail: string) {
    super(detail);
    this.result = result;
  }
}

type Rows = ReadonlyMap<string, Value>[];

/** Steps that need what the engine does not offer yet. */
const LATER = [
  'iterate',
  'query',
  'queryError',
  'compilesQuery',
  'setVariable',
  'getVariable',
  'exception',
  'replay',
  'deployError',
];

/** Settings that allow annotations and clauses which need no setting here. */
const ALWAYS_SO: ReadonlySet<string> = new Set([
  'runtime.execution.prioritized',
  'runtime.execution.precedenceEnabled',
]);

class TraceRun {
  private readonly trace: Trace;
  private readonly backend: Backend;
  private readonly log: (line: string) => void;
  private readonly given: TraceTypes;
  private readonly sent = new Map<number, EventRecord>();
  private readonly comparer: TraceComparer;
  private plan: Plan;
  private shard: Shard | null = null;
  private now = 0;
  /** Statement indexes of each deployment. */
  private readonly deployed = new Map<number, readonly number[]>();
  private readonly listened = new Set<string>();
  /** Rows since the last action, by statement and time. */
  private readonly actual = new Map<string, Rows>();
  private readonly expected = new Map<string, Row[]>();

  constructor(trace: Trace, backend: Backend, log: (line: string) => void) {
    this.trace = trace;
    this.backend = backend;
    this.log = log;
    this.given = readTypes(trace);
    this.plan = { types: this.given.types, statements: [], zone: 'UTC' };
    this.comparer = new TraceComparer(() => this.plan.types, this.sent);
  }

  run(): void {
    const settings = Object.keys(this.trace.config ?? {}).filter((name) => !ALWAYS_SO.has(name));
    if (settings.length > 0) throw new Ended('unsupported', `engine setting ${settings.join(', ')}`);
    for (const step of this.trace.steps) {
      const later = LATER.find((name) => name in step);
      if (later !== undefined) throw new Ended('unsupported', `step ${later}`);
      this.log(JSON.stringify(step));
      if (step.out === undefined) this.settle();
      this.step(step);
    }
    this.settle();
  }

  private step(step: Step): void {
    if (step.time !== undefined) this.moveTo(step.time);
    else if (step.timeSpan !== undefined) {
      this.now = step.timeSpan;
      this.shard?.advanceTo(step.timeSpan);
    } else if (step.deploy !== undefined) this.deploy(step.deploy, step);
    else if (step.listen !== undefined) this.listened.add(this.find(step.listen, step.d));
    else if (step.unlisten !== undefined) this.listened.delete(this.find(step.unlisten, step.d));
    else if (step.event !== undefined) this.send(step);
    else if (step.out !== undefined) this.expect(step);
    else if (step.compileError !== undefined) this.mustRefuse(step.compileError, step.given ?? []);
    else if (step.compiles !== undefined) this.compile(step.compiles);
    else if (step.undeploy !== undefined) this.undeploy(step);
    else if (step.undeployAll === true) this.reset();
    else throw new Ended('unsupported', `step ${Object.keys(step).join(', ')}`);
  }

  private moveTo(time: number): void {
    this.now = time;
    this.shard?.jumpTo(time);
  }

  private deploy(text: string, step: Step): void {
    if (step.params !== undefined) throw new Ended('unsupported', 'substitution parameters');
    const before = this.plan.statements.length;
    const plan = this.compile(text);
    this.deployed.set(
      step.d as number,
      plan.statements.slice(before).map(({ index }) => index),
    );
    this.plan = plan;
    this.shard ??= new Shard({
      plan: { types: [], statements: [], zone: 'UTC' },
      startTime: this.now,
      backend: this.backend,
      onRow: (row) => this.onRow(row),
    });
    this.shard.deploy(plan);
  }

  private compile(text: string, base: Plan = this.plan): Plan {
    const { plan, diagnostics } = compileRules([{ file: 'trace.epl', text }], { base });
    if (plan !== null) return plan;
    const errors = diagnostics.filter((one) => one.severity === 'error');
    const touched = [...this.given.opaque].find((name) => new RegExp(`\\b${name}\\b`).test(text));
    if (touched !== undefined)
      throw new Ended('unsupported', `the field ${touched} is of a type the engine only carries`);
    const detail = errors.map((one) => `${one.code} ${one.title}`).join('; ');
    throw new Ended(isLater(errors) ? 'unsupported' : 'failed', detail);
  }

  private mustRefuse(text: string, given: readonly string[]): void {
    let base = this.plan;
    for (const module of given) base = this.compile(module, base);
    const { plan, diagnostics } = compileRules([{ file: 'trace.epl', text }], { base });
    if (plan !== null) throw new Ended('failed', `compiles, but must not: ${text}`);
    if (isLater(diagnostics)) throw new Ended('unsupported', diagnostics.map((one) => one.title).join('; '));
  }

  private undeploy(step: Step): void {
    if (step.error !== undefined) throw new Ended('unsupported', 'an undeployment that is refused');
    this.shard?.undeploy(this.deployed.get(step.undeploy as number) ?? []);
    this.deployed.delete(step.undeploy as number);
  }

  /** Everything is gone, and names are free again. */
  private reset(): void {
    this.shard = null;
    this.deployed.clear();
    this.listened.clear();
    this.plan = { types: this.given.types, statements: [], zone: 'UTC' };
  }

  private send(step: Step): void {
    const { type, props } = step.event as NonNullable<Step['event']>;
    if (!this.plan.types.some((one) => one.name === type))
      throw new Ended('unsupported', `events of ${type}`);
    const id = step.id as number;
    const event = new TraceEvents(this.plan.types).make(type, props, this.now, id);
    this.sent.set(id, event);
    this.shard?.onEvent(event);
  }

  private find(name: string, d: number | undefined): string {
    const found = (this.deployed.get(d as number) ?? []).find(
      (index) => this.plan.statements[index]?.name === name,
    );
    if (found === undefined) throw new Ended('unsupported', `a listener on \`${name}\`, which is no select`);
    return `${d}/${name}`;
  }

  private onRow(row: EngineRow): void {
    const { name, query } = this.plan.statements[row.statement] as StatementPlan;
    const d = [...this.deployed].find(([, indexes]) => indexes.includes(row.statement))?.[0];
    if (!this.listened.has(`${d}/${name}`)) return;
    const columns = new Map(query.columns.map((column, i) => [column.name, row.values[i] ?? null]));
    push(this.actual, `${d}/${name} ${row.time} ${row.kind}`, columns);
  }

  private expect(step: Step): void {
    const { stmt, d, new: added, old } = step.out as NonNullable<Step['out']>;
    const place = `${d}/${stmt} ${step.at ?? this.now}`;
    for (const row of added ?? []) push(this.expected, `${place} insert`, row);
    for (const row of old ?? []) push(this.expected, `${place} remove`, row);
  }

  /** Compares what came out since the last action with what was recorded. */
  private settle(): void {
    for (const place of new Set([...this.expected.keys(), ...this.actual.keys()])) {
      const want = this.expected.get(place) ?? [];
      const got = this.actual.get(place) ?? [];
      if (this.comparer.sameRows(want, got)) continue;
      const shown = got.map((row) => Object.fromEntries(row));
      throw new Ended(
        'failed',
        `${place}\n  expected ${JSON.stringify(want)}\n  actual   ${JSON.stringify(shown)}`,
      );
    }
    this.expected.clear();
    this.actual.clear();
  }
}

/** Whether a text was refused only because of what cannot run yet. */
function isLater(diagnostics: readonly Diagnostic[]): boolean {
  const errors = diagnostics.filter((one) => one.severity === 'error');
  return errors.length > 0 && errors.every((one) => one.kind === 'not-implemented');
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
