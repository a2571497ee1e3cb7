import type { PostResult } from './post.ts';

/** When to try again: attempt n + 1 comes after a random part of `baseMs` × 2^(n−1), at most `capMs`. */
export interface RetryPolicy {
  /** Attempts per alert, the first included. */
  readonly attempts: number;
  readonly baseMs: number;
  readonly capMs: number;
  /** A receiver's `Retry-After` counts up to this. */
  readonly retryAfterMsMax: number;
}

/** Eight attempts within about a minute, two minutes at most. */
export const DEFAULT_RETRY: RetryPolicy = {
  attempts: 8,
  baseMs: 1000,
  capMs: 60_000,
  retryAfterMsMax: 300_000,
};

/** What a result means for the alert: done, try again, never try again, or never call this receiver again. */
export type Verdict = 'delivered' | 'retry' | 'give-up' | 'disable';

/** Client errors that pass: timeout, conflict with an attempt still under way, too early, too many. */
const PASSING: ReadonlySet<number> = new Set([408, 409, 425, 429]);

/**
 * Judges a result. Only 2xx is success. A redirect will not go away by itself and is not followed, so like
 * other client errors it is final; 410 means that the receiver wants nothing more.
 */
export function verdictOf(result: PostResult): Verdict {
  if (result.kind === 'refused') return 'give-up';
  if (result.kind === 'failed') return 'retry';
  const { status } = result;
  if (status >= 200 && status <= 299) return 'delivered';
  if (status === 410) return 'disable';
  return status >= 500 || PASSING.has(status) ? 'retry' : 'give-up';
}

/** Whether a result counts against the receiver as a whole, not only against this alert. */
export function isEndpointFailure(result: PostResult): boolean {
  return verdictOf(result) === 'retry' || result.kind === 'refused';
}

/** Full jitter: a random pause up to the exponential one. `failed`: attempts so far. `random`: 0 ≤ r < 1. */
export function backoffMs(failed: number, policy: RetryPolicy, random: number): number {
  return Math.round(random * Math.min(policy.capMs, policy.baseMs * 2 ** (failed - 1)));
}

/**
 * The pause a receiver asks for by `Retry-After` (seconds or an HTTP date), at most `maxMs`; null when it
 * asks for none or in no form that is known.
 */
export function retryAfterMs(result: PostResult, now: number, maxMs: number): number | null {
  if (result.kind !== 'answered' || result.retryAfter === null) return null;
  const text = result.retryAfter.trim();
  if (/^\d{1,10}$/.test(text)) return Math.min(Number(text) * 1000, maxMs);
  if (!/^[A-Z][a-z]{2,8}, /.test(text)) return null;
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : Math.min(Math.max(time - now, 0), maxMs);
}

/** What happened, in words for the dead-letter file and the log. */
export function describeResult(result: PostResult): string {
  if (result.kind !== 'answered') return result.reason;
  const { status } = result;
  if (status >= 300 && status <= 399)
    return `status ${status}: redirects are not followed, configure the final URL`;
  return `status ${status}`;
}
