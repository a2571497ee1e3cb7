/** Texts up to this many characters are kept. */
const CHARS_MAX = 32;
const SLOTS = 1 << 16;

/**
 * Strings by their bytes: keys and words of a stream come again and again, and finding one costs a fraction of making
 * it. A fixed table; a text that falls on a taken slot takes it over, so the memory is bounded whatever the stream holds.
 */
export class TextCache {
  private readonly texts: string[] = new Array<string>(SLOTS).fill('');

  /** The text of ASCII from `start` to `end`; `hash` is any number that depends on these bytes alone. */
  read(source: Buffer, start: number, end: number, hash: number): string {
    const size = end - start;
    if (size > CHARS_MAX) return source.toString('latin1', start, end);
    const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    const known = this.texts[slot] as string;
    if (known.length === size) {
      let i = 0;
      while (i < size && known.charCodeAt(i) === source[start + i]) i++;
      if (i === size) return known;
    }
    const text = source.toString('latin1', start, end);
    this.texts[slot] = text;
    return text;
  }
}
