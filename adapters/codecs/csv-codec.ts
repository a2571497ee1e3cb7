import type { Admission, Rejection } from '../../engine/event/admission.ts';
import type { EventRecord } from '../../engine/event/record.ts';
import type { EventType, ValueType } from '../../engine/event/types.ts';
import type { Decode, DecoderOptions } from './decoder.ts';

const SEPARATORS = [',', ';', '\t', '|'];

/**
 * Decodes CSV records. The first names the fields; its commonest separator is that of the file. Empty cells are null,
 * columns the type does not have are left out, a record with another number of cells than the header is rejected.
 */
export function csvDecoder(split: number, admission: Admission, options: DecoderOptions): Decode {
  let head: CsvHeader | null = null;
  return (text, line): EventRecord | Rejection | null => {
    if (head === null) {
      head = readCsvHeader(text);
      return null;
    }
    const { header, separator } = head;
    const cells = splitCells(text, separator);
    if (cells.length !== header.length) {
      return { code: 'csv', reason: `${cells.length} cells, the header has ${header.length}` };
    }
    const at = header.indexOf(options.typeField);
    const type = options.typeOf(at < 0 ? undefined : cells[at]);
    if (typeof type !== 'number') return type;
    const fields: Record<string, unknown> = Object.create(null);
    for (const { name, type: valueType } of (options.plan.types[type] as EventType).fields) {
      const cell = cells[header.indexOf(name)];
      if (cell !== undefined && cell !== '') fields[name] = cellValue(cell, valueType);
    }
    for (const name of admission.dynamicNames(type)) {
      const cell = cells[header.indexOf(name)];
      if (cell !== undefined && cell !== '') fields[name] = cell;
    }
    return admission.admit(type, fields, split, line);
  };
}

/** The columns of a CSV file. */
export interface CsvHeader {
  readonly header: readonly string[];
  readonly separator: string;
}

/** Reads the first record of a CSV file. */
export function readCsvHeader(text: string): CsvHeader {
  const head = text.startsWith('\ufeff') ? text.slice(1) : text;
  const separator = commonest(head);
  return { separator, header: splitCells(head, separator).map((cell) => cell.trim()) };
}

/** Cells of a record; a cell in quotes may hold separators, line breaks and doubled quotes. */
export function splitCells(text: string, separator: string): string[] {
  if (!text.includes('"')) return text.split(separator);
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    let cell = '';
    if (text[at] === '"') {
      for (;;) {
        const end = text.indexOf('"', at + 1);
        cell += text.slice(at + 1, end < 0 ? text.length : end);
        at = end < 0 ? text.length : end + 1;
        if (text[at] !== '"') break;
        cell += '"';
      }
    }
    const end = text.indexOf(separator, at);
    cell += text.slice(at, end < 0 ? text.length : end);
    cells.push(cell);
    if (end < 0) return cells;
    at = end + 1;
  }
}

/** A number as CSV files write it; anything else stays text and is rejected by the type. */
const NUMBER = /^\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*$/;

/** The raw value of a cell that is not empty, as JSON would hold it. */
export function cellValue(cell: string, type: ValueType): unknown {
  switch (type.kind) {
    case 'byte':
    case 'short':
    case 'int':
    case 'long':
    case 'float':
    case 'double':
      return NUMBER.test(cell) ? Number(cell) : cell;
    case 'biginteger':
    case 'bigdecimal':
      return cell.trim();
    case 'date':
      return /^\s*-?\d+\s*$/.test(cell) ? Number(cell) : cell.trim();
    case 'boolean': {
      const word = cell.trim().toLowerCase();
      return word === 'true' || word === 'false' ? word === 'true' : cell;
    }
    default:
      return cell;
  }
}

function commonest(header: string): string {
  const count = (separator: string) => header.split(separator).length;
  return SEPARATORS.reduce((best, one) => (count(one) > count(best) ? one : best));
}
