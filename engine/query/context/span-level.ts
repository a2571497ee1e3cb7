import type { EventRecord, Value } from '../../event/record.ts';
import { compileExpr, type Evaluator, type Slot } from '../../expr/evaluate.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { SpanLevel } from '../../plan/context-plan.ts';
import { type GroupKey, groupKeyOf } from '../aggregate/group-key.ts';
import type { StatementAtom } from '../statement.ts';
import { readValue, writeValue } from '../value-snapshot.ts';
import {
  type ConditionState,
  conditionState,
  type Fired,
  type OnFired,
  type ReadyCondition,
  type ReadyFilter,
  readyCondition,
} from './condition.ts';
import { entryFor, seenBy } from './event-keys.ts';
import type { EndCause, EndFilter } from './filter-order.ts';
import {
  Branch,
  type Hit,
  type Level,
  type LevelHost,
  type LevelNode,
  NO_SLOTS,
  RANK_BEGIN,
  RANK_END,
} from './level.ts';
import { NO_TRIGGER, type Trigger } from './trigger.ts';

/** Start time and expected end time come before the tags. */
const TAGS_FROM = 2;

/** `start … end …` and `initiated … terminated …`, compiled. */
export class Spans implements Level {
  readonly atoms: readonly StatementAtom[];
  readonly plan: SpanLevel;
  readonly host: LevelHost;
  readonly start: ReadyCondition | null;
  readonly end: ReadyCondition | null;
  private readonly distinct: readonly Evaluator[] | null;

  constructor(plan: SpanLevel, host: LevelHost) {
    this.plan = plan;
    this.host = host;
    const ready = (condition: SpanLevel['start']) =>
      condition === null ? null : readyCondition(condition, host, host.statement);
    this.start = ready(plan.start);
    this.end = ready(plan.end);
    this.atoms = [...(this.start?.atoms ?? []), ...(this.end?.atoms ?? [])];
    const { backend } = host.outer;
    this.distinct = plan.distinct?.map((key) => compileExpr(key, backend)) ?? null;
  }

  node(parent: Branch | null): SpanNode {
    return new SpanNode(this, parent);
  }

  route(): null {
    return null;
  }

  /** The end as the statements of a partition see it: they begin after it. */
  endFilter(atom: number): EndFilter {
    return { parts: this.end?.parts[atom] ?? [], isEarlier: true };
  }

  /** What `distinct` tells a starting event apart by; null without `distinct`. */
  distinctKey(event: EventRecord): GroupKey | undefined {
    const { distinct, host } = this;
    if (distinct === null) return undefined;
    const values = distinct.map((evaluate) => evaluate(event, NO_SLOTS, host.outer.env));
    return groupKeyOf(values);
  }

  /** Whether a partition runs already when the context begins: `@now`, or between the two times of crontabs. */
  get runsAtOnce(): boolean {
    const { plan, start, end, host } = this;
    if (plan.now) return true;
    if (plan.overlapping || start?.kind !== 'clock') return false;
    const { env } = host.outer;
    const from = start.next(NO_SLOTS, env);
    if (plan.start?.kind === 'after') return from !== null && from <= env.now;
    if (plan.end?.kind !== 'crontab' || end?.kind !== 'clock') return false;
    const to = end.next(NO_SLOTS, env);
    return (from ?? Number.POSITIVE_INFINITY) >= (to ?? Number.POSITIVE_INFINITY);
  }
}

interface SpanState {
  readonly next: number;
  readonly waits: boolean;
  readonly start: unknown;
  readonly branches: readonly (readonly [
    number: number,
    values: unknown[],
    condition: unknown,
    below: unknown,
  ])[];
}

/** Partitions that begin and end, below one partition of the level above. */
export class SpanNode implements LevelNode {
  readonly parent: Branch | null;
  private readonly level: Spans;
  private readonly all = new Map<number, Branch>();
  private nextNumber = 0;
  /** Whether the start condition is at work: always while partitions may overlap, else between them. */
  private waits = false;
  private startState: ConditionState | null = null;
  private readonly ends = new Map<Branch, ConditionState>();
  /** Partitions by what an ending event must equal. */
  private readonly byEndKey = new Map<string | number | boolean, Set<Branch>>();
  private readonly distinct = new Set<GroupKey>();

  constructor(level: Spans, parent: Branch | null) {
    this.level = level;
    this.parent = parent;
  }

  branches(): Iterable<Branch> {
    return this.all.values();
  }

