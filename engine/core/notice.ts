/** A typed event about the engine itself: a limit reached, a value dropped. Counted by `code`. */
export interface Notice {
  /** Stable name, e.g. `runs-limit`. */
  readonly code: string;
  /** Statement it concerns; null for the engine as a whole. */
  readonly statement: number | null;
  /** For a limit: how often it has dropped something so far. */
  readonly count?: number;
  /** One line for people: what happened, the value, the limit, what to do. Empty: only the count is news. */
  readonly text: string;
}
