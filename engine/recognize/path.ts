import type { EventRecord } from '../event/record.ts';
import type { Slot } from '../expr/evaluate.ts';
import type { EventReader, EventWriter } from '../pattern/snapshot.ts';
import type { RowProgram } from './program.ts';

/**
 * The rows of a run or match, newest first. What runs have in common they share: a row is added in front, so going on
 * costs one node however long a run is.
 */
export class PathNode {
  readonly before: PathNode | null;
  readonly event: EventRecord;
  /** The state that took the row. */
  readonly state: number;
  /** Rows of the variables of one row that conditions read, by their place among those; null while there are none. */
  readonly singles: readonly (EventRecord | null)[] | null;
  /** With `interval`: the clock at the first row. */
  readonly began: Began | null;
  /** How many rows each greedy state took; made when matches are compared. */
  counts: readonly number[] | null = null;

  constructor(
    before: PathNode | null,
    event: EventRecord,
    state: number,
    singles: readonly (EventRecord | null)[] | null,
    began: Began | null,
  ) {
    this.before = before;
    this.event = event;
    this.state = state;
    this.singles = singles;
    this.began = began;
  }
}

/** The clock when the first row of a match came, ticks; its runs have it in common. */
export interface Began {
  readonly time: number;
}

/** Adds a row to a path; `began` is that of the path, or of one that begins with the row. */
export type ExtendPath = (
  before: PathNode | null,
  event: EventRecord,
  state: number,
  began: Began | null,
) => PathNode;

/** The rows of a variable, oldest first; null when it has none. */
export function rowsOf(
  path: PathNode | null,
  { states }: RowProgram,
  variable: number,
): readonly EventRecord[] | null {
  const rows: EventRecord[] = [];
  for (let node = path; node !== null; node = node.before) {
    if (states[node.state]?.variable === variable) rows.push(node.event);
  }
  return rows.length === 0 ? null : rows.reverse();
}

/** The newest row of a variable; null when it has none. */
export function lastRowOf(
  path: PathNode | null,
  { states }: RowProgram,
  variable: number,
): EventRecord | null {
  for (let node = path; node !== null; node = node.before) {
    if (states[node.state]?.variable === variable) return node.event;
  }
  return null;
}

/** The rows of all variables by number: one event, an array where `isMultiple` says so, null for none. */
export function slotsOf(path: PathNode, { states }: RowProgram, isMultiple: readonly boolean[]): Slot[] {
  const slots = new Array<Slot>(isMultiple.length).fill(null);
  for (let node: PathNode | null = path; node !== null; node = node.before) {
    const variable = states[node.state]?.variable as number;
    if (isMultiple[variable] !== true) slots[variable] ??= node.event;
    else if (slots[variable] === null) slots[variable] = [node.event];
    else (slots[variable] as EventRecord[]).push(node.event);
  }
  for (const slot of slots) if (Array.isArray(slot)) slot.reverse();
  return slots;
}

/** All rows, oldest first. */
export function allRows(path: PathNode): EventRecord[] {
  const rows: EventRecord[] = [];
  for (let node: PathNode | null = path; node !== null; node = node.before) rows.push(node.event);
  return rows.reverse();
}

/** How many rows each greedy state took; costs the rows since it was asked last. */
export function countsOf(path: PathNode, { states }: RowProgram): readonly number[] {
  const added: number[] = [];
  let node: PathNode | null = path;
  while (node !== null && node.counts === null) {
    if (states[node.state]?.isGreedy === true) added.push(node.state);
    node = node.before;
  }
  const known = node?.counts ?? null;
  if (known !== null && added.length === 0) {
    path.counts = known;
    return known;
  }
  const counts = known === null ? new Array<number>(states.length).fill(0) : [...known];
  for (const state of added) counts[state] = (counts[state] as number) + 1;
  path.counts = counts;
  return counts;
}

/**
 * Paths as JSON: each node once, after the one before it, as the place of that one (−1: none), its event, its state, and
 * for the first row with `interval` its clock.
 */
export type PathsSnapshot = readonly (readonly [
  before: number,
  event: number,
  state: number,
  began: number | null,
])[];

/** Writes paths that share nodes. */
export class PathWriter {
  readonly nodes: (readonly [number, number, number, number | null])[] = [];
  private readonly places = new Map<PathNode, number>();
  private readonly writer: EventWriter;

  constructor(writer: EventWriter) {
    this.writer = writer;
  }

  /** Place of a path among `nodes`. */
  place(path: PathNode): number {
    const open: PathNode[] = [];
    let node: PathNode | null = path;
    while (node !== null && !this.places.has(node)) {
      open.push(node);
      node = node.before;
    }
    let before = node === null ? -1 : (this.places.get(node) as number);
    for (const one of open.reverse()) {
      const began = before < 0 ? (one.began?.time ?? null) : null;
      before = this.nodes.push([before, this.writer.event(one.event), one.state, began]) - 1;
      this.places.set(one, before);
    }
    return before;
  }
}

/** Reads what `PathWriter` wrote. */
export function readPaths(state: PathsSnapshot, reader: EventReader, extend: ExtendPath): PathNode[] {
  const nodes: PathNode[] = [];
  for (const [at, event, stateAt, time] of state) {
    const before = at < 0 ? null : (nodes[at] as PathNode);
    const began = time === null ? (before?.began ?? null) : { time };
    nodes.push(extend(before, reader.event(event), stateAt, began));
  }
  return nodes;
}
