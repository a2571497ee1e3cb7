/** `output after …`: nothing leaves before a time, or before a number of items. */
export class After {
  private isOver = false;
  private time: number | null;
  private readonly events: number;
  private found = 0;

  /** `time`: ticks; null when it counts `events`. */
  constructor(time: number | null, events: number) {
    this.time = time;
    this.events = events;
  }

  /** Whether an update, or a delivery, of so many entering items (rows) may go on. */
  passes(now: number, added: number): boolean {
    if (this.isOver) return true;
    if (this.time === null) {
      this.found += added;
      this.isOver = this.found > this.events;
    } else this.isOver = now >= this.time;
    return this.isOver;
  }

  snapshot(): unknown {
    return [this.isOver, this.found, this.time];
  }

  restore(state: unknown): void {
    [this.isOver, this.found, this.time] = state as [boolean, number, number | null];
  }
}
