import { EventRecord, setField, type Value } from '../../event/record.ts';
import { conjuncts, usesSlots } from '../../expr/analyze.ts';
import {
  type Backend,
  compileExpr,
  compilePredicate,
  type Env,
  type Evaluator,
  equalityKey,
  type Predicate,
  type Slot,
} from '../../expr/evaluate.ts';
import { CURRENT, type Expr } from '../../expr/ir.ts';
import { type EventReader, type EventWriter, isRepeated } from '../../pattern/snapshot.ts';
import type { ContextCondition } from '../../plan/context-plan.ts';
import { compileCrontab } from '../../plan/crontab.ts';
import { filtersOf } from '../../plan/pattern-tree.ts';
import type { StatementPlan } from '../../plan/plan.ts';
import { nextCrontabTime } from '../../time/crontab.ts';
import { addPeriod, periodOf } from '../../time/duration.ts';
import type { Timer, TimerTarget } from '../../time/timer-queue.ts';
import { PatternRun } from '../pattern-run.ts';
import type { StatementAtom } from '../statement.ts';
import { ConditionHost } from './condition-host.ts';
import { partsOf } from './filter-order.ts';
import { type LevelHost, NO_SLOTS } from './level.ts';
import type { Trigger } from './trigger.ts';

/** A condition compiled once for all partitions; expressions see the values of the level as slots. */
export type ReadyCondition = ReadyFilter | ReadyPattern | ReadyClock;

/** Events of a type: `own` is tested by the dispatcher, the rest against the tags of a partition. */
export interface ReadyFilter {
  readonly kind: 'filter';
  readonly atoms: readonly [StatementAtom];
  /** Conditions of each atom, see `filter-order.ts`. */
  readonly parts: readonly (readonly string[])[];
  readonly tag: number;
  /** One equality between the event and the tags: partitions are found by it. */
  readonly key: {
    ofEvent(event: EventRecord, env: Env): Key;
    ofValues(values: readonly Value[], env: Env): Key;
  } | null;
  /** Null: nothing more to test. */
  readonly rest: Predicate | null;
  /** The whole condition, for an event that the dispatcher has not tested. */
  readonly whole: Predicate;
}

/** A pattern: each partition has a run of its own. */
export interface ReadyPattern {
  readonly kind: 'pattern';
  readonly atoms: readonly StatementAtom[];
  readonly parts: readonly (readonly string[])[];
  readonly plan: Extract<ContextCondition, { kind: 'pattern' }>;
}

/** A time. */
export interface ReadyClock {
  readonly kind: 'clock';
  readonly atoms: readonly [];
  readonly parts: readonly [];
  /** The next due time; null: never. */
  next(slots: readonly Slot[], env: Env): number | null;
}

type Key = string | number | boolean | null;

/** Makes a condition ready. `host` and `statement` are those of the context. */
export function readyCondition(
  condition: ContextCondition,
  host: LevelHost,
  statement: StatementPlan,
): ReadyCondition {
  const { backend } = host.outer;
  switch (condition.kind) {
    case 'filter':
      return readyFilter(condition, backend);
    case 'pattern': {
      const idle = new PatternRun(statement, condition.pattern, host.outer);
      const parts = filtersOf(condition.pattern.root).map(({ filter }) => partsOf(filter));
      return { kind: 'pattern', atoms: idle.atoms, parts, plan: condition };
    }
    case 'crontab': {
      const crontabs = condition.crontabs.map((one) => compileCrontab(one, backend));
      const next = (slots: readonly Slot[], env: Env) => {
        let least = Number.POSITIVE_INFINITY;
        for (const evaluate of crontabs) {
          const crontab = evaluate(slots, env);
          const due = crontab === null ? null : nextCrontabTime(crontab, env.now, env.timeBase);
          if (due !== null && due < least) least = due;
        }
        return Number.isFinite(least) ? least : null;
      };
      return { kind: 'clock', atoms: [], parts: [], next };
    }
    case 'after': {
      const period = compileExpr(condition.period, backend);
      const next = (slots: readonly Slot[], env: Env) => {
        const value = period(null, slots, env);
        return value === null ? null : addPeriod(env.now, periodOf(value), env.timeBase);
      };
      return { kind: 'clock', atoms: [], parts: [], next };
    }
  }
}

