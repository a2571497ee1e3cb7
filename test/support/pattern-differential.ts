import { createRecordClass, EventRecord, setField, type Value } from '../../engine/event/record.ts';
import type { Backend } from '../../engine/expr/evaluate.ts';
import { type MatcherChoice, pickMatcher } from '../../engine/pattern/planner.ts';
import type { Plan } from '../../engine/plan/plan.ts';
import { Shard } from '../../engine/runtime/shard.ts';
import { baseOf } from '../../engine/time/time-base.ts';
import { compileRules } from '../../rules/index.ts';
import { HISTORY_SCHEMAS, patternText } from './random-pattern.ts';
import {
  enumerateMatches,
  type HistoryEvent,
  type Pattern,
  type Tags,
} from './reference/pattern-enumerator.ts';

/** A pattern ready to be compared; null when the language or the linear matcher does not take it. */
export interface ComparablePattern {
  readonly pattern: Pattern;
  readonly text: string;
  readonly plan: Plan;
}

/** Compiles a random pattern. */
export function comparable(pattern: Pattern): ComparablePattern | null {
  const text = patternText(pattern);
  const rules = `${HISTORY_SCHEMAS}\nselect * from pattern [${text}];`;
  const { plan } = compileRules([{ file: 'random.epl', text: rules }]);
  const input = plan?.statements[0]?.query.inputs[0];
  if (plan === null || input?.kind !== 'pattern' || pickMatcher(input, baseOf(plan)).matcher !== 'linear')
    return null;
  return { pattern, text, plan };
}

/** How to run the linear side. */
export interface WaysToRun {
  readonly backend: Backend;
  readonly restore: boolean;
}

/**
 * Runs a history on both matchers and by enumeration; null when all agree, else what differs. The matchers must give
 * the same rows in the same order, the enumeration the same rows at each instant.
 */
export function difference(
  one: ComparablePattern,
  history: readonly HistoryEvent[],
  ways: WaysToRun,
): string | null {
  const linear = run(one.plan, history, 'auto', ways);
  const tree = run(one.plan, history, 'tree', { ...ways, restore: false });
  if (linear.join('\n') !== tree.join('\n')) return report(one, history, 'tree', tree, linear);
  const end = endOf(history);
  const naive = enumerateMatches(one.pattern, history, end).map(({ time, event, tags }) => {
    return rowText(time, event, tags);
  });
  const [wanted, found] = [naive.sort(), [...linear].sort()];
  return wanted.join('\n') === found.join('\n') ? null : report(one, history, 'enumeration', wanted, found);
}

function report(
  { text }: ComparablePattern,
  history: readonly HistoryEvent[],
  name: string,
  ...[wanted, found]: (readonly string[])[]
): string {
  const events = history.map((event, i) => `  ${i} ${JSON.stringify(event)}`).join('\n');
  const rows = (all: readonly string[] = []) => all.map((row) => `  ${row}\n`).join('');
  return `${text}\n${events}\n${name}:\n${rows(wanted)}linear:\n${rows(found)}`;
}

function endOf(history: readonly HistoryEvent[]): number {
  return (history.at(-1)?.time ?? 0) + 10_000;
}

function run(
  plan: Plan,
  history: readonly HistoryEvent[],
  matcher: MatcherChoice,
  ways: WaysToRun,
): string[] {
  const rows: string[] = [];
  const tags = plan.statements[0]?.query.columns.map(({ name }) => name) ?? [];
  const make = () =>
    new Shard({
      plan,
      startTime: 0,
      matcher,
      backend: ways.backend,
      onRow: ({ time, trigger, values }) => {
        const held = values.map((value, i) => [tags[i] as string, placesOf(value)] as const);
        rows.push(rowText(time, trigger?.offset ?? -1, Object.fromEntries(held)));
      },
    });
  let shard = make();
  const classes = plan.types.map((type) => createRecordClass(type, true));
  history.forEach(({ type, time, k, v, s }, i) => {
    const index = plan.types.findIndex(({ name }) => name === type);
    const event = new (classes[index] as (typeof classes)[number])(index, time, 0, i);
    const values: Record<string, Value> = { n: i, k, v, s, ts: time };
    plan.types[index]?.fields.forEach(({ name }, field) => {
      setField(event, field, values[name] ?? null);
    });
    shard.onEvent(event);
    if (!ways.restore) return;
    const snapshot = JSON.parse(JSON.stringify(shard.snapshot()));
    shard = make();
    shard.restore(snapshot);
  });
  shard.advanceTo(endOf(history));
  return rows;
}

/** Which events a tag holds. A view of an event as its supertype stands at the same place. */
function placesOf(value: Value): number | readonly number[] | null {
  if (value instanceof EventRecord) return value.offset;
  return Array.isArray(value) ? value.map((one) => (one as EventRecord).offset) : null;
}

function rowText(time: number, event: number, tags: Tags | { readonly [tag: string]: unknown }): string {
  const held = Object.entries(tags).filter(([, value]) => value !== null);
  const sorted = held.sort(([a], [b]) => (a < b ? -1 : 1));
  return `${time} ${event} ${JSON.stringify(Object.fromEntries(sorted))}`;
}
