/** Texts up to this many characters are kept. */
const CHARS_MAX = 32;
const SLOTS = 1 << 16;

/**
 * Strings by their bytes: keys and words of a stream come again and again, and finding one costs a fraction of making
 * it. A fixed table; a text that falls on a taken slot takes it over, so the memory is bounded whatever the stream holds.
 */
export class TextCache {
  private readonly texts: string[] = new Array<string>(SLOTS).fill('');
  /** Texts of at most 12 bytes: length and three words, the first byte the lowest. */
  private readonly short: string[] = new Array<string>(SLOTS).fill('');
  private readonly words = new Int32Array(SLOTS * 4);

  /** The text of at most 12 bytes of ASCII from `start` on; `a`, `b` and `c` are these bytes. */
  packed(source: Buffer, start: number, size: number, a: number, b: number, c: number): string {
    const { words } = this;
    const mixed = Math.imul(Math.imul(Math.imul(a ^ size, 0x2c1b3c6d) ^ b, 0x297a2d39) ^ c, 0x1b873593);
    const slot = (mixed ^ (mixed >>> 15)) & (SLOTS - 1);
    const at = slot << 2;
    if (words[at] === a && words[at + 1] === b && words[at + 2] === c && words[at + 3] === size) {
      return this.short[slot] as string;
    }
    const text = source.toString('latin1', start, start + size);
    words[at] = a;
    words[at + 1] = b;
    words[at + 2] = c;
    words[at + 3] = size;
    this.short[slot] = text;
    return text;
  }

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
