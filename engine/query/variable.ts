import type { Value } from '../event/record.ts';
import type { EventReader, EventWriter } from '../pattern/snapshot.ts';
import type { StatementPlan } from '../plan/plan.ts';
import type { RunningStatement, StatementAtom, StatementHost } from './statement.ts';
import { readValue, writeValue } from './value-snapshot.ts';

/**
 * `create variable`: gives the new value, and the one before as removed, whenever the variable is set. In a context it
 * gives each partition a value of its own.
 */
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
    if (plan.context !== null) host.declareVariable?.(variable);
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

  /** The value is state of the shard, unless it is that of a partition. */
  snapshot(writer: EventWriter): unknown {
    return this.plan.context === null ? null : writeValue(this.value, writer);
  }

  restore(state: unknown, reader: EventReader): void {
    if (this.plan.context !== null) this.host.env.assign(this.variable, readValue(state, reader));
  }

  private get value(): Value {
    return this.host.env.variables[this.variable] ?? null;
  }
}
