import type { Alert } from '../../engine/alert/alert.ts';
import { originList } from '../../engine/event/origins.ts';
import { type EventRecord, getField } from '../../engine/event/record.ts';
import type { Slot } from '../../engine/expr/evaluate.ts';
import { PatternTexts } from '../../engine/pattern/planner-text.ts';
import { isRepeated } from '../../engine/pattern/snapshot.ts';
import type { MatcherObserver } from '../../engine/pattern/tree/observed-matcher.ts';
import { WhyObserver } from '../../engine/pattern/why.ts';
import { WhyNotObserver } from '../../engine/pattern/why-not.ts';
import { filtersOf } from '../../engine/plan/pattern-tree.ts';
import type { PatternInput, Plan, StatementPlan } from '../../engine/plan/plan.ts';
import { baseOf, type TimeUnit } from '../../engine/time/time-base.ts';
import { formatTimestamp } from '../../engine/time/timestamp.ts';
import { replay } from '../replay/replay.ts';
import type { OutRow } from '../replay/shard-worker.ts';
import { LocalWorker } from '../replay/workers.ts';
import { printable } from '../sinks/printable.ts';
import type { Split } from '../sources/splits.ts';
import { findSplits } from './event-files.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { compileFor, statementNamed } from './explain.ts';
import { StoryJson, stepLines, whyNotText } from './explain-story.ts';
import type { LanguageOptions } from './language-options.ts';
import { durationTicks, timeTicks } from './option-values.ts';

/** Options of `cepheid explain --why` and `--why-not`. */
export interface ExplainWhyOptions extends LanguageOptions {
  readonly why?: string;
  readonly whyNot?: string;
  readonly at?: string;
  readonly statement?: readonly string[];
  readonly format: string;
  readonly inputFormat?: 'jsonl' | 'csv';
  readonly typeField: string;
  readonly outOfOrder: number;
}

/** `cepheid explain RULE --why ID EVENTS…`: how an alert came about; gives the exit code. */
export async function explainWhy(paths: readonly string[], options: ExplainWhyOptions): Promise<number> {
  const { rules, events } = rulesAndEvents(paths);
  const plan = compileFor([rules], options);
  const run = new Replays(plan, findSplits(events, options.inputFormat ?? null, plan), options);
  const alert = await run.findAlert(options.why ?? '');
  const { index, query } = statementNamed(plan, alert.rule);
  const [input] = query.inputs;
  const json = run.json();
  const { id, rule, key, time } = alert;
  const base = { alert: { id, rule, key, time } };
  if (input?.kind !== 'pattern' || query.join !== null) {
    const told = { ...base, steps: [], events: alert.events };
    print(
      options,
      told,
      () =>
        `${headOf(alert, plan.timeUnit)}\n${alert.events.map((event) => alertEventLine(event, plan.timeUnit)).join('')}`,
    );
    return EXIT.done;
  }
  const observer = new WhyObserver(index, new PatternTexts(input, plan.types, baseOf(plan)), (slots, at) => {
    return at.time === alert.time && isMadeOf(alert, slots, run.names);
  });
  await run.observe(observer, alert.time + 1);
  const { story } = observer;
  if (story === null) throw new Error('the alert did not come again when its rule was observed');
  const tags = Object.fromEntries(input.slots.map(({ tag }, i) => [tag, json.slot(story.slots[i] ?? null)]));
  const steps = story.steps.map((one) => json.step(one));
  print(
    options,
    { ...base, steps, tags },
    () => `${headOf(alert, plan.timeUnit)}\n${stepLines(steps, plan.timeUnit).join('\n')}\n`,
  );
  return EXIT.done;
}

/** `cepheid explain RULE --why-not KEY=VALUE EVENTS…`: how far the runs of a key came; gives the exit code. */
export async function explainWhyNot(paths: readonly string[], options: ExplainWhyOptions): Promise<number> {
  const { rules, events } = rulesAndEvents(paths);
  const plan = compileFor([rules], options);
  const [, field, value] = /^([^=]+)=(.*)$/s.exec(options.whyNot ?? '') ?? [];
  if (field === undefined || value === undefined) {
    throw new CommandFailure(
      EXIT.usage,
      `--why-not wants KEY=VALUE, for example card=c12, not ${options.whyNot}`,
    );
  }
  const run = new Replays(plan, findSplits(events, options.inputFormat ?? null, plan), options);
  const json = run.json();
  const { at } = options;
  const until = at === undefined ? Number.POSITIVE_INFINITY : timeTicks(at, '--at', plan.timeUnit) + 1;
  const told: ToldKey[] = [];
  for (const { statement, input } of patternsWith(plan, field, options.statement)) {
    const observer = new WhyNotObserver(
      statement,
      new PatternTexts(input, plan.types, baseOf(plan)),
      (event) => {
        return hasValue(plan, event, field, value);
      },
    );
    await run.observe(observer, until);
    told.push({ rule: statement.name, key: { [field]: value }, ...json.whyNot(observer.tell()) });
  }
  print(options, { statements: told }, () => {
    return told.map((one) => whyNotText(one.rule, `${field}=${value}`, one, plan.timeUnit)).join('\n');
  });
  return EXIT.done;
}

type ToldKey = { rule: string; key: { readonly [field: string]: string } } & ReturnType<StoryJson['whyNot']>;

/** Replays of the same events, with and without an observer. */
class Replays {
  readonly names: readonly string[];
  private readonly plan: Plan;
  private readonly splits: readonly Split[];
  private readonly options: ExplainWhyOptions;

