import type { Alert, AlertEvent } from '../../engine/alert/alert.ts';
import type { Json } from '../../engine/event/to-json.ts';
import type { TimeUnit } from '../../engine/time/time-base.ts';
import { formatTimestamp } from '../../engine/time/timestamp.ts';
import { type Painter, severityStyle } from './painter.ts';
import { clip, printable } from './printable.ts';
import { cellText, layOut, type TableColumn } from './table.ts';

/** Evidence shown per alert: so many events from the start and so many from the end. */
const FIRST_EVENTS = 7;
const LAST_EVENTS = 3;
const INDENT = '    ';

/** How alerts are shown. */
export interface AlertLook {
  readonly paint: Painter;
  /** Columns of the terminal. */
  readonly width: number;
  /** What times count. */
  readonly timeUnit: TimeUnit;
}

/**
 * An alert for people, some lines of text with a line break at the end:
 *
 * ```
 * HIGH  2026-03-01T04:10:12.000Z  card-testing
 *   4 small charges on c12
 *   card=c12 · to fraud-desk · fraud.epl:7 · alrt_…
 *     time                      event  at            card  amount
 *     2026-03-01T04:10:00.000Z  Txn    day.jsonl:12  c12      0.5
 * ```
 *
 * The evidence table stays within the width.
 */
export function alertBlock(alert: Alert, look: AlertLook): string {
  const { paint } = look;
  const lines = [headline(alert, look), `  ${printable(alert.summary)}`];
  const facts = Object.keys(alert.key).map((name) => `${printable(name)}=${cellText(alert.key[name])}`);
  if (alert.to.length > 0) facts.push(`to ${alert.to.map(printable).join(', ')}`);
  facts.push(`${printable(alert.file)}:${alert.line}`, alert.id);
  lines.push(`  ${paint('dim', facts.join(' · '))}`);
  lines.push(...evidenceLines(alert, look));
  return `${lines.join('\n')}\n`;
}

/** An alert on one line of at most `width` columns (colours aside), with a line break at the end. */
export function alertLine(alert: Alert, look: AlertLook): string {
  const time = formatTimestamp(alert.time, look.timeUnit);
  const used = alert.severity.length + 2 + time.length + 2 + alert.rule.length + 2;
  const summary = clip(printable(alert.summary), Math.max(20, look.width - used));
  return `${headline(alert, look)}  ${summary}\n`;
}

function headline(alert: Alert, { paint, timeUnit }: AlertLook): string {
  const severity = paint(severityStyle(alert.severity), printable(alert.severity.toUpperCase()));
  return `${severity}  ${formatTimestamp(alert.time, timeUnit)}  ${paint('bold', printable(alert.rule))}`;
}

function evidenceLines(alert: Alert, { paint, width, timeUnit }: AlertLook): string[] {
  const { events } = alert;
  if (events.length === 0) return [];
  const all = events.length + alert.eventsOmitted;
  const isWhole = all <= FIRST_EVENTS + LAST_EVENTS;
  const shown = isWhole ? events : [...events.slice(0, FIRST_EVENTS), ...events.slice(-LAST_EVENTS)];
  const { header, rows } = layOut(evidenceColumns(shown, timeUnit), width - INDENT.length);
  const lines = [paint('dim', header), ...rows];
  if (!isWhole) lines.splice(1 + FIRST_EVENTS, 0, paint('dim', `… ${all - shown.length} more events …`));
  return lines.map((line) => INDENT + line);
}

/** Where each event stood, then its fields. A field that repeats the event's time is left out. */
function evidenceColumns(events: readonly AlertEvent[], timeUnit: TimeUnit): TableColumn[] {
  const times = events.map((event) => formatTimestamp(event.time, timeUnit));
  const names = new Set(events.flatMap((event) => Object.keys(event.fields)));
  const fields: TableColumn[] = [];
  for (const name of names) {
    const cells = events.map((event) => ownField(event, name));
    const isTime = cells.every((cell, i) => cell === events[i]?.time || cell === times[i]);
    if (!isTime) fields.push({ name, cells });
  }
  return [
    { name: 'time', cells: times },
    { name: 'event', cells: events.map((event) => event.type) },
    { name: 'at', cells: events.map((event) => `${event.split}:${event.offset}`) },
    ...fields,
  ];
}

function ownField(event: AlertEvent, name: string): Json | undefined {
  return Object.hasOwn(event.fields, name) ? event.fields[name] : undefined;
}
