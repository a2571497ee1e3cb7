import { LIMITS } from '../core/limits.ts';
import type { Json, JsonObject } from '../event/to-json.ts';
import type { AlertPlan } from '../plan/alert-plan.ts';

/**
 * The sentence of an alert. A template puts column values between its texts; without one the rule and its key
 * speak: `card-testing (card=c12)`. Values are only ever inserted, never read as a template. Cut at
 * `LIMITS.summaryCharsMax`.
 *
 * `columns` are the row's values in column order, as JSON.
 */
export function renderSummary(
  template: AlertPlan['summary'],
  columns: readonly Json[],
  rule: string,
  key: JsonObject,
): string {
  if (template.length === 0) return shorten(defaultSummary(rule, key));
  let text = '';
  for (const part of template) {
    text += typeof part === 'string' ? part : readable(columns[part.column] ?? null);
  }
  return shorten(text);
}

/**
 * A value as people read it: text as it is, `null` for null, numbers by `readableNumber`, arrays and objects
 * as JSON.
 */
export function readable(value: Json): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return readableNumber(value);
  return JSON.stringify(value);
}

/**
 * Integers without a fraction; other numbers with at most six decimals, or six significant digits below one,
 * no zeros at the end: `4`, `12.5`, `0.3` for 0.1 + 0.2, `1.23457e-7`.
 */
export function readableNumber(value: number): string {
  if (Object.is(value, -0)) return '0';
  if (Number.isInteger(value) || !Number.isFinite(value) || Math.abs(value) >= 1e15) return String(value);
  return String(Number(Math.abs(value) < 1 ? value.toPrecision(6) : value.toFixed(6)));
}

function defaultSummary(rule: string, key: JsonObject): string {
  const parts = Object.keys(key).map((name) => `${name}=${readable(key[name] as Json)}`);
  return parts.length === 0 ? rule : `${rule} (${parts.join(', ')})`;
}

function shorten(text: string): string {
  if (text.length <= LIMITS.summaryCharsMax) return text;
  return `${text.slice(0, LIMITS.summaryCharsMax - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
