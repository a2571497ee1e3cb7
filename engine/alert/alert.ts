import type { Json } from '../event/to-json.ts';

/** A JSON value as it appears in alerts. */
export type { Json };

/** One event that led to an alert: where it stood and what it said. */
export interface AlertEvent {
  /** Event type name. */
  readonly type: string;
  /** Event time, ticks. */
  readonly time: number;
  /** Name of the source split, e.g. the file's base name. */
  readonly split: string;
  /** Position in the split: line number in a file. */
  readonly offset: number;
  /** Fields by name. */
  readonly fields: { readonly [name: string]: Json };
}

/**
 * What a rule with `@Alert` says about one match. Plain JSON, the same bytes for the same events on every
 * run.
 *
 * `id` = first 128 bits of SHA-256 over rule name, rule fingerprint, key, match time, row kind, positions of
 * the contributing events and an ordinal among equal ones, as `alrt_` and 26 letters of base32: the
 * idempotency key of every delivery.
 */
export interface Alert {
  readonly id: string;
  /** Statement name. */
  readonly rule: string;
  readonly fingerprint: string;
  readonly severity: string;
  /** Key columns by name. */
  readonly key: { readonly [name: string]: Json };
  /** Event time of the match, ticks. */
  readonly time: number;
  readonly summary: string;
  readonly description: string | null;
  readonly tags: { readonly [name: string]: string };
  readonly to: readonly string[];
  /** Rule file and line. */
  readonly file: string;
  readonly line: number;
  /** Select columns by name. */
  readonly values: { readonly [name: string]: Json };
  /**
   * Contributing events, oldest first; of more than `LIMITS.evidenceEventsMax` the first and the last half of
   * that.
   */
  readonly events: readonly AlertEvent[];
  /** Number of contributing events left out of the middle of `events`. */
  readonly eventsOmitted: number;
}
