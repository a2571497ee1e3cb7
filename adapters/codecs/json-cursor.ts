import { TextCache } from './text-cache.ts';

const [QUOTE, BACKSLASH, COMMA, COLON, MINUS, DOT] = [34, 92, 44, 58, 45, 46];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [123, 125, 91, 93];
const [ZERO, NINE, UPPER_E, LOWER_E, LOWER_N, LOWER_T, LOWER_F] = [48, 57, 69, 101, 110, 116, 102];

/** Powers of ten that a double holds exactly, up to the digits that are read at once. */
const POWERS = Array.from({ length: 16 }, (_, i) => 10 ** i);

/** A number of at most so many digits is a whole number that a double holds exactly. */
const DIGITS_MAX = 15;

/** Nesting that is followed; what is deeper is left to `JSON.parse`. */
const DEPTH_MAX = 16;

/**
 * Reads JSON value by value out of bytes, which must be UTF-8. It accepts a part of JSON, and what it accepts means the
 * same as to `JSON.parse`: strings without escapes, numbers without exponent.
 *
 * Every method takes the place of a value's first byte and gives the place behind it; −1 for anything it does not accept.
 * A byte behind the end of the text reads as what is there, so callers compare the place with `end`.
 */
export class JsonCursor {
  /** The value read last, by its kind. */
  text = '';
  number = 0;
  boolean = false;
  bytes: Buffer = Buffer.alloc(0);
  end = 0;
  private view = new DataView(this.bytes.buffer, 0, 0);
  /** Texts that come again. */
  readonly cache = new TextCache();

  /** Goes on with a text that ends at `end` in these bytes. */
  open(bytes: Buffer, end: number): void {
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    this.end = end;
  }

  /** Passes blanks. */
  skipBlanks(start: number): number {
    const { bytes, end } = this;
    let at = start;
    while (at < end && isBlank(bytes[at] as number)) at++;
    return at;
  }

  /** Passes blanks, then the sign. */
  sign(start: number, wanted: number): number {
    const at = this.skipBlanks(start);
    return at < this.end && this.bytes[at] === wanted ? at + 1 : -1;
  }

  /** Reads a string into `text`. */
  string(start: number): number {
    const { bytes, end, view } = this;
    if (start >= end || bytes[start] !== QUOTE) return -1;
    const first = start + 1;
    if (first + PACKED_MAX + 4 <= bytes.length) {
      // Four bytes at a time as long as they are plain; a short text is found by them in the cache.
      const a = view.getInt32(first, true);
      const inA = endsIn(a);
      if (inA >= 0) return this.packed(first, inA, a & (MASKS[inA] as number), 0, 0);
      const b = view.getInt32(first + 4, true);
      const inB = endsIn(b);
      if (inB >= 0) return this.packed(first, 4 + inB, a, b & (MASKS[inB] as number), 0);
      const c = view.getInt32(first + 8, true);
      const inC = endsIn(c);
      if (inC >= 0) return this.packed(first, 8 + inC, a, b, c & (MASKS[inC] as number));
    }
    return this.longString(first);
  }

  /** A text of so many bytes, as words. */
  private packed(start: number, size: number, a: number, b: number, c: number): number {
    const at = start + size;
    if (at >= this.end || this.bytes[at] !== QUOTE) return this.longString(start);
    this.text = this.cache.packed(this.bytes, start, size, a, b, c);
    return at + 1;
  }

