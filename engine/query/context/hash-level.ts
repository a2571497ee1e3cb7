import type { EventRecord, Value } from '../../event/record.ts';
import type { ValueType } from '../../event/types.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { HashItem, HashLevel } from '../../plan/context-plan.ts';
import type { StatementAtom } from '../statement.ts';
import { EventKeys, entryFor, seenBy } from './event-keys.ts';
import { partsOf } from './filter-order.ts';
import { crc32OfValues, hashCodeOfValues } from './java-hash.ts';
import {
  Branch,
  type Hit,
  type Level,
  type LevelHost,
  type LevelNode,
  RANK_BEGIN,
  type Route,
} from './level.ts';
import type { Trigger } from './trigger.ts';

/** `coalesce by`, compiled. */
export class Hashed implements Level {
  readonly atoms: readonly StatementAtom[];
  readonly plan: HashLevel;
  readonly host: LevelHost;
  private readonly keys: readonly EventKeys[];
  private readonly types: readonly (readonly ValueType[])[];
  private readonly routes = new Map<number, Route | null>();

  constructor(plan: HashLevel, host: LevelHost) {
    this.plan = plan;
    this.host = host;
    this.keys = plan.items.map((item) => new EventKeys(item.keys, item, host.outer));
    this.types = plan.items.map(({ keys }) => keys.map(({ type }) => type));
    this.atoms = plan.preallocate ? [] : plan.items.map(({ type, filter }) => ({ type, own: filter }));
  }

  node(parent: Branch | null): HashNode {
    return new HashNode(this, parent);
  }

  /** Number of the partition of an event that item `item` sees. */
  numberOf(item: number, event: EventRecord): number {
    const { hash } = this.plan.items[item] as HashItem;
    const values = (this.keys[item] as EventKeys).values(event);
    const types = this.types[item] as readonly ValueType[];
    const code = hash === 'hash_code' ? hashCodeOfValues(values, types) : crc32OfValues(values, types);
    return Math.abs(code % this.plan.granularity);
  }

  passes(item: number, event: EventRecord): boolean {
    return (this.keys[item] as EventKeys).passes(event);
  }

  route(type: number): Route | null {
    const known = this.routes.get(type);
    if (known !== undefined) return known;
    const seen = entryFor(this.plan.items, type, this.host.outer);
    const made: Route | null =
      seen === null
        ? null
        : {
            parts: ['hash', ...partsOf((this.plan.items[seen.item] as HashItem).filter)],
            visit: (node, event, visit) => {
              const own = seenBy(seen, event);
              if (!this.passes(seen.item, own)) return;
              const branch = (node as HashNode).find(this.numberOf(seen.item, own));
              if (branch !== undefined) visit(branch);
            },
            accepts: (branch, event) => {
              const own = seenBy(seen, event);
              return this.passes(seen.item, own) && this.numberOf(seen.item, own) === branch.key;
            },
          };
    this.routes.set(type, made);
    return made;
  }
}

/** The partitions of `coalesce by` below one partition of the level above. */
export class HashNode implements LevelNode {
  readonly parent: Branch | null;
  private readonly level: Hashed;
  private readonly byNumber = new Map<number, Branch>();

  constructor(level: Hashed, parent: Branch | null) {
    this.level = level;
    this.parent = parent;
  }

  find(number: number): Branch | undefined {
    return this.byNumber.get(number);
  }

  branches(): Iterable<Branch> {
    return this.byNumber.values();
  }

  activate(trigger: Trigger): void {
    const { plan, host } = this.level;
    if (plan.preallocate) {
      const { event } = trigger;
      for (let number = 0; number < plan.granularity; number++) this.begin(number, event);
      return;
    }
    const { event } = trigger;
    if (event === null) return;
    plan.items.forEach((item, i) => {
      const seen = entryFor([item], event.type, host.outer);
      if (seen === null) return;
      const own = seenBy(seen, event);
      if (this.level.passes(i, own) && host.admits(this.parent, own, item.type))
        this.begin(this.level.numberOf(i, own), own);
    });
  }

  deactivate(): void {
    const all = [...this.byNumber.values()];
    this.byNumber.clear();
    for (const branch of all) this.level.host.close(branch, null);
  }

  drop(branch: Branch): void {
    this.byNumber.delete(branch.key as number);
  }

  collect(atom: number, event: EventRecord, hits: Hit[]): void {
    const number = this.level.numberOf(atom, event);
    if (!this.byNumber.has(number)) hits.push({ rank: RANK_BEGIN, act: () => this.begin(number, event) });
  }

  snapshot(_writer: EventWriter, below: (branch: Branch) => unknown): unknown {
    return [...this.byNumber.values()].map((branch) => [branch.key, below(branch)]);
  }

  restore(state: unknown, _reader: EventReader, below: (branch: Branch, state: unknown) => void): void {
    for (const [number, inner] of state as [number, unknown][]) {
      const branch = new Branch(this, number, NO_VALUES);
      this.byNumber.set(number, branch);
      below(branch, inner);
    }
  }

  private begin(number: number, event: EventRecord | null): void {
    const { host, plan } = this.level;
    if (this.byNumber.has(number) || !(plan.preallocate || host.mayBegin(this))) return;
    const branch = new Branch(this, number, NO_VALUES);
    this.byNumber.set(number, branch);
    host.open(branch, { event, inclusive: [] });
  }
}

const NO_VALUES: Value[] = [];
