import type { RuleLimits } from '../../engine/core/limits.ts';
import { EventRecord, getField, type Value } from '../../engine/event/record.ts';
import { WHOLE_EVENT } from '../../engine/event/to-json.ts';
import { ExpressionFailure } from '../../engine/expr/failure.ts';
import { EMPTY_PLAN } from '../../engine/plan/empty-plan.ts';
import type { Plan, QueryPlan, StatementPlan } from '../../engine/plan/plan.ts';
import type { Row as EngineRow } from '../../engine/runtime/row.ts';
import { Shard } from '../../engine/runtime/shard.ts';
import { compileQuery } from '../../rules/index.ts';
import type { ParameterValues } from '../../rules/language/parameters.ts';
import type { Outcome, RunOptions } from './random-case.ts';
import type { Row, Step, Trace } from './trace-case.ts';
import { compileQueryStep, compileStep, Ended, mustRefuse, mustRefuseQuery } from './trace-compile.ts';
import { TraceDeployments } from './trace-deployments.ts';
import { readTypes, special, TraceEvents, type TraceTypes, variablesText } from './trace-types.ts';
import { TraceComparer } from './trace-values.ts';

/** Runs a trace step by step. Never throws: a crash is a failure. `log` gets a line for each step. */
export function runTrace(trace: Trace, options: RunOptions, log: (line: string) => void = () => {}): Outcome {
  try {
    new TraceRun(trace, options, log).run();
    return { result: 'passed', detail: '' };
  } catch (error) {
    if (error instanceof Ended) return { result: error.result, detail: error.message };
    return {
      result: 'failed',
      detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
}

/** Columns by name. */
type Columns = ReadonlyMap<string, Value>;

/** Rows that were recorded for one place, and whether their order counts. */
interface Expected {
  readonly rows: Row[];
  isOrdered: boolean;
  /** Whether the order inside arrays is an accident, too. */
  isLoose: boolean;
}

/** The settings that bound the open runs of all patterns, or of all row patterns: the bound, and whether it is kept. */
const BOUNDS = [
  ['runtime.patterns.maxSubexpressions', 'runtime.patterns.maxSubexpressionPreventStart'],
  ['runtime.matchRecognize.maxStates', 'runtime.matchRecognize.maxStatesPreventStart'],
] as const;

/**
 * Settings that allow annotations and clauses which need no setting here, and those that are given on.
 */
const ALWAYS_SO: ReadonlySet<string> = new Set([
  'runtime.execution.prioritized',
  'runtime.execution.precedenceEnabled',
  // Concerns pulls from streams that no trace with it makes.
  'compiler.viewResources.iterableUnbound',
  'compiler.expression.integerDivision',
  'compiler.expression.mathContext',
  'compiler.streamSelection.defaultStreamSelector',
  'common.eventMeta.defaultEventRepresentation',
  'common.timeSource.timeUnit',
  'compiler.expression.divisionByZeroReturnsNull',
  'compiler.expression.extendedAggregation',
  ...BOUNDS.flat(),
]);

/** A setting for a number of open runs bounds them unless it is only to be told about. */
function limitsOf({ config = {} }: Trace): Partial<RuleLimits> {
  for (const [bound, prevents] of BOUNDS) {
    const max = config[bound];
    if (max === undefined || String(config[prevents]) === 'false') continue;
    return { openRunsTotalMax: Number(max), onLimit: 'drop-newest' };
  }
  return {};
}

/** Values of substitution parameters, in a list or by name. */
function parametersOf(params: unknown): ParameterValues {
  if (params === null || typeof params !== 'object') return [];
  if (Array.isArray(params)) return params.map((value) => special(value));
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, special(value)]));
}

