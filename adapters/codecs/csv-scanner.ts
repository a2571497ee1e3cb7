import type { Admission } from '../../engine/event/admission.ts';
import { Decimal } from '../../engine/event/decimal.ts';
import { parseBigInteger } from '../../engine/event/number-text.ts';
import type { EventRecord, Value } from '../../engine/event/record.ts';
import type { TimeUnit } from '../../engine/time/time-base.ts';
import { parseTimestamp } from '../../engine/time/timestamp.ts';
import { readCsvHeader } from './csv-codec.ts';
import type { DecoderOptions, Encoded } from './decoder.ts';
import { KIND, type Member, memberOf } from './field-kind.ts';
import { JsonCursor } from './json-cursor.ts';
import type { Scanner } from './scanner.ts';

const [QUOTE, MINUS, NINE, ZERO, LOWER_F, LOWER_T] = [34, 45, 57, 48, 102, 116];

/**
 * Decodes records of CSV straight into event records, by a table of the columns: no text and no object is made on the
 * way, and texts that come again are found instead of made.
 *
 * It takes plain records only, and gives null for every other one: quotes, a value that its field does not take as it is,
 * a mistake, an unknown type. Those are decoded by `csvDecoder`, so what a record becomes, and the reason when it is
 * rejected, does not depend on this scanner.
 */
export class CsvScanner implements Scanner {
  private readonly admission: Admission;
  private readonly split: Encoded;
  private readonly options: DecoderOptions;
  private readonly cells = new CellCursor();
  /** By event type, made from the header; null: rules read properties beside the schema, which only the other decoder keeps. */
  private layouts: readonly (Layout | null)[] = [];
  private isNamed = false;
  /** Event type of the record before; −1: none yet. */
  private guess = -1;

  constructor(split: Encoded, admission: Admission, options: DecoderOptions) {
    this.split = split;
    this.admission = admission;
    this.options = options;
  }

  /** Takes the header; comes before the records. */
  header(text: string): void {
    const { admission, split, options } = this;
    const { header, separator } = readCsvHeader(text);
    this.cells.separator = separator.charCodeAt(0);
    this.isNamed = split.type === null && header.includes(options.typeField);
    const unnamed = this.isNamed ? null : options.typeOf(split.type ?? undefined);
    if (typeof unnamed === 'number') this.guess = unnamed;
    this.layouts = options.plan.types.map((type, i) => {
      if (admission.dynamicNames(i).length > 0) return null;
      const columns = header.map((name, column) => {
        // Of columns with one name the first counts.
        const isFirst = header.indexOf(name) === column;
        return isFirst ? memberOf(name, type, options.typeField, options.plan.timeUnit) : UNKNOWN;
      });
      return { name: type.name, columns, values: new Array<Value>(type.fields.length).fill(null) };
    });
  }

  /** The event of a record, or null: it is for the other decoder. The bytes must be UTF-8. */
  scan(bytes: Buffer, start: number, end: number, line: number): EventRecord | null {
    if (this.guess < 0) return null;
    const found = this.read(bytes, start, end, line);
    if (typeof found !== 'number') return found;
    // The record is of another type than the one before.
    this.guess = found;
    const again = this.read(bytes, start, end, line);
    return typeof again === 'number' ? null : again;
  }

  /** The other decoder found this type. */
  learn(type: number): void {
    if (this.isNamed) this.guess = type;
  }

  /** The event, null, or the type that the record names where it is not the guess. */
  private read(bytes: Buffer, start: number, end: number, line: number): EventRecord | number | null {
    const { cells, guess, isNamed } = this;
    const layout = this.layouts[guess];
    if (layout == null) return null;
    const { columns, values, name } = layout;
    for (let i = 0; i < values.length; i++) values[i] = null;
    cells.bytes = bytes;
    cells.end = end;
    let at = start;
    for (let i = 0; i < columns.length; i++) {
      if (i > 0 && (at >= end || bytes[at++] !== cells.separator)) return null;
      const column = columns[i] as Member;
      at = cells.take(at, column, values);
      if (at < 0) return null;
      if (column.isType && isNamed && cells.text !== name) return this.otherType(cells.text);
    }
    return at === end ? this.admission.place(guess, values, this.split.index, line) : null;
  }

