import { keyText } from '../../engine/cluster/partition-key.ts';
import type { RouteKey } from '../../engine/cluster/router.ts';
import type { Admission, Rejection } from '../../engine/event/admission.ts';
import type { Plan } from '../../engine/plan/plan.ts';
import { type CsvHeader, cellValue, readCsvHeader, splitCells } from './csv-codec.ts';
import { type Encoded, typeResolver } from './decoder.ts';
import { JsonFields } from './json-fields.ts';
import { JsonKeys } from './json-keys.ts';

/**
 * Reads of a record only what routing needs: its event type and the texts of its keys. A record that is no event has
 * some type and some texts, or none: whoever owns it rejects it.
 */
export interface KeyScanner {
  /** Index of the event type, −1 when unknown. */
  scan(bytes: Buffer, start: number, end: number): number;
  /** Texts of the type's keys after `scan`, in the order of `Router.keys`. */
  readonly texts: readonly string[];
  /** Takes the header of CSV, before the first `scan`. */
  header(text: string): void;
}

/** What scanners of all splits share. */
export interface ScanOptions {
  readonly plan: Plan;
  readonly admission: Admission;
  readonly typeField: string;
  /** By event type. */
  readonly keys: readonly (readonly RouteKey[])[];
}

/** The scanner of a split. */
export function makeKeyScanner(split: Encoded, options: ScanOptions): KeyScanner {
  const { plan, admission, typeField } = options;
  const typeOf = typeResolver(split, admission, plan, typeField);
  if (split.format === 'csv') return new CsvKeyScanner(options, typeOf);
  const usual = typeOf(undefined);
  const type = typeof usual === 'number' ? usual : -1;
  const isFixed = split.type !== null;
  const plain = new JsonKeys({
    typeField,
    keys: options.keys,
    names: plan.types.map(({ name }) => name),
    fixedType: isFixed ? type : -1,
    defaultType: isFixed ? -1 : type,
  });
  return new JsonKeyScanner(options, typeOf, plain);
}

type TypeOf = (name: unknown) => number | Rejection;

class JsonKeyScanner implements KeyScanner {
  texts: readonly string[] = [];
  /** For plain lines. */
  private readonly plain: JsonKeys;
  /** For the others. */
  private readonly others: string[] = [];
  private readonly options: ScanOptions;
  private readonly typeOf: TypeOf;
  private readonly fields: JsonFields;
  /** Positions of the keys' names in `fields`, by event type. */
  private readonly places: readonly (readonly number[])[];
  /** Event types by name, for names seen before. */
  private readonly known = new Map<unknown, number>();

  constructor(options: ScanOptions, typeOf: TypeOf, plain: JsonKeys) {
    this.options = options;
    this.typeOf = typeOf;
    this.plain = plain;
    const names = [...new Set([options.typeField, ...options.keys.flat().map(({ name }) => name)])];
    this.fields = new JsonFields(names);
    this.places = options.keys.map((keys) => keys.map(({ name }) => names.indexOf(name)));
  }

  header(): void {}

  scan(bytes: Buffer, start: number, end: number): number {
    const found = this.plain.scan(bytes, start, end);
    const type = found >= 0 ? found : this.scanAny(bytes, start, end);
    this.texts = found >= 0 ? this.plain.texts : this.others;
    if (found < 0) this.plain.learn(type);
    return type;
  }

  private scanAny(bytes: Buffer, start: number, end: number): number {
    if (!this.fields.scan(bytes, start, end)) return -1;
    const type = this.typeNamed(this.fields.value(0));
    if (type < 0) return -1;
    const keys = this.options.keys[type] as readonly RouteKey[];
    const places = this.places[type] as readonly number[];
    for (let i = 0; i < keys.length; i++) {
      const raw = this.fields.value(places[i] as number);
      this.others[i] = keyText(raw, (keys[i] as RouteKey).type);
    }
    return type;
  }

  private typeNamed(name: unknown): number {
    let type = this.known.get(name);
    if (type === undefined) {
      const found = this.typeOf(name);
      type = typeof found === 'number' ? found : -1;
      // Only names of the plan are kept: their number is bounded.
      if (type >= 0) this.known.set(name, type);
    }
    return type;
  }
}

class CsvKeyScanner implements KeyScanner {
  readonly texts: string[] = [];
  private readonly options: ScanOptions;
  private readonly typeOf: TypeOf;
  private head: CsvHeader = { header: [], separator: ',' };

  constructor(options: ScanOptions, typeOf: TypeOf) {
    this.options = options;
    this.typeOf = typeOf;
  }

  header(text: string): void {
    this.head = readCsvHeader(text);
  }

  scan(bytes: Buffer, start: number, end: number): number {
    const { header, separator } = this.head;
    const cells = splitCells(bytes.toString('utf8', start, end), separator);
    const at = header.indexOf(this.options.typeField);
    const type = this.typeOf(at < 0 ? undefined : cells[at]);
    if (typeof type !== 'number') return -1;
    (this.options.keys[type] as readonly RouteKey[]).forEach((key, i) => {
      const cell = cells[header.indexOf(key.name)];
      const raw = cell === undefined || cell === '' ? null : cellValue(cell, key.type);
      this.texts[i] = keyText(raw, key.type);
    });
    return type;
  }
}
