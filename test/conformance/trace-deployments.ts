import type { Plan, StatementPlan } from '../../engine/plan/plan.ts';
import { storesUsed } from '../../engine/plan/store-uses.ts';
import { variablesRead } from '../../engine/plan/variables.ts';
import type { Step } from './trace-case.ts';

/** Number and statement name of a deployment, as steps name them. */
export interface StatementPlace {
  readonly d: number;
  readonly name: string;
}

interface Deployment {
  readonly statements: readonly StatementPlan[];
  /** Names that the recorder gave, also to statements without rows, which the plan leaves out. */
  readonly names: readonly string[];
  readonly entries: ReadonlyMap<string, readonly [from: number, to: number]>;
}

/** Which statements of the plan each deployment brought, and how the trace calls them. */
export class TraceDeployments {
  private readonly deployed = new Map<number, Deployment>();

  /** A module was deployed: the plan grew from `before` to `after`. */
  add(step: Step, before: Plan, after: Plan): void {
    const entries = new Map<string, readonly [number, number]>();
    for (const [key, list] of Object.entries(after)) {
      if (!Array.isArray(list)) continue;
      const known = (before as unknown as Record<string, readonly unknown[] | undefined>)[key]?.length ?? 0;
      entries.set(key, [known, list.length]);
    }
    const statements = after.statements.slice(before.statements.length);
    this.deployed.set(step.d as number, { statements, names: step.statements ?? [], entries });
  }

  clear(): void {
    this.deployed.clear();
  }

  has(d: number): boolean {
    return this.deployed.has(d);
  }

  /** Indexes of the statements of a deployment, which is forgotten. */
  remove(d: number): readonly number[] {
    const indexes = (this.deployed.get(d)?.statements ?? []).map(({ index }) => index);
    this.deployed.delete(d);
    return indexes;
  }

  /** Whether a statement of another deployment uses a variable, named window or table that this one declares. */
  isNeeded(plan: Plan, d: number): boolean {
    const { entries } = this.deployed.get(d) ?? { entries: new Map() };
    const others = [...this.deployed].flatMap(([other, { statements }]) => (other === d ? [] : statements));
    const plans = others.map(({ index }) => plan.statements[index] as StatementPlan);
    const isOwn = (key: string, used: Iterable<number>) => {
      const [from, to] = entries.get(key) ?? [0, 0];
      return [...used].some((index) => index >= from && index < to);
    };
    return plans.some(
      (one) =>
        isOwn('variables', variablesRead(one)) ||
        isOwn('stores', storesUsed(plan, one)) ||
        isOwn('contexts', one.context === null ? [] : [one.context]),
    );
  }

  /** The plan in which what a deployment declared has other names, so that its own are free again. */
  withoutNames(plan: Plan, d: number): Plan {
    const { entries } = this.deployed.get(d) as Deployment;
    const renamed = Object.entries(plan).map(([key, list]) => {
      const [from, to] = entries.get(key) ?? [0, 0];
      if (key === 'statements' || from === to) return [key, list];
      const free = (entry: { name?: string }, i: number) =>
        i >= from && i < to && entry.name !== undefined ? { ...entry, name: `${entry.name} of ${d}` } : entry;
      return [key, (list as { name?: string }[]).map(free)];
    });
    return Object.fromEntries(renamed) as Plan;
  }

  /** What the trace calls a statement of the plan; undefined when its deployment is gone. */
  placeOf(index: number): StatementPlace | undefined {
    for (const [d, { statements, names }] of this.deployed) {
      const statement = statements.find((one) => one.index === index);
      if (statement !== undefined) return { d, name: nameIn(names, statement) };
    }
    return undefined;
  }

  /** The statement of a name; null when it is one without rows, undefined when there is none. */
  find({ d, name }: StatementPlace): StatementPlan | null | undefined {
    const deployment = this.deployed.get(d);
    const found = deployment?.statements.find((one) => nameIn(deployment.names, one) === name);
    if (found !== undefined) return found;
    return deployment?.names.includes(name) === true ? null : undefined;
  }
}

/** A statement without a name has its place in the file here, and a name of the recorder's engine in the trace. */
function nameIn(names: readonly string[], statement: StatementPlan): string {
  const ordinal = /^trace#(\d+)$/.exec(statement.name)?.[1];
  return ordinal === undefined ? statement.name : (names[Number(ordinal) - 1] ?? statement.name);
}
