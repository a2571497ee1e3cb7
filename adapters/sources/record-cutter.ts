import { LIMITS } from '../../engine/core/limits.ts';
import type { BufferPool } from './buffer-pool.ts';

/** Raw records of one split, as bytes. */
export interface RecordChunk {
  readonly bytes: Buffer;
  /** First byte of each record. */
  readonly starts: Int32Array;
  /** Byte after the last of each record; less than its start: the record is too long and its bytes are gone. */
  readonly ends: Int32Array;
  /** Line of each record's beginning, 1-based. */
  readonly lines: Float64Array;
  readonly count: number;
}

const NEW_LINE = 10;
const RETURN = 13;
const QUOTE = 34;
const BLANK = 32;
const TAB = 9;
const EMPTY = Buffer.alloc(0);

/**
 * Cuts bytes into records: lines, where with `joins` a quoted cell (CSV) may span several. Blank lines are left out, a
 * record longer than `eventBytesMax` is known by its line only. Holds at most one unfinished record.
 */
export class RecordCutter {
  private readonly joins: boolean;
  private readonly pool: BufferPool;
  private readonly found = new Found();
  /** The unfinished record. */
  private rest = EMPTY;
  /** Where its last, unfinished line begins. */
  private lineStart = 0;
  /** Lines ended so far. */
  private line = 0;
  /** Line in which the unfinished record began. */
  private first = 1;
  /** A quoted cell is open at `lineStart`. */
  private isQuoted = false;
  private isSkipping = false;

  constructor(joins: boolean, pool: BufferPool) {
    this.joins = joins;
    this.pool = pool;
  }

  /** The records that end in these bytes, which are copied to a buffer of the pool: the chunk's, until it is released. */
  cut(piece: Buffer): RecordChunk {
    let bytes = this.pool.joined(this.rest, piece);
    if (this.line === 0 && this.rest.length === 0) bytes = withoutMark(bytes);
    const { found } = this;
    let start = 0;
    let lineStart = this.lineStart;
    let at = this.rest.length;
    for (;;) {
      const end = bytes.indexOf(NEW_LINE, at);
      if (end < 0) break;
      start = this.endLine(bytes, start, lineStart, end, found);
      lineStart = end + 1;
      at = lineStart;
    }
    if (bytes.length - start > LIMITS.eventBytesMax) {
      // Only the fact that it is too long is kept of a record that does not end.
      this.isSkipping = true;
      this.rest = EMPTY;
      this.lineStart = 0;
    } else {
      // Copied, or a few bytes would keep the whole piece.
      this.rest = Buffer.from(bytes.subarray(start));
      this.lineStart = lineStart - start;
    }
    return found.chunk(bytes);
  }

  /** What is left at the end; a quote that is still open ends with it. */
  end(): RecordChunk {
    const { found } = this;
    const bytes = this.rest;
    if (this.isSkipping) found.tooLong(this.first);
    else if (bytes.length > 0) found.add(bytes, 0, bytes.length, this.first);
    this.rest = EMPTY;
    this.isSkipping = false;
    return found.chunk(bytes);
  }

  /** A line ends at `end`; gives where the next record, or the one that goes on, begins. */
  private endLine(bytes: Buffer, start: number, lineStart: number, end: number, found: Found): number {
    this.line++;
    if (this.isSkipping || end - start > LIMITS.eventBytesMax) {
      found.tooLong(this.first);
      this.isSkipping = false;
      this.isQuoted = false;
    } else {
      if (this.joins && found.hasOddQuotes(bytes, lineStart, end)) this.isQuoted = !this.isQuoted;
      if (this.isQuoted) return start;
      found.add(bytes, start, end, this.first);
    }
    this.first = this.line + 1;
    return end + 1;
  }
}

/** Records that there is room for at first. */
const FOUND_MIN = 1 << 12;

/** Bounds of the records of a chunk, while they are found. */
class Found {
  private starts = new Int32Array(FOUND_MIN);
  private ends = new Int32Array(FOUND_MIN);
  private lines = new Float64Array(FOUND_MIN);
  private count = 0;
  /** The first quote not looked at yet; −1: it is not looked for yet. Searching from each line again would take n² time. */
  private quote = -1;

  /** Whether a line, which comes after those asked about before, has an odd number of quotes. */
  hasOddQuotes(bytes: Buffer, start: number, end: number): boolean {
    if (this.quote < start) this.quote = nextQuote(bytes, start);
    let isOdd = false;
    for (; this.quote < end; this.quote = nextQuote(bytes, this.quote + 1)) isOdd = !isOdd;
    return isOdd;
  }

  add(bytes: Buffer, from: number, to: number, line: number): void {
    const end = to > from && bytes[to - 1] === RETURN ? to - 1 : to;
    if (isBlank(bytes, from, end)) return;
    this.push(from, end, line);
  }

  tooLong(line: number): void {
    this.push(0, -1, line);
  }

  /** The chunk; the next one begins. */
  chunk(bytes: Buffer): RecordChunk {
    const { count } = this;
    this.count = 0;
    this.quote = -1;
    return {
      bytes,
      starts: this.starts.slice(0, count),
      ends: this.ends.slice(0, count),
      lines: this.lines.slice(0, count),
      count,
    };
  }

  private push(start: number, end: number, line: number): void {
    const at = this.count++;
    if (at === this.starts.length) this.grow(at * 2);
    this.starts[at] = start;
    this.ends[at] = end;
    this.lines[at] = line;
  }

  private grow(size: number): void {
    const { starts, ends, lines } = this;
    this.starts = new Int32Array(size);
    this.starts.set(starts);
    this.ends = new Int32Array(size);
    this.ends.set(ends);
    this.lines = new Float64Array(size);
    this.lines.set(lines);
  }
}

function nextQuote(bytes: Buffer, from: number): number {
  const at = bytes.indexOf(QUOTE, from);
  return at < 0 ? Number.POSITIVE_INFINITY : at;
}

function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte !== BLANK && byte !== TAB && byte !== RETURN) return false;
  }
  return true;
}

/** Without the byte order mark some programs write. */
function withoutMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}
