import { LIMITS } from '../core/limits.ts';

/**
 * An expression that cannot have a value, such as a whole number divided by zero with `%`. As in Esper it ends what its
 * statement does with the event at hand: no row, and the run goes on. Whoever runs statements catches it and counts it.
 */
export class ExpressionFailure extends Error {
  constructor(text: string) {
    super(text);
    this.name = 'ExpressionFailure';
  }
}

/** Ends the evaluation; `text` says what has no value and why. */
export function fail(text: string): never {
  throw new ExpressionFailure(text);
}

/** The value, which must not be null. */
export function required<T>(value: T | null): T {
  return value === null
    ? fail(
        'a branch of `case` that has to become a wider number, or an element of a new array of a primitive type, is null',
      )
    : value;
}

/** A text made of others, which must not grow without end: `v = v || v` doubles with every event. */
export function boundedText(text: string): string {
  return text.length <= LIMITS.textCharsMax
    ? text
    : fail(`a text cannot have ${text.length} characters, at most ${LIMITS.textCharsMax}`);
}