  activate(trigger: Trigger): void {
    const { level } = this;
    const { overlapping } = level.plan;
    if (overlapping || !level.runsAtOnce) this.waitForStart();
    if (overlapping ? level.plan.now : level.runsAtOnce) this.begin({ event: null, tags: [], trigger });
    else if (this.waits && this.all.size === 0) this.beginBy(trigger.event);
  }

  deactivate(): void {
    this.waits = false;
    this.startState?.stop();
    this.startState = null;
    for (const condition of this.ends.values()) condition.stop();
    this.ends.clear();
    this.byEndKey.clear();
    this.distinct.clear();
    const all = [...this.all.values()];
    this.all.clear();
    for (const branch of all) this.level.host.close(branch, null);
  }

  drop(branch: Branch): void {
    this.forget(branch);
  }

  collect(atom: number, event: EventRecord, hits: Hit[]): void {
    const { start, end, host } = this.level;
    const starts = start?.atoms.length ?? 0;
    if (atom < starts) {
      this.collectStart(start as ReadyCondition, atom, event, hits);
      return;
    }
    const local = atom - starts;
    if (end?.kind !== 'filter') {
      for (const state of this.ends.values()) {
        state.collect(local, event);
        hits.push({ rank: RANK_END, act: () => state.dispatch() });
      }
      return;
    }
    const { env } = host.outer;
    for (const branch of this.candidates(end, event)) {
      if (end.rest !== null && !end.rest(event, branch.values as readonly Slot[], env)) continue;
      const tags: Fired['tags'] = end.tag < 0 ? [] : [[end.tag, event]];
      hits.push({
        rank: RANK_END,
        act: () =>
          this.end(branch, { event, tags, trigger: NO_TRIGGER }, { event, filter: this.level.endFilter(0) }),
      });
    }
  }

  snapshot(writer: EventWriter, below: (branch: Branch) => unknown): SpanState {
    const branches = [...this.all].map(([number, branch]) => {
      const values = branch.values.map((value) => writeValue(value, writer));
      const condition = this.ends.get(branch)?.snapshot(writer) ?? null;
      return [number, values, condition, below(branch)] as const;
    });
    const start = this.startState?.snapshot(writer) ?? null;
    return { next: this.nextNumber, waits: this.waits, start, branches };
  }

  restore(state: unknown, reader: EventReader, below: (branch: Branch, state: unknown) => void): void {
    const { next, waits, start, branches } = state as SpanState;
    this.nextNumber = next;
    this.waits = waits;
    if (waits) {
      this.startState = this.stateOf(this.level.start, (fired) => this.onStart(fired));
      this.startState?.restore(start, reader);
    }
    for (const [number, written, condition, inner] of branches) {
      const branch = new Branch(
        this,
        number,
        written.map((value) => readValue(value, reader)),
      );
      this.all.set(number, branch);
      this.noteKeys(branch);
      const end = this.endOf(branch);
      if (end !== null) {
        end.restore(condition, reader);
        this.ends.set(branch, end);
      }
      below(branch, inner);
    }
  }

  private collectStart(start: ReadyCondition, atom: number, event: EventRecord, hits: Hit[]): void {
    if (!this.waits) return;
    if (start.kind === 'filter') {
      hits.push({ rank: RANK_BEGIN, act: () => this.onStart(this.startedBy(start, event)) });
      return;
    }
    const state = this.startState as ConditionState;
    state.collect(atom, event);
    hits.push({ rank: RANK_BEGIN, act: () => state.dispatch() });
  }

  /** Partitions whose end the event may be. */
  private candidates({ key }: ReadyFilter, event: EventRecord): Iterable<Branch> {
    if (key === null) return this.all.values();
    const wanted = key.ofEvent(event, this.level.host.outer.env);
    return wanted === null ? [] : (this.byEndKey.get(wanted) ?? []);
  }

  private startedBy({ tag }: ReadyFilter, event: EventRecord): Fired {
    return { event, tags: tag < 0 ? [] : [[tag, event]], trigger: { event, inclusive: [] } };
  }

  private waitForStart(): void {
    this.waits = true;
    const { start } = this.level;
    const state = this.stateOf(start, (fired) => this.onStart(fired));
    this.startState = state;
    state?.start([]);
  }

