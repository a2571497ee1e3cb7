import type { EventRecord } from '../event/record.ts';
import type { Env, Slot } from '../expr/evaluate.ts';
import type { Expr } from '../expr/ir.ts';
import type { FilterNode, StatementPlan } from '../plan/plan.ts';
import type { PatternTexts } from './planner-text.ts';
import { isRepeated } from './snapshot.ts';
import { type ConditionStory, chainTo, type GuardStory, type StoryStep, StoryTeller } from './story.ts';
import type { Instance, InstanceEnd, MatcherObserver, Moment } from './tree/observed-matcher.ts';

/** An event a step might have taken, and the conditions that did not hold. */
export interface NearMiss {
  readonly event: EventRecord;
  readonly failed: readonly ConditionStory[];
}

/** Why a key has no match: how far its furthest run came. */
export interface WhyNotStory {
  readonly matches: number;
  readonly lastMatch: number | null;
  /** Matches of the pattern that the rule's `where` left out, and what did not hold for the last of them. */
  readonly leftOut: {
    readonly count: number;
    readonly last: Moment;
    readonly failed: readonly ConditionStory[];
  } | null;
  /** Events of the key that the rule looked at. */
  readonly events: number;
  /** Null when no run began for the key. */
  readonly furthest: FurthestRun | null;
  /** Without a run: the first step's filter and the event that came closest to it. */
  readonly first: { readonly text: string; readonly closest: NearMiss | null } | null;
}

/** The furthest run: what it has, what it waited for, and how it ended. */
export interface FurthestRun {
  readonly steps: readonly StoryStep[];
  readonly waitsFor: string;
  readonly since: number;
  readonly guards: readonly GuardStory[];
  readonly absent: readonly string[];
  /** Null while it waits. */
  readonly end: (Moment & { readonly by: EndCause }) | null;
  readonly closest: NearMiss | null;
}

/** `guard`: its time was up; `event`: an event that must not come; `other`: another part of the rule took over. */
export interface EndCause {
  readonly kind: 'guard' | 'event' | 'other';
  readonly text: string;
}

interface Candidate {
  readonly instance: Instance;
  readonly depth: number;
  closest: NearMiss | null;
}

/** Follows the runs of one key and keeps the furthest of those that did not become a match. */
export class WhyNotObserver implements MatcherObserver {
  readonly statement: number;
  private readonly where: Expr | null;
  private readonly texts: PatternTexts;
  private readonly isOfKey: (event: EventRecord) => boolean | null;
  private teller: StoryTeller | null = null;
  private readonly open = new Map<Instance, Candidate>();
  /** Filters that wait without a tag yet: they begin runs. */
  private readonly firsts = new Map<FilterNode, NearMiss | null>();
  private best: Candidate | null = null;
  private replaced: Candidate | null = null;
  private matches = 0;
  private lastMatch: number | null = null;
  private leftOut: WhyNotStory['leftOut'] = null;
  private events = 0;
  private lastEvent: EventRecord | null = null;

  /** `isOfKey` tells whether an event has the key; null when its type has no such field. */
  constructor(
    { index, query }: StatementPlan,
    texts: PatternTexts,
    isOfKey: (event: EventRecord) => boolean | null,
  ) {
    this.statement = index;
    this.where = query.where;
    this.texts = texts;
    this.isOfKey = isOfKey;
  }

  attach(env: Env): void {
    this.teller = new StoryTeller(this.texts, env);
  }

  onEvent(filter: FilterNode, event: EventRecord): void {
    const ofKey = this.isOfKey(event);
    if (ofKey === false) return;
    // Several filters may look at one event.
    if (ofKey === true && event !== this.lastEvent) this.events++;
    this.lastEvent = event;
    const teller = this.teller as StoryTeller;
    const miss = (slots: readonly Slot[], known: NearMiss | null): NearMiss | null => {
      const failed = teller.conditions(filter, event, slots).filter(({ holds }) => !holds);
      return failed.length > 0 && failed.length <= (known?.failed.length ?? Infinity)
        ? { event, failed }
        : known;
    };
    if (ofKey === true && this.firsts.has(filter)) {
      this.firsts.set(filter, miss([], this.firsts.get(filter) ?? null));
    }
    for (const [instance, candidate] of this.open) {
      if (instance.node === filter) candidate.closest = miss(instance.slots, candidate.closest);
    }
  }

