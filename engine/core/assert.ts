/** Our own bug: an invariant of the engine does not hold. Never thrown for a user's mistake. */
export class AssertionError extends Error {
  constructor(detail: string) {
    super(`internal error: ${detail}`);
    this.name = 'AssertionError';
  }
}

/** Crashes unless the condition holds; `detail` names the facts. */
export function assert(condition: unknown, detail: string): asserts condition {
  if (!condition) throw new AssertionError(detail);
}

/** Marks the end of an exhaustive `switch`. */
export function unreachable(value: never): never {
  throw new AssertionError(`unexpected case ${JSON.stringify(value)}`);
}
