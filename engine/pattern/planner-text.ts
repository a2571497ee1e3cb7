import type { EventType } from '../event/types.ts';
import { conjuncts } from '../expr/analyze.ts';
import type { Expr } from '../expr/ir.ts';
import { type ExprNames, exprText, namesOf } from '../expr/print.ts';
import { operandsOf } from '../plan/pattern-tree.ts';
import type { FilterNode, PatternInput, PatternNode, Plan } from '../plan/plan.ts';
import { formatDuration } from '../time/duration.ts';
import { baseOf, type TimeBase } from '../time/time-base.ts';
import type {
  Clock,
  Edge,
  LinearAtom,
  LinearProgram,
  LinearState,
  Outcome,
  Target,
} from './linear/program.ts';
import { pickMatcher } from './planner.ts';
import { boundOf, boundText, type StateBound } from './planner-bound.ts';

/** How a pattern runs, for people and tools. */
export interface PatternExplanation {
  readonly tree: OperatorText;
  readonly matcher: 'linear' | 'tree';
  readonly reason: string;
  readonly bound: StateBound & { readonly text: string };
  /** The automaton of the linear matcher. */
  readonly automaton: AutomatonText | null;
}

/** An operator of the tree, with its operands. */
export interface OperatorText {
  readonly id: number;
  readonly text: string;
  readonly operands: readonly OperatorText[];
}

/** States and edges of an automaton. `match` and `end` stand for the two ends of a run. */
export interface AutomatonText {
  readonly entry: number;
  readonly states: readonly { readonly id: number; readonly waits: readonly string[] }[];
  readonly edges: readonly EdgeText[];
  /** `ms` null: the length differs from run to run. */
  readonly deadlines: readonly { readonly node: number; readonly ms: number | null }[];
}

/** An edge: by what, and whether the run itself goes or a copy of it. */
export interface EdgeText {
  readonly from: number;
  readonly to: number | 'match' | 'end';
  readonly kind: Edge['kind'] | 'fork';
  readonly on: string;
  /** How waiting runs are found: `key card = a.card`, `threshold amount > a.amount + 900`, `all`; empty for timers. */
  readonly by: string;
}

/** Explains a pattern of a plan. */
export function explainPattern(
  input: PatternInput,
  plan: Pick<Plan, 'types' | 'timeUnit' | 'zone'>,
): PatternExplanation {
  const base = baseOf(plan);
  const pick = pickMatcher(input, base);
  const texts = new PatternTexts(input, plan.types, base);
  const bound: StateBound = pick.matcher === 'linear' ? boundOf(pick.program, base) : { kind: 'unknown' };
  return {
    tree: texts.tree(input.root),
    matcher: pick.matcher,
    reason: pick.reason,
    bound: { ...bound, text: boundText(bound) },
    automaton: pick.matcher === 'linear' ? texts.automaton(pick.program) : null,
  };
}

/** Texts of the parts of one pattern. */
export class PatternTexts {
  private readonly input: PatternInput;
  private readonly types: readonly EventType[];
  private readonly base: TimeBase;

  constructor(input: PatternInput, types: readonly EventType[], base: TimeBase) {
    this.input = input;
    this.types = types;
    this.base = base;
  }

  tree(node: PatternNode): OperatorText {
    return {
      id: node.id,
      text: this.operator(node),
      operands: operandsOf(node).map((one) => this.tree(one)),
    };
  }

  /** One operator without its operands. */
  operator(node: PatternNode): string {
    const text = (expr: Expr | null) => (expr === null ? '' : exprText(expr, this.names([])));
    switch (node.op) {
      case 'filter':
        return this.filter(node);
      case 'every':
      case 'and':
      case 'or':
      case 'not':
        return node.op;
      case 'everyDistinct':
        return `every-distinct(${[...node.keys, ...(node.expiry === null ? [] : [node.expiry])].map(text).join(', ')})`;
      case 'followedBy':
        return node.limits.some((limit) => limit !== null) ? `-[${node.limits.map(text).join(', ')}]>` : '->';
      case 'repeat':
        return `[${text(node.low)}:${text(node.high)}]${node.until === null ? '' : ' … until …'}`;
      case 'interval':
        return `timer:interval(${text(node.duration)})`;
      case 'within':
        return `where timer:within(${text(node.duration)})`;
      case 'withinMax':
        return `where timer:withinmax(${text(node.duration)}, ${text(node.max)})`;
      case 'while':
        return `while (${text(node.condition)})`;
      case 'at':
      case 'schedule':
        return `timer:${node.op}(…)`;
    }
  }

