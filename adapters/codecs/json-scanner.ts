import type { Admission } from '../../engine/event/admission.ts';
import { Decimal } from '../../engine/event/decimal.ts';
import { parseBigInteger } from '../../engine/event/number-text.ts';
import type { EventRecord, Value } from '../../engine/event/record.ts';
import type { EventType } from '../../engine/event/types.ts';
import type { TimeUnit } from '../../engine/time/time-base.ts';
import { parseTimestamp } from '../../engine/time/timestamp.ts';
import type { DecoderOptions, Encoded } from './decoder.ts';
import { KIND, type Member, memberOf } from './field-kind.ts';
import { JsonCursor } from './json-cursor.ts';
import { JsonMembers } from './json-members.ts';
import type { Scanner } from './scanner.ts';

/**
 * Decodes lines of JSON straight into event records, by tables made from the schema: no object is built, names are
 * compared in the order of the line before, and texts that come again are found instead of made.
 *
 * It takes plain lines only, and gives null for every other one: a value that its field does not take, an escape, a
 * mistake, an unknown type. Those are decoded by `jsonDecoder`, so what a line becomes, and the reason when it is
 * rejected, does not depend on this scanner.
 */
export class JsonScanner implements Scanner {
  private readonly admission: Admission;
  private readonly split: Encoded;
  private readonly options: DecoderOptions;
  /** Null: rules read properties beside the schema, which only the other decoder keeps. */
  private readonly layouts: readonly (Layout | null)[];
  private readonly cursor = new JsonCursor();
  /** Event type of the line before; −1: none yet. */
  private guess = -1;

  constructor(split: Encoded, admission: Admission, options: DecoderOptions) {
    this.split = split;
    this.admission = admission;
    this.options = options;
    this.layouts = options.plan.types.map((type, i) =>
      admission.dynamicNames(i).length > 0
        ? null
        : new Layout(type, options.typeField, options.plan.timeUnit),
    );
    const given = split.type === null ? options.typeOf(undefined) : options.typeOf(split.type);
    if (typeof given === 'number') this.guess = given;
  }

  /** The event of a line, or null: it is for the other decoder. The bytes must be UTF-8. */
  scan(bytes: Buffer, start: number, end: number, line: number): EventRecord | null {
    if (this.guess < 0) return null;
    const found = this.read(bytes, start, end, line);
    if (typeof found !== 'number') return found;
    // The line is of another type than the one before.
    this.guess = found;
    const again = this.read(bytes, start, end, line);
    return typeof again === 'number' ? null : again;
  }

  /** JSON has none. */
  header(): void {}

  /** The other decoder found this type. */
  learn(type: number): void {
    if (this.split.type === null) this.guess = type;
  }

  /** The event, null, or the type that the line names where it is not the guess. */
  private read(bytes: Buffer, start: number, end: number, line: number): EventRecord | number | null {
    const { cursor, guess } = this;
    const layout = this.layouts[guess];
    if (layout == null) return null;
    const { values, members } = layout;
    for (let i = 0; i < values.length; i++) values[i] = null;
    cursor.open(bytes, end);
    let isNamed = this.split.type !== null;
    let at = cursor.sign(start, OPEN_BRACE);
    if (at < 0) return null;
    for (let position = 0; ; position++) {
      at = members.next(cursor, at, position);
      if (at < 0) return null;
      const member = members.member as Member;
      at = take(cursor, at, member, values);
      if (at < 0) return null;
      if (member.isType && this.split.type === null) {
        // A name that comes twice counts as the last one does.
        if (cursor.text !== layout.name) return this.otherType(cursor.text);
        isNamed = true;
      }
      if (at < end && bytes[at] === COMMA) continue;
      at = cursor.skipBlanks(at);
      if (at >= end || bytes[at] !== COMMA) break;
    }
    if (bytes[at] !== CLOSE_BRACE || cursor.skipBlanks(at + 1) < end) return null;
    if (!isNamed && this.options.typeOf(undefined) !== guess) return null;
    return this.admission.place(guess, values, this.split.index, line);
  }

  private otherType(name: string): number | null {
    const type = this.options.typeOf(name);
    return typeof type === 'number' && type !== this.guess ? type : null;
  }
}

const [COMMA, OPEN_BRACE, CLOSE_BRACE, LOWER_N] = [44, 123, 125, 110];

/** What lines of one event type look like. */
class Layout {
  readonly name: string;
  /** Values of the line at hand, by field. */
  readonly values: Value[];
  readonly members: JsonMembers<Member>;

  constructor(type: EventType, typeField: string, timeUnit: TimeUnit) {
    this.name = type.name;
    this.values = new Array<Value>(type.fields.length).fill(null);
    this.members = new JsonMembers((name) => memberOf(name, type, typeField, timeUnit));
  }
}

/** Reads a value into its place; −1 when the field does not take it as it is. */
function take(cursor: JsonCursor, start: number, member: Member, values: Value[]): number {
  const { field, kind } = member;
  if (kind === KIND.unknown) return member.isType ? cursor.string(start) : cursor.pass(start);
  if (cursor.bytes[start] === LOWER_N) {
    values[field] = null;
    return member.isType ? -1 : cursor.nothing(start);
  }
  switch (kind) {
    case KIND.text: {
      const at = cursor.string(start);
      values[field] = cursor.text;
      return at;
    }
    case KIND.double: {
      const at = cursor.digits(start);
      values[field] = cursor.number;
      return Number.isFinite(cursor.number) ? at : -1;
    }
    case KIND.float: {
      const at = cursor.digits(start);
      const float = Math.fround(cursor.number);
      values[field] = float;
      return Number.isFinite(float) ? at : -1;
    }
    case KIND.integer: {
      const at = cursor.digits(start);
      const { number } = cursor;
      values[field] = number;
      return Number.isInteger(number) && number >= member.low && number <= member.high ? at : -1;
    }
    case KIND.boolean: {
      const at = cursor.truth(start);
      values[field] = cursor.boolean;
      return at;
    }
    case KIND.date:
      return takeDate(cursor, start, member, values);
    case KIND.big:
      return takeBig(cursor, start, member, values);
    default:
      return -1;
  }
}

function takeDate(cursor: JsonCursor, start: number, member: Member, values: Value[]): number {
  const text = cursor.string(start);
  const at = text < 0 ? cursor.digits(start) : text;
  const time = text < 0 ? cursor.number : parseTimestamp(cursor.text, member.timeUnit);
  values[member.field] = time;
  return Number.isSafeInteger(time) ? at : -1;
}

/** A number with all its digits, as JSON has it or as text. */
function takeBig(cursor: JsonCursor, start: number, { field, isWhole }: Member, values: Value[]): number {
  const quoted = cursor.string(start);
  const at = quoted < 0 ? cursor.digits(start) : quoted;
  if (at < 0) return -1;
  const text = quoted < 0 ? cursor.bytes.toString('latin1', start, at) : cursor.text;
  const value = isWhole ? parseBigInteger(text) : Decimal.parse(text);
  values[field] = value;
  return value === null ? -1 : at;
}
