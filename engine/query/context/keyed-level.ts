import type { EventRecord, Value } from '../../event/record.ts';
import type { Slot } from '../../expr/evaluate.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { KeyedLevel } from '../../plan/context-plan.ts';
import { type GroupKey, groupKeyOf } from '../aggregate/group-key.ts';
import type { StatementAtom } from '../statement.ts';
import { readValue, writeValue } from '../value-snapshot.ts';
import {
  type ConditionState,
  conditionState,
  type Fired,
  type ReadyCondition,
  readyCondition,
} from './condition.ts';
import { EventKeys, entryFor, seenBy } from './event-keys.ts';
import { type EndCause, type EndFilter, partsOf } from './filter-order.ts';
import {
  Branch,
  type Hit,
  type Level,
  type LevelHost,
  type LevelNode,
  RANK_BEGIN,
  RANK_END,
  type Route,
} from './level.ts';
import type { Trigger } from './trigger.ts';

/** Stands for the equality of the keys among the conditions of a filter. */
const KEY = 'key';

/** `partition by`, compiled. */
export class Keyed implements Level {
  readonly atoms: readonly StatementAtom[];
  readonly plan: KeyedLevel;
  readonly host: LevelHost;
  readonly keys: readonly EventKeys[];
  readonly termination: ReadyCondition | null;
  /** Number of atoms that begin partitions: of `initiated by`, else of the items. */
  readonly beginnings: number;
  /** Index of the first tag among the values. */
  readonly tagsFrom: number;
  private readonly routes = new Map<string, Route | null>();
  private readonly starts: readonly { readonly item: number; readonly tag: number }[];

  constructor(plan: KeyedLevel, host: LevelHost) {
    this.plan = plan;
    this.host = host;
    this.keys = plan.items.map((item) => new EventKeys(item.keys, item, host.outer));
    this.termination =
      plan.terminated === null ? null : readyCondition(plan.terminated, host, host.statement);
    this.starts = plan.initiated ?? plan.items.map(({ tag }, item) => ({ item, tag }));
    const begins = plan.initiated ?? plan.items;
    this.beginnings = begins.length;
    this.tagsFrom = plan.keyTypes.length;
    this.atoms = [
      ...begins.map(({ type, filter }) => ({ type, own: filter })),
      ...(this.termination?.atoms ?? []),
    ];
  }

  node(parent: Branch | null): KeyedNode {
    return new KeyedNode(this, parent);
  }

  /** What the keys among the values of a partition are looked up by. */
  groupOf(values: readonly Value[]): GroupKey {
    return groupKeyOf(values.slice(0, this.tagsFrom));
  }

  /** The termination as the statements of a partition see it: they begin before it. */
  endFilter(termination: ReadyCondition, atom: number): EndFilter {
    const type = (termination.atoms[atom] as StatementAtom).type;
    const added = this.route(type, true)?.parts ?? [];
    return { parts: [...added, ...(termination.parts[atom] as readonly string[])], isEarlier: false };
  }

  /** The keys that an atom that begins partitions looks at, and the tag that it sets. */
  start(atom: number): { readonly keys: EventKeys; readonly tag: number } {
    const { item, tag } = this.starts[atom] as { item: number; tag: number };
    return { keys: this.keys[item] as EventKeys, tag };
  }

  route(type: number, isCondition: boolean): Route | null {
    const name = `${type} ${isCondition}`;
    const known = this.routes.get(name);
    if (known !== undefined) return known;
    const seen = entryFor(this.plan.items, type, this.host.outer);
    const made = seen === null ? null : this.routeBy(this.keys[seen.item] as EventKeys, seen, isCondition);
    this.routes.set(name, made);
    return made;
  }

  private routeBy(keys: EventKeys, seen: Parameters<typeof seenBy>[0], isCondition: boolean): Route {
    const filter = this.plan.items[seen.item]?.filter ?? null;
    return {
      parts: isCondition ? [KEY] : [KEY, ...partsOf(filter)],
      visit(node, event, visit) {
        const own = seenBy(seen, event);
        if (!isCondition && !keys.passes(own)) return;
        const branch = (node as KeyedNode).find(keys.group(own));
        if (branch !== undefined) visit(branch);
      },
      accepts(branch, event) {
        const own = seenBy(seen, event);
        return (isCondition || keys.passes(own)) && keys.group(own) === branch.key;
      },
    };
  }
}

interface KeyedState {
  readonly branches: readonly (readonly [values: unknown[], condition: unknown, below: unknown])[];
}

/** The partitions of `partition by` below one partition of the level above: found by a hash of their keys. */
export class KeyedNode implements LevelNode {
  readonly parent: Branch | null;
  private readonly level: Keyed;
  private readonly byKey = new Map<GroupKey, Branch>();
  /** What waits to end a partition, unless that is an event. */
  private readonly ends = new Map<Branch, ConditionState>();

  constructor(level: Keyed, parent: Branch | null) {
    this.level = level;
    this.parent = parent;
  }

  find(key: GroupKey): Branch | undefined {
    return this.byKey.get(key);
  }

  branches(): Iterable<Branch> {
    return this.byKey.values();
  }

