import { keyText } from '../../engine/cluster/partition-key.ts';
import type { RouteKey } from '../../engine/cluster/router.ts';
import { JsonCursor } from './json-cursor.ts';
import { JsonMembers } from './json-members.ts';

/** How to find keys. */
export interface JsonKeysOptions {
  readonly typeField: string;
  /** Keys by event type. */
  readonly keys: readonly (readonly RouteKey[])[];
  /** Names of the event types. */
  readonly names: readonly string[];
  /** Type of all records, whatever they say; −1: the type field says. */
  readonly fixedType: number;
  /** Type of a record without type field; −1: there is none. */
  readonly defaultType: number;
}

/**
 * Finds event type and keys of plain JSON lines, by the tables that `JsonScanner` works with. Other lines give −1 and are
 * for `JsonFields`.
 */
export class JsonKeys {
  /** Texts of the keys of the line read last. */
  readonly texts: string[] = [];
  private readonly options: JsonKeysOptions;
  private readonly members: readonly JsonMembers<Member>[];
  /** Texts of keys that a line does not have, by type. */
  private readonly missing: readonly (readonly string[])[];
  private readonly cursor = new JsonCursor();
  /** Event type of the line before; −1: none yet. */
  private guess: number;

  constructor(options: JsonKeysOptions) {
    this.options = options;
    this.guess = options.fixedType >= 0 ? options.fixedType : options.defaultType;
    this.missing = options.keys.map((keys) => keys.map(({ type }) => keyText(null, type)));
    this.members = options.keys.map((keys) => {
      return new JsonMembers((name) => memberOf(name, keys, options.typeField));
    });
  }

  /** Event type of a line, −1 when it is not for this scanner. The bytes must be UTF-8. */
  scan(bytes: Buffer, start: number, end: number): number {
    const { guess } = this;
    if (guess < 0) return -1;
    const type = this.read(bytes, start, end);
    if (type === guess || type < 0) return type;
    // The line is of another type than the one before.
    this.guess = type;
    return this.read(bytes, start, end) === type ? type : -1;
  }

  /** The other scanner found this type. */
  learn(type: number): void {
    if (this.options.fixedType < 0 && type >= 0) this.guess = type;
  }

  /** The guess, another type that the line names, or −1. */
  private read(bytes: Buffer, start: number, end: number): number {
    const { cursor, guess, options } = this;
    const members = this.members[guess] as JsonMembers<Member>;
    const missing = this.missing[guess] as readonly string[];
    for (let i = 0; i < missing.length; i++) this.texts[i] = missing[i] as string;
    cursor.bytes = bytes;
    cursor.end = end;
    let isNamed = options.fixedType >= 0;
    let at = cursor.sign(start, OPEN_BRACE);
    if (at < 0) return -1;
    for (let position = 0; ; position++) {
      at = members.next(cursor, at, position);
      if (at < 0) return -1;
      const member = members.member as Member;
      at = this.take(at, member);
      if (at < 0) return -1;
      if (member.isType && options.fixedType < 0) {
        if (cursor.text !== options.names[guess]) return options.names.indexOf(cursor.text);
        isNamed = true;
      }
      if (at < end && bytes[at] === COMMA) continue;
      at = cursor.skipBlanks(at);
      if (at >= end || bytes[at] !== COMMA) break;
    }
    if (bytes[at] !== CLOSE_BRACE || cursor.skipBlanks(at + 1) < end) return -1;
    return isNamed || options.defaultType === guess ? guess : -1;
  }

  /** Passes a value; the text of a key is kept. */
  private take(start: number, { key, isType, isText }: Member): number {
    const { cursor } = this;
    if (key === null) return isType ? cursor.string(start) : cursor.pass(start);
    if (isText) {
      const at = cursor.string(start);
      this.texts[key.index] = cursor.text;
      return at;
    }
    if (isType) return -1;
    const at = cursor.digits(start);
    if (at >= 0) this.texts[key.index] = keyText(cursor.number, key.type);
    return at;
  }
}

const [COMMA, OPEN_BRACE, CLOSE_BRACE] = [44, 123, 125];

interface Member {
  readonly key: (RouteKey & { readonly index: number }) | null;
  readonly isType: boolean;
  /** The key is a text. */
  readonly isText: boolean;
}

function memberOf(name: string, keys: readonly RouteKey[], typeField: string): Member {
  const index = keys.findIndex((key) => key.name === name);
  const key = keys[index];
  const isText = key?.type.kind === 'string' || key?.type.kind === 'char';
  return { key: key === undefined ? null : { ...key, index }, isType: name === typeField, isText };
}
