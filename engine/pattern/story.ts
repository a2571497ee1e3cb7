import type { EventRecord, Value } from '../event/record.ts';
import { conjuncts } from '../expr/analyze.ts';
import { compileExpr, type Env, type Slot } from '../expr/evaluate.ts';
import type { Expr } from '../expr/ir.ts';
import { operandsOf } from '../plan/pattern-tree.ts';
import type { FilterNode, PatternNode } from '../plan/plan.ts';
import { addPeriod, periodOf } from '../time/duration.ts';
import type { PatternTexts } from './planner-text.ts';
import type { Instance, Moment } from './tree/observed-matcher.ts';

/** One step of a run: what it waited for, since when, what came, and what was around it. */
export interface StoryStep {
  readonly text: string;
  readonly began: number;
  /** When it was complete; null while it waits. */
  readonly ended: Moment | null;
  /** Conditions of its filter with the values of the event; empty for a timer. */
  readonly conditions: readonly ConditionStory[];
  readonly guards: readonly GuardStory[];
  /** Events that would have ended it. */
  readonly absent: readonly string[];
}

/** A condition with the values it compared. */
export interface ConditionStory {
  readonly text: string;
  readonly holds: boolean;
  /** Both sides of a comparison, else the value of the whole; engine values. */
  readonly values: readonly Value[];
}

/** A guard around a step; `until` in ticks, null when it has no end in time. */
export interface GuardStory {
  readonly text: string;
  readonly until: number | null;
}

/** Tells what instances did. */
export class StoryTeller {
  private readonly texts: PatternTexts;
  private readonly env: Env;

  constructor(texts: PatternTexts, env: Env) {
    this.texts = texts;
    this.env = env;
  }

  /** The steps that led to an instance, the oldest first, with it as the last one; `ended` is its completion. */
  steps(last: Instance, ended: Moment | null): StoryStep[] {
    const chain = chainTo(last);
    return chain.map((one, i) => {
      const next = chain[i + 1];
      return this.step(one, next === undefined ? ended : next.began);
    });
  }

  /** What a filter's conditions say about an event. */
  conditions(filter: FilterNode, event: EventRecord, slots: readonly Slot[]): ConditionStory[] {
    return this.judge(filter.filter, filter.type, event, slots);
  }

  /** What a condition over the tags of a match says. */
  clause(condition: Expr, slots: readonly Slot[]): ConditionStory[] {
    return this.judge(condition, NO_TYPE, null, slots);
  }

  private judge(
    condition: Expr | null,
    type: number,
    ...[event, slots]: [event: EventRecord | null, slots: readonly Slot[]]
  ): ConditionStory[] {
    return (condition === null ? [] : conjuncts(condition)).map((part) => {
      const value = (expr: Expr) => compileExpr(expr, 'interpreter')(event, slots, this.env);
      const sides = part.op === 'compare' || part.op === 'equal' ? [part.left, part.right] : [part];
      const holds = value(part) === true;
      return { text: this.texts.condition(part, type), holds, values: sides.map(value) };
    });
  }

  /** Guards around an instance that began no earlier than the pattern's first step. */
  guards(instance: Instance): GuardStory[] {
    return ancestors(instance).flatMap(({ node, slots, began }) => {
      if (node.op !== 'within' && node.op !== 'withinMax' && node.op !== 'while') return [];
      const text = this.texts.operator(node);
      return [{ text, until: node.op === 'while' ? null : this.due(node.duration, slots, began.time) }];
    });
  }

  private step(instance: Instance, ended: Moment | null): StoryStep {
    const { node, slots, began } = instance;
    const isFilter = node.op === 'filter';
    const event = ended?.event ?? null;
    return {
      text: isFilter ? this.texts.filter(node) : this.texts.operator(node),
      began: began.time,
      ended,
      conditions: isFilter && event !== null ? this.conditions(node, event, slots) : [],
      guards: this.guards(instance),
      absent: ancestors(instance).flatMap((one) => (one.node.op === 'and' ? this.negated(one.node) : [])),
    };
  }

  private negated(node: PatternNode): string[] {
    return operandsOf(node).flatMap((side) => {
      if (side.op !== 'not') return [];
      return [side.child.op === 'filter' ? this.texts.filter(side.child) : this.texts.operator(side.child)];
    });
  }

  private due(duration: Expr, slots: readonly Slot[], began: number): number | null {
    const value = compileExpr(duration, 'interpreter')(null, slots, this.env);
    return value === null ? null : addPeriod(began, periodOf(value), this.env.timeBase);
  }
}

/** Of a condition that looks at no event but the tags. */
const NO_TYPE = -1;

/** An instance and those whose completions led to it, oldest first; ends where a run begins with no tags. */
export function chainTo(last: Instance): Instance[] {
  const chain = [last];
  let first = last;
  while (first.cause !== null && first.slots.some((slot) => slot !== null)) {
    first = first.cause;
    chain.unshift(first);
  }
  return chain;
}

function ancestors(instance: Instance): Instance[] {
  const all: Instance[] = [];
  for (let one = instance.parent; one !== null; one = one.parent) all.push(one);
  return all;
}
