import { hash } from 'node:crypto';
import type { Json } from '../event/to-json.ts';

/** What makes an alert the one it is. */
export interface AlertIdentity {
  /** Statement name. */
  readonly rule: string;
  readonly fingerprint: string;
  /** Values of the key columns, in order. */
  readonly key: readonly Json[];
  /** Event time of the match, ticks. */
  readonly time: number;
  readonly kind: 'insert' | 'remove';
  /**
   * Split name and offset of each contributing event, oldest first, flattened: name, offset, name, offset, …
   */
  readonly positions: readonly (string | number)[];
}

/**
 * Gives alerts their ids. Alerts that agree in their whole identity happen within one instant, so they are
 * numbered there: the first is 0. The numbers are the same on every run because rows come in the canonical
 * order.
 *
 * State: digests of the current instant only, at most one per alert of that instant.
 */
export class AlertIds {
  private time = Number.NaN;
  private readonly seen = new Map<string, number>();

  /** The id of the next alert with this identity. Cost: one hash over the identity's text. */
  next(identity: AlertIdentity): string {
    if (identity.time !== this.time) {
      this.time = identity.time;
      this.seen.clear();
    }
    const { rule, fingerprint, key, time, kind, positions } = identity;
    const digest = hash('sha256', JSON.stringify([rule, fingerprint, key, time, kind, positions]), 'hex');
    const ordinal = this.seen.get(digest) ?? 0;
    this.seen.set(digest, ordinal + 1);
    return `alrt_${base32(hash('sha256', `${digest}/${ordinal}`, 'buffer'))}`;
  }

  /** The numbering within the current instant, as JSON. */
  snapshot(): AlertIdsSnapshot {
    return { time: Number.isNaN(this.time) ? null : this.time, seen: [...this.seen] };
  }

  restore(snapshot: AlertIdsSnapshot): void {
    this.time = snapshot.time ?? Number.NaN;
    this.seen.clear();
    for (const [digest, count] of snapshot.seen) this.seen.set(digest, count);
  }
}

/** State of `AlertIds`. */
export interface AlertIdsSnapshot {
  readonly time: number | null;
  readonly seen: readonly (readonly [string, number])[];
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';
const ID_BYTES = 16;

/** First 128 bits in RFC 4648 base32, lower case, without padding: 26 letters. */
function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (let i = 0; i < ID_BYTES; i++) {
    held = (held << 8) | (bytes[i] as number);
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += LETTERS[(held >>> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return text + LETTERS[(held << (5 - bits)) & 31];
}
