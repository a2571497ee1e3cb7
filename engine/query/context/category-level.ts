import type { EventRecord } from '../../event/record.ts';
import type { EventType } from '../../event/types.ts';
import { mapChildren } from '../../expr/analyze.ts';
import { compilePredicate, type Predicate } from '../../expr/evaluate.ts';
import type { Expr } from '../../expr/ir.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { CategoryLevel } from '../../plan/context-plan.ts';
import { entryFor, seenBy } from './event-keys.ts';
import { Branch, type Level, type LevelHost, type LevelNode, NO_SLOTS, type Route } from './level.ts';
import { NO_TRIGGER } from './trigger.ts';

/** `group by condition as label`, compiled. */
export class Categories implements Level {
  readonly atoms = [];
  readonly plan: CategoryLevel;
  readonly host: LevelHost;
  private readonly conditions: readonly Predicate[];
  private readonly routes = new Map<string, Route | null>();

  constructor(plan: CategoryLevel, host: LevelHost) {
    this.plan = plan;
    this.host = host;
    const { backend } = host.outer;
    this.conditions = plan.categories.map(({ condition }) => compilePredicate(condition, backend, plan.type));
  }

  node(parent: Branch | null): CategoryNode {
    return new CategoryNode(this, parent);
  }

  /** As in Esper the labels tell apart every event that a statement reads, of whatever type; fields it lacks are null. */
  route(type: number, isCondition: boolean): Route | null {
    const name = `${type} ${isCondition}`;
    const known = this.routes.get(name);
    if (known !== undefined) return known;
    const { outer } = this.host;
    const seen = entryFor([{ type: this.plan.type, filter: null }], type, outer);
    let made: Route | null = null;
    if (seen !== null) made = this.routeBy(this.conditions, (event) => seenBy(seen, event));
    else if (!isCondition) {
      const [own, read] = [this.plan.type, type].map((one) => outer.types[one] as EventType);
      const conditions = this.plan.categories.map(({ condition }) =>
        compilePredicate(ofType(condition, own as EventType, read as EventType), outer.backend, type),
      );
      made = this.routeBy(conditions, (event) => event);
    }
    this.routes.set(name, made);
    return made;
  }

  private routeBy(conditions: readonly Predicate[], view: (event: EventRecord) => EventRecord): Route {
    const { env } = this.host.outer;
    const isIn = (branch: Branch, own: EventRecord) =>
      (conditions[branch.key as number] as Predicate)(own, NO_SLOTS, env);
    return {
      parts: ['category'],
      visit(node, event, visit) {
        const own = view(event);
        for (const branch of node.branches()) if (isIn(branch, own)) visit(branch);
      },
      accepts: (branch, event) => isIn(branch, view(event)),
    };
  }
}

/** A condition on events of one type, asked of those of another: fields are found by their names. */
function ofType(condition: Expr, own: EventType, read: EventType): Expr {
  const at = (expr: Expr): Expr => {
    if (expr.op === 'slot') return { op: 'literal', type: expr.type, value: null };
    if (expr.op !== 'field') return mapChildren(expr, at);
    const named = own.fields[expr.field]?.name;
    const field = read.fields.findIndex(({ name }) => name === named);
    const isSame = read.fields[field]?.type.kind === expr.type.kind;
    return isSame ? { ...expr, field } : { op: 'literal', type: expr.type, value: null };
  };
  return at(condition);
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

  /** Never asked for: the labels are all of its branches. */
  drop(): void {}

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
