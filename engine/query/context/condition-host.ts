import type { Timer, Timers, TimerTarget } from '../../time/timer-queue.ts';
import { ForwardingHost } from '../forwarding-host.ts';
import type { LevelHost } from './level.ts';

/** The host of the pattern of a condition: what its timers complete is given on when all timers due have run. */
export class ConditionHost extends ForwardingHost implements Timers {
  private readonly levels: LevelHost;
  private readonly give: () => void;

  constructor(levels: LevelHost, give: () => void) {
    super(levels.outer);
    this.levels = levels;
    this.give = give;
  }

  override get timers(): Timers {
    return this;
  }

  reserve(): number {
    return this.outer.timers.reserve();
  }

  schedule(due: number, statement: number, target: TimerTarget, sequence?: number): Timer {
    const owned = {
      onTimer: () => {
        target.onTimer();
        this.levels.afterTimers(this.give);
      },
    };
    return this.outer.timers.schedule(due, statement, owned, sequence);
  }

  cancel(timer: Timer): void {
    this.outer.timers.cancel(timer);
  }
}
