import type { EventType } from '../event/types.ts';
import { derivePartitions, type PartitionGroup } from '../plan/partition.ts';
import { operandsOf } from '../plan/pattern-tree.ts';
import type { PatternNode, Plan } from '../plan/plan.ts';

/**
 * How the statements of a plan are laid out over workers.
 *
 * Groups of connected statements come from the plan. Groups whose keys agree share one shard on each worker, so an event
 * is processed once for all of them; groups whose keys differ on a common event type get shards of their own, and such
 * an event may go to several workers. Groups without a key share one shard, which only worker 0 runs.
 */
export interface Placement {
  /** The groups, with `keys` null where the group runs on worker 0, and `reason` for people. */
  readonly groups: readonly PartitionGroup[];
  readonly shards: readonly ShardSpec[];
}

/** Statements that run together in one shard of each worker, or of worker 0 only. */
export interface ShardSpec {
  readonly index: number;
  readonly statements: readonly number[];
  /** Event types from sources that it consumes. */
  readonly types: readonly number[];
  /** Index of the key field of each type; null: only worker 0 runs it. */
  readonly keys: ReadonlyMap<number, number> | null;
}

/** Shards are the bits of a 31-bit mask. */
export const SHARDS_MAX = 31;

/** Derives groups and shards; deterministic, so every process that has the plan comes to the same placement. */
export function derivePlacement(plan: Plan): Placement {
  const groups = derivePartitions(plan).groups.map((group) => withUsableKeys(plan, group));
  const drafts: Draft[] = [];
  const pinned = groups.filter((group) => group.keys === null);
  if (pinned.length > 0) {
    drafts.push({ statements: [], types: new Set(), keys: null });
    for (const group of pinned) join(drafts[0] as Draft, group, null);
  }
  // Statements that fit any key come last and join those that need one.
  const keyed = groups.filter((group) => group.keys !== null && group.anyKey !== true);
  for (const group of keyed) place(drafts, group, group.keys as ReadonlyMap<number, number>);
  for (const group of groups.filter((one) => one.keys !== null && one.anyKey === true)) {
    placeAnywhere(drafts, group);
  }
  const shards = drafts.map(({ statements, types, keys }, index) => {
    return { index, statements: statements.sort(ascending), types: [...types].sort(ascending), keys };
  });
  return { groups, shards };
}

interface Draft {
  readonly statements: number[];
  readonly types: Set<number>;
  readonly keys: Map<number, number> | null;
}

/** Takes the keys from a group that cannot be routed by them. */
function withUsableKeys(plan: Plan, group: PartitionGroup): PartitionGroup {
  if (group.keys === null) return group;
  const names = group.statements.map((index) => plan.statements[index]);
  const untagged = names.find((one) => {
    const input = one?.query.inputs[0];
    return input?.kind === 'pattern' && !startsWithTag(input.root);
  });
  if (untagged !== undefined) {
    const reason = `\`${untagged.name}\`: its pattern begins without a tag, so its rows do not say which event began them`;
    return { ...group, keys: null, reason };
  }
  for (const [type, field] of group.keys) {
    const eventType = plan.types[type] as EventType;
    const reason = unroutable(eventType, field);
    if (reason !== null) return { ...group, keys: null, reason };
  }
  if (group.keys.size === 0) return { ...group, keys: null, reason: 'it consumes no events from sources' };
  return group;
}

function unroutable(type: EventType, field: number): string | null {
  const key = type.fields[field];
  if (key === undefined) return `the event type \`${type.name}\` does not carry the key`;
  if (ROUTABLE.has(key.type.kind)) return null;
  return `the key \`${type.name}.${key.name}\` has values of type ${key.type.kind}, which are not compared as a whole`;
}

const ROUTABLE: ReadonlySet<string> = new Set([
  ...['boolean', 'byte', 'short', 'int', 'long', 'float', 'double', 'biginteger', 'bigdecimal'],
  ...['char', 'string', 'date'],
]);

function startsWithTag(root: PatternNode): boolean {
  let node = root;
  for (;;) {
    if (node.op === 'filter') return node.slot >= 0;
    const first = operandsOf(node)[0];
    if (first === undefined) return false;
    node = first;
  }
}

function place(drafts: Draft[], group: PartitionGroup, keys: ReadonlyMap<number, number>): void {
  for (const draft of drafts) {
    if (draft.keys === null) continue;
    const known = draft.keys;
    if ([...keys].every(([type, field]) => (known.get(type) ?? field) === field)) {
      return join(draft, group, keys);
    }
  }
  if (drafts.length < SHARDS_MAX) {
    const draft: Draft = { statements: [], types: new Set(), keys: new Map() };
    drafts.push(draft);
    return join(draft, group, keys);
  }
  join(pinnedDraft(drafts), group, null);
}

function placeAnywhere(drafts: Draft[], group: PartitionGroup): void {
  const host = drafts.find(
    (draft) => draft.keys !== null && group.types.some((type) => draft.keys?.has(type)),
  );
  const own = group.keys as ReadonlyMap<number, number>;
  if (host === undefined) return place(drafts, group, own);
  const keys = new Map([...own].map(([type, field]) => [type, host.keys?.get(type) ?? field]));
  join(host, group, keys);
}

function pinnedDraft(drafts: Draft[]): Draft {
  const first = drafts.find((draft) => draft.keys === null);
  if (first !== undefined) return first;
  // No place is left for a shard of its own: the last one moves to worker 0 and takes the rest in.
  const last = drafts.pop() as Draft;
  const draft: Draft = { statements: last.statements, types: last.types, keys: null };
  drafts.push(draft);
  return draft;
}

function join(draft: Draft, group: PartitionGroup, keys: ReadonlyMap<number, number> | null): void {
  draft.statements.push(...group.statements);
  for (const type of group.types) draft.types.add(type);
  if (keys !== null) for (const [type, field] of keys) draft.keys?.set(type, field);
}

function ascending(a: number, b: number): number {
  return a - b;
}