class TraceRun {
  private readonly trace: Trace;
  private readonly options: RunOptions;
  private readonly log: (line: string) => void;
  private readonly given: TraceTypes;
  private readonly sent = new Map<number, EventRecord>();
  private readonly comparer: TraceComparer;
  private plan: Plan;
  private shard: Shard | null = null;
  private now = 0;
  private isRestoring = false;
  /** Statements that were taken away. */
  private readonly undeployed: number[] = [];
  private readonly deployments = new TraceDeployments();
  private readonly listened = new Set<string>();
  /** Rows since the last action, by statement, time and kind. */
  private readonly actual = new Map<string, Columns[]>();
  private readonly expected = new Map<string, Expected>();

  constructor(trace: Trace, options: RunOptions, log: (line: string) => void) {
    this.trace = trace;
    this.options = options;
    this.log = log;
    this.given = readTypes(trace);
    this.plan = this.emptyPlan();
    this.comparer = new TraceComparer(() => this.plan.types, this.sent, this.given.timeUnit);
  }

  run(): void {
    const settings = Object.keys(this.trace.config ?? {}).filter((name) => !ALWAYS_SO.has(name));
    if (settings.length > 0) throw new Ended('unsupported', `the engine setting ${settings.join(', ')}`);
    const variables = variablesText(this.trace);
    for (const [i, step] of this.trace.steps.entries()) {
      this.log(JSON.stringify(step));
      if (step.out === undefined) this.settle();
      this.step(step);
      if (this.options.restore === true) this.restore();
      // The first step sets the clock.
      if (i === 0 && variables !== '') this.deploy(variables, { d: -1 });
    }
    this.settle();
  }

  private step(step: Step): void {
    if (step.time !== undefined) this.moveTo(step.time);
    else if (step.timeSpan !== undefined) this.moveThrough(step.timeSpan, step.resolution);
    else if (step.deploy !== undefined) this.deploy(step.deploy, step);
    else if (step.listen !== undefined) this.listened.add(this.nameOf(step.listen, step.d));
    else if (step.unlisten !== undefined) this.listened.delete(this.nameOf(step.unlisten, step.d));
    else if (step.event !== undefined) this.send(step);
    else if (step.out !== undefined) this.expect(step);
    else if (step.iterate !== undefined) this.pull(step.iterate, step.rows ?? [], step);
    else if (step.compileError !== undefined) this.refuse(step.compileError, step.given ?? []);
    else if (step.query !== undefined) this.query(step.query, step);
    else if (step.queryError !== undefined) mustRefuseQuery(step.queryError, this.plan);
    else if (step.compilesQuery !== undefined) compileQueryStep(step.compilesQuery, this.plan, []);
    else if (step.compiles !== undefined) compileStep(step.compiles, this.plan, this.given);
    else if (step.setVariable !== undefined) this.setVariable(step.setVariable, step.value);
    else if (step.getVariable !== undefined) this.checkVariable(step.getVariable, step.value);
    else if (step.undeploy !== undefined) this.undeploy(step);
    else if (step.undeployAll === true) this.reset();
    // What makes Java throw is left out.
    else if (step.exception === undefined) throw new Ended('unsupported', `a step ${Object.keys(step)[0]}`);
  }

  private moveTo(time: number): void {
    this.now = time;
    this.shard?.jumpTo(time);
  }

  /** To each due time on the way, or by steps of one size. */
  private moveThrough(end: number, resolution: number | undefined): void {
    if (resolution === undefined) this.shard?.advanceTo(end);
    else {
      for (let time = this.now + resolution; time < end; time += resolution) this.shard?.jumpTo(time);
      this.shard?.jumpTo(end);
    }
    this.now = end;
  }

  private deploy(text: string, step: Step): void {
    if (step.deployError !== undefined) {
      mustRefuse(text, this.plan, this.given);
      return;
    }
    const plan = compileStep(text, this.plan, this.given, parametersOf(step.params));
    this.deployments.add(step, this.plan, plan);
    this.plan = plan;
    this.shard ??= this.newShard();
    this.shard.deploy(plan);
  }

