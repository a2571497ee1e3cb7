import { dependsOnlyOnItem, usesSlots } from '../../expr/analyze.ts';
import { compileExpr } from '../../expr/evaluate.ts';
import { createEnv } from '../../expr/evaluator.ts';
import type { Expr } from '../../expr/ir.ts';
import { filtersOf, operandsOf } from '../../plan/pattern-tree.ts';
import type {
  AndNode,
  EveryDistinctNode,
  EveryNode,
  FilterNode,
  PatternInput,
  PatternNode,
  RepeatNode,
} from '../../plan/plan.ts';
import { periodOf } from '../../time/duration.ts';
import { type TimeBase, ticksOf } from '../../time/time-base.ts';
import { type Draft, layOut } from './layout.ts';
import type {
  Deadline,
  DistinctPlan,
  Edge,
  EverySpan,
  LinearProgram,
  LinearState,
  Outcome,
  RestartTarget,
  Target,
  Wait,
} from './program.ts';

/**
 * Builds the automaton of a pattern, or says in words why it would not be exact.
 *
 * The tree is walked from the last step to the first, so that each operator knows where its completion leads. What an
 * operator around a step adds (the deadline of a guard, the events of an `and not`) is handed down and becomes part of
 * every state inside. A run then carries all that can still happen to it, and no other run can change its fate. This
 * fails where one operator instance has several runs and something outside waits for all of them together: `every`
 * inside `every`, `and` or `or` of whole chains, repeats of more than one filter. Those stay with the tree matcher.
 */
export function buildLinear(input: PatternInput, base: TimeBase): LinearProgram | string {
  if ((input.given ?? 0) > 0) return 'it begins with tags of its context set';
  return new Builder(input, base).build();
}

/** What the operators around a step add to its states. */
interface Around {
  readonly waits: readonly Wait[];
  readonly deadlines: readonly Deadline[];
  /** Where a run goes that can never complete the operator. */
  readonly fail: Target;
  readonly isInEvery: boolean;
}

/** Waits and deadlines of a step that is one state. */
interface Step {
  readonly waits: readonly Wait[];
  readonly deadlines: readonly Deadline[];
}

const END: Target = { kind: 'end' };

/** Whether an `and` keeps completions of a side that goes on afterwards. */
function keepsCompletions(node: PatternNode, isInAnd = false): boolean {
  if (isInAnd && (node.op === 'every' || node.op === 'everyDistinct')) return true;
  return operandsOf(node).some((one) => keepsCompletions(one, isInAnd || node.op === 'and'));
}

class Builder {
  private readonly input: PatternInput;
  private readonly base: TimeBase;
  private readonly filters: readonly FilterNode[];
  private readonly draft: Draft = { states: [], clocks: [], entryOf: new Map(), startOrder: [] };
  private owners = 0;
  private reason: string | null = null;

  constructor(input: PatternInput, base: TimeBase) {
    this.input = input;
    this.base = base;
    this.filters = filtersOf(input.root);
  }

  build(): LinearProgram | string {
    const { input, filters, draft } = this;
    if (filters.some((filter) => filter.contained !== null))
      this.decline('a filter takes the events inside its event');
    if (filters.some((filter) => filter.consume > 0))
      this.decline('`@consume` weighs filters against each other');
    this.listStarts(input.root);
    const around: Around = { waits: [], deadlines: [], fail: END, isInEvery: false };
    const entry = this.operator(input.root, around, { copy: null, move: { kind: 'match' }, distinct: null });
    if (this.reason !== null) return this.reason;
    const program = layOut(input, filters, draft, entry);
    if (typeof program === 'string') return program;
    const holds = program.states.some((state) => state.bound.length > 0) || keepsCompletions(input.root);
    if (input.discardPartials && holds) {
      return '`@DiscardPartialsOnMatch` ends runs by the events they hold';
    }
    return program;
  }

  /** The state in which a run waits for the operator; `next` happens when it becomes true. */
  private operator(node: PatternNode, around: Around, next: Outcome): Target {
    const step = this.step(node, around, next);
    if (step !== null) return this.state(around, step);
    switch (node.op) {
      case 'every':
      case 'everyDistinct':
        return this.every(node, around, next);
      case 'followedBy': {
        if (node.limits.some((limit) => limit !== null))
          return this.decline('`-[max]>` counts runs of a step');
        let target: Outcome = next;
        for (const child of [...node.children].reverse()) {
          target = { copy: null, move: this.operator(child, around, target), distinct: null };
        }
        return target.move ?? END;
      }
      case 'and':
        return this.and(node, around, next);
      case 'or':
        return this.decline('a side of `or` is more than one event or timer');
      case 'repeat':
        return this.repeat(node, around, next);
      case 'within': {
        const clock = this.clock(node.duration, node.id, around);
        const deadline: Deadline = { clock, owner: this.owners++, edge: kill(around.fail) };
        return this.operator(node.child, { ...around, deadlines: [...around.deadlines, deadline] }, next);
      }
      case 'not':
        return this.decline('`not` stands outside of `and`');
      case 'at':
      case 'schedule':
        return this.decline('its timers follow a calendar');
      case 'withinMax':
      case 'while':
        return this.decline('its guard looks at completions');
      default:
        return this.decline('it has an operator of the tree matcher');
    }
  }

