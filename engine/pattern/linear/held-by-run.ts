import type { EventRecord } from '../../event/record.ts';
import { type Env, equalityKey, type Slot } from '../../expr/evaluate.ts';
import type { MapKey } from '../program.ts';
import type { RunBudget } from '../run-budget.ts';
import type { ReadyDistinct } from './moves.ts';

/** Keys an `every-distinct` has passed on, each with the time at which it may pass again. */
export type SeenKeys = Map<MapKey | null, number>;

/** What single runs keep beside their tags, as far as the budget of the pattern allows. */
export class HeldByRun {
  private seenByRun: Map<number, SeenKeys> | null = null;
  private readonly budget: RunBudget;
  private readonly env: Env;
  /** Events of repeats that a run has collected. */
  private collected: Map<number, number> | null = null;

  constructor(budget: RunBudget, env: Env) {
    this.budget = budget;
    this.env = env;
  }

  /** Keys that runs have passed on. */
  get seen(): Map<number, SeenKeys> {
    this.seenByRun ??= new Map();
    return this.seenByRun;
  }

  /** Adds the event of a round. */
  collect(run: number, rounds: EventRecord[], event: EventRecord): void {
    const verdict = this.budget.keep('repeat', rounds.length, run);
    if (verdict === 'leave') return;
    if (verdict === 'replace') rounds.shift();
    else {
      this.budget.hold(1);
      this.collected ??= new Map();
      this.collected.set(run, (this.collected.get(run) ?? 0) + 1);
    }
    rounds.push(event);
  }

  /** What a run collected counts no longer: it is over, or begins again. */
  letGo(run: number): void {
    const count = this.collected?.get(run);
    if (count === undefined) return;
    this.budget.hold(-count);
    this.collected?.delete(run);
  }

  /** Forgets the keys of a run. */
  forget(run: number): void {
    const seen = this.seenByRun?.get(run);
    if (seen === undefined) return;
    this.budget.hold(-seen.size);
    this.seenByRun?.delete(run);
  }

  /** Whether the run has not yet passed on the keys that it has with these tags; notes them. */
  isNew(run: number, { keys, expiryTicks }: ReadyDistinct, slots: readonly Slot[]): boolean {
    const { env, budget } = this;
    const values = keys.map((key) => key(null, slots, env));
    const key = equalityKey(values.length === 1 ? (values[0] ?? null) : values);
    let seen = this.seen.get(run);
    if (seen === undefined) {
      seen = new Map();
      this.seen.set(run, seen);
    }
    if (expiryTicks !== null) {
      for (const [old, until] of seen) {
        if (env.now < until) break;
        seen.delete(old);
        budget.hold(-1);
      }
    }
    if (seen.has(key)) return false;
    const verdict = budget.keep('distinct', seen.size, slots);
    if (verdict === 'leave') return true;
    if (verdict === 'replace') seen.delete(seen.keys().next().value as MapKey | null);
    else budget.hold(1);
    seen.set(key, expiryTicks === null ? Number.POSITIVE_INFINITY : env.now + expiryTicks);
    return true;
  }
}