  private newShard(): Shard {
    return new Shard({
      plan: { ...EMPTY_PLAN, timeUnit: this.given.timeUnit },
      startTime: this.now,
      backend: this.options.backend,
      matcher: this.options.matcher ?? 'auto',
      ruleLimits: limitsOf(this.trace),
      isPrioritized: this.trace.config?.['runtime.execution.prioritized'] === 'true',
      onRow: (row) => this.onRow(row),
    });
  }

  /** Goes on in a fresh shard from what the present one held. */
  private restore(): void {
    if (this.shard === null) return;
    const snapshot = JSON.parse(JSON.stringify(this.shard.snapshot()));
    this.isRestoring = true;
    this.shard = this.newShard();
    this.shard.deploy(this.plan);
    this.shard.undeploy(this.undeployed);
    this.isRestoring = false;
    this.shard.restore(snapshot);
  }

  private refuse(text: string, given: readonly string[]): void {
    let base = this.plan;
    for (const module of given) base = compileStep(module, base, this.given);
    mustRefuse(text, base, this.given);
  }

  private undeploy(step: Step): void {
    const d = step.undeploy as number;
    if (step.error !== undefined) {
      if (!this.deployments.isNeeded(this.plan, d))
        throw new Ended('unsupported', 'an undeployment that is refused');
      return;
    }
    if (!this.deployments.has(d)) return;
    this.plan = this.deployments.withoutNames(this.plan, d);
    const gone = this.deployments.remove(d);
    this.undeployed.push(...gone);
    this.shard?.undeploy(gone);
  }

  /** Everything is gone, and names are free again. */
  private reset(): void {
    this.shard = null;
    this.undeployed.length = 0;
    this.deployments.clear();
    this.listened.clear();
    this.plan = this.emptyPlan();
  }

  private emptyPlan(): Plan {
    const { types, timeUnit } = this.given;
    return { ...EMPTY_PLAN, types, timeUnit };
  }

  /** A query that failed in Esper fails here, too, when it is compiled or when it runs. */
  private query(text: string, step: Step): void {
    const params = parametersOf(step.params);
    if (step.error !== undefined) {
      const { query } = compileQuery(text, this.plan, { params });
      if (query !== null && !this.fails(query)) throw new Ended('failed', `succeeds, but must not: ${text}`);
      return;
    }
    const query = compileQueryStep(text, this.plan, params);
    const rows = this.shard?.query(query) ?? [];
    const actual = rows.map((values) => columnsOf(query.query, values));
    const isOrdered =
      this.trace.orderChecked === true &&
      step.anyOrder !== true &&
      step.unordered === undefined &&
      query.query.orderBy.length > 0;
    const isLoose = step.unordered === 'deep';
    this.compare(`query ${text}`, { rows: [...(step.rows ?? [])], isOrdered, isLoose }, actual);
  }

  private fails(query: StatementPlan): boolean {
    try {
      this.shard?.query(query);
      return false;
    } catch (error) {
      if (error instanceof ExpressionFailure) return true;
      throw error;
    }
  }

  private setVariable(name: string, value: unknown): void {
    this.shard?.setVariable(this.variable(name), special(value) as Value);
  }

  private checkVariable(name: string, value: unknown): void {
    const actual = this.shard?.variable(this.variable(name)) ?? null;
    if (this.comparer.same(value, actual)) return;
    throw new Ended('failed', `${name} is ${JSON.stringify(actual)}, expected ${JSON.stringify(value)}`);
  }

  private variable(name: string): number {
    const index = this.plan.variables.findLastIndex((one) => one.name === name);
    if (index < 0) throw new Ended('unsupported', `the variable ${name}`);
    return index;
  }

  private send(step: Step): void {
    const { type, props } = step.event as NonNullable<Step['event']>;
    if (!this.plan.types.some((one) => one.name === type))
      throw new Ended('unsupported', `events of a type that is not known`);
    const id = step.id as number;
    const event = new TraceEvents(this.plan.types, this.given.timeUnit).make(type, props, this.now, id);
    this.sent.set(id, event);
    this.shard?.onEvent(event);
  }

