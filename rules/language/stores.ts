import type { StorePlan } from '../../engine/plan/store-plan.ts';

/** A named window or table and its index in the plan. */
export interface FoundStore {
  readonly index: number;
  readonly plan: StorePlan;
}

/** The named windows and tables that rules can name. The newest of a name is meant. */
export class Stores {
  readonly plans: StorePlan[];
  private readonly byName = new Map<string, number>();
  private readonly olderCount: number;

  /** `base`: those of rules compiled before. */
  constructor(base: readonly StorePlan[]) {
    this.plans = [...base];
    this.olderCount = base.length;
    base.forEach(({ name, access }, i) => {
      if (access !== 'private') this.byName.set(name, i);
    });
  }

  get(name: string): FoundStore | undefined {
    const index = this.byName.get(name);
    return index === undefined ? undefined : { index, plan: this.plans[index] as StorePlan };
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

  /** Names for hints. */
  names(): readonly string[] {
    return [...this.byName.keys()];
  }
}