  private otherType(name: string): number | null {
    const type = this.options.typeOf(name);
    return typeof type === 'number' && type !== this.guess ? type : null;
  }
}

/** What records of one event type look like. */
interface Layout {
  readonly name: string;
  readonly columns: readonly Member[];
  /** Values of the record at hand, by field. */
  readonly values: Value[];
}

/** A column that is left out. */
const UNKNOWN: Member = {
  ...{ field: -1, kind: KIND.unknown, isWhole: false, low: 0, high: 0, isType: false },
  timeUnit: 'milliseconds',
};

/**
 * Reads cells. Every method takes the place of a cell's first byte and gives the place behind its last; −1 for anything
 * it does not accept.
 */
class CellCursor {
  separator = 0;
  end = 0;
  bytes: Buffer = Buffer.alloc(0);
  /** The text read last. */
  text = '';
  private readonly numbers = new JsonCursor();

  /** Reads a cell into its place, which holds null. */
  take(start: number, member: Member, values: Value[]): number {
    const { bytes, end, separator } = this;
    const { field, kind } = member;
    if (member.isType) {
      const at = kind === KIND.text || kind === KIND.unknown ? this.readText(start) : -1;
      if (field >= 0 && at > start) values[field] = this.text;
      return at;
    }
    if (kind === KIND.unknown) return this.pass(start);
    if (start >= end || bytes[start] === separator) return start;
    switch (kind) {
      case KIND.text: {
        const at = this.readText(start);
        values[field] = this.text;
        return at;
      }
      case KIND.double: {
        const at = this.readNumber(start);
        values[field] = this.numbers.number;
        return Number.isFinite(this.numbers.number) ? at : -1;
      }
      case KIND.float: {
        const at = this.readNumber(start);
        const float = Math.fround(this.numbers.number);
        values[field] = float;
        return Number.isFinite(float) ? at : -1;
      }
      case KIND.integer: {
        const at = this.readNumber(start);
        const { number } = this.numbers;
        values[field] = number;
        return Number.isInteger(number) && number >= member.low && number <= member.high ? at : -1;
      }
      case KIND.boolean: {
        const first = bytes[start];
        values[field] = first === LOWER_T;
        if (first !== LOWER_T && first !== LOWER_F) return -1;
        this.aim();
        return this.numbers.truth(start);
      }
      case KIND.date: {
        const at = this.readText(start);
        const time = at < 0 ? Number.NaN : dateOf(this.text, member.timeUnit);
        values[field] = time;
        return Number.isSafeInteger(time) ? at : -1;
      }
      case KIND.big: {
        const at = this.readText(start);
        const value = at < 0 ? null : member.isWhole ? parseBigInteger(this.text) : Decimal.parse(this.text);
        values[field] = value;
        return value === null ? -1 : at;
      }
      default:
        return -1;
    }
  }

  private readNumber(start: number): number {
    this.aim();
    return this.numbers.digits(start);
  }

  private aim(): void {
    this.numbers.open(this.bytes, this.end);
  }

  /** Reads a cell without quotes into `text`. */
  private readText(start: number): number {
    const { bytes, end, separator } = this;
    let hash = 0;
    let bits = 0;
    let at = start;
    for (; at < end; at++) {
      const byte = bytes[at] as number;
      if (byte === separator) break;
      if (byte === QUOTE) return -1;
      bits |= byte;
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
    this.text =
      bits < 128 ? this.numbers.cache.read(bytes, start, at, hash) : bytes.toString('utf8', start, at);
    return at;
  }

  /** Passes a cell without quotes. */
  private pass(start: number): number {
    const { bytes, end, separator } = this;
    let at = start;
    for (; at < end && bytes[at] !== separator; at++) if (bytes[at] === QUOTE) return -1;
    return at;
  }
}

/** Ticks, or a time as text. */
function dateOf(text: string, unit: TimeUnit): number {
  const start = text.charCodeAt(0) === MINUS ? 1 : 0;
  let at = start;
  while (at < text.length && text.charCodeAt(at) >= ZERO && text.charCodeAt(at) <= NINE) at++;
  return at === text.length && at > start ? Number(text) : parseTimestamp(text, unit);
}
