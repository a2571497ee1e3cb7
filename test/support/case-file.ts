import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AlertRow, RawEvent } from './run-rules.ts';

/** One case: timed events and the alerts they must raise. */
export interface RuleCase {
  readonly name: string;
  readonly events: readonly RawEvent[];
  /** The clock at the end, epoch ms. */
  readonly until: number;
  readonly expected: readonly AlertRow[];
}

/** The cases of one file, all on the same rule files. */
export interface CaseFile {
  readonly file: string;
  /** Rule files by base name, beside the folder of the case. */
  readonly rules: readonly string[];
  readonly cases: readonly RuleCase[];
}

/** All times of case files count from here: 2026-03-02T00:00:00Z, a Monday. */
export const CASE_START = 1_772_409_600_000;

/** Reads every `*.case.json` of a folder. */
export function readCaseFolder(folder: string): CaseFile[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.case.json'));
  return names.sort().map((name) => parseCaseFile(name, readFileSync(join(folder, name), 'utf8')));
}

/**
 * Reads a case file:
 *
 * ```json
 * {"rules": ["schema.epl", "x.epl"], "defaults": {"Charge": {"card": "c1"}},
 *  "cases": [{"name": "…", "events": [["00:10:00", "Charge", {"amount": 2}]], "until": "01:00:00",
 *             "expect": [["00:10:00", "rule-name", {"card": "c1"}]]}]}
 * ```
 *
 * An event's field `ts` is filled from its time; `defaults` fills fields that an event leaves out. A text
 * `@hh:mm:ss` among fields or expected values stands for that time as epoch ms, `@@hh:mm:ss` as ISO text.
 * Throws on a case that does not say what it expects: one that raises nothing must say `"expect": "none"`.
 */
export function parseCaseFile(file: string, text: string): CaseFile {
  const root = objectOf(JSON.parse(text), file, ['rules', 'defaults', 'cases']);
  const defaults = objectOf(root.defaults ?? {}, `${file}: defaults`, null);
  const rules = listOf(root.rules, `${file}: rules`).map(String);
  const cases = listOf(root.cases, `${file}: cases`).map((one, i) => {
    const place = `${file}: case ${i + 1}`;
    return parseCase(objectOf(one, place, ['name', 'events', 'until', 'expect']), defaults, place);
  });
  const names = new Set(cases.map(({ name }) => name));
  if (names.size !== cases.length) throw new Error(`${file}: two cases have the same name`);
  return { file, rules, cases };
}

type JsonObject = { readonly [key: string]: unknown };

function parseCase(one: JsonObject, defaults: JsonObject, place: string): RuleCase {
  const name = one.name;
  if (typeof name !== 'string' || name === '') throw new Error(`${place}: has no name`);
  const here = `${place} (${name})`;
  const timed = listOf(one.events, `${here}: events`).map((event, i) =>
    parseTimed(event, `${here}: event ${i + 1}`),
  );
  const events = timed.map(({ at, name: type, values }) => {
    const base = objectOf(defaults[type] ?? {}, `${here}: defaults of ${type}`, null);
    return { type, fields: resolveTimes({ ts: `@${at}`, ...base, ...values }) as JsonObject };
  });
  const times = timed.map(({ at }) => timeOf(at, here));
  for (let i = 1; i < times.length; i++) {
    if ((times[i] as number) < (times[i - 1] as number))
      throw new Error(`${here}: event ${i + 1} goes back in time`);
  }
  const until = one.until === undefined ? (times.at(-1) as number) : timeOf(one.until, here);
  return { name, events, until, expected: parseExpected(one.expect, here) };
}

function parseExpected(expect: unknown, place: string): AlertRow[] {
  if (expect === 'none') return [];
  if (!Array.isArray(expect) || expect.length === 0) {
    throw new Error(`${place}: expects nothing; write the alerts, or \`"expect": "none"\``);
  }
  return expect.map((row, i) => {
    const { at, name: rule, values } = parseTimed(row, `${place}: alert ${i + 1}`);
    return { rule, time: timeOf(at, place), values: resolveTimes(values) as AlertRow['values'] };
  });
}

function parseTimed(value: unknown, place: string): { at: string; name: string; values: JsonObject } {
  if (!Array.isArray(value) || value.length !== 3)
    throw new Error(`${place}: must be [time, name, {fields}]`);
  const [at, name, values] = value as [unknown, unknown, unknown];
  timeOf(at, place);
  if (typeof name !== 'string') throw new Error(`${place}: the second entry must be a name`);
  return { at: at as string, name, values: objectOf(values, place, null) };
}

/** `hh:mm:ss` or `hh:mm:ss.mmm` after the start; hours may exceed 24. */
function timeOf(value: unknown, place: string): number {
  const found = typeof value === 'string' ? /^(\d{2,}):(\d\d):(\d\d)(?:\.(\d{3}))?$/.exec(value) : null;
  if (found === null) throw new Error(`${place}: \`${String(value)}\` is not a time hh:mm:ss`);
  const [, hours, minutes, seconds, ms] = found.map(Number) as [number, number, number, number, number];
  return CASE_START + ((hours * 60 + minutes) * 60 + seconds) * 1000 + (Number.isNaN(ms) ? 0 : ms);
}

function resolveTimes(values: JsonObject): JsonObject {
  const resolved = Object.entries(values).map(([key, value]) => {
    if (typeof value !== 'string' || !value.startsWith('@')) return [key, value];
    if (value.startsWith('@@')) return [key, new Date(timeOf(value.slice(2), key)).toISOString()];
    return [key, timeOf(value.slice(1), key)];
  });
  return Object.fromEntries(resolved);
}

function objectOf(value: unknown, place: string, keys: readonly string[] | null): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${place}: must be an object`);
  const unknown = Object.keys(value).find((key) => keys !== null && !keys.includes(key));
  if (unknown !== undefined) throw new Error(`${place}: does not know \`${unknown}\``);
  return value as JsonObject;
}

function listOf(value: unknown, place: string): readonly unknown[] {
  if (!Array.isArray(value) || value.length === 0) throw new Error(`${place}: must be a list with entries`);
  return value;
}