  /** `a=Txn(amount > 900)`. */
  filter({ slot, type, filter }: FilterNode): string {
    const tag = slot < 0 ? '' : `${this.input.slots[slot]?.tag}=`;
    const parts = filter === null ? [] : conjuncts(filter).map((part) => this.condition(part, type));
    const condition = parts.length === 0 ? '' : `(${parts.join(', ')})`;
    return `${tag}${this.types[type]?.name ?? '?'}${condition}`;
  }

  /** A condition on an event of `type`. */
  condition(expr: Expr, type: number): string {
    return exprText(expr, this.names(this.fieldsOf(type)));
  }

  automaton(program: LinearProgram): AutomatonText {
    return {
      entry: program.entry,
      states: program.states.map((state) => ({ id: state.id, waits: this.waits(state, program) })),
      edges: program.states.flatMap((state) => this.edges(state, program)),
      deadlines: program.clocks.map(({ node, durationTicks }) => {
        return { node, ms: durationTicks === null ? null : durationTicks / this.base.ticksPerMs };
      }),
    };
  }

  private waits(state: LinearState, program: LinearProgram): string[] {
    const events = state.waits.map(({ atom }) => this.atom(program.atoms[atom] as LinearAtom));
    const times = state.deadlines.map(({ clock }) => this.after(program.clocks[clock] as Clock));
    return [...events, ...times];
  }

  private edges(state: LinearState, program: LinearProgram): EdgeText[] {
    const all: EdgeText[] = [];
    const add = (edge: Edge, on: string, by: string) => {
      for (const { copy, move } of outcomes(edge, state)) {
        if (copy !== null) all.push({ from: state.id, to: endOf(copy), kind: 'fork', on, by });
        if (move !== null) all.push({ from: state.id, to: endOf(move), kind: edge.kind, on, by });
      }
    };
    for (const { atom, edge } of state.waits) {
      const one = program.atoms[atom] as LinearAtom;
      add(edge, this.atom(one), this.index(one));
    }
    for (const { clock, edge } of state.deadlines) {
      add(edge, this.after(program.clocks[clock] as Clock), '');
    }
    return all;
  }

  private after({ durationTicks, duration }: Clock): string {
    if (durationTicks !== null) return `after ${formatDuration(durationTicks / this.base.ticksPerMs)}`;
    const text = exprText(duration, this.names([]));
    return duration.type.kind === 'period' ? `after ${text}` : `after ${text} seconds`;
  }

  private atom(atom: LinearAtom): string {
    const node = this.filterNamed(this.input.root, atom.id);
    return node === null ? '?' : this.filter(node);
  }

  private index({ index, key, threshold, type }: LinearAtom): string {
    if (key !== null) return `key ${this.condition(key.event, type)} = ${this.condition(key.tags, type)}`;
    if (threshold !== null) return `threshold ${this.condition(threshold.part, type)}`;
    return index === 'list' ? 'all' : index;
  }

  private filterNamed(node: PatternNode, id: number): FilterNode | null {
    if (node.op === 'filter') return node.id === id ? node : null;
    for (const operand of operandsOf(node)) {
      const found = this.filterNamed(operand, id);
      if (found !== null) return found;
    }
    return null;
  }

  private names(current: readonly string[]): ExprNames {
    const slots = this.input.slots.map(({ tag, type }) => ({ tag, fields: this.fieldsOf(type) }));
    return namesOf(current, slots, this.types);
  }

  private fieldsOf(type: number): string[] {
    return this.types[type]?.fields.map(({ name }) => name) ?? [];
  }
}

/** What an edge can lead to: rounds and sides lead on only with the last. */
function outcomes(edge: Edge, { id, sides, repeat }: LinearState): Outcome[] {
  const stay: Outcome = { copy: null, move: { kind: 'state', state: id }, distinct: null };
  if (edge.kind === 'side' && sides !== null) return [stay, sides.done];
  if (edge.kind === 'round' && repeat !== null) return repeat.isTight ? [stay, repeat.done] : [stay];
  if (edge.kind === 'until' && repeat !== null) {
    const fail: Outcome = { copy: null, move: repeat.fail, distinct: null };
    return repeat.low > 0 ? [repeat.done, fail] : [repeat.done];
  }
  return [edge.outcome];
}

function endOf(target: Target): EdgeText['to'] {
  return target.kind === 'match' || target.kind === 'end' ? target.kind : target.state;
}
