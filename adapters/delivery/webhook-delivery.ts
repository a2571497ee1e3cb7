import type { Agent } from 'node:http';
import type { Alert } from '../../engine/alert/alert.ts';
import { AddressPolicy } from './addresses.ts';
import { CircuitBreaker, DEFAULT_BREAKER } from './circuit-breaker.ts';
import { DeadLetterFile } from './dead-letters.ts';
import { type Cancel, type DeliveryClock, SYSTEM_CLOCK } from './delivery-clock.ts';
import { type Endpoint, parseEndpoint, resolveBySystem } from './endpoint.ts';
import { webhookBody } from './envelope.ts';
import { makeAgent } from './guarded-agent.ts';
import { type Post, type PostResult, startPost } from './post.ts';
import {
  backoffMs,
  DEFAULT_RETRY,
  describeResult,
  isEndpointFailure,
  type RetryPolicy,
  retryAfterMs,
  verdictOf,
} from './retry.ts';
import { signatures } from './secret.ts';
import {
  type DeliveryNotice,
  type DeliverySummary,
  WebhookError,
  type WebhookOptions,
} from './webhook-options.ts';

/** One alert on its way. */
interface Job {
  readonly alert: Alert;
  readonly body: string;
  attempts: number;
  last: PostResult | null;
}

/** Alerts of one rule and key, in order; only the first is ever attempted. */
interface Lane {
  readonly name: string;
  readonly jobs: Job[];
  /** Set while the lane waits before the next attempt. */
  cancelPause: Cancel | null;
}

/**
 * Delivers alerts to one webhook, each at least once or into the dead-letter file, and those of one rule and
 * key in the order they came.
 *
 * An alert waits in the lane of its rule and key. Lanes whose first alert may go stand in `ready`; up to
 * `concurrency` of them have an attempt under way; others pause between attempts. The circuit breaker and a
 * receiver's `Retry-After` hold all lanes back together. Every alert leaves by exactly one of two doors:
 * `delivered`, or `bury`.
 */
export class WebhookDelivery {
  private readonly options: WebhookOptions;
  private readonly endpoint: Endpoint;
  private readonly agent: Agent;
  private readonly clock: DeliveryClock;
  private readonly retry: RetryPolicy;
  private readonly breaker: CircuitBreaker;
  private readonly deadLetters: DeadLetterFile;
  private readonly timeoutMs: number;
  private readonly concurrency: number;
  private readonly queueMax: number;

  private readonly lanes = new Map<string, Lane>();
  private ready: Lane[] = [];
  private readonly posts = new Set<Post>();
  private waiting = 0;
  private readonly onRoom: (() => void)[] = [];
  private readonly onEmpty: (() => void)[] = [];

  private heldUntil = 0;
  private cancelHold: Cancel | null = null;
  private failingSince: number | null = null;
  /** Why nothing is sent any more; null while delivery goes on. */
  private stopReason: string | null = null;
  private isClosed = false;
  private failure: unknown = null;

  private delivered = 0;
  private dead = 0;
  private attempts = 0;

  /** Throws a `WebhookError` when the URL may not be called, a `RangeError` for a bad address range. */
  constructor(options: WebhookOptions) {
    const policy = new AddressPolicy(options.allowPrivate ?? false);
    const endpoint = parseEndpoint(options.url, policy);
    if ('refusal' in endpoint) throw new WebhookError(endpoint.refusal);
    this.options = options;
    this.endpoint = endpoint;
    this.clock = options.clock ?? SYSTEM_CLOCK;
    this.retry = { ...DEFAULT_RETRY, ...options.retry };
    this.breaker = new CircuitBreaker({ ...DEFAULT_BREAKER, ...options.breaker });
    this.deadLetters = new DeadLetterFile(options.deadLetterFile, endpoint.display);
    this.timeoutMs = options.timeoutMs ?? 15_000;
    this.concurrency = options.concurrency ?? 8;
    this.queueMax = options.queueMax ?? 1000;
    this.agent = makeAgent({
      endpoint,
      policy,
      resolve: options.resolve ?? resolveBySystem,
      clock: this.clock,
      connectionsMax: this.concurrency,
      timeoutMs: this.timeoutMs,
      ...(options.ca === undefined ? {} : { ca: options.ca }),
    });
  }

