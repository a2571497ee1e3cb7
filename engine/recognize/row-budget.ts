import { LIMITS, LimitError } from '../core/limits.ts';
import { type BudgetSetup, LimitReporter } from '../pattern/limit-reporter.ts';
import { type RowPartition, RUN, runsIn } from './run.ts';

/**
 * The bounds on the runs of one rule. Runs are counted after each row; where they are too many, the policy decides: the
 * run of the engine stops, or of the partition at hand those that began first or last are dropped.
 */
export class RowBudget {
  private readonly setup: BudgetSetup;
  private readonly reporter: LimitReporter;
  private readonly runsMax: number;
  private readonly perKeyMax: number;
  private readonly totalMax: number;
  private open = 0;

  constructor(setup: BudgetSetup) {
    const { openRunsMax, openRunsPerKeyMax, openRunsTotalMax } = setup.limits;
    this.setup = setup;
    this.reporter = new LimitReporter(setup);
    this.runsMax = openRunsMax ?? LIMITS.rowRunsMax;
    this.perKeyMax = openRunsPerKeyMax ?? Number.POSITIVE_INFINITY;
    this.totalMax = openRunsTotalMax ?? LIMITS.openRunsTotalMax;
  }

  /** Number of open runs. */
  get openRuns(): number {
    return this.open;
  }

  /** The number of open runs changed by `by`. */
  count(by: number): void {
    this.open += by;
    this.setup.pool.runs += by;
  }

  /** Drops runs of a partition that has new ones, as the policy says, until every bound holds. */
  hold(partition: RowPartition): void {
    const { runs } = partition;
    const { pool } = this.setup;
    const open = runsIn(runs);
    const overKey = open - this.perKeyMax;
    const over = Math.max(overKey, this.open - this.runsMax, pool.runs - this.totalMax);
    if (over <= 0) return;
    const kind = overKey === over ? 'key-runs' : this.open - this.runsMax === over ? 'runs' : 'total-runs';
    const size = kind === 'key-runs' ? open : kind === 'runs' ? this.open : pool.runs;
    const dropped = Math.min(over, open);
    for (let i = 0; i < dropped; i++) this.reporter.reach(kind, size, []);
    if (this.setup.limits.onLimit === 'drop-oldest') runs.splice(0, dropped * RUN);
    else runs.length -= dropped * RUN;
    this.count(-dropped);
  }

  /** Stops when there are more keys than can be held. */
  checkPartitions(partitions: number): void {
    if (partitions <= LIMITS.rowPartitionsMax) return;
    throw new LimitError(
      `the rule \`${this.setup.rule}\` has more than ${LIMITS.rowPartitionsMax} keys of \`partition by\` ` +
        '(rowPartitionsMax); a key with fewer values, or several rules, keep it within memory',
    );
  }
}