  private longString(start: number): number {
    const { bytes, end } = this;
    let hash = 0;
    let bits = 0;
    for (let at = start; at < end; at++) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) {
        this.text = bits < 128 ? this.cache.read(bytes, start, at, hash) : bytes.toString('utf8', start, at);
        return at + 1;
      }
      if (byte === BACKSLASH || byte < 32) return -1;
      bits |= byte;
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
    return -1;
  }

  /** Reads a number into `number`: digits, perhaps with a sign and a fraction. */
  digits(start: number): number {
    const { bytes, end } = this;
    const first = bytes[start] === MINUS ? start + 1 : start;
    let whole = 0;
    let at = first;
    // As long as it is a small whole number.
    for (const stop = Math.min(end, first + 9); at < stop && isDigit(bytes[at] as number); at++) {
      whole = (Math.imul(whole, 10) + (bytes[at] as number) - ZERO) | 0;
    }
    while (at < end && isDigit(bytes[at] as number)) whole = whole * 10 + (bytes[at++] as number) - ZERO;
    let count = at - first;
    if (count === 0 || (count > 1 && bytes[first] === ZERO)) return -1;
    let fraction = 0;
    if (at < end && bytes[at] === DOT) {
      const point = at++;
      while (at < end && isDigit(bytes[at] as number)) whole = whole * 10 + (bytes[at++] as number) - ZERO;
      fraction = at - point - 1;
      if (fraction === 0) return -1;
      count += fraction;
    }
    if (at < end && (bytes[at] === LOWER_E || bytes[at] === UPPER_E)) return -1;
    if (count <= DIGITS_MAX) {
      // Both are exact, so the quotient is the double nearest to the text.
      const value = fraction === 0 ? whole : whole / (POWERS[fraction] as number);
      this.number = first > start ? -value : value;
    } else this.number = Number(bytes.toString('latin1', start, at));
    return at;
  }

  /** Reads `true` or `false` into `boolean`. */
  truth(at: number): number {
    this.boolean = this.bytes[at] === LOWER_T;
    return this.boolean ? this.word(at, TRUE) : this.word(at, FALSE);
  }

  /** Passes `null`. */
  nothing(at: number): number {
    return this.word(at, NULL);
  }

  /** Passes exactly these bytes. */
  word(start: number, wanted: Uint8Array): number {
    const { bytes } = this;
    const { length } = wanted;
    if (start + length > this.end) return -1;
    for (let i = 0; i < length; i++) if (bytes[start + i] !== wanted[i]) return -1;
    return start + length;
  }

  /** Passes a value of any kind. */
  pass(at: number, depth = 0): number {
    if (at >= this.end) return -1;
    const first = this.bytes[at] as number;
    switch (first) {
      case QUOTE:
        return this.passString(at);
      case OPEN_BRACE:
        return this.passList(at, CLOSE_BRACE, depth);
      case OPEN_BRACKET:
        return this.passList(at, CLOSE_BRACKET, depth);
      case LOWER_N:
        return this.nothing(at);
      case LOWER_T:
      case LOWER_F:
        return this.truth(at);
      default:
        return this.digits(at);
    }
  }

  private passString(start: number): number {
    const { bytes, end } = this;
    for (let at = start + 1; at < end; at++) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) return at + 1;
      if (byte === BACKSLASH || byte < 32) return -1;
    }
    return -1;
  }

  /** Passes an object or array. */
  private passList(start: number, close: number, depth: number): number {
    if (depth >= DEPTH_MAX) return -1;
    const empty = this.sign(start + 1, close);
    if (empty >= 0) return empty;
    for (let at = start; ; ) {
      at = this.skipBlanks(at + 1);
      if (close === CLOSE_BRACE) {
        if (at >= this.end || this.bytes[at] !== QUOTE) return -1;
        at = this.passString(at);
        if (at < 0) return -1;
        at = this.sign(at, COLON);
        if (at < 0) return -1;
        at = this.skipBlanks(at);
      }
      at = this.pass(at, depth + 1);
      if (at < 0) return -1;
      at = this.skipBlanks(at);
      if (at >= this.end || this.bytes[at] !== COMMA) return this.sign(at, close);
    }
  }
}

/**
 * Where a string's plain bytes end among four, the first the lowest: at a quote, a backslash, a control character or a letter
 * beyond ASCII; −1: they do not.
 */
function endsIn(word: number): number {
  const quote = word ^ 0x22222222;
  const slash = word ^ 0x5c5c5c5c;
  // A byte is 0, or less than 32, when subtracting borrows from its highest bit; wrong ones can only follow a right one.
  const marks =
    (((quote - 0x01010101) & ~quote) |
      ((slash - 0x01010101) & ~slash) |
      ((word - 0x20202020) & ~word) |
      word) &
    0x80808080;
  return marks === 0 ? -1 : (31 - Math.clz32(marks & -marks)) >> 3;
}

/** The lowest 0, 1, 2 or 3 bytes of a word. */
const MASKS = Int32Array.of(0, 0xff, 0xffff, 0xffffff);

/** Texts of fewer bytes are looked up by their words. */
const PACKED_MAX = 12;

const NULL = Buffer.from('null');
const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= NINE;

/** The blanks of JSON, and no others. */
const isBlank = (byte: number): boolean => byte === 32 || byte === 10 || byte === 13 || byte === 9;