  onBegin(instance: Instance): void {
    const { node, slots, parent } = instance;
    if (!['filter', 'interval', 'at', 'schedule'].includes(node.op) || parent?.node.op === 'not') return;
    if (slots.every((slot) => slot === null)) {
      if (node.op === 'filter' && !this.firsts.has(node)) this.firsts.set(node, null);
    } else if (slots.some((slot) => this.hasKey(slot))) {
      this.open.set(instance, { instance, depth: chainTo(instance).length, closest: null });
    }
  }

  onEnd(instance: Instance): void {
    const candidate = this.open.get(instance) ?? (this.best?.instance === instance ? this.best : null);
    if (candidate === null) return;
    this.open.delete(instance);
    if (instance.end?.kind === 'true') {
      // It quit first and completed then, so it went on.
      if (this.best === candidate) this.best = this.replaced;
    } else if (isFurther(candidate, this.best)) {
      this.replaced = this.best;
      this.best = candidate;
    }
  }

  onMatch(slots: readonly Slot[], _path: readonly Instance[], at: Moment): void {
    if (!slots.some((slot) => this.hasKey(slot))) return;
    const said = this.where === null ? [] : (this.teller as StoryTeller).clause(this.where, slots);
    const failed = said.filter(({ holds }) => !holds);
    if (failed.length > 0) {
      this.leftOut = { count: (this.leftOut?.count ?? 0) + 1, last: at, failed };
      return;
    }
    this.matches++;
    this.lastMatch = at.time;
  }

  /** The story so far. */
  tell(): WhyNotStory {
    let furthest = this.best;
    for (const candidate of this.open.values()) {
      if (furthest === null || isFurther(candidate, furthest)) furthest = candidate;
    }
    const [first] = this.firsts;
    return {
      matches: this.matches,
      lastMatch: this.lastMatch,
      leftOut: this.leftOut,
      events: this.events,
      furthest: furthest === null ? null : this.run(furthest),
      first: first === undefined ? null : { text: this.texts.filter(first[0]), closest: first[1] },
    };
  }

  private run({ instance, closest }: Candidate): FurthestRun {
    const all = (this.teller as StoryTeller).steps(instance, null);
    const waiting = all.at(-1) as StoryStep;
    const { end, began } = instance;
    return {
      steps: all.slice(0, -1),
      waitsFor: waiting.text,
      since: began.time,
      guards: waiting.guards,
      absent: waiting.absent,
      end: end === null ? null : { time: end.time, event: end.event, by: this.cause(end) },
      closest,
    };
  }

  private cause({ by }: InstanceEnd): EndCause {
    if (by === null) return { kind: 'other', text: 'the pattern was over' };
    const { node } = by;
    if (node.op === 'filter') {
      const isNot = by.parent?.node.op === 'not';
      return { kind: isNot ? 'event' : 'other', text: this.texts.filter(node) };
    }
    const isGuard = node.op === 'within' || node.op === 'withinMax' || node.op === 'while';
    return { kind: isGuard ? 'guard' : 'other', text: this.texts.operator(node) };
  }

  private hasKey(slot: Slot): boolean {
    if (slot === null) return false;
    return isRepeated(slot) ? slot.some((one) => this.isOfKey(one) === true) : this.isOfKey(slot) === true;
  }
}

/** Deeper, or as deep and later. */
function isFurther(one: Candidate, other: Candidate | null): boolean {
  if (other === null) return true;
  if (one.depth !== other.depth) return one.depth > other.depth;
  return one.instance.began.time >= other.instance.began.time;
}
