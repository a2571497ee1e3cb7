import type { RuleLimits } from '../core/limits.ts';
import type { Notice } from '../core/notice.ts';
import type { Backend } from '../expr/evaluate.ts';
import type { MatcherChoice } from '../pattern/planner.ts';
import type { Plan } from '../plan/plan.ts';
import type { Row } from './row.ts';

/** How to set up a shard. */
export interface ShardOptions {
  readonly plan: Plan;
  /** The clock at the start, ticks: statements begin at it. */
  readonly startTime: number;
  /** How expressions run; default `codegen`. */
  readonly backend?: Backend;
  /**
   * `tree` makes every pattern run on the complete matcher; default `auto`, the cheapest exact one. An observer gets the
   * pattern of its statement observed.
   */
  readonly matcher?: MatcherChoice;
  /** Bounds on what rules keep; those left out are the defaults. */
  readonly ruleLimits?: Partial<RuleLimits>;
  /** Indexes of the statements to run; default all. */
  readonly statements?: ReadonlySet<number>;
  /** As Esper's setting `prioritized`: a context acts on an event before its statements get it, whatever their filters. */
  readonly isPrioritized?: boolean;
  /** Gets each row as it is made, in processing order; `compareRows` is the order for files. */
  onRow(row: Row): void;
  onNotice?(notice: Notice): void;
  /** Called now and then where one event makes many others; what it throws ends the run. */
  checkpoint?(): void;
}
