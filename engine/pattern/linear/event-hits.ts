import type { EventRecord } from '../../event/record.ts';
import type { Hits, WaitIndex } from './wait-index.ts';

/** The runs an event hits through one atom: a part of all hits. */
export interface HitPart {
  atom: number;
  event: EventRecord;
  from: number;
  to: number;
  /** Copies made since of runs among these hits. */
  copies: { readonly run: number; readonly age: number }[];
}

/** What one event hits, found before any of it acts; then it acts part by part, in the order of the atoms. */
export class EventHits implements Hits {
  readonly runs: number[] = [];
  readonly ages: number[] = [];
  parts: HitPart[] = [];
  /** Number of parts. */
  size = 0;
  private readonly waits: readonly WaitIndex[];
  private readonly orders: readonly number[];
  private acting = 0;

  /** `orders`: see `ReadyProgram`. */
  constructor(orders: readonly number[], waits: readonly WaitIndex[]) {
    this.waits = waits;
    this.orders = orders;
  }

  /** Adds the runs that the event hits through an atom. */
  collect(atom: number, event: EventRecord): void {
    const from = this.runs.length;
    try {
      (this.waits[atom] as WaitIndex).collect(event, this);
    } catch (error) {
      this.runs.length = from;
      this.ages.length = from;
      throw error;
    }
    const to = this.runs.length;
    if (to === from) return;
    let part = this.parts[this.size];
    if (part === undefined) {
      part = { atom, event, from, to, copies: [] };
      // An array that grows by itself takes room for 17.
      if (this.size === 0) this.parts = [part];
      else this.parts.push(part);
    }
    part.atom = atom;
    part.event = event;
    part.from = from;
    part.to = to;
    this.size++;
  }

  /** Puts the parts in order: few, and nearly sorted, so by insertion. */
  sort(): void {
    const { parts, orders } = this;
    const order = (part: HitPart) => orders[part.atom] as number;
    for (let i = 1; i < this.size; i++) {
      const part = parts[i] as HitPart;
      let at = i;
      for (; at > 0 && order(parts[at - 1] as HitPart) > order(part); at--)
        parts[at] = parts[at - 1] as HitPart;
      parts[at] = part;
    }
  }

  /** The part that acts next; those after it are waiting. */
  next(at: number): HitPart {
    this.acting = at;
    return this.parts[at] as HitPart;
  }

  /** An operator around the run was hit and has not acted yet: it will find the copy there too. */
  share(run: number, made: number, atoms: readonly number[]): void {
    for (let i = this.acting + 1; i < this.size; i++) {
      const part = this.parts[i] as HitPart;
      const wait = this.waits[part.atom] as WaitIndex;
      if (!atoms.includes(part.atom) || wait.keyOf(made) < 0) continue;
      const hit = this.runs.indexOf(run, part.from);
      const isHit = (hit >= 0 && hit < part.to) || part.copies.some((one) => one.run === run);
      if (isHit) part.copies.push({ run: made, age: wait.ageOf(made) });
    }
  }

  /** Forgets the event. */
  clear(): void {
    this.size = 0;
    this.runs.length = 0;
    this.ages.length = 0;
  }
}