  activate({ event }: Trigger): void {
    const { plan, keys, host } = this.level;
    if (event === null || plan.initiated !== null) return;
    plan.items.forEach((item, i) => {
      const seen = entryFor([item], event.type, host.outer);
      if (seen === null) return;
      const own = seenBy(seen, event);
      const isIn = (keys[i] as EventKeys).passes(own) && host.admits(this.parent, own, item.type);
      if (isIn) this.begin(i, own);
    });
  }

  deactivate(): void {
    for (const condition of this.ends.values()) condition.stop();
    this.ends.clear();
    const all = [...this.byKey.values()];
    this.byKey.clear();
    for (const branch of all) this.level.host.close(branch, null);
  }

  drop(branch: Branch): void {
    this.byKey.delete(branch.key);
    this.ends.get(branch)?.stop();
    this.ends.delete(branch);
  }

  collect(atom: number, event: EventRecord, hits: Hit[]): void {
    const { level } = this;
    if (atom < level.beginnings) {
      // An event that ends a partition finds it here, so it does not begin the next one.
      if (!this.byKey.has(level.start(atom).keys.group(event)))
        hits.push({ rank: RANK_BEGIN, act: () => this.begin(atom, event) });
      return;
    }
    const termination = level.termination as ReadyCondition;
    const local = atom - level.beginnings;
    const type = (level.atoms[atom] as StatementAtom).type;
    const visit = (branch: Branch) => this.collectEnd(termination, local, branch, event, hits);
    const route = level.route(type, true);
    if (route === null) for (const branch of this.byKey.values()) visit(branch);
    else route.visit(this, event, visit);
  }

  snapshot(writer: EventWriter, below: (branch: Branch) => unknown): KeyedState {
    const branches = [...this.byKey.values()].map((branch) => {
      const values = branch.values.map((value) => writeValue(value, writer));
      const condition = this.ends.get(branch)?.snapshot(writer) ?? null;
      return [values, condition, below(branch)] as const;
    });
    return { branches };
  }

  restore(state: unknown, reader: EventReader, below: (branch: Branch, state: unknown) => void): void {
    for (const [written, condition, inner] of (state as KeyedState).branches) {
      const values = written.map((value) => readValue(value, reader));
      const branch = new Branch(this, this.level.groupOf(values), values);
      this.byKey.set(branch.key, branch);
      const end = this.endOf(branch);
      if (end !== null) {
        end.restore(condition, reader);
        this.ends.set(branch, end);
      }
      below(branch, inner);
    }
  }

  private collectEnd(
    termination: ReadyCondition,
    local: number,
    branch: Branch,
    event: EventRecord,
    hits: Hit[],
  ): void {
    if (termination.kind !== 'filter') {
      const end = this.ends.get(branch) as ConditionState;
      end.collect(local, event);
      hits.push({ rank: RANK_END, act: () => end.dispatch() });
      return;
    }
    const { env } = this.level.host.outer;
    const slots = branch.values as readonly Slot[];
    const { key, rest, tag } = termination;
    if (key !== null) {
      const wanted = key.ofEvent(event, env);
      if (wanted === null || wanted !== key.ofValues(branch.values, env)) return;
    }
    if (rest !== null && !rest(event, slots, env)) return;
    const fired: Fired = { event, tags: tag < 0 ? [] : [[tag, event]], trigger: { event, inclusive: [] } };
    const cause = { event, filter: this.level.endFilter(termination, 0) };
    const end = { branch, filter: cause.filter };
    hits.push({ rank: RANK_END, act: () => this.end(branch, fired, cause), end });
  }

  /** Makes the partition of the event's keys unless it is there. */
  private begin(atom: number, event: EventRecord): void {
    const { level } = this;
    const { keys, tag } = level.start(atom);
    const group = keys.group(event);
    if (this.byKey.has(group) || !level.host.mayBegin(this)) return;
    const values: Value[] = keys.values(event);
    for (let i = 0; i < level.plan.tags.length; i++) values.push(i === tag ? event : null);
    const branch = new Branch(this, group, values);
    this.byKey.set(group, branch);
    level.host.open(branch, { event, inclusive: [] });
    const end = this.endOf(branch);
    if (end === null) return;
    this.ends.set(branch, end);
    end.start(values);
  }

  private endOf(branch: Branch): ReturnType<typeof conditionState> | null {
    const { termination, host } = this.level;
    if (termination === null || termination.kind === 'filter') return null;
    return conditionState(termination, host, (fired, by) => {
      const cause = by && { event: by.event, filter: this.level.endFilter(termination, by.atom) };
      this.end(branch, fired, cause);
    });
  }

  private end(branch: Branch, { tags }: Fired, cause: EndCause | null): void {
    if (this.byKey.get(branch.key) !== branch) return;
    const { host, tagsFrom, plan } = this.level;
    this.byKey.delete(branch.key);
    for (const [tag, value] of tags) host.setValue(branch, plan.base + tagsFrom + tag, value);
    host.close(branch, cause);
    this.ends.get(branch)?.stop();
    this.ends.delete(branch);
  }
}
