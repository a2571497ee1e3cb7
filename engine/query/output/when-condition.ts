import type { Value } from '../../event/record.ts';
import type { Env, QueryFrame } from '../../expr/evaluate.ts';
import type { ConditionHost, OutputCondition } from './condition.ts';

/** `when condition`, ready to run: tests it on the counts, and carries out `then set …`. */
export interface WhenProgram {
  test(frame: QueryFrame): boolean;
  assign(frame: QueryFrame): void;
}

/** What the condition of an `output when` reads: how many items came since the last output and in all. */
export class OutputCounts implements QueryFrame {
  private readonly env: Env;
  private added = 0;
  private removed = 0;
  private addedTotal = 0;
  private removedTotal = 0;
  private lastOutput: number;

  constructor(env: Env) {
    this.env = env;
    this.lastOutput = env.now;
  }

  count(added: number, removed: number): void {
    this.added += added;
    this.removed += removed;
    this.addedTotal += added;
    this.removedTotal += removed;
  }

  /** An output came about. */
  reset(): void {
    this.added = 0;
    this.removed = 0;
    this.lastOutput = this.env.now;
  }

  local(name: string): Value {
    switch (name) {
      case 'count_insert':
        return this.added;
      case 'count_insert_total':
        return this.addedTotal;
      case 'count_remove':
        return this.removed;
      case 'count_remove_total':
        return this.removedTotal;
      case 'last_output_timestamp':
        return this.lastOutput;
      default:
        return null;
    }
  }

  aggregate(): Value {
    return null;
  }

  previous(): Value {
    return null;
  }

  isSummedOver(): boolean {
    return false;
  }

  snapshot(): unknown {
    return [this.added, this.removed, this.addedTotal, this.removedTotal, this.lastOutput];
  }

  restore(state: unknown): void {
    [this.added, this.removed, this.addedTotal, this.removedTotal, this.lastOutput] = state as [
      number,
      number,
      number,
      number,
      number,
    ];
  }
}

/** `when condition [then set …]`: looked at after each update. */
export class WhenCondition implements OutputCondition {
  private readonly host: ConditionHost;
  private readonly program: WhenProgram;
  private readonly counts: OutputCounts;

  constructor(host: ConditionHost, program: WhenProgram) {
    this.host = host;
    this.program = program;
    this.counts = new OutputCounts(host.env);
  }

  update(added: number, removed: number): void {
    this.counts.count(added, removed);
    if (!this.program.test(this.counts)) return;
    this.program.assign(this.counts);
    this.host.release();
    this.counts.reset();
  }

  stop(): void {}

  snapshot(): unknown {
    return this.counts.snapshot();
  }

  restore(state: unknown): void {
    this.counts.restore(state);
  }
}
