import type { TimeUnit } from '../../engine/time/time-base.ts';
import type { AllowPrivate } from './addresses.ts';
import type { BreakerPolicy } from './circuit-breaker.ts';
import type { DeliveryClock } from './delivery-clock.ts';
import type { Resolve } from './endpoint.ts';
import type { RetryPolicy } from './retry.ts';
import type { Secret } from './secret.ts';

/** How alerts are delivered to one webhook. */
export interface WebhookOptions {
  readonly url: string;
  /** Where alerts go that cannot be delivered. */
  readonly deadLetterFile: string;
  /** Version of the program, for `user-agent`. */
  readonly version: string;
  /** Whether the events are a recording; receivers see it as `data.replay`. */
  readonly replay: boolean;
  /** See `EnvelopeOptions`. */
  readonly timeUnit?: TimeUnit;
  /** Signing secrets, the current one first. None: requests are not signed. */
  readonly secrets?: readonly Secret[];
  /** Special addresses that may be called (see `AddressPolicy`). Default: none. */
  readonly allowPrivate?: AllowPrivate;
  /** See `EnvelopeOptions`. */
  readonly rulesUrl?: string;
  /** Certificates (PEM) of a private authority. */
  readonly ca?: string;
  /** Deadline of one attempt, everything included. Default 15 s. */
  readonly timeoutMs?: number;
  /** Attempts under way at a time. Default 8. */
  readonly concurrency?: number;
  /** Alerts that wait; with more `enqueue` makes the caller wait. Default 1000. */
  readonly queueMax?: number;
  readonly retry?: Partial<RetryPolicy>;
  readonly breaker?: Partial<BreakerPolicy>;
  /** A receiver that fails for so long without one success is given up. Default 10 min. */
  readonly giveUpAfterMs?: number;
  /** For the log; texts hold no secrets. */
  readonly onNotice?: (notice: DeliveryNotice) => void;
  readonly clock?: DeliveryClock;
  readonly resolve?: Resolve;
}

/** Something worth a line in the log. */
export interface DeliveryNotice {
  readonly code: 'retry' | 'dead-letter' | 'circuit-open' | 'circuit-closed' | 'endpoint-disabled';
  readonly text: string;
  /** The alert concerned; null for the receiver as a whole. */
  readonly alertId: string | null;
}

/** What became of the alerts: `delivered` + `dead` = those enqueued. */
export interface DeliverySummary {
  readonly delivered: number;
  readonly dead: number;
  readonly attempts: number;
}

/** A webhook that may not be called. The message is for the user. */
export class WebhookError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WebhookError';
  }
}
