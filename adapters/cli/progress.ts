import type { TimeUnit } from '../../engine/time/time-base.ts';
import { formatTimestamp } from '../../engine/time/timestamp.ts';
import type { ReplayProgress } from '../replay/replay.ts';
import { rateText, shortCount } from './summary.ts';

/** A run shorter than this shows no progress. */
const QUIET_MS = 2000;
const REDRAW_MS = 200;

/** What a progress line is made of. */
export interface ProgressState {
  readonly events: number;
  readonly alerts: number;
  /** What event times count. */
  readonly timeUnit: TimeUnit;
  /** Greatest event time so far, in ticks; null before the first event. */
  readonly eventTime: number | null;
  readonly elapsedMs: number;
  /** Part of the bytes that is read, 0 to 1; null when the size is unknown. */
  readonly part: number | null;
}

/** `12.4M events  81k/s  event time 2026-03-01T04:10:00.000Z  37 alerts  ETA 0:42` */
export function progressLine(state: ProgressState): string {
  const { events, alerts, eventTime, timeUnit, elapsedMs, part } = state;
  const shown = [`${shortCount(events)} events`, `${rateText(events, elapsedMs)}/s`];
  if (eventTime !== null) shown.push(`event time ${formatTimestamp(eventTime, timeUnit)}`);
  shown.push(`${alerts} alerts`);
  if (part !== null && part > 0) shown.push(`ETA ${clockText((elapsedMs / part) * (1 - part))}`);
  return shown.join('  ');
}

/** Shows how far a replay is, on a terminal only, and not before it has run for two seconds. */
export class Progress {
  private readonly totalBytes: number | null;
  private readonly timeUnit: TimeUnit;
  private readonly begin = performance.now();
  private lastDraw = Number.NEGATIVE_INFINITY;
  private isShown = false;

  /** `totalBytes`: size of all files; null when one is a stream. */
  constructor(totalBytes: number | null, timeUnit: TimeUnit) {
    this.totalBytes = totalBytes;
    this.timeUnit = timeUnit;
  }

  update({ account, bytesRead }: ReplayProgress, alerts: number): void {
    const now = performance.now();
    if (now - this.begin < QUIET_MS || now - this.lastDraw < REDRAW_MS) return;
    this.lastDraw = now;
    this.isShown = true;
    const line = progressLine({
      events: account.read + account.outside,
      alerts,
      timeUnit: this.timeUnit,
      eventTime: account.to,
      elapsedMs: now - this.begin,
      // A file may have grown since its size was taken.
      part: this.totalBytes === null ? null : Math.min(1, bytesRead / this.totalBytes),
    });
    process.stderr.write(`\r\u001b[K${line.slice(0, (process.stderr.columns ?? 80) - 1)}`);
  }

  /** Removes the line; other text may follow. */
  clear(): void {
    if (this.isShown) process.stderr.write('\r\u001b[K');
    this.isShown = false;
  }
}

function clockText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = String(seconds % 60).padStart(2, '0');
  return hours === 0 ? `${minutes}:${rest}` : `${hours}:${String(minutes).padStart(2, '0')}:${rest}`;
}
