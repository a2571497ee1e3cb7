import { type ContextPlan, type ContextProperty, contextProperties } from '../../engine/plan/context-plan.ts';
import type { Plan } from '../../engine/plan/plan.ts';
import type { Name } from './ast.ts';
import type { Catalog } from './catalog.ts';
import type { Reporter } from './reporter.ts';

/** A context and its index in the plan. */
export interface FoundContext {
  readonly index: number;
  readonly plan: ContextPlan;
}

/** Contexts that rules can name. The newest of a name is meant. */
export class Contexts {
  readonly plans: ContextPlan[];
  private readonly byName = new Map<string, number>();
  private readonly olderCount: number;
  /** That of the statement at work. */
  private present: FoundContext | null = null;
  /** The statement at work names a context that is not there: what it reads of it is not known. */
  isMissing = false;

  constructor(base: Plan | undefined) {
    this.plans = [...(base?.contexts ?? [])];
    this.olderCount = this.plans.length;
    this.plans.forEach(({ name, access }, i) => {
      if (access !== 'private') this.byName.set(name, i);
    });
  }

  find(name: string): FoundContext | undefined {
    const index = this.byName.get(name);
    return index === undefined ? undefined : { index, plan: this.plans[index] as ContextPlan };
  }

  /** Whether a name is taken for good: by these rules, or by public ones before. */
  isTaken(name: string): boolean {
    const found = this.find(name);
    return found !== undefined && (found.index >= this.olderCount || found.plan.access === 'public');
  }

  add(plan: ContextPlan): number {
    const index = this.plans.push(plan) - 1;
    this.byName.set(plan.name, index);
    return index;
  }

  names(): readonly string[] {
    return [...this.byName.keys()];
  }

  /** The context of the statement at work. */
  get current(): FoundContext | null {
    return this.present;
  }

  /** From here on a statement with `context name` is at work, or one without. An unknown name is reported. */
  enter(name: Name | null, catalog: Catalog, report: Reporter): void {
    const found = name === null ? undefined : this.find(name.text);
    this.present = found ?? null;
    this.isMissing = name !== null && found === undefined;
    if (name === null || found !== undefined || catalog.isExpected(name.text)) return;
    report.unknown('E0240', 'context', name.text, name.span, this.names());
  }

  /** What the statement at work can read after `context.`; empty outside a context. */
  properties(catalog: Catalog): readonly ContextProperty[] {
    return this.present === null ? [] : contextProperties(this.present.plan, catalog.types);
  }
}
