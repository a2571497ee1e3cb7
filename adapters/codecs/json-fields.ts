const [QUOTE, BACKSLASH, COMMA, COLON] = [34, 92, 44, 58];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [123, 125, 91, 93];

/**
 * Finds a few fields of a JSON object in its bytes without making the object. It follows strings and nesting but checks
 * nothing else: on JSON it gives what `JSON.parse` gives, on other text anything.
 */
export class JsonFields {
  private readonly names: readonly Buffer[];
  private readonly starts: Int32Array;
  private readonly ends: Int32Array;
  private bytes: Buffer = Buffer.alloc(0);
  /** The object itself, for the rare ones with escapes in a name. */
  private parsed: { readonly [name: string]: unknown } | null = null;

  constructor(names: readonly string[]) {
    this.names = names.map((name) => Buffer.from(name));
    this.starts = new Int32Array(names.length);
    this.ends = new Int32Array(names.length);
  }

  /** Looks at the object in bytes from `start` to `end`; false when it is none. */
  scan(bytes: Buffer, start: number, end: number): boolean {
    this.bytes = bytes;
    this.starts.fill(-1);
    this.parsed = null;
    let at = skipBlanks(bytes, start, end);
    if (bytes[at] !== OPEN_BRACE) return false;
    at = skipBlanks(bytes, at + 1, end);
    while (at < end && bytes[at] === QUOTE) {
      const nameEnd = endOfString(bytes, at, end);
      if (nameEnd < 0) return this.parseWhole(start, end);
      const index = this.indexOf(at + 1, nameEnd);
      at = skipBlanks(bytes, nameEnd + 1, end);
      if (bytes[at] !== COLON) return false;
      at = skipBlanks(bytes, at + 1, end);
      const valueEnd = endOfValue(bytes, at, end);
      if (index >= 0) {
        this.starts[index] = at;
        this.ends[index] = valueEnd;
      }
      at = skipBlanks(bytes, valueEnd, end);
      if (bytes[at] === COMMA) at = skipBlanks(bytes, at + 1, end);
      else break;
    }
    return true;
  }

  /** Value of the i-th name: a scalar, null for what is not; undefined when the object has no such field. */
  value(i: number): unknown {
    if (this.parsed !== null) {
      const name = (this.names[i] as Buffer).toString();
      return Object.hasOwn(this.parsed, name) ? this.parsed[name] : undefined;
    }
    const start = this.starts[i] as number;
    if (start < 0) return undefined;
    const end = this.ends[i] as number;
    const first = this.bytes[start];
    if (first === QUOTE) {
      const text = this.bytes.toString('utf8', start, end);
      return text.includes('\\') ? tryParse(text) : text.slice(1, -1);
    }
    if (first === OPEN_BRACE || first === OPEN_BRACKET) return null;
    return tryParse(this.bytes.toString('latin1', start, end));
  }

  /** The name in bytes from `start` to `end` is the i-th; −1: none of them. */
  private indexOf(start: number, end: number): number {
    for (let i = 0; i < this.names.length; i++) {
      const name = this.names[i] as Buffer;
      if (name.length === end - start && sameBytes(name, this.bytes, start)) return i;
    }
    return -1;
  }

  private parseWhole(start: number, end: number): boolean {
    const value = tryParse(this.bytes.toString('utf8', start, end));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    this.parsed = value as { readonly [name: string]: unknown };
    return true;
  }
}

function sameBytes(name: Buffer, bytes: Buffer, start: number): boolean {
  for (let i = 0; i < name.length; i++) if (name[i] !== bytes[start + i]) return false;
  return true;
}

function skipBlanks(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] as number) <= 32) at++;
  return at;
}

/** Place of the closing quote of a string without escapes; −1: it has some, or does not end. */
function endOfString(bytes: Buffer, start: number, end: number): number {
  for (let at = start + 1; at < end; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) return -1;
  }
  return -1;
}

/** The byte after a value. */
function endOfValue(bytes: Buffer, start: number, end: number): number {
  const first = bytes[start];
  if (first === QUOTE) return afterString(bytes, start, end);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return afterNested(bytes, start, end);
  let at = start;
  while (at < end) {
    const byte = bytes[at] as number;
    if (byte <= 32 || byte === COMMA || byte === CLOSE_BRACE) break;
    at++;
  }
  return at;
}

function afterString(bytes: Buffer, start: number, end: number): number {
  for (let at = start + 1; at < end; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) return at + 1;
    if (byte === BACKSLASH) at++;
  }
  return end;
}

function afterNested(bytes: Buffer, start: number, end: number): number {
  let depth = 0;
  let at = start;
  while (at < end) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = afterString(bytes, at, end);
      continue;
    }
    at++;
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) return at;
  }
  return end;
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
