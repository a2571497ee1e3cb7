import type { EventRecord, Value } from '../../event/record.ts';
import { ExpressionFailure } from '../../expr/failure.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { ContextLevel, ContextPlan } from '../../plan/context-plan.ts';
import type { StatementPlan } from '../../plan/plan.ts';
import type { RunningStatement, StatementAtom, StatementHost } from '../statement.ts';
import { Categories } from './category-level.ts';
import type { ContextStatement } from './context-statement.ts';
import { type EndCause, partsOf } from './filter-order.ts';
import { Hashed } from './hash-level.ts';
import { Keyed } from './keyed-level.ts';
import {
  type Branch,
  depthOf,
  type Hit,
  isAttached,
  type Level,
  type LevelHost,
  type LevelNode,
  putInOrder,
  RANK_BEGIN,
} from './level.ts';
import { Partition, type TimerKeeper } from './partition.ts';
import { type LimitedContext, PartitionLimit } from './partition-limit.ts';
import { type RoutePlan, visitNodes, visitPartitions } from './routes.ts';
import { Spans } from './span-level.ts';
import { NO_TRIGGER, type Trigger } from './trigger.ts';

/**
 * `create context`: makes and ends the partitions in which the statements of the context run.
 *
 * It begins with its first statement and ends with its last. Of an event it first notes everything that the event does
 * to its levels, then does it: ends of partitions before beginnings. The statements come after it, so a partition that an
 * event ends does not get the event; one that it begins gets it at once, and not again when the statement's turn comes.
 */
export class ContextController implements RunningStatement, LevelHost, TimerKeeper, LimitedContext {
  readonly plan: StatementPlan;
  readonly atoms: readonly StatementAtom[];
  readonly outer: StatementHost;
  /** Number of the event at work, among those that concern the context; see `Partition.born`. */
  turn = 0;
  readonly context: ContextPlan;
  private readonly levels: readonly Level[];
  /** For each atom its level, and its index there. */
  private readonly places: readonly {
    readonly level: number;
    readonly atom: number;
    readonly routes: RoutePlan;
    /** All its conditions, see `filter-order.ts`. */
    readonly parts: readonly string[];
  }[];
  private readonly statements: (ContextStatement | null)[] = [];
  readonly partitions = new Map<number, Partition>();
  root: LevelNode | null = null;
  private readonly limit: PartitionLimit;
  private isDropping = false;
  /** Variables that have a value in each partition. */
  readonly variables = new Set<number>();
  private nextId = 0;
  private isDeploying = false;
  /** The event that was looked at last, as it was sent. */
  private current: EventRecord | null = null;
  private readonly hits: Hit[] = [];
  private readonly ranTimers: { readonly statement: number; readonly partition: Partition }[] = [];
  private readonly later = new Set<() => void>();

  constructor(plan: StatementPlan, index: number, outer: StatementHost) {
    this.plan = plan;
    this.outer = outer;
    this.context = outer.contextPlans[index] as ContextPlan;
    this.levels = this.context.levels.map((level) => this.levelOf(level));
    this.places = this.levels.flatMap(({ atoms }, level) =>
      atoms.map(({ type, own }, atom) => {
        const routes = this.routesAbove(type, level);
        const parts = [...routes.flatMap((route) => route?.parts ?? []), ...partsOf(own)];
        return { level, atom, routes, parts };
      }),
    );
    this.atoms = this.levels.flatMap(({ atoms }) => atoms);
    this.limit = new PartitionLimit(this);
  }

  get statement(): StatementPlan {
    return this.plan;
  }

  /** How events of a statement's filter on `type` find their partitions. */
  routesFor(type: number): RoutePlan {
    return this.levels.map((level) => level.route(type, false));
  }

  /** How events of a condition on `type` of a level find what they are for in the levels above. */
  private routesAbove(type: number, level: number): RoutePlan {
    return this.levels.slice(0, level).map((one) => one.route(type, true));
  }

  start(): void {}

  onAtom(at: number, event: EventRecord): void {
    if (this.root === null) return;
    this.note(event);
    const { level, atom, routes, parts } = this.places[at] as ContextController['places'][number];
    if (level === 0) this.root.collect(atom, event, this.hits);
    else
      visitNodes(this.root, 0, { level, routes, event }, (node) => {
        const from = this.hits.length;
        node.collect(atom, event, this.hits);
        for (let i = from; i < this.hits.length; i++) {
          const hit = this.hits[i] as Hit;
          if (hit.rank === RANK_BEGIN) hit.begin = { node, parts };
        }
      });
  }

  onEvent(): void {
    this.act();
  }