  constructor(plan: Plan, splits: readonly Split[], options: ExplainWhyOptions) {
    this.plan = plan;
    this.splits = splits;
    this.options = options;
    this.names = splits.map(({ name }) => name);
  }

  json(): StoryJson {
    return new StoryJson(this.plan, this.names);
  }

  /** The alert of an id; fails when there is none. */
  async findAlert(id: string): Promise<Alert> {
    let found: Alert | null = null;
    let count = 0;
    await this.replay(null, Number.POSITIVE_INFINITY, ({ alert }) => {
      if (alert === null) return true;
      count++;
      if (alert.includes(`"${id}"`)) {
        const parsed = JSON.parse(alert) as Alert;
        if (parsed.id === id) found = parsed;
      }
      return found === null;
    });
    if (found !== null) return found;
    const why =
      count === 0 ? 'the events raise no alert' : `none of the ${count} alerts of these events has it`;
    throw new CommandFailure(EXIT.failed, `there is no alert ${id}: ${why}`);
  }

  /** Replays the events before `to` with the pattern of one statement observed. */
  async observe(observer: MatcherObserver, to: number): Promise<void> {
    await this.replay(observer, to, () => true);
  }

  private async replay(
    observer: MatcherObserver | null,
    to: number,
    onRow: (row: OutRow) => boolean,
  ): Promise<void> {
    const { plan, splits, options } = this;
    await replay({
      plan,
      splits,
      outOfOrder: durationTicks(options.outOfOrder, '--out-of-order', plan.timeUnit),
      maxGap: null,
      from: Number.NEGATIVE_INFINITY,
      to,
      typeField: options.typeField,
      printed: [],
      speed: Number.POSITIVE_INFINITY,
      signal: new AbortController().signal,
      startWorkers: (setup, listener) => new LocalWorker(setup, listener, observer ?? 'auto'),
      onRow,
      onLeftOut: () => {},
    });
  }
}

function rulesAndEvents([rules, ...events]: readonly string[]): { rules: string; events: readonly string[] } {
  if (rules === undefined || events.length === 0) {
    throw new CommandFailure(
      EXIT.usage,
      'name the rules first, then the events: explain RULE --why ID EVENTS…',
    );
  }
  if (events.some((one) => one === '-' || one.endsWith('=-'))) {
    throw new CommandFailure(
      EXIT.usage,
      'the events are read more than once, so they cannot come from standard input',
    );
  }
  return { rules, events };
}

/** Patterns with a filter on events that have the field: those asked for, else those that raise alerts, else all. */
function patternsWith(plan: Plan, field: string, names: readonly string[] | undefined) {
  const asked = names?.map((name) => statementNamed(plan, name)) ?? plan.statements;
  const patterns = asked.flatMap((statement: StatementPlan) => {
    const [input] = statement.query.inputs;
    return input?.kind === 'pattern' ? [{ statement, input }] : [];
  });
  if (patterns.length === 0) throw new CommandFailure(EXIT.usage, 'there is no pattern among the statements');
  const hasField = (input: PatternInput) =>
    filtersOf(input.root).some(({ type }) => plan.types[type]?.fields.some(({ name }) => name === field));
  const fitting = patterns.filter(({ input }) => hasField(input));
  if (fitting.length === 0) {
    const known = patterns
      .flatMap(({ input }) => filtersOf(input.root))
      .map(({ type }) => plan.types[type]?.fields ?? []);
    const fields = [...new Set(known.flat().map(({ name }) => name))].join(', ');
    throw new CommandFailure(
      EXIT.usage,
      `no pattern looks at events with a field \`${field}\`; there are ${fields}`,
    );
  }
  const raising = fitting.filter(({ statement }) => statement.alert !== null);
  return names === undefined && raising.length > 0 ? raising : fitting;
}

function hasValue(plan: Plan, event: EventRecord, field: string, value: string): boolean | null {
  const index = plan.types[event.type]?.fields.findIndex(({ name }) => name === field) ?? -1;
  return index < 0 ? null : String(getField(event, index)) === value;
}

/** Whether the events behind the tags are those of the alert; of very many the alert has the first half only. */
function isMadeOf(alert: Alert, slots: readonly Slot[], names: readonly string[]): boolean {
  const records = slots.flatMap((slot) => (slot === null ? [] : isRepeated(slot) ? [...slot] : [slot]));
  const origins = records.flatMap((event) => originList(event.origins ?? [event]));
  const places = new Set(origins.map(({ split, offset }) => `${names[split]}:${offset}`));
  const shown = new Set(alert.events.map(({ split, offset }) => `${split}:${offset}`));
  return places.size === shown.size + alert.eventsOmitted && [...shown].every((place) => places.has(place));
}

function headOf({ id, rule, key, time }: Alert, unit: TimeUnit): string {
  const keys = Object.entries(key).map(([name, value]) => `, ${name}=${printable(String(value))}`);
  return `${id}: ${printable(rule)} at ${formatTimestamp(time, unit)}${keys.join('')}`;
}

function alertEventLine(event: Alert['events'][number], unit: TimeUnit): string {
  const { type, time, split, offset, fields } = event;
  const at = formatTimestamp(time, unit);
  return `  ${printable(split)}:${offset} ${type} ${at} ${printable(JSON.stringify(fields))}\n`;
}

function print(options: ExplainWhyOptions, json: unknown, text: () => string): void {
  process.stdout.write(options.format === 'json' ? `${JSON.stringify(json, null, 2)}\n` : text());
}
