import type { Value } from '../event/record.ts';
import type { StatementPlan } from '../plan/plan.ts';
import type { RunningStatement, StatementAtom, StatementHost } from './statement.ts';

/** `create variable`: gives the new value, and the one before as removed, whenever the variable is set. */
export class VariableStatement implements RunningStatement {
  readonly plan: StatementPlan;
  readonly atoms: readonly StatementAtom[] = [];
  private readonly variable: number;
  private readonly unwatch: () => void;
  private readonly host: StatementHost;

  constructor(plan: StatementPlan, variable: number, host: StatementHost) {
    this.plan = plan;
    this.variable = variable;
    this.host = host;
    this.unwatch = host.env.watch.watch(new Set([variable]), (before) => this.onSet(before));
  }

  private onSet(before: Value): void {
    this.host.onRow(this.plan, [this.value], []);
    this.host.onRow(this.plan, [before], [], 'remove');
  }

  rows(): readonly (readonly Value[])[] {
    return [[this.value]];
  }

  start(): void {}

  onAtom(): void {}

  onEvent(): void {}

  onTimers(): void {}

  stop(): void {
    this.unwatch();
  }

  /** The value is state of the shard. */
  snapshot(): unknown {
    return null;
  }

  restore(): void {}

  private get value(): Value {
    return this.host.env.variables[this.variable] ?? null;
  }
}