  onTimers(): void {
    const work = [...this.later];
    this.later.clear();
    for (const one of work) one();
  }

  stop(): void {
    for (const statement of this.statements) statement?.stop();
  }

  /** Takes a statement in and gives it its place. */
  adopt(statement: ContextStatement): number {
    return this.statements.push(statement) - 1;
  }

  get isHeard(): boolean {
    return !this.isDeploying;
  }

  /** A statement begins: the first one begins the context; later ones begin in the partitions that are there. */
  begun(statement: ContextStatement): void {
    this.isDeploying = true;
    if (this.root === null) {
      this.root = (this.levels[0] as Level).node(null);
      this.root.activate(NO_TRIGGER);
    } else for (const partition of this.partitions.values()) statement.begin(partition);
    this.isDeploying = false;
  }

  /** Lets a statement go; its instances are stopped. With the last one the context ends. */
  remove(statement: ContextStatement, place: number): void {
    if (this.statements[place] !== statement) return;
    this.statements[place] = null;
    if (this.statements.some((one) => one !== null)) return;
    this.root?.deactivate();
    this.root = null;
    this.partitions.clear();
    this.hits.length = 0;
    this.later.clear();
    this.ranTimers.length = 0;
  }

  /** All partitions, in the order of their ids. */
  all(): Iterable<Partition> {
    return this.partitions.values();
  }

  /** Calls `visit` for the partitions that get an event by a filter with these routes; of `among` if given. */
  visit(
    event: EventRecord,
    routes: RoutePlan,
    visit: (partition: Partition) => void,
    among?: Iterable<Partition>,
  ): void {
    if (this.root === null) return;
    const isCurrent = this.isCurrent(event);
    const each = (partition: Partition) => {
      if (!isCurrent || partition.born !== this.turn) visit(partition);
    };
    if (among === undefined) visitPartitions(this.root, 0, { routes, event }, each);
    else for (const partition of among) each(partition);
  }

  /** Whether a partition gets an event by a filter with these routes. */
  accepts(partition: Partition, event: EventRecord, routes: RoutePlan): boolean {
    let branch: Branch | null = partition.branch;
    for (let level = this.levels.length - 1; level >= 0 && branch !== null; level--) {
      const route = routes[level] ?? null;
      if (route !== null && !route.accepts(branch, event)) return false;
      branch = branch.node.parent;
    }
    return true;
  }

  admits(parent: Branch | null, event: EventRecord, type: number): boolean {
    let depth = 0;
    for (let at = parent; at !== null; at = at.node.parent) depth++;
    let branch = parent;
    for (let level = depth - 1; level >= 0 && branch !== null; level--) {
      const route = (this.levels[level] as Level).route(type, true);
      if (route !== null && !route.accepts(branch, event)) return false;
      branch = branch.node.parent;
    }
    return true;
  }

  mayBegin(node: LevelNode): boolean {
    return this.limit.mayBegin(node);
  }

  drop(branch: Branch): void {
    branch.node.drop(branch);
    this.isDropping = true;
    this.close(branch, null);
    this.isDropping = false;
  }

  open(branch: Branch, trigger: Trigger): void {
    const depth = depthOf(branch);
    this.limit.count(depth - 1, 1);
    const next = this.levels[depth];
    if (next !== undefined) {
      const node = next.node(branch);
      branch.below = node;
      node.activate(trigger);
      return;
    }
    const partition = this.partitionOf(branch, this.nextId++);
    for (const statement of this.statements) statement?.begin(partition);
    if (trigger.event !== null) this.feed(partition, trigger.event, trigger.only);
    for (const event of trigger.inclusive) this.feed(partition, event);
    // The same event ended the partition around it before: it got the event, and nothing else would end it.
    if (!isAttached(branch, this.root)) this.drop(branch);
  }

  close(branch: Branch, cause: EndCause | null): ReadonlySet<number> {
    const { below } = branch;
    if (below !== null) this.limit.count(depthOf(branch) - 1, -1);
    const missed = cause === null ? NONE : this.beforeEnd(branch, cause);
    branch.below = null;
    if (below instanceof Partition) this.end(below);
    else below?.deactivate();
    return missed;
  }

  setValue(branch: Branch, index: number, value: Value): void {
    const { below } = branch;
    if (below instanceof Partition) below.env.context[index] = value;
    else for (const inner of below?.branches() ?? []) this.setValue(inner, index, value);
  }

  afterTimers(work: () => void): void {
    this.later.add(work);
  }

  ran(statement: number, partition: Partition): void {
    this.ranTimers.push({ statement, partition });
  }