/** Makes a filter ready. */
export function readyFilter(
  { type, filter, tag }: { readonly type: number; readonly filter: Expr | null; readonly tag: number },
  backend: Backend,
): ReadyFilter {
  const own: Expr[] = [];
  const rest: Expr[] = [];
  let key: ReadyFilter['key'] = null;
  for (const part of filter === null ? [] : conjuncts(filter)) {
    if ([...usesSlots(part)].every((slot) => slot === CURRENT)) own.push(part);
    else {
      const found: ReadyFilter['key'] = key === null ? equalityOf(part, backend) : null;
      if (found === null) rest.push(part);
      else key = found;
    }
  }
  return {
    kind: 'filter',
    atoms: [{ type, own: conjunction(own) }],
    parts: [partsOf(filter)],
    tag,
    key,
    rest: rest.length === 0 ? null : compilePredicate(conjunction(rest), backend),
    whole: compilePredicate(filter, backend),
  };
}

/** `event side = tag side` as keys of a map; null when the equality cannot hold. */
function equalityOf(part: Expr, backend: Backend): ReadyFilter['key'] {
  if (part.op !== 'equal' || part.negated || part.nullSafe) return null;
  const [left, right] = [usesSlots(part.left), usesSlots(part.right)];
  const onlyEvent = (used: ReadonlySet<number>) => used.size === 1 && used.has(CURRENT);
  const onlyTags = (used: ReadonlySet<number>) => used.size > 0 && !used.has(CURRENT);
  const sides: readonly [Expr, Expr] | null =
    onlyEvent(left) && onlyTags(right)
      ? [part.left, part.right]
      : onlyEvent(right) && onlyTags(left)
        ? [part.right, part.left]
        : null;
  if (sides === null || sides.some(({ type }) => WITHOUT_KEY.has(type.kind))) return null;
  const [ofEvent, ofValues] = sides.map((side): Evaluator => compileExpr(side, backend)) as [
    Evaluator,
    Evaluator,
  ];
  return {
    ofEvent: (event, env) => equalityKey(ofEvent(event, NO_SLOTS, env)),
    ofValues: (values, env) => equalityKey(ofValues(null, values as readonly Slot[], env)),
  };
}

/** Values that an equality compares by more than their key. */
export const WITHOUT_KEY: ReadonlySet<string> = new Set([
  'array',
  'event',
  'map',
  'object',
  'period',
  'null',
]);

/** Conditions joined by `and`; null for none. */
export function conjunction(parts: readonly Expr[]): Expr | null {
  if (parts.length <= 1) return parts[0] ?? null;
  return { op: 'and', type: { kind: 'boolean' }, operands: parts };
}

/** What is told when a condition comes true. */
export interface Fired {
  /** The event of a filter. */
  readonly event: EventRecord | null;
  /** Values of tags by their index among the tags of the level. */
  readonly tags: readonly (readonly [tag: number, value: Value])[];
  readonly trigger: Trigger;
}

/** The event by which a pattern came true, and the filter it passed; null when a timer did it. */
export type FiredBy = { readonly event: EventRecord; readonly atom: number } | null;

/** Who is told that a condition came true. */
export type OnFired = (fired: Fired, by: FiredBy) => void;

/** A condition of one partition, or of one node, at work: a timer or a run of a pattern. */
export interface ConditionState {
  /** When it comes true if that is known. */
  readonly due: number | null;
  collect(atom: number, event: EventRecord): void;
  /** Lets the pattern act on what was collected. */
  dispatch(): void;
  stop(): void;
  snapshot(writer: EventWriter): unknown;
  restore(state: unknown, reader: EventReader): void;
}

/** Waits for a time. */
export class ClockState implements ConditionState, TimerTarget {
  private readonly ready: ReadyClock;
  private readonly host: LevelHost;
  private readonly fired: OnFired;
  private timer: Timer | null = null;

  constructor(ready: ReadyClock, host: LevelHost, fired: OnFired) {
    this.ready = ready;
    this.host = host;
    this.fired = fired;
  }

  /** Begins to wait; `values` are those of the partition. */
  start(values: readonly Value[]): void {
    const due = this.ready.next(values as readonly Slot[], this.host.outer.env);
    if (due !== null) this.schedule(due);
  }

