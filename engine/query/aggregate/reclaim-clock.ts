import type { Expr } from '../../expr/ir.ts';
import { ticksOf } from '../../time/time-base.ts';
import type { ItemBinder } from '../item.ts';

/** When groups are due to be looked over for a reclaim hint, and which of them are too old. */
export class ReclaimClock {
  private readonly hint: { readonly aged: Expr; readonly frequency: Expr };
  private readonly binder: ItemBinder;
  private next: number | null = null;

  constructor(hint: { readonly aged: Expr; readonly frequency: Expr }, binder: ItemBinder) {
    this.hint = hint;
    this.binder = binder;
  }

  /** Groups unchanged since before this time are to go; null while it is not yet time to look. */
  due(): number | null {
    const { now } = this.binder.env;
    if (this.next !== null && this.next > now) return null;
    this.next = now + this.ticks(this.hint.frequency);
    return now - this.ticks(this.hint.aged);
  }

  snapshot(): unknown {
    return this.next;
  }

  restore(state: unknown): void {
    this.next = state as number | null;
  }

  private ticks(seconds: Expr): number {
    const value = this.binder.constant(seconds);
    return typeof value === 'number' && value > 0 ? ticksOf(value * 1000, this.binder.env.timeBase) : 0;
  }
}