  private nameOf(name: string, d: number | undefined): string {
    if (this.deployments.find({ name, d: d as number }) === undefined)
      throw new Ended('failed', `there is no statement \`${name}\` in deployment ${d}`);
    return `${d}/${name}`;
  }

  private onRow(row: EngineRow): void {
    if (this.isRestoring) return;
    const place = this.deployments.placeOf(row.statement);
    if (place === undefined || !this.listened.has(`${place.d}/${place.name}`)) return;
    const { query } = this.plan.statements[row.statement] as StatementPlan;
    const key = `${place.d}/${place.name} ${row.time} ${row.kind}`;
    const list = this.actual.get(key) ?? [];
    this.actual.set(key, list);
    list.push(columnsOf(query, row.values));
  }

  private expect(step: Step): void {
    const { stmt, d, new: added, old } = step.out as NonNullable<Step['out']>;
    // On adding a listener it may get what a pull would get.
    if (step.replay === true) {
      this.pull(stmt, added ?? [], { ...step, d });
      return;
    }
    const place = `${d}/${stmt} ${step.at ?? this.now}`;
    const isOrdered = this.isOrdered(stmt, d, step);
    for (const [kind, rows] of [
      ['insert', added],
      ['remove', old],
    ] as const) {
      if (rows === null) continue;
      const one = this.expected.get(`${place} ${kind}`) ?? { rows: [], isOrdered, isLoose: false };
      one.isLoose ||= step.unordered === 'deep';
      one.rows.push(...rows);
      one.isOrdered &&= isOrdered;
      this.expected.set(`${place} ${kind}`, one);
    }
  }

  /** Only `order by` promises an order, and only where the recorder found it to be one. */
  private isOrdered(name: string, d: number, step: Step): boolean {
    if (this.trace.orderChecked !== true || step.anyOrder === true || step.unordered !== undefined)
      return false;
    return (this.deployments.find({ name, d })?.query.orderBy.length ?? 0) > 0;
  }

  private pull(name: string, rows: readonly Row[], step: Step): void {
    const statement = this.deployments.find({ name, d: step.d as number });
    const pulled = statement == null ? null : (this.shard?.rows(statement.index) ?? null);
    if (statement == null || pulled === null) throw new Ended('unsupported', 'a pull from a statement');
    const actual = pulled.map((values) => columnsOf(statement.query, values));
    const isOrdered = this.isOrdered(name, step.d as number, step);
    const isLoose = step.unordered === 'deep';
    const place = `pull of ${step.d}/${name} at ${this.now}`;
    this.compare(place, { rows: [...rows], isOrdered, isLoose }, actual);
  }

  /** Compares what came out since the last action with what was recorded. */
  private settle(): void {
    for (const place of new Set([...this.expected.keys(), ...this.actual.keys()])) {
      const want = this.expected.get(place) ?? { rows: [], isOrdered: false, isLoose: false };
      this.compare(place, want, this.actual.get(place) ?? []);
    }
    this.expected.clear();
    this.actual.clear();
  }

  private compare(place: string, { rows, isOrdered, isLoose }: Expected, actual: readonly Columns[]): void {
    this.comparer.isLoose = isLoose;
    const isSame = isOrdered
      ? this.comparer.sameSequence(rows, actual)
      : this.comparer.sameRows(rows, actual);
    if (isSame) return;
    const shown = JSON.stringify(actual.map((row) => Object.fromEntries(row)));
    const order = isOrdered ? ' in this order' : '';
    throw new Ended('failed', `${place}\n  expected${order} ${JSON.stringify(rows)}\n  actual   ${shown}`);
  }
}

function columnsOf(query: QueryPlan, values: readonly Value[]): Columns {
  return new Map(
    query.columns.flatMap(({ name }, i): [string, Value][] => {
      const value = values[i] ?? null;
      if (name !== WHOLE_EVENT || !(value instanceof EventRecord)) return [[name, value]];
      const shown = value.shownOf ?? value;
      return shown.layout.type.fields.map((field, at) => [field.name, getField(shown, at)]);
    }),
  );
}