  /**
   * Takes an alert; waits while the queue is full. Rejects after `close`, and with a `DeadLetterError` when
   * alerts can be neither delivered nor kept.
   */
  async enqueue(alert: Alert): Promise<void> {
    while (this.waiting >= this.queueMax && this.stopReason === null) {
      await new Promise<void>((resolve) => this.onRoom.push(resolve));
    }
    if (this.isClosed) throw new WebhookError('the delivery is closed');
    if (this.failure !== null) throw this.failure;
    const job: Job = { alert, body: webhookBody(alert, this.options), attempts: 0, last: null };
    if (this.stopReason !== null) {
      this.bury(job, this.stopReason);
      return this.deadLetters.flush();
    }
    this.waiting++;
    const name = JSON.stringify([alert.rule, alert.key]);
    const lane = this.lanes.get(name);
    if (lane !== undefined) {
      lane.jobs.push(job);
      return;
    }
    const created: Lane = { name, jobs: [job], cancelPause: null };
    this.lanes.set(name, created);
    this.ready.push(created);
    this.pump();
  }

  /**
   * Waits until every alert is delivered or in the dead-letter file. `withinMs`: after that, what is left
   * goes to the dead-letter file. Rejects with a `DeadLetterError` when that file cannot be written.
   */
  async drain(withinMs?: number): Promise<DeliverySummary> {
    const cancel =
      withinMs === undefined
        ? null
        : this.clock.pause(withinMs, () => this.abort('the time to deliver ran out'));
    while (this.waiting > 0) await new Promise<void>((resolve) => this.onEmpty.push(resolve));
    cancel?.();
    await this.deadLetters.flush();
    return this.summary();
  }

  /**
   * Ends delivery at once: what is left goes to the dead-letter file; connections and timers are gone
   * afterwards.
   */
  async close(): Promise<DeliverySummary> {
    this.isClosed = true;
    this.abort('delivery was closed');
    try {
      while (this.waiting > 0) await new Promise<void>((resolve) => this.onEmpty.push(resolve));
      await this.deadLetters.close();
    } finally {
      this.agent.destroy();
    }
    return this.summary();
  }

  /** What became of the alerts so far. */
  summary(): DeliverySummary {
    return { delivered: this.delivered, dead: this.dead, attempts: this.attempts };
  }

  /** Starts what may start now; else sees to being called again when something may. */
  private pump(): void {
    while (this.ready.length > 0 && this.posts.size < this.concurrency && this.stopReason === null) {
      const now = this.clock.now();
      const breakerMs = this.breaker.waitMs(now);
      if (breakerMs === null) return;
      const holdMs = Math.max(breakerMs, this.heldUntil - now);
      if (holdMs > 0) return this.hold(holdMs);
      this.attempt(this.ready.shift() as Lane);
    }
  }

  private hold(ms: number): void {
    this.cancelHold?.();
    this.cancelHold = this.clock.pause(ms, () => {
      this.cancelHold = null;
      this.pump();
    });
  }

  private attempt(lane: Lane): void {
    const job = lane.jobs[0] as Job;
    const isProbe = this.breaker.isOpen;
    this.breaker.start();
    this.attempts++;
    job.attempts++;
    const post = startPost({
      endpoint: this.endpoint,
      agent: this.agent,
      headers: this.headers(job),
      body: job.body,
      timeoutMs: this.timeoutMs,
      clock: this.clock,
    });
    this.posts.add(post);
    void post.result.then((result) => {
      this.posts.delete(post);
      job.last = result;
      this.judgeEndpoint(result, isProbe);
      this.conclude(lane, job, result);
      this.pump();
    });
  }

  private headers(job: Job): { readonly [name: string]: string } {
    const { id } = job.alert;
    const { secrets = [], version } = this.options;
    const timestampS = Math.floor(this.clock.now() / 1000);
    const signature = signatures(secrets, id, timestampS, job.body);
    return {
      'content-type': 'application/json',
      'user-agent': `cepheid/${version}`,
      'webhook-id': id,
      'webhook-timestamp': String(timestampS),
      ...(signature === '' ? {} : { 'webhook-signature': signature }),
      'idempotency-key': id,
    };
  }

  /** What a result says about the receiver, whichever alert it was. */
  private judgeEndpoint(result: PostResult, isProbe: boolean): void {
    if (this.stopReason !== null) return;
    const wasOpen = this.breaker.isOpen;
    if (!isEndpointFailure(result)) {
      this.failingSince = null;
      this.breaker.succeed();
      if (wasOpen) this.notice('circuit-closed', null, 'answers again');
      return;
    }
    const now = this.clock.now();
    this.failingSince ??= now;
    this.breaker.fail(now, isProbe);
    if (!wasOpen && this.breaker.isOpen) {
      this.notice('circuit-open', null, `keeps failing (${describeResult(result)}); attempts pause`);
    }
    const failingMs = now - this.failingSince;
    if (failingMs >= (this.options.giveUpAfterMs ?? 600_000)) {
      this.disable(
        `the receiver has failed for ${Math.round(failingMs / 1000)} s (${describeResult(result)})`,
      );
    }
  }

