import { readableNumber } from '../../engine/alert/summary.ts';
import type { Json } from '../../engine/event/to-json.ts';
import { clip, pad, printable, textWidth } from './printable.ts';

/** Longest cell, in columns of the terminal. */
const CELL_WIDTH_MAX = 32;
const GAP = '  ';

/** A column of a table: its heading and, per row, a cell; a missing cell is empty. */
export interface TableColumn {
  readonly name: string;
  readonly cells: readonly (Json | undefined)[];
}

/** Lines of an aligned table. */
export interface Table {
  readonly header: string;
  readonly rows: readonly string[];
}

/**
 * Lays out a table within `width` columns. Numbers stand right, the rest left; long cells are cut; columns
 * that do not fit are left out from the right and counted in the heading (`+3 more`), but the first always
 * stays.
 */
export function layOut(columns: readonly TableColumn[], width: number): Table {
  const laid = columns.map(layOutColumn);
  let fitting = laid.length;
  const reserved = (kept: number) => (kept < laid.length ? GAP.length + '+99 more'.length : 0);
  while (fitting > 1 && totalWidth(laid, fitting) + reserved(fitting) > width) fitting--;
  const kept = laid.slice(0, fitting);
  const missing = laid.length - fitting;
  const rowCount = columns[0]?.cells.length ?? 0;
  const header = [...kept.map((column) => column.header), ...(missing > 0 ? [`+${missing} more`] : [])];
  return {
    header: header.join(GAP).trimEnd(),
    rows: Array.from({ length: rowCount }, (_, i) =>
      kept
        .map((column) => column.cells[i])
        .join(GAP)
        .trimEnd(),
    ),
  };
}

/** A value as a cell: numbers and texts as people read them, on one line, safe for a terminal. */
export function cellText(value: Json | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return printable(value);
  if (typeof value === 'number') return readableNumber(value);
  return printable(JSON.stringify(value));
}

interface LaidColumn {
  readonly header: string;
  readonly cells: readonly string[];
  readonly width: number;
}

function layOutColumn(column: TableColumn): LaidColumn {
  const name = clip(printable(column.name), CELL_WIDTH_MAX);
  const texts = column.cells.map((cell) => clip(cellText(cell), CELL_WIDTH_MAX));
  const width = texts.reduce((widest, text) => Math.max(widest, textWidth(text)), textWidth(name));
  const present = column.cells.filter((cell) => cell !== undefined && cell !== null);
  const side = present.length > 0 && present.every((cell) => typeof cell === 'number') ? 'left' : 'right';
  return { header: pad(name, width, side), cells: texts.map((text) => pad(text, width, side)), width };
}

function totalWidth(columns: readonly LaidColumn[], count: number): number {
  let width = GAP.length * (count - 1);
  for (let i = 0; i < count; i++) width += columns[i]?.width ?? 0;
  return width;
}
