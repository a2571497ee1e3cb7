import type { JsonCursor } from './json-cursor.ts';

/** Names that are remembered; a line with further ones is not read. */
const NAMES_MAX = 1000;

const COLON = 58;

interface Known<T> {
  /** The name as lines without blanks have it: with quotes and colon, from the second on after a comma. */
  readonly first: Uint8Array;
  readonly later: Uint8Array;
  readonly member: T;
}

/**
 * The names that lines of one kind have, in the order of the line before: most lines are alike, so a name is mostly one
 * comparison. `make` says once for each name what it stands for.
 */
export class JsonMembers<T> {
  /** What the name read last stands for. */
  member: T | null = null;
  private readonly make: (name: string) => T;
  private readonly order: Known<T>[] = [];
  private readonly known = new Map<string, Known<T>>();

  constructor(make: (name: string) => T) {
    this.make = make;
  }

  /**
   * Reads the name of the member at a position, from the comma before it on, and gives the place of its value; −1 when it
   * is no plain name, or one too many.
   */
  next(cursor: JsonCursor, start: number, position: number): number {
    const expected = this.order[position];
    if (expected !== undefined) {
      const at = cursor.word(start, position === 0 ? expected.first : expected.later);
      if (at >= 0) {
        this.member = expected.member;
        return cursor.skipBlanks(at);
      }
    }
    const name = cursor.string(cursor.skipBlanks(position === 0 ? start : start + 1));
    const at = name < 0 ? -1 : cursor.sign(name, COLON);
    if (at < 0) return -1;
    const found = this.known.get(cursor.text) ?? this.add(cursor.text);
    if (found === null) return -1;
    this.member = found.member;
    if (position < NAMES_MAX) this.order[position] = found;
    return cursor.skipBlanks(at);
  }

  private add(name: string): Known<T> | null {
    if (this.known.size >= NAMES_MAX) return null;
    const first = Buffer.from(`"${name}":`);
    const added = { first, later: Buffer.from(`,"${name}":`), member: this.make(name) };
    this.known.set(name, added);
    return added;
  }
}
