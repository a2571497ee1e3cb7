/** A typed event about the engine itself: a limit reached, a value dropped. Counted by `code`. */
export interface Notice {
  /** Stable name, e.g. `runs-limit`. */
  readonly code: string;
  /** Statement it concerns; null for the engine as a whole. */
  readonly statement: number | null;
  /** One line for people: what happened, the value, the limit, what to do. */
  readonly text: string;
}