  /** A step that is a single state: one event, any number of events one by one, a time, or the first of such. */
  private step(node: PatternNode, around: Around, next: Outcome): Step | null {
    switch (node.op) {
      case 'filter':
        return this.waitFor(node, 'take', next);
      case 'every':
        if (node.child.op !== 'filter' || around.isInEvery) return null;
        return this.waitFor(node.child, 'take', { copy: next.move, move: null, distinct: null });
      case 'interval': {
        const clock = this.clock(node.duration, node.id, around);
        return { waits: [], deadlines: [{ clock, owner: this.owners++, edge: edge('timeout', next) }] };
      }
      case 'or': {
        const sides = node.children.map((child) => this.step(child, around, next));
        if (sides.includes(null)) return null;
        return joined(sides as Step[]);
      }
      default:
        return null;
    }
  }

  private waitFor(node: FilterNode, kind: Edge['kind'], outcome: Outcome, bit = 0): Step {
    const wait: Wait = {
      atom: this.filters.indexOf(node),
      owner: this.owners++,
      edge: { kind, bind: node.slot, outcome, bit },
    };
    return { waits: [wait], deadlines: [] };
  }

  private state(around: Around, step: Step, more: Partial<LinearState> = {}): Target {
    const state = this.draft.states.length;
    this.draft.states.push({
      id: state,
      waits: [...around.waits, ...step.waits],
      deadlines: [...around.deadlines, ...step.deadlines],
      bound: [],
      repeat: null,
      sides: null,
      ...more,
    });
    return { kind: 'state', state };
  }

  /** `every` of more than a filter: its one run begins anew after each completion and each failure. */
  private every(node: EveryNode | EveryDistinctNode, around: Around, next: Outcome): Target {
    if (around.isInEvery) return this.decline('`every` stands inside `every`');
    const distinct = node.op === 'everyDistinct' ? this.distinct(node) : null;
    if (node.child.op === 'filter') {
      return this.state(around, this.waitFor(node.child, 'take', { copy: next.move, move: null, distinct }));
    }
    // A filter that begins to wait anew acts after those of the operators around, before them at the first time.
    if (around.waits.length > 0) return this.decline('`every (…)` stands beside `not`');
    const slots = filtersOf(node.child).flatMap((filter) => (filter.slot < 0 ? [] : [filter.slot]));
    const every: EverySpan = { firstOwner: this.owners, endOwner: 0, slots };
    const restart: RestartTarget = { kind: 'restart', state: -1, every };
    const outcome: Outcome = { copy: next.move, move: restart, distinct };
    const entry = this.operator(node.child, { ...around, fail: restart, isInEvery: true }, outcome);
    every.endOwner = this.owners;
    if (entry.kind === 'state') restart.state = entry.state;
    return entry;
  }

  private distinct(node: EveryDistinctNode): DistinctPlan {
    const expiryTicks = node.expiry === null ? null : this.durationTicks(node.expiry);
    return { keys: node.keys, expiryTicks };
  }

  /** One operator beside any number of `not`, or several single events and timers. */
  private and(node: AndNode, around: Around, next: Outcome): Target {
    const owner = this.owners++;
    const waits: Wait[] = [...around.waits];
    const positive = node.children.filter((child) => child.op !== 'not');
    for (const child of node.children) {
      if (child.op !== 'not') continue;
      if (child.child.op !== 'filter') return this.decline('`not` is of more than one event');
      waits.push({ atom: this.filters.indexOf(child.child), owner, edge: kill(around.fail) });
    }
    const inside = { ...around, waits };
    const [only] = positive;
    if (only === undefined) return this.decline('`and` has no side but `not`');
    const entry =
      positive.length === 1 ? this.operator(only, inside, next) : this.sides(positive, inside, next);
    if (entry.kind === 'state') this.draft.entryOf.set(owner, entry.state);
    return entry;
  }

