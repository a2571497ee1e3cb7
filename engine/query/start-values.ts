import type { Value } from '../event/record.ts';
import type { Env } from '../expr/evaluate.ts';
import type { EventReader, EventWriter } from '../pattern/snapshot.ts';
import type { StatementPlan } from '../plan/plan.ts';
import type { StorePlan } from '../plan/store-plan.ts';
import { variablesIn } from '../plan/variables.ts';
import { readValue, writeValue } from './value-snapshot.ts';

/** Variables whose values a statement takes once, as it begins: `#time(v)` stays as long as v was then. */
export function variablesAtStart({ query }: StatementPlan, stores: readonly StorePlan[]): readonly number[] {
  const { inputs, subqueries, aggregates, onStore } = query;
  const store = onStore?.kind === 'create' ? stores[onStore.store] : undefined;
  const views = [...inputs, ...subqueries.map(({ input }) => input)].map((input) => input.views);
  return [...variablesIn([views, aggregates, store?.kind === 'window' ? store.views : []])];
}

/** Makes what takes values of variables once. Started again after a restore it takes those it began with. */
export class StartValues<Key> {
  private readonly known = new Map<Key, readonly Value[]>();

  /** Calls `make` with the variables as they were when it was called for the key first. */
  make<T>(key: Key, variables: readonly number[], env: Env, make: () => T): T {
    if (variables.length === 0) return make();
    const now = variables.map((variable) => env.variables[variable] ?? null);
    const then = this.known.get(key);
    if (then === undefined) {
      this.known.set(key, now);
      return make();
    }
    const set = (values: readonly Value[]) => {
      // Behind the back of those who watch: for them nothing has changed.
      for (const [i, variable] of variables.entries()) holderOf(variable, env)[variable] = values[i] ?? null;
    };
    set(then);
    try {
      return make();
    } finally {
      set(now);
    }
  }

  delete(key: Key): void {
    this.known.delete(key);
  }

  /** The values of a key; null when it has taken none. */
  snapshot(key: Key, writer: EventWriter): unknown {
    return this.known.get(key)?.map((value) => writeValue(value, writer)) ?? null;
  }

  restore(key: Key, state: unknown, reader: EventReader): void {
    if (state === null) this.known.delete(key);
    else
      this.known.set(
        key,
        (state as readonly unknown[]).map((value) => readValue(value, reader)),
      );
  }
}

/** The list that has a variable: of the partition, or behind it that of the shard. */
function holderOf(variable: number, { variables }: Env): Value[] {
  let list = variables as Value[];
  while (!Object.hasOwn(list, variable)) {
    const behind: unknown = Object.getPrototypeOf(list);
    if (!Array.isArray(behind) || behind === Array.prototype) break;
    list = behind as Value[];
  }
  return list;
}
