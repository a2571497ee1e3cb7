import type { EventRecord } from '../../event/record.ts';
import { compilePredicate, type Predicate } from '../../expr/evaluate.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { CategoryLevel } from '../../plan/context-plan.ts';
import { entryFor, seenBy } from './event-keys.ts';
import { partsOf } from './filter-order.ts';
import { Branch, type Level, type LevelHost, type LevelNode, NO_SLOTS, type Route } from './level.ts';
import { NO_TRIGGER } from './trigger.ts';

/** `group by condition as label`, compiled. */
export class Categories implements Level {
  readonly atoms = [];
  readonly plan: CategoryLevel;
  readonly host: LevelHost;
  private readonly filter: Predicate | null;
  private readonly conditions: readonly Predicate[];
  private readonly routes = new Map<number, Route | null>();

  constructor(plan: CategoryLevel, host: LevelHost) {
    this.plan = plan;
    this.host = host;
    const { backend } = host.outer;
    this.filter = plan.filter === null ? null : compilePredicate(plan.filter, backend, plan.type);
    this.conditions = plan.categories.map(({ condition }) => compilePredicate(condition, backend, plan.type));
  }

  node(parent: Branch | null): CategoryNode {
    return new CategoryNode(this, parent);
  }

  route(type: number): Route | null {
    const known = this.routes.get(type);
    if (known !== undefined) return known;
    const seen = entryFor([this.plan], type, this.host.outer);
    const made: Route | null =
      seen === null
        ? null
        : {
            parts: ['category', ...partsOf(this.plan.filter)],
            visit: (node, event, visit) => {
              const own = seenBy(seen, event);
              if (!this.passes(own)) return;
              for (const branch of node.branches()) if (this.isIn(branch, own)) visit(branch);
            },
            accepts: (branch, event) => {
              const own = seenBy(seen, event);
              return this.passes(own) && this.isIn(branch, own);
            },
          };
    this.routes.set(type, made);
    return made;
  }

  private passes(event: EventRecord): boolean {
    return this.filter === null || this.filter(event, NO_SLOTS, this.host.outer.env);
  }

  private isIn(branch: Branch, event: EventRecord): boolean {
    return (this.conditions[branch.key as number] as Predicate)(event, NO_SLOTS, this.host.outer.env);
  }
}

/** The partitions of the labels below one partition of the level above: all are there from the start. */
export class CategoryNode implements LevelNode {
  readonly parent: Branch | null;
  private readonly level: Categories;
  private all: readonly Branch[] = [];

  constructor(level: Categories, parent: Branch | null) {
    this.level = level;
    this.parent = parent;
  }

  branches(): Iterable<Branch> {
    return this.all;
  }

  /** As in Esper the event that made the partition above is not given on. */
  activate(): void {
    this.all = this.make();
    for (const branch of this.all) this.level.host.open(branch, NO_TRIGGER);
  }

  deactivate(): void {
    const { all } = this;
    this.all = [];
    for (const branch of all) this.level.host.close(branch, null);
  }

  collect(): void {}

  snapshot(_writer: EventWriter, below: (branch: Branch) => unknown): unknown {
    return this.all.map(below);
  }

  restore(state: unknown, _reader: EventReader, below: (branch: Branch, state: unknown) => void): void {
    const states = state as readonly unknown[];
    this.all = states.length === 0 ? [] : this.make();
    this.all.forEach((branch, i) => {
      below(branch, states[i]);
    });
  }

  private make(): Branch[] {
    return this.level.plan.categories.map(({ label }, i) => new Branch(this, i, [label]));
  }
}
