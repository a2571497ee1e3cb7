import type { EventRecord } from '../../event/record.ts';
import { compilePredicate, type Env, type Predicate, type Slot } from '../../expr/evaluate.ts';
import { operandsOf } from '../../plan/pattern-tree.ts';
import type { FilterNode, PatternNode } from '../../plan/plan.ts';
import type { MatcherHost } from '../matcher.ts';
import type { Operator, PatternProgram } from '../program.ts';
import type { Parent, StateNode } from './node.ts';
import { TreeMatcher } from './tree-matcher.ts';

/** One operator instance of a run, as an observer sees it. */
export interface Instance {
  readonly node: PatternNode;
  /** Instance around it; null for the root, and while its `every` tries it out. */
  readonly parent: Instance | null;
  /** The instance whose completion began it; null at the start of the pattern. */
  readonly cause: Instance | null;
  readonly began: Moment;
  /** Tags it began with. */
  readonly slots: readonly Slot[];
  /** How it ended; null while it is open. */
  end: InstanceEnd | null;
}

/** When, and by which event; null: by a timer, or at the start. */
export interface Moment {
  readonly time: number;
  readonly event: EventRecord | null;
}

/** `quit`: something else ended it, `by` whom: a guard whose time was up, the event of a `not`, another side of `or`. */
export interface InstanceEnd extends Moment {
  readonly kind: 'true' | 'false' | 'quit';
  readonly by: Instance | null;
}

/** Hears what the instances of a pattern do. */
export interface MatcherObserver {
  /** Index of the statement whose pattern is observed. */
  readonly statement: number;
  /** Comes first. */
  attach(env: Env): void;
  /** An event of the type of a filter, whether it passes or not; before it acts. */
  onEvent(filter: FilterNode, event: EventRecord): void;
  onBegin(instance: Instance): void;
  onEnd(instance: Instance): void;
  /** A match; `path` are the instances that became true one in the other, the innermost first. */
  onMatch(slots: readonly Slot[], path: readonly Instance[], at: Moment): void;
}

/**
 * The tree matcher with its instances observed. It watches the reports between state nodes from outside, so the matcher
 * itself neither knows nor pays. For answering questions about one rule, not for running it.
 */
export class ObservedTreeMatcher extends TreeMatcher {
  private readonly observer: MatcherObserver;
  private readonly nodes: ReadonlyMap<Operator, PatternNode>;
  private readonly instances = new WeakMap<object, Instance>();
  /** Instances whose report is under way, the innermost first. */
  private readonly path: Instance[] = [];
  private readonly watched: readonly ObservedFilter[];
  private event: EventRecord | null = null;

  constructor(program: PatternProgram, root: PatternNode, host: MatcherHost, observer: MatcherObserver) {
    super(program, host);
    this.observer = observer;
    observer.attach(host.env);
    const nodes = new Map<Operator, PatternNode>();
    pair(program.root, root, nodes);
    this.nodes = nodes;
    this.watched = program.atoms.map(({ node, own }) => ({
      node,
      passes: compilePredicate(own, host.backend),
    }));
  }

  /** Gets every event of the type: the conditions on the event alone are tested here. */
  override collect(atom: number, event: EventRecord): void {
    const { node, passes } = this.watched[atom] as ObservedFilter;
    this.event = event;
    this.observer.onEvent(node, event);
    if (passes(event, [], this.host.env)) super.collect(atom, event);
  }

  override dispatch(): void {
    super.dispatch();
    this.event = null;
  }

  override create(operator: Operator, parent: Parent): StateNode {
    const made = super.create(operator, parent);
    this.watch(made, this.nodes.get(operator) as PatternNode);
    return made;
  }

  override onTrue(slots: readonly Slot[], from: StateNode, quitted: boolean): void {
    const root = this.instances.get(from);
    const path = root === undefined ? [...this.path] : [...this.path, root];
    if (root !== undefined && quitted) this.end(root, 'true', null);
    this.observer.onMatch(slots, path, this.now());
    super.onTrue(slots, from, quitted);
  }

  private watch(made: StateNode, node: PatternNode): void {
    const start = made.start.bind(made);
    made.start = (slots) => {
      const { instances } = this;
      const instance: Instance = {
        node,
        // An `every` takes its child on only after it has begun.
        get parent() {
          return instances.get(made.parent) ?? null;
        },
        cause: this.path[0] ?? null,
        began: this.now(),
        slots,
        end: null,
      };
      this.instances.set(made, instance);
      this.observer.onBegin(instance);
      start(slots);
    };
    const quit = made.quit.bind(made);
    made.quit = () => {
      const instance = this.instances.get(made);
      if (instance !== undefined) this.end(instance, 'quit', this.path[0] ?? null);
      quit();
    };
    if ('onTimer' in made) this.watchTimer(made as StateNode & { onTimer(): void });
    if ('onTrue' in made && 'onFalse' in made) this.watchReports(made as StateNode & Parent);
  }

  /** What a guard does when its time is up, it does as the cause. */
  private watchTimer(made: StateNode & { onTimer(): void }): void {
    const onTimer = made.onTimer.bind(made);
    made.onTimer = () => {
      const instance = this.instances.get(made);
      if (instance === undefined || instance.node.op === 'interval') onTimer();
      else {
        this.path.push(instance);
        onTimer();
        this.path.pop();
        this.end(instance, 'false', null);
      }
    };
  }

  private watchReports(made: StateNode & Parent): void {
    const onTrue = made.onTrue.bind(made);
    made.onTrue = (slots, from, quitted) => {
      const instance = this.instances.get(from);
      if (instance === undefined) return onTrue(slots, from, quitted);
      if (quitted) this.end(instance, 'true', null);
      this.path.push(instance);
      onTrue(slots, from, quitted);
      this.path.pop();
    };
    const onFalse = made.onFalse.bind(made);
    made.onFalse = (from, restartable) => {
      const instance = this.instances.get(from);
      if (instance !== undefined) this.end(instance, 'false', this.path[0] ?? null);
      onFalse(from, restartable);
    };
  }

  private end(instance: Instance, kind: InstanceEnd['kind'], by: Instance | null): void {
    // What completes often quits first and reports then.
    if (instance.end !== null && (kind !== 'true' || instance.end.kind !== 'quit')) return;
    instance.end = { kind, by, ...this.now() };
    this.observer.onEnd(instance);
  }

  private now(): Moment {
    return { time: this.host.env.now, event: this.event };
  }
}

interface ObservedFilter {
  readonly node: FilterNode;
  readonly passes: Predicate;
}

/** Finds the plan node of each operator: the two trees have one shape. */
function pair(operator: Operator, node: PatternNode, into: Map<Operator, PatternNode>): void {
  into.set(operator, node);
  const operands = operandsOf(node);
  const children =
    'children' in operator
      ? operator.children
      : 'child' in operator
        ? [operator.child, ...('until' in operator && operator.until !== null ? [operator.until] : [])]
        : [];
  children.forEach((child, i) => {
    pair(child, operands[i] as PatternNode, into);
  });
}
