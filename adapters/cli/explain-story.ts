import type { Value } from '../../engine/event/record.ts';
import { EventRecord } from '../../engine/event/record.ts';
import { type Json, valueToJson } from '../../engine/event/to-json.ts';
import type { Slot } from '../../engine/expr/evaluate.ts';
import type { ConditionStory, GuardStory, StoryStep } from '../../engine/pattern/story.ts';
import type { Moment } from '../../engine/pattern/tree/observed-matcher.ts';
import type { FurthestRun, NearMiss, WhyNotStory } from '../../engine/pattern/why-not.ts';
import type { Plan } from '../../engine/plan/plan.ts';
import { formatDuration } from '../../engine/time/duration.ts';
import { type TimeUnit, ticksPerMs } from '../../engine/time/time-base.ts';
import { formatTimestamp } from '../../engine/time/timestamp.ts';
import { printable } from '../sinks/printable.ts';

/** An event of a story as JSON. */
export interface EventJson {
  readonly type: string;
  readonly time: number;
  /** Where it stood, `day.jsonl:12`; null for an event that a statement made. */
  readonly at: string | null;
  readonly fields: Json;
}

/** A condition with its values as JSON. */
export interface ConditionJson {
  readonly text: string;
  readonly holds: boolean;
  readonly values: readonly Json[];
}

/** Turns stories into JSON; `splits` are the names of the sources. */
export class StoryJson {
  private readonly plan: Plan;
  private readonly splits: readonly string[];

  constructor(plan: Plan, splits: readonly string[]) {
    this.plan = plan;
    this.splits = splits;
  }

  event(event: EventRecord): EventJson {
    const { name } = this.plan.types[event.type] as Plan['types'][number];
    const at = event.offset < 0 ? null : `${this.splits[event.split] ?? event.split}:${event.offset}`;
    return { type: name, time: event.time, at, fields: this.value(event) };
  }

  slot(slot: Slot): EventJson | readonly EventJson[] | null {
    if (slot === null) return null;
    return slot instanceof EventRecord ? this.event(slot) : slot.map((one) => this.event(one));
  }

  step({ text, began, ended, conditions, guards, absent }: StoryStep) {
    return {
      text,
      began,
      ended: this.moment(ended),
      conditions: conditions.map((one) => this.condition(one)),
      guards,
      absent,
    };
  }

  whyNot({ matches, lastMatch, leftOut, events, furthest, first }: WhyNotStory) {
    return {
      matches,
      lastMatch,
      leftOut:
        leftOut === null
          ? null
          : {
              count: leftOut.count,
              last: leftOut.last.time,
              failed: leftOut.failed.map((one) => this.condition(one)),
            },
      events,
      furthest: furthest === null ? null : this.run(furthest),
      first: first === null ? null : { text: first.text, closest: this.miss(first.closest) },
    };
  }

  private run({ steps, waitsFor, since, guards, absent, end, closest }: FurthestRun) {
    return {
      steps: steps.map((one) => this.step(one)),
      waitsFor,
      since,
      guards,
      absent,
      end: end === null ? null : { ...this.moment(end), by: end.by },
      closest: this.miss(closest),
    };
  }

  private moment<T extends Moment | null>(moment: T) {
    if (moment === null) return null;
    return { time: moment.time, event: moment.event === null ? null : this.event(moment.event) };
  }

  private miss(miss: NearMiss | null) {
    if (miss === null) return null;
    return { event: this.event(miss.event), failed: miss.failed.map((one) => this.condition(one)) };
  }

  private condition({ text, holds, values }: ConditionStory): ConditionJson {
    return { text, holds, values: values.map((value) => this.value(value)) };
  }

  private value(value: Value): Json {
    if (value instanceof EventRecord) {
      const { name } = this.plan.types[value.type] as Plan['types'][number];
      return valueToJson(value, { kind: 'event', typeName: name }, this.plan);
    }
    if (Array.isArray(value)) return value.map((one: Value) => this.value(one));
    if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
    return value as Json;
  }
}

type StepJson = ReturnType<StoryJson['step']>;
type MissJson = ReturnType<StoryJson['whyNot']>['first'] extends infer F
  ? NonNullable<F> extends { closest: infer C }
    ? C
    : never
  : never;

