import type { JudgeAccount } from '../../engine/cluster/chunk-judge.ts';
import type { TimeUnit } from '../../engine/time/time-base.ts';
import { formatTimestamp } from '../../engine/time/timestamp.ts';
import type { DeliverySummary } from '../delivery/webhook-options.ts';
import { printable } from '../sinks/printable.ts';
import { plural } from './diagnostics.ts';

/** What a replay did. */
export interface ReplaySummary {
  /** What times count. */
  readonly timeUnit: TimeUnit;
  readonly account: JudgeAccount;
  readonly isComplete: boolean;
  /** What ended the run, for people; null: nothing went wrong. */
  readonly failure: string | null;
  /** Alerts by rule, in the order of the rules. */
  readonly alerts: ReadonlyMap<string, number>;
  /** What limits of patterns dropped, by rule. */
  readonly dropped: ReadonlyMap<string, number>;
  /** How often an expression had no value, so that there was no row, by rule. */
  readonly failed: ReadonlyMap<string, number>;
  readonly elapsedMs: number;
  readonly webhook: WebhookSummary | null;
}

/** Milliseconds at which no recording ends, but which numbers of microseconds pass in 1978. */
const YEAR_10000 = Date.UTC(10_000, 0);
const FINE_TIMES =
  '  (after the year 9999: do the times count microseconds? then --time-unit microseconds reads them)';

/** What became of the alerts for a webhook; without `delivered` nothing was sent. */
export interface WebhookSummary {
  readonly url: string;
  readonly wouldSend: number;
  readonly delivered: DeliverySummary | null;
  readonly deadLetters: string;
}

/** The summary for people: the full account of the events first. */
export function summaryText(summary: ReplaySummary): string {
  const { timeUnit, account, alerts, elapsedMs, webhook } = summary;
  const { read, admitted, late, rejected, quarantined, outside, from, to } = account;
  const sum = `${admitted} admitted + ${late} late + ${rejected} rejected + ${quarantined} quarantined`;
  const lines = [`${read} events read = ${sum}`];
  if (outside > 0) lines.push(`  besides these, ${outside} outside of --from and --to`);
  if (from !== null && to !== null) {
    lines.push(`  event time ${formatTimestamp(from, timeUnit)} to ${formatTimestamp(to, timeUnit)}`);
    if (timeUnit === 'milliseconds' && to >= YEAR_10000) lines.push(FINE_TIMES);
  }
  const total = [...alerts.values()].reduce((a, b) => a + b, 0);
  lines.push(`  ${plural(total, 'alert')}`);
  for (const [rule, count] of alerts) if (count > 0) lines.push(`    ${count} ${printable(rule)}`);
  for (const [rule, count] of summary.dropped) {
    lines.push(`  ${printable(rule)} dropped at a limit: ${count}`);
  }
  for (const [rule, count] of summary.failed) {
    lines.push(`  ${printable(rule)} made no row for want of a value: ${count}`);
  }
  // Of a run this short the start is most, so that a rate would say nothing.
  if (elapsedMs < 1000) lines.push(`  ${Math.round(elapsedMs)} ms`);
  else lines.push(`  ${(elapsedMs / 1000).toFixed(1)} s, ${rateText(read + outside, elapsedMs)} events/s`);
  if (!summary.isComplete) lines.push('  ended early: this is not the whole input');
  if (webhook !== null) lines.push(`  ${webhookText(webhook)}`);
  return `${lines.join('\n')}\n`;
}

/** The summary as one JSON object. */
export function summaryJson(summary: ReplaySummary): string {
  const { account, alerts, elapsedMs, webhook, isComplete, failure } = summary;
  const total = [...alerts.values()].reduce((a, b) => a + b, 0);
  return `${JSON.stringify({
    ...account,
    alerts: total,
    alertsByRule: Object.fromEntries(alerts),
    droppedByRule: Object.fromEntries(summary.dropped),
    failedByRule: Object.fromEntries(summary.failed),
    isComplete,
    failure,
    elapsedMs: Math.round(elapsedMs),
    webhook: webhook === null ? null : { wouldSend: webhook.wouldSend, delivered: webhook.delivered },
  })}\n`;
}

/** Events a second: `81k`, `1.2M`. */
export function rateText(events: number, elapsedMs: number): string {
  return shortCount(events / Math.max(elapsedMs / 1000, 0.001));
}

/** A large number in few characters. */
export function shortCount(value: number): string {
  if (value >= 999_500) return `${(value / 1_000_000).toFixed(value < 10_000_000 ? 1 : 0)}M`;
  if (value >= 9_950) return `${Math.round(value / 1000)}k`;
  return String(Math.round(value));
}

function webhookText({ url, wouldSend, delivered, deadLetters }: WebhookSummary): string {
  if (delivered === null) {
    return `webhook: nothing sent; with --deliver ${plural(wouldSend, 'alert')} would go to ${printable(url)}`;
  }
  const dead = delivered.dead === 0 ? '' : `, ${delivered.dead} not delivered, kept in ${deadLetters}`;
  return `webhook: ${delivered.delivered} delivered${dead}`;
}
