import type { StoreIndexPlan, StorePlan } from '../../engine/plan/store-plan.ts';
import type { TablePlan } from '../../engine/plan/table-plan.ts';

/** A named window or table and its index in the plan. */
export interface FoundStore {
  readonly index: number;
  readonly plan: StorePlan;
}

/** A table and its index in the plan. */
export interface FoundTable {
  readonly index: number;
  readonly plan: TablePlan;
}

/** Fields of a store by what statements do with them. */
export interface KeyFields {
  readonly unique: Set<number>;
  readonly merged: Set<number>;
}

/** The named windows and tables that rules can name. The newest of a name is meant. */
export class Stores {
  readonly plans: StorePlan[];
  private readonly byName = new Map<string, number>();
  private readonly olderCount: number;
  private readonly indexes = new Set<string>();
  private readonly keys = new Map<number, KeyFields>();

  /** The table that the statement at work feeds by `into table`, which may not read it. */
  written: string | null = null;
  private readonly onUse: (text: string) => void;

  /** `base`: those of rules compiled before; `onUse` is told what a statement uses, as text for its fingerprint. */
  constructor(base: readonly StorePlan[], onUse: (text: string) => void) {
    this.plans = [...base];
    this.onUse = onUse;
    this.olderCount = base.length;
    base.forEach(({ name, access }, i) => {
      if (access !== 'private') this.byName.set(name, i);
    });
  }

  get(name: string): FoundStore | undefined {
    const index = this.byName.get(name);
    return index === undefined ? undefined : { index, plan: this.plans[index] as StorePlan };
  }

  /** The table of that name, used by the statement at work. */
  table(name: string): FoundTable | undefined {
    const found = this.get(name);
    if (found?.plan.kind !== 'table') return undefined;
    this.onUse(JSON.stringify(found.plan));
    return { index: found.index, plan: found.plan };
  }

  /** Names of the tables, for hints. */
  tableNames(): readonly string[] {
    return this.names().filter((name) => this.get(name)?.plan.kind === 'table');
  }

  /** Whether a new store cannot have the name: one of these rules, or a public one of rules before, has it. */
  isTaken(name: string): boolean {
    const found = this.get(name);
    return found !== undefined && (found.index >= this.olderCount || found.plan.access === 'public');
  }

  add(plan: StorePlan): number {
    const index = this.plans.push(plan) - 1;
    this.byName.set(plan.name, index);
    return index;
  }

  /** Whether the rules at work declare an index of that name for a store. */
  hasIndex(store: number, name: string): boolean {
    return this.indexes.has(`${store} ${name}`);
  }

  addIndex(store: number, name: string): void {
    this.indexes.add(`${store} ${name}`);
  }

  /**
   * Notes the columns of an index that statements make or declare; false when there is one of the same already. A unique
   * one is another than one that is not.
   */
  noteIndex(store: number, { hash, sorted, unique }: Omit<StoreIndexPlan, 'name'>): boolean {
    const columns = `${hash.toSorted((a, b) => a - b).join()} < ${sorted.join()}`;
    const key = `${store}${unique ? ' unique' : ''}: ${columns}`;
    const isNew = !this.indexes.has(key);
    this.indexes.add(key);
    return isNew;
  }

  /** Fields of a store that have to do with unique keys: those of unique indexes, and those that merges change. */
  keyFields(store: number): KeyFields {
    const known = this.keys.get(store) ?? { unique: new Set(), merged: new Set() };
    this.keys.set(store, known);
    return known;
  }

  /** Names for hints. */
  names(): readonly string[] {
    return [...this.byName.keys()];
  }
}