  private sides(children: readonly PatternNode[], around: Around, next: Outcome): Target {
    const steps = children.map((child, i) => {
      if (child.op === 'filter') return this.waitFor(child, 'side', next, 1 << i);
      if (child.op !== 'interval') return null;
      const clock = this.clock(child.duration, child.id, around);
      const side: Edge = { kind: 'side', bind: -1, outcome: next, bit: 1 << i };
      return { waits: [], deadlines: [{ clock, owner: this.owners++, edge: side }] };
    });
    if (steps.includes(null) || steps.length > SIDES_MAX) {
      return this.decline('a side of `and` is more than one event or timer');
    }
    return this.state(around, joined(steps as Step[]), {
      sides: { all: (1 << steps.length) - 1, done: next },
    });
  }

  private repeat(node: RepeatNode, around: Around, next: Outcome): Target {
    if (node.child.op !== 'filter') return this.decline('a repeat is of more than one event');
    const low = node.low === null ? 0 : this.count(node.low);
    const high = node.high === null ? Number.POSITIVE_INFINITY : this.count(node.high);
    const isTight = node.low !== null && low === high;
    const until = node.until === null ? null : this.step(node.until, around, next);
    if (node.until === null ? !isTight : until === null) {
      return this.decline('a repeat ends with more than one event or timer');
    }
    if (low > high || high < 1) return this.decline('the bounds of a repeat leave no rounds');
    const round = this.waitFor(node.child, 'round', next);
    const ending = (of: readonly { readonly edge: Edge }[]) =>
      of.every(({ edge: { kind, outcome } }) => (kind === 'take' || kind === 'timeout') && outcome === next);
    if (until !== null && !(ending(until.waits) && ending(until.deadlines))) {
      return this.decline('a repeat ends with `every`');
    }
    const step: Step = {
      waits: [...(until?.waits ?? []).map(untilEdge), ...round.waits],
      deadlines: (until?.deadlines ?? []).map(untilEdge),
    };
    const [wait] = round.waits as [Wait];
    const repeat = {
      low,
      high,
      isTight,
      atom: wait.atom,
      slot: node.child.slot,
      done: next,
      fail: around.fail,
    };
    return this.state(around, step, { repeat });
  }

  /** Lengths that differ from run to run are fine, except where a run that is complete at once would begin anew. */
  private clock(duration: Expr, node: number, around: Around): number {
    const isSame = usesSlots(duration).size === 0 && !hasMonths(duration);
    if (!isSame && around.isInEvery) this.decline('inside `every (…)` a duration differs from run to run');
    if (!dependsOnlyOnItem(duration)) this.decline('a duration can change while the pattern runs');
    const durationTicks = isSame ? this.durationTicks(duration) : null;
    return this.draft.clocks.push({ durationTicks, duration, node, lane: 0 }) - 1;
  }

  private durationTicks(expr: Expr): number {
    const value = this.constant(expr);
    if (value === null) return 1;
    const { months, ms } = periodOf(value);
    const ticks = ticksOf(ms, this.base);
    if (months !== 0) this.decline('a duration has months, whose lengths differ');
    else if (!(ticks > 0)) this.decline('a duration is not positive');
    return ticks;
  }

  private count(expr: Expr): number {
    const value = this.constant(expr);
    return typeof value === 'number' ? value : 1;
  }

  private constant(expr: Expr) {
    const value =
      dependsOnlyOnItem(expr) && usesSlots(expr).size === 0
        ? compileExpr(expr, 'interpreter')(null, [], NO_ENV)
        : null;
    if (value === null) this.decline('a duration or count is not constant');
    return value;
  }

  /** Filters in the order in which they begin to wait when all begin at once: the end of a repeat before its rounds. */
  private listStarts(node: PatternNode): void {
    if (node.op === 'filter') this.draft.startOrder[this.filters.indexOf(node)] = this.owners++;
    if (node.op === 'repeat' && node.until !== null) this.listStarts(node.until);
    if ('child' in node) this.listStarts(node.child);
    if ('children' in node) for (const child of node.children) this.listStarts(child);
  }

  private decline(reason: string): Target {
    this.reason ??= reason;
    return END;
  }
}

const NO_ENV = createEnv(0);
/** Sides of one `and`: their number is one of 32 bits. */
const SIDES_MAX = 30;

function hasMonths(duration: Expr): boolean {
  return duration.op === 'period' && duration.parts.some(({ unit }) => unit === 'month' || unit === 'year');
}

function edge(kind: Edge['kind'], outcome: Outcome): Edge {
  return { kind, bind: -1, outcome, bit: 0 };
}

function kill(fail: Target): Edge {
  return edge('kill', { copy: null, move: fail, distinct: null });
}

function untilEdge<T extends { readonly edge: Edge }>(one: T): T {
  return { ...one, edge: { ...one.edge, kind: 'until' } };
}

function joined(steps: readonly Step[]): Step {
  return {
    waits: steps.flatMap((step) => step.waits),
    deadlines: steps.flatMap((step) => step.deadlines),
  };
}