  /** What a result means for its alert: done, given up, or tried again. */
  private conclude(lane: Lane, job: Job, result: PostResult): void {
    const verdict = verdictOf(result);
    if (verdict === 'delivered') {
      this.delivered++;
      return this.leave(lane);
    }
    const reason = describeResult(result);
    if (verdict === 'disable') this.disable('status 410: the receiver wants no more alerts');
    if (this.stopReason !== null || verdict !== 'retry' || job.attempts >= this.retry.attempts) {
      this.bury(job, this.stopReason === null ? reason : `${this.stopReason}; last attempt: ${reason}`);
      return this.leave(lane);
    }
    this.pauseLane(lane, job, result, reason);
  }

  private pauseLane(lane: Lane, job: Job, result: PostResult, reason: string): void {
    const now = this.clock.now();
    const asked = retryAfterMs(result, now, this.retry.retryAfterMsMax);
    const pauseMs = asked ?? backoffMs(job.attempts, this.retry, this.clock.random());
    // A receiver that asks for a pause means all alerts.
    if (asked !== null) this.heldUntil = Math.max(this.heldUntil, now + asked);
    const plan = `attempt ${job.attempts} of ${this.retry.attempts}, again in ${pauseMs} ms`;
    this.notice('retry', job.alert.id, `${reason}; ${plan}`);
    lane.cancelPause = this.clock.pause(pauseMs, () => {
      lane.cancelPause = null;
      this.ready.push(lane);
      this.pump();
    });
  }

  /** The first alert of a lane is settled: on to the next one. */
  private leave(lane: Lane): void {
    lane.jobs.shift();
    this.settled(1);
    if (lane.jobs.length === 0) this.lanes.delete(lane.name);
    else if (this.stopReason === null) this.ready.push(lane);
    else this.buryLane(lane);
  }

  private bury(job: Job, reason: string): void {
    this.dead++;
    const { alert, attempts, last } = job;
    const [status, answer] = last?.kind === 'answered' ? [last.status, last.excerpt] : [null, ''];
    this.deadLetters.add({ alert, reason, attempts, status, answer, at: this.clock.now() });
    this.deadLetters.flush().catch((error: unknown) => {
      this.failure = error;
    });
    this.notice('dead-letter', alert.id, `not delivered, kept in ${this.deadLetters.path}: ${reason}`);
  }

  private disable(reason: string): void {
    this.notice('endpoint-disabled', null, `${reason}; remaining alerts go to ${this.deadLetters.path}`);
    this.stop(reason);
  }

  /**
   * Nothing new is sent; what waits is buried at once, alerts under way are settled as their attempts end.
   */
  private stop(reason: string): void {
    if (this.stopReason !== null) return;
    this.stopReason = reason;
    this.cancelHold?.();
    this.cancelHold = null;
    const idle = new Set(this.ready);
    this.ready = [];
    for (const lane of this.lanes.values()) {
      const isUnderWay = lane.cancelPause === null && !idle.has(lane);
      lane.cancelPause?.();
      if (!isUnderWay) this.buryLane(lane);
    }
    while (this.onRoom.length > 0) this.onRoom.shift()?.();
  }

  /** As `stop`, and attempts under way are broken off. */
  private abort(reason: string): void {
    this.stop(reason);
    for (const post of this.posts) post.abort();
  }

  private buryLane(lane: Lane): void {
    this.lanes.delete(lane.name);
    for (const job of lane.jobs) this.bury(job, this.stopReason as string);
    this.settled(lane.jobs.length);
  }

  private settled(count: number): void {
    this.waiting -= count;
    for (let room = this.queueMax - this.waiting; room > 0 && this.onRoom.length > 0; room--) {
      this.onRoom.shift()?.();
    }
    if (this.waiting === 0) while (this.onEmpty.length > 0) this.onEmpty.shift()?.();
  }

  private notice(code: DeliveryNotice['code'], alertId: string | null, what: string): void {
    const subject =
      alertId === null ? `webhook ${this.endpoint.display}` : `alert ${alertId} to ${this.endpoint.display}`;
    this.options.onNotice?.({ code, text: `${subject}: ${what}`, alertId });
  }
}