  guarded(statement: number, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof ExpressionFailure)) throw error;
      this.outer.onFailure(statement, error);
    }
  }

  snapshot(writer: EventWriter): unknown {
    return { nextId: this.nextId, root: this.root === null ? null : this.write(this.root, writer) };
  }

  restore(state: unknown, reader: EventReader): void {
    const { nextId, root } = state as { nextId: number; root: unknown };
    this.nextId = nextId;
    if (root === null) return;
    this.root = (this.levels[0] as Level).node(null);
    this.read(this.root, root, reader);
    const sorted = [...this.partitions].sort(([a], [b]) => a - b);
    this.partitions.clear();
    for (const [id, partition] of sorted) this.partitions.set(id, partition);
  }

  private levelOf(level: ContextLevel): Level {
    switch (level.kind) {
      case 'keyed':
        return new Keyed(level, this);
      case 'hash':
        return new Hashed(level, this);
      case 'category':
        return new Categories(level, this);
      case 'span':
        return new Spans(level, this);
    }
  }

  private note(event: EventRecord): void {
    const sent = event.shownOf ?? event;
    if (this.current === sent) return;
    this.current = sent;
    this.turn++;
  }

  private isCurrent(event: EventRecord): boolean {
    return (event.shownOf ?? event) === this.current;
  }

  private act(): void {
    const { hits } = this;
    if (hits.length === 0) return;
    const all = putInOrder(hits.splice(0));
    for (const hit of all) this.guarded(this.plan.index, () => hit.act());
  }

  private partitionOf(branch: Branch, id: number): Partition {
    const values = new Array<Value>(this.context.values).fill(null);
    values[0] = id;
    let level = this.levels.length - 1;
    for (let at: Branch | null = branch; at !== null; at = at.node.parent, level--) {
      const { base } = this.context.levels[level] as ContextLevel;
      at.values.forEach((value, i) => {
        values[base + i] = value;
      });
    }
    const partition = new Partition(branch, { id, values, born: this.turn }, this.outer, this);
    // An array that grows by itself takes room for 17.
    partition.instances.length = this.statements.length;
    branch.below = partition;
    this.partitions.set(id, partition);
    return partition;
  }

  private feed(partition: Partition, event: EventRecord, only?: ReadonlySet<number>): void {
    for (const statement of this.statements) {
      if (partition.hasEnded || statement === null) continue;
      if (only?.has(statement.plan.index) ?? true) statement.feed(partition, event);
    }
  }

  /** Gives the event that ends the partitions below a branch to those statements that come before the end. */
  private beforeEnd(branch: Branch, cause: EndCause): ReadonlySet<number> {
    const missed = new Set<number>();
    const visit = ({ below }: Branch) => {
      if (!(below instanceof Partition)) for (const inner of below?.branches() ?? []) visit(inner);
      else
        for (const statement of this.statements)
          if (statement?.beforeEnd(below, cause) === true) missed.add(statement.plan.index);
    };
    visit(branch);
    return missed;
  }

  /** Statements end in reverse order, so that the last rows of one can still use what those before it keep. */
  private end(partition: Partition): void {
    if (partition.hasEnded) return;
    this.flushTimers();
    partition.hasEnded = true;
    for (let i = this.statements.length - 1; i >= 0; i--) this.statements[i]?.end(partition, this.isDropping);
    this.partitions.delete(partition.id);
  }

  /** Gives on what timers completed in partitions; called when all timers of a statement have run. */
  flushTimers(): void {
    const { ranTimers } = this;
    if (ranTimers.length === 0) return;
    const all = new Map<string, (typeof ranTimers)[number]>();
    for (const one of ranTimers.splice(0)) all.set(`${one.statement} ${one.partition.id}`, one);
    for (const { statement, partition } of all.values()) {
      if (partition.hasEnded) continue;
      const running = this.statements.find((one) => one?.plan.index === statement);
      if (running !== undefined) this.guarded(statement, () => running?.onTimersIn(partition));
    }
  }

  private write(node: LevelNode, writer: EventWriter): unknown {
    return node.snapshot(writer, ({ below }) => {
      if (below === null) return null;
      return below instanceof Partition ? below.id : this.write(below, writer);
    });
  }

  private read(node: LevelNode, state: unknown, reader: EventReader): void {
    node.restore(state, reader, (branch, inner) => {
      const depth = depthOf(branch);
      const next = this.levels[depth];
      if (inner === null) return;
      this.limit.count(depth - 1, 1);
      if (next === undefined) {
        this.partitionOf(branch, inner as number).born = -1;
        return;
      }
      const below = next.node(branch);
      branch.below = below;
      this.read(below, inner, reader);
    });
  }
}

const NONE: ReadonlySet<number> = new Set();
