import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { GroupKey } from '../aggregate/group-key.ts';
import type { Item } from '../item.ts';
import { type OutRow, readRows, writeRows } from './out-row.ts';

/** Groups of one level with the item that stands for each, in the order they came. */
export type GroupItems = Map<GroupKey, Item>;

/** Groups with their items as JSON. */
export function writeGroups(levels: readonly GroupItems[], writer: EventWriter): unknown {
  return levels.map((groups) => Array.from(groups, ([key, item]) => [key, writer.event(item)]));
}

/** Fills empty maps with the groups of `writeGroups`. */
export function readGroups(levels: readonly GroupItems[], state: unknown, reader: EventReader): void {
  for (const [level, groups] of levels.entries()) {
    groups.clear();
    for (const [key, id] of (state as [GroupKey, number][][])[level] as [GroupKey, number][]) {
      groups.set(key, reader.event(id));
    }
  }
}

/** Rows by group as JSON. */
export function writeKeyedRows(rows: ReadonlyMap<GroupKey, OutRow>, writer: EventWriter): unknown {
  return [[...rows.keys()], writeRows(rows.values(), writer)];
}

/** Fills an empty map with the rows of `writeKeyedRows`. */
export function readKeyedRows(into: Map<GroupKey, OutRow>, state: unknown, reader: EventReader): void {
  const [keys, rows] = state as [GroupKey[], unknown];
  into.clear();
  for (const [i, row] of readRows(rows, reader).entries()) into.set(keys[i] as GroupKey, row);
}