  get due(): number | null {
    return this.timer?.due ?? null;
  }

  onTimer(): void {
    this.timer = null;
    this.fired(BY_CLOCK, null);
  }

  collect(): void {}

  dispatch(): void {}

  stop(): void {
    if (this.timer !== null) this.host.outer.timers.cancel(this.timer);
    this.timer = null;
  }

  snapshot(): unknown {
    return this.timer === null ? null : [this.timer.due, this.timer.sequence];
  }

  restore(state: unknown): void {
    if (state === null) return;
    const [due, sequence] = state as [number, number];
    this.schedule(due, sequence);
  }

  private schedule(due: number, sequence?: number): void {
    this.timer = this.host.outer.timers.schedule(due, this.host.statement.index, this, sequence);
  }
}

const BY_CLOCK: Fired = { event: null, tags: [], trigger: { event: null, inclusive: [] } };

/** Waits for a match of a pattern. */
export class PatternState implements ConditionState {
  readonly due = null;
  private readonly ready: ReadyPattern;
  private readonly run: PatternRun;
  private readonly host: LevelHost;
  private readonly fired: OnFired;
  private isStopped = false;
  private by: FiredBy = null;

  constructor(ready: ReadyPattern, host: LevelHost, fired: OnFired) {
    this.ready = ready;
    this.host = host;
    this.fired = fired;
    const own = new ConditionHost(host, () => this.give());
    this.run = new PatternRun(host.statement, ready.plan.pattern, own);
  }

  /** Begins; slots below `given` of the pattern are set. A pattern that is true at once fires at once. */
  start(values: readonly Value[]): void {
    const given = this.ready.plan.pattern.given ?? 0;
    const slots = Array.from({ length: given }, (_, i): Slot => slotOf(values[i] ?? null));
    this.run.start(true, slots);
    this.give();
  }

  collect(atom: number, event: EventRecord): void {
    this.by = { event, atom };
    this.run.collect(atom, event);
  }

  dispatch(): void {
    this.run.dispatch();
    this.give();
    this.by = null;
  }

  stop(): void {
    this.isStopped = true;
    this.run.stop();
  }

  snapshot(writer: EventWriter): unknown {
    return this.run.snapshot(writer);
  }

  restore(state: unknown, reader: EventReader): void {
    this.run.restore(state, reader);
  }

  private give(): void {
    for (const { slots } of this.run.take()) {
      if (this.isStopped) return;
      this.fired(this.firedBy(slots), this.by);
    }
  }

  private firedBy(slots: readonly Slot[]): Fired {
    const { plan } = this.ready;
    const given = plan.pattern.given ?? 0;
    const tags: [number, Value][] = [];
    plan.slotTags.forEach((tag, slot) => {
      if (tag >= 0 && slot >= given) tags.push([tag, (slots[slot] ?? null) as Value]);
    });
    if (plan.tag >= 0) tags.push([plan.tag, this.whole(slots, given)]);
    const inclusive = plan.inclusive
      ? slots.slice(given).flatMap((slot) => (slot === null ? [] : isRepeated(slot) ? slot : [slot]))
      : [];
    return { event: null, tags, trigger: { event: null, inclusive } };
  }

  /** The match as one event, whose fields are the tags of the pattern. */
  private whole(slots: readonly Slot[], given: number): EventRecord {
    const { outer } = this.host;
    const type = this.ready.plan.wholeType;
    const event = new (outer.recordClass(type))(type, outer.env.now, -1, -1);
    slots.slice(given).forEach((slot, i) => {
      setField(event, i, slot as Value);
    });
    event.origins = [];
    return event;
  }
}

/** A value as a tag: the keys and times among the values of a level are none. */
function slotOf(value: Value): Slot {
  if (value instanceof EventRecord) return value;
  const isEvents = Array.isArray(value) && value.length > 0 && value[0] instanceof EventRecord;
  return isEvents ? (value as unknown as readonly EventRecord[]) : null;
}

/** The state of a condition that is no filter. */
export function conditionState(
  ready: ReadyPattern | ReadyClock,
  host: LevelHost,
  fired: OnFired,
): ClockState | PatternState {
  return ready.kind === 'clock' ? new ClockState(ready, host, fired) : new PatternState(ready, host, fired);
}
