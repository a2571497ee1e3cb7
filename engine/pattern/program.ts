import { unreachable } from '../core/assert.ts';
import type { EventRecord } from '../event/record.ts';
import { conjuncts, usesSlots } from '../expr/analyze.ts';
import {
  type Backend,
  compileExpr,
  compilePredicate,
  type Env,
  type Evaluator,
  equalityKey,
  type Predicate,
  type Slot,
} from '../expr/evaluate.ts';
import { CURRENT, type Expr } from '../expr/ir.ts';
import { compileCrontab } from '../plan/crontab.ts';
import type { CrontabPlan } from '../plan/crontab-plan.ts';
import { filtersOf } from '../plan/pattern-tree.ts';
import type { FilterNode, PatternInput, PatternNode } from '../plan/plan.ts';
import { nextCrontabTime } from '../time/crontab.ts';
import { addPeriod, periodOf } from '../time/duration.ts';
import { compileSeries, type TimeSeries } from './time-series.ts';

/**
 * A pattern made ready to run: the operator tree with compiled expressions, and its filter nodes ("atoms") in the order
 * of the text.
 *
 * An atom's filter is split into three: `own` conditions that look at the event alone (tested once per event by the
 * dispatcher), one equality between the event and earlier tags (waiting states are found by it through a hash), and the
 * rest (tested per state).
 */
export interface PatternProgram {
  readonly root: Operator;
  readonly atoms: readonly Atom[];
  readonly slots: number;
  /** `@DiscardPartialsOnMatch`, see `PatternInput`. */
  readonly discards: boolean;
}

/** A filter node ready to run. */
export interface Atom {
  /** Index in `PatternProgram.atoms`. */
  readonly index: number;
  readonly node: FilterNode;
  readonly own: Expr | null;
  readonly key: AtomKey | null;
  readonly rest: Predicate | null;
}

/** An equality `event side = tag side`; both give a Map key, null when the equality cannot hold. */
export interface AtomKey {
  ofEvent(event: EventRecord, env: Env): MapKey | null;
  ofSlots(slots: readonly Slot[], env: Env): MapKey | null;
}

/** What an equality key is looked up by. */
export type MapKey = string | number | boolean;

/** Operators with compiled parts; the shape is that of the plan. */
export type Operator =
  | { readonly op: 'filter'; readonly atom: Atom }
  | { readonly op: 'every' | 'not'; readonly child: Operator }
  | EveryDistinctOperator
  | { readonly op: 'and' | 'or'; readonly children: readonly Operator[] }
  | FollowedByOperator
  | RepeatOperator
  | { readonly op: 'interval'; readonly duration: Duration }
  | { readonly op: 'at'; readonly next: Duration }
  | { readonly op: 'schedule'; readonly series: TimeSeries }
  | { readonly op: 'within'; readonly child: Operator; readonly duration: Duration }
  | {
      readonly op: 'withinMax';
      readonly child: Operator;
      readonly duration: Duration;
      readonly max: Evaluator;
    }
  | { readonly op: 'while'; readonly child: Operator; readonly condition: Evaluator };

/** See `EveryDistinctNode`. */
export interface EveryDistinctOperator {
  readonly op: 'everyDistinct';
  readonly child: Operator;
  readonly keys: readonly Evaluator[];
  readonly expiry: Duration | null;
}

/** See `FollowedByNode`. */
export interface FollowedByOperator {
  readonly op: 'followedBy';
  readonly children: readonly Operator[];
  readonly limits: readonly (Evaluator | null)[];
}

/** See `RepeatNode`. */
export interface RepeatOperator {
  readonly op: 'repeat';
  readonly child: Operator;
  readonly until: Operator | null;
  readonly low: Evaluator | null;
  readonly high: Evaluator | null;
  readonly slots: readonly number[];
}

/** When a timer started at `env.now` is due; null when the duration is null. */
export type Duration = (slots: readonly Slot[], env: Env) => number | null;

/** Compiles a pattern; `backend` is how its expressions run. */
export function compilePattern(input: PatternInput, backend: Backend): PatternProgram {
  const atoms = filtersOf(input.root).map((node, index) => compileAtom(node, index, backend));
  const byId = new Map(atoms.map((atom) => [atom.node.id, atom]));
  return {
    root: compileOperator(input.root, byId, backend),
    atoms,
    slots: input.slots.length,
    discards: input.discardPartials,
  };
}