  /** The event that made the partition above may be the start here, too. */
  private beginBy(event: EventRecord | null): void {
    const { start, host } = this.level;
    if (event === null || start?.kind !== 'filter') return;
    const [{ type }] = start.atoms;
    const seen = entryFor([{ type, filter: null }], event.type, host.outer);
    if (seen === null) return;
    const own = seenBy(seen, event);
    if (start.whole(own, NO_SLOTS, host.outer.env) && host.admits(this.parent, own, type))
      this.onStart(this.startedBy(start, own));
  }

  private onStart(fired: Fired): void {
    if (!this.waits) return;
    if (!this.level.plan.overlapping) {
      this.waits = false;
      this.startState?.stop();
      this.startState = null;
    } else if (this.level.start?.kind === 'clock') this.startAgain();
    this.begin(fired);
  }

  private startAgain(): void {
    const state = this.startState as ReturnType<typeof conditionState>;
    state.start([]);
  }

  private begin({ event, tags, trigger }: Fired): void {
    const { level } = this;
    const { host, plan } = level;
    const key = event === null ? undefined : level.distinctKey(event);
    if (key !== undefined && this.distinct.has(key)) return;
    if (plan.overlapping && !host.mayBegin(this)) return;
    const values: Value[] = [host.outer.env.now, null, ...plan.tags.map(() => null)];
    for (const [tag, value] of tags) values[TAGS_FROM + tag] = value;
    const number = this.nextNumber++;
    const branch = new Branch(this, number, values);
    const end = this.endOf(branch);
    this.all.set(number, branch);
    this.noteKeys(branch);
    if (end !== null) {
      this.ends.set(branch, end);
      end.start(values);
      values[1] = end.due;
      // A pattern that is true at once ends the partition before it runs.
      if (this.all.get(number) !== branch) return;
    }
    host.open(branch, trigger);
  }

  private noteKeys(branch: Branch): void {
    const { end, host, plan } = this.level;
    if (end?.kind === 'filter' && end.key !== null) {
      const key = end.key.ofValues(branch.values, host.outer.env);
      if (key !== null) {
        const known = this.byEndKey.get(key);
        if (known === undefined) this.byEndKey.set(key, new Set([branch]));
        else known.add(branch);
      }
    }
    const key = plan.distinct === null ? undefined : this.distinctOf(branch);
    if (key !== undefined) this.distinct.add(key);
  }

  private forget(branch: Branch): void {
    this.ends.get(branch)?.stop();
    this.ends.delete(branch);
    this.forgetKeys(branch);
    this.all.delete(branch.key as number);
  }

  private forgetKeys(branch: Branch): void {
    const { end, host, plan } = this.level;
    if (end?.kind === 'filter' && end.key !== null) {
      const key = end.key.ofValues(branch.values, host.outer.env);
      const known = key === null ? undefined : this.byEndKey.get(key);
      known?.delete(branch);
      if (key !== null && known?.size === 0) this.byEndKey.delete(key);
    }
    const key = plan.distinct === null ? undefined : this.distinctOf(branch);
    if (key !== undefined) this.distinct.delete(key);
  }

  /** `distinct` needs a start with a name, so its event is among the tags. */
  private distinctOf(branch: Branch): GroupKey | undefined {
    const { plan } = this.level;
    const tag = plan.start?.kind === 'filter' ? plan.start.tag : -1;
    return tag < 0 ? undefined : this.level.distinctKey(branch.values[TAGS_FROM + tag] as EventRecord);
  }

  private endOf(branch: Branch): ReturnType<typeof conditionState> | null {
    return this.stateOf(this.level.end, (fired, by) => {
      this.end(branch, fired, by && { event: by.event, filter: this.level.endFilter(by.atom) });
    });
  }

  private stateOf(ready: ReadyCondition | null, fired: OnFired): ReturnType<typeof conditionState> | null {
    return ready === null || ready.kind === 'filter' ? null : conditionState(ready, this.level.host, fired);
  }

  private end(branch: Branch, { tags }: Fired, cause: EndCause | null): void {
    const number = branch.key as number;
    if (this.all.get(number) !== branch) return;
    const { host, plan } = this.level;
    this.forget(branch);
    for (const [tag, value] of tags) host.setValue(branch, plan.base + TAGS_FROM + tag, value);
    const missed = host.close(branch, cause);
    if (plan.overlapping) return;
    const event = missed.size === 0 ? null : (cause?.event ?? null);
    if (plan.now) {
      // What missed the event in the partition that ended gets it in the next one.
      const trigger = event === null ? NO_TRIGGER : { event, inclusive: [], only: missed };
      this.begin({ event: null, tags: [], trigger });
      return;
    }
    this.waitForStart();
    this.beginBy(event);
  }
}