/** Lines of the steps of a run. */
export function stepLines(steps: readonly StepJson[], unit: TimeUnit): string[] {
  return steps.flatMap((step, i) => {
    const { ended } = step;
    const at = ended === null ? '' : formatTimestamp(ended.time, unit);
    const lines = [`  ${i + 1}. ${at}  ${printable(step.text)}`];
    if (ended?.event != null) lines.push(`       ${eventText(ended.event, unit)}`);
    if (i > 0 && ended !== null) lines.push(`       waited ${spanText(ended.time - step.began, unit)}`);
    lines.push(...step.conditions.map((one) => `       ${conditionText(one)}`));
    const time = ended?.time ?? null;
    lines.push(...step.guards.map((guard) => `       ${guardText(guard, time, unit)}`));
    lines.push(...step.absent.map((one) => `       nothing came of: ${printable(one)}`));
    return lines;
  });
}

/** Why a key has no match, as text. */
export function whyNotText(
  rule: string,
  key: string,
  story: ReturnType<StoryJson['whyNot']>,
  unit: TimeUnit,
): string {
  const { matches, lastMatch, leftOut, events, furthest, first } = story;
  const head = `${printable(rule)}, ${printable(key)}`;
  const lines = [];
  if (matches === 0) lines.push(`${head}: no match; ${events} of the events it looked at have the key`);
  else
    lines.push(`${head}: ${plural(matches, 'match')}, the last at ${formatTimestamp(lastMatch ?? 0, unit)}`);
  if (leftOut !== null) {
    const what = `${plural(leftOut.count, 'match')} of the pattern left out by \`where\``;
    lines.push(`${what}, the last at ${formatTimestamp(leftOut.last, unit)}`);
    lines.push(...leftOut.failed.map((one) => `  not so: ${conditionText(one)}`));
  }
  if (furthest === null) {
    lines.push(matches === 0 ? 'no run began' : 'no run besides');
    if (first !== null)
      lines.push(`  a run begins with ${printable(first.text)}`, ...missLines(first.closest, unit));
  } else {
    const { steps, waitsFor, since, guards, absent, end, closest } = furthest;
    lines.push(
      matches === 0 ? 'the furthest run' : 'the furthest run that did not match',
      ...stepLines(steps, unit),
    );
    lines.push(`  then it waited for ${printable(waitsFor)}`, `       since ${formatTimestamp(since, unit)}`);
    lines.push(...guards.map((guard) => `       ${guardText(guard, end?.time ?? null, unit)}`));
    lines.push(...absent.map((one) => `       ended by: ${printable(one)}`));
    lines.push(...missLines(closest, unit));
    if (end === null) lines.push('  it still waits');
    else {
      const by = { guard: 'its time was up', event: 'an event came that must not', other: 'ended' }[
        end.by.kind
      ];
      lines.push(`  ${formatTimestamp(end.time ?? 0, unit)}  ${by}: ${printable(end.by.text)}`);
      if (end.event != null) lines.push(`       ${eventText(end.event, unit)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 'es'}`;
}

function missLines(miss: MissJson, unit: TimeUnit): string[] {
  if (miss === null) return [];
  return [
    `       closest: ${eventText(miss.event, unit)}`,
    ...miss.failed.map((one) => `         not so: ${conditionText(one)}`),
  ];
}

function conditionText({ text, values }: ConditionJson): string {
  return `${printable(text)}: ${values.map((value) => printable(JSON.stringify(value))).join(' and ')}`;
}

function guardText({ text, until }: GuardStory, at: number | null, unit: TimeUnit): string {
  if (until === null) return printable(text);
  const left = at === null ? '' : until > at ? `, ${spanText(until - at, unit)} left` : ', over';
  return `${printable(text)} until ${formatTimestamp(until, unit)}${left}`;
}

function spanText(ticks: number, unit: TimeUnit): string {
  return formatDuration(ticks / ticksPerMs(unit));
}

function eventText({ type, time, at, fields }: EventJson, unit: TimeUnit): string {
  const place = at === null ? '' : `${printable(at)} `;
  return `${place}${type} ${formatTimestamp(time, unit)} ${printable(JSON.stringify(fields))}`;
}
