/** When a receiver counts as down. */
export interface BreakerPolicy {
  /** So many failures in a row open the circuit. */
  readonly failures: number;
  /** So long nothing is sent; then one attempt probes. */
  readonly openMs: number;
}

/** Five failures open it for a quarter of a minute. */
export const DEFAULT_BREAKER: BreakerPolicy = { failures: 5, openMs: 15_000 };

/**
 * Keeps a receiver that is down from being hammered. Closed: attempts go. Open: none, until `openMs` have
 * passed. Half open: one attempt probes; its success closes the circuit, its failure opens it again. Times
 * are the caller's, epoch ms.
 */
export class CircuitBreaker {
  private readonly policy: BreakerPolicy;
  private failures = 0;
  private openUntil: number | null = null;
  private isProbing = false;

  constructor(policy: BreakerPolicy) {
    this.policy = policy;
  }

  get isOpen(): boolean {
    return this.openUntil !== null;
  }

  /** How long to wait before an attempt: 0 now; null until the probe under way is over. */
  waitMs(now: number): number | null {
    if (this.openUntil === null) return 0;
    if (this.isProbing) return null;
    return Math.max(0, this.openUntil - now);
  }

  /** An attempt starts; only after `waitMs` gave 0. */
  start(): void {
    if (this.openUntil !== null) this.isProbing = true;
  }

  succeed(): void {
    this.failures = 0;
    this.openUntil = null;
    this.isProbing = false;
  }

  /** Attempts that were under way when the circuit opened do not open it longer. */
  fail(now: number, wasProbe: boolean): void {
    this.failures++;
    if (this.openUntil !== null && !wasProbe) return;
    if (wasProbe) this.isProbing = false;
    if (this.failures >= this.policy.failures) this.openUntil = now + this.policy.openMs;
  }
}