function compileOperator(node: PatternNode, atoms: ReadonlyMap<number, Atom>, backend: Backend): Operator {
  const operator = (one: PatternNode) => compileOperator(one, atoms, backend);
  const optional = (expr: Expr | null) => (expr === null ? null : compileExpr(expr, backend));
  switch (node.op) {
    case 'filter':
      return { op: 'filter', atom: atoms.get(node.id) as Atom };
    case 'every':
    case 'not':
      return { op: node.op, child: operator(node.child) };
    case 'everyDistinct': {
      const keys = node.keys.map((key) => compileExpr(key, backend));
      const expiry = node.expiry === null ? null : compileDuration(node.expiry, backend);
      return { op: 'everyDistinct', child: operator(node.child), keys, expiry };
    }
    case 'and':
    case 'or':
      return { op: node.op, children: node.children.map(operator) };
    case 'followedBy':
      return { op: 'followedBy', children: node.children.map(operator), limits: node.limits.map(optional) };
    case 'repeat': {
      const { slots } = node;
      const until = node.until === null ? null : operator(node.until);
      const [low, high] = [optional(node.low), optional(node.high)];
      return { op: 'repeat', child: operator(node.child), until, low, high, slots };
    }
    case 'interval':
      return { op: 'interval', duration: compileDuration(node.duration, backend) };
    case 'at':
      return { op: 'at', next: compileAt(node.crontab, backend) };
    case 'schedule':
      return { op: 'schedule', series: compileSeries(node, backend) };
    case 'within':
    case 'withinMax':
    case 'while':
      return compileGuard(node, operator(node.child), backend);
    default:
      return unreachable(node);
  }
}

function compileGuard(
  node: PatternNode & { op: 'within' | 'withinMax' | 'while' },
  child: Operator,
  backend: Backend,
): Operator {
  if (node.op === 'while') return { op: 'while', child, condition: compileExpr(node.condition, backend) };
  const duration = compileDuration(node.duration, backend);
  if (node.op === 'within') return { op: 'within', child, duration };
  return { op: 'withinMax', child, duration, max: compileExpr(node.max, backend) };
}

function compileAt(crontab: CrontabPlan, backend: Backend): Duration {
  const evaluate = compileCrontab(crontab, backend);
  return (slots, env) => {
    const known = evaluate(slots, env);
    return known === null ? null : nextCrontabTime(known, env.now, env.timeBase);
  };
}

function compileDuration(expr: Expr, backend: Backend): Duration {
  const evaluate = compileExpr(expr, backend);
  return (slots, env) => {
    const value = evaluate(null, slots, env);
    return value === null ? null : addPeriod(env.now, periodOf(value), env.timeBase);
  };
}

function compileAtom(node: FilterNode, index: number, backend: Backend): Atom {
  const own: Expr[] = [];
  const rest: Expr[] = [];
  let key: AtomKey | null = null;
  for (const part of node.filter === null ? [] : conjuncts(node.filter)) {
    const used = usesSlots(part);
    if ([...used].every((slot) => slot === CURRENT)) {
      own.push(part);
    } else {
      const found: AtomKey | null = key === null ? equalityWithTags(part, backend) : null;
      if (found === null) rest.push(part);
      else key = found;
    }
  }
  return {
    index,
    node,
    own: conjunction(own),
    key,
    rest: rest.length === 0 ? null : compilePredicate(conjunction(rest), backend),
  };
}

function equalityWithTags(part: Expr, backend: Backend): AtomKey | null {
  if (part.op !== 'equal' || part.negated || part.nullSafe) return null;
  const left = usesSlots(part.left);
  const right = usesSlots(part.right);
  const onlyEvent = (used: ReadonlySet<number>) => used.size === 1 && used.has(CURRENT);
  const onlyTags = (used: ReadonlySet<number>) => used.size > 0 && !used.has(CURRENT);
  if (onlyEvent(left) && onlyTags(right)) return makeKey(part.left, part.right, backend);
  if (onlyEvent(right) && onlyTags(left)) return makeKey(part.right, part.left, backend);
  return null;
}

const NO_SLOTS: readonly Slot[] = [];

function makeKey(eventSide: Expr, tagSide: Expr, backend: Backend): AtomKey | null {
  if (!hasKey(eventSide) || !hasKey(tagSide)) return null;
  const ofEvent: Evaluator = compileExpr(eventSide, backend);
  const ofSlots: Evaluator = compileExpr(tagSide, backend);
  return {
    ofEvent: (event, env) => equalityKey(ofEvent(event, NO_SLOTS, env)),
    ofSlots: (slots, env) => equalityKey(ofSlots(null, slots, env)),
  };
}

/** Scalars compare equal exactly when their keys do; arrays, maps and events are left to the residual test. */
function hasKey(expr: Expr): boolean {
  return !['array', 'event', 'map', 'object', 'period', 'null'].includes(expr.type.kind);
}

function conjunction(parts: readonly Expr[]): Expr | null {
  if (parts.length <= 1) return parts[0] ?? null;
  return { op: 'and', type: { kind: 'boolean' }, operands: parts };
}
