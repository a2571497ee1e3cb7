import type { EventRecord } from '../../event/record.ts';
import type { Env, Slot } from '../../expr/evaluate.ts';
import { filterRank } from '../filter-parts.ts';
import type { Atom, MapKey } from '../program.ts';
import type { FilterState } from './filter-state.ts';

/**
 * The filter states of one atom that wait for an event, in the order they began to wait. States whose filter has an
 * equality with earlier tags stand in a hash by the value they wait for, so an event meets only those of its own key.
 */
export class AtomStates {
  readonly atom: Atom;
  /** See `filterRank`. */
  readonly rank: number;
  private readonly all: Waiting = { first: null, last: null };
  private readonly byKey = new Map<MapKey, Waiting>();

  constructor(atom: Atom) {
    this.atom = atom;
    this.rank = filterRank(atom.node.filter);
  }

  /** Adds a state; one whose key is null can never be hit and is left out. O(1). */
  add(state: FilterState, env: Env): void {
    const key = this.atom.key;
    let list = this.all;
    if (key !== null) {
      const value = key.ofSlots(state.slots, env);
      if (value === null) return;
      const found = this.byKey.get(value);
      list = found ?? { first: null, last: null };
      if (found === undefined) this.byKey.set(value, list);
      state.waitKey = value;
    }
    state.waiting = list;
    state.nextWaiting = null;
    state.prevWaiting = list.last;
    if (list.last === null) list.first = state;
    else list.last.nextWaiting = state;
    list.last = state;
  }

  /** Takes a state out. O(1). */
  remove(state: FilterState): void {
    const list = state.waiting;
    if (list === null) return;
    if (state.prevWaiting === null) list.first = state.nextWaiting;
    else state.prevWaiting.nextWaiting = state.nextWaiting;
    if (state.nextWaiting === null) list.last = state.prevWaiting;
    else state.nextWaiting.prevWaiting = state.prevWaiting;
    state.waiting = null;
    state.prevWaiting = null;
    state.nextWaiting = null;
    if (state.waitKey !== null) {
      if (list.first === null) this.byKey.delete(state.waitKey);
      state.waitKey = null;
    }
  }

  /**
   * Appends the states that the event satisfies, to keep `bound`: the event, or the events inside it. The event has
   * already passed the atom's own condition.
   */
  collect(event: EventRecord, bound: Slot, env: Env, into: FilterState[]): void {
    const { key, rest } = this.atom;
    let list: Waiting | undefined = this.all;
    if (key !== null) {
      const value = key.ofEvent(event, env);
      list = value === null ? undefined : this.byKey.get(value);
    }
    for (let state = list?.first ?? null; state !== null; state = state.nextWaiting) {
      if (rest !== null && !rest(event, state.slots, env)) continue;
      state.hitBy = bound;
      into.push(state);
    }
  }
}

/** A chain of waiting states, oldest first. */
export interface Waiting {
  first: FilterState | null;
  last: FilterState | null;
}
