import { typeName } from '../../engine/event/types.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import { isNumeric } from '../../engine/expr/type-rules.ts';
import type { PatternInput, PatternNode, PatternSlot } from '../../engine/plan/plan.ts';
import type { Annotation, Expression, Name, Pattern } from './ast.ts';
import type { Catalog } from './catalog.ts';
import type { Span } from './diagnostics.ts';
import { lowerContained } from './lower-contained.ts';
import { lowerCondition, lowerExpression } from './lower-expression.ts';
import { lowerFilter } from './lower-filter.ts';
import { consumeLevel, type PatternMarks, readMarks } from './lower-pattern-annotations.ts';
import { GUARDS, lowerDuration, lowerSchedule, lowerTimerAt, OBSERVERS } from './lower-timer.ts';
import { NULL_EXPR } from './null-expr.ts';
import type { Reporter } from './reporter.ts';
import type { Lowering, Scope, ScopeEntry, SubqueryScope } from './scope.ts';
import { refuseTableEvents } from './table-triggers.ts';

/** A pattern and its tags, for the clauses of the query around it. */
export interface LoweredPattern {
  readonly input: PatternInput;
  readonly entries: readonly ScopeEntry[];
}

/** Lowers `pattern @… […]`. Mistakes are reported; the input is then not to be used. */
export function lowerPattern(
  pattern: Pattern,
  annotations: readonly Annotation[],
  context: Lowering,
  given: GivenTags = NO_TAGS,
): LoweredPattern {
  const marks: PatternMarks = readMarks(annotations, context.report);
  const lowering = new PatternLowering(context, given);
  const { node } = lowering.lower(
    pattern,
    given.entries.filter(({ name }) => name !== ''),
  );
  const { slots, entries } = lowering;
  const input: PatternInput = {
    kind: 'pattern',
    root: node,
    slots,
    matchType: -1,
    ...marks,
    views: [],
    retain: 'intersection',
  };
  return { input, entries };
}

/** Tags that are there when the pattern begins; those without a name are none. */
export interface GivenTags {
  readonly slots: readonly PatternSlot[];
  readonly entries: readonly ScopeEntry[];
}

const NO_TAGS: GivenTags = { slots: [], entries: [] };

type Tags = readonly ScopeEntry[];

/** A node and the tags visible after it. */
interface Step {
  readonly node: PatternNode;
  readonly visible: Tags;
}

type Form<K> = Extract<Pattern, { kind: K }>;

class PatternLowering implements Lowering {
  readonly slots: PatternSlot[] = [];
  /** One entry a slot, in the same order, as the clauses of the query see it. */
  readonly entries: ScopeEntry[] = [];
  readonly catalog: Catalog;
  readonly report: Reporter;
  /** Slots of tags that keep the events inside an event. */
  private readonly insideSlots = new Set<number>();
  private nextId = 0;

  readonly subqueries?: SubqueryScope;

  constructor({ catalog, report, subqueries }: Lowering, given: GivenTags) {
    this.slots.push(...given.slots);
    this.entries.push(...given.entries);
    this.catalog = catalog;
    this.report = report;
    if (subqueries !== undefined) this.subqueries = subqueries;
  }

  /**
   * `visible`: tags bound before this part begins. Tags pass along `->` only: the sides of `and` and `or` do not see
   * each other's. A tag of `not` is visible later and null. A tag of a repeat stands for one event inside it and for an
   * array after it.
   */
  lower(pattern: Pattern, visible: Tags): Step {
    const id = this.nextId++;
    switch (pattern.kind) {
      case 'filter':
        return this.filter(pattern, id, visible);
      case 'every':
      case 'not': {
        const child = this.lower(pattern.child, visible);
        return { node: { op: pattern.kind, id, child: child.node }, visible: child.visible };
      }
      case 'everyDistinct':
        return this.everyDistinct(pattern, id, visible);
      case 'and':
      case 'or': {
        const steps = pattern.children.map((child) => this.lower(child, visible));
        const tags = union([visible, ...steps.map((step) => step.visible)]);
        return { node: { op: pattern.kind, id, children: steps.map((step) => step.node) }, visible: tags };
      }
      case 'followedBy':
        return this.followedBy(pattern, id, visible);
      case 'repeat':
        return this.repeat(pattern, id, visible);
      case 'guard':
        return this.guard(pattern, id, visible);
      case 'while': {
        const child = this.lower(pattern.child, visible);
        const condition = lowerCondition(pattern.condition, this.scopeOf(child.visible), this.report);
        return {
          node: { op: 'while', id, child: child.node, condition: condition ?? NULL_EXPR },
          visible: child.visible,
        };
      }
      case 'observer':
        return { node: this.observer(pattern, id, visible), visible };
    }
  }

  private filter(pattern: Form<'filter'>, id: number, visible: Tags): Step {
    const consume = consumeLevel(pattern.annotations, this.report);
    const tag = pattern.tag?.text ?? '';
    refuseTableEvents(pattern.filter.type, this);
    const { type, condition, entry: own } = lowerFilter(pattern.filter, tag, visible, this);
    const inside = pattern.filter.contained.length === 0 ? null : lowerContained(pattern.filter, own, this);
    const isRepeated = pattern.filter.contained.length > 0;
    const entry = isRepeated ? { ...own, type: inside?.entry.type ?? null, isRepeated } : own;
    const slot = pattern.tag === null ? -1 : this.slotOf(pattern.tag, inside?.plan.type ?? type, entry);
    if (isRepeated && slot >= 0) this.insideSlots.add(slot);
    const bound = { name: tag, slot, type: entry.type, isImplicit: false, isRepeated };
    const contained = inside?.plan ?? null;
    return {
      node: { op: 'filter', id, type, slot, filter: condition, contained, consume },
      visible: slot < 0 ? visible : union([visible, [bound]]),
    };
  }

  /** A tag may stand in several places as long as its events have one type. */
  private slotOf(tag: Name, type: number, entry: ScopeEntry): number {
    const known = this.slots.findIndex((one) => one.tag === tag.text);
    if (known < 0) {
      const isRepeated = entry.isRepeated === true;
      const { length: slot } = this.slots;
      this.entries.push({ name: tag.text, slot, type: entry.type, isImplicit: false, isRepeated });
      return this.slots.push({ tag: tag.text, type, repeated: isRepeated }) - 1;
    }
    const first = this.entries[known] as ScopeEntry;
    if (first.isRepeated === true) this.standsForArray(tag);
    else if (first.type !== null && entry.type !== null && first.type !== entry.type) {
      const title = `the tag \`${tag.text}\` already stands for \`${first.type.name}\` events`;
      this.report.error('E0208', title, tag.span, ['give this filter a tag of its own']);
    }
    return known;
  }

  private standsForArray({ text, span }: Name): void {
    const title = `the tag \`${text}\` stands for the events of a repeat: it cannot stand outside it`;
    this.report.error('E0208', title, span, ['give this filter a tag of its own']);
  }

  private everyDistinct(pattern: Form<'everyDistinct'>, id: number, visible: Tags): Step {
    const child = this.lower(pattern.child, visible);
    const own = child.visible.filter((tag) => !visible.some((one) => one.slot === tag.slot));
    const scope: Scope = { ...this.scopeOf(own), isNearest: true };
    const keys: Expr[] = [];
    let expiry: Expr | null = null;
    for (const ast of pattern.keys) {
      if (ast.kind === 'period' || isConstant(ast)) {
        expiry = lowerDuration([ast], this.scopeOf([]), 'every-distinct', ast.span, this.report);
      } else {
        const key = lowerExpression(ast, scope, this.report);
        if (key !== null) keys.push(key);
      }
    }
    if (pattern.keys.every((ast) => ast.kind === 'period' || isConstant(ast))) {
      const notes = ['for example every-distinct(a.card) a=Payment'];
      this.report.error('E0302', '`every-distinct` needs a key made of its tags', pattern.span, notes);
    }
    return { node: { op: 'everyDistinct', id, child: child.node, keys, expiry }, visible: child.visible };
  }

  private followedBy(pattern: Form<'followedBy'>, id: number, visible: Tags): Step {
    let seen = visible;
    const children = pattern.children.map((child) => {
      const step = this.lower(child, seen);
      seen = step.visible;
      return step.node;
    });
    const limits = pattern.limits.map((limit) => {
      if (limit === null) return null;
      const expr = lowerExpression(limit, this.scopeOf([]), this.report);
      if (expr === null || isNumeric(expr.type)) return expr;
      const title = `the limit of \`-[max]>\` is a whole number, not ${typeName(expr.type)}`;
      this.report.error('E0301', title, limit.span);
      return null;
    });
    return { node: { op: 'followedBy', id, children, limits }, visible: seen };
  }

  private repeat(pattern: Form<'repeat'>, id: number, visible: Tags): Step {
    this.checkBounds(pattern);
    const low = this.bound(pattern.low, visible);
    const high = pattern.high === pattern.low ? low : this.bound(pattern.high, visible);
    const firstSlot = this.slots.length;
    const child = this.lower(pattern.child, visible);
    const slots: number[] = [];
    const repeated = child.visible.map((tag) => {
      if (visible.some((one) => one.slot === tag.slot)) return tag;
      slots.push(tag.slot);
      if (this.insideSlots.has(tag.slot))
        this.report.notImplemented('a tag for several events inside a repeat', pattern.child.span);
      return { ...tag, isRepeated: true };
    });
    for (const slot of slots) this.markRepeated(slot, slot < firstSlot ? pattern.span : null);
    const until = pattern.until === null ? null : this.lower(pattern.until, visible);
    return {
      node: { op: 'repeat', id, child: child.node, low, high, until: until?.node ?? null, slots },
      visible: union([repeated, until?.visible ?? []]),
    };
  }

  /** `outside`: place of a repeat around a filter whose tag also stands outside it. */
  private markRepeated(slot: number, outside: Span | null): void {
    const { tag } = this.slots[slot] as PatternSlot;
    this.slots[slot] = { ...(this.slots[slot] as PatternSlot), repeated: true };
    const entry = this.entries[slot] as ScopeEntry;
    if (outside !== null && entry.isRepeated !== true) this.standsForArray({ text: tag, span: outside });
    this.entries[slot] = { ...entry, isRepeated: true };
  }

  private bound(ast: Expression | null, visible: Tags): Expr | null {
    if (ast === null) return null;
    const expr = lowerExpression(ast, this.scopeOf(visible), this.report);
    if (expr === null || isNumeric(expr.type)) return expr;
    const title = `the bound of a repeat is a whole number, not ${typeName(expr.type)}`;
    this.report.error('E0408', title, ast.span);
    return null;
  }

  private checkBounds(pattern: Form<'repeat'>): void {
    const { low, high, until } = pattern;
    const least = low === null ? null : constantNumber(low);
    const most = high === null ? null : constantNumber(high);
    const wrong = (title: string, span: Span) => this.report.error('E0408', title, span);
    if (high !== null && most !== null && most <= 0) {
      wrong('a repeat needs a count of one or more', high.span);
    } else if (low !== null && high !== null && least !== null && most !== null && least > most) {
      const place = { start: low.span.start, end: high.span.end };
      wrong(`the lower bound ${least} is greater than the upper bound ${most}`, place);
    } else if (low !== high && until === null && (least === null || least !== most)) {
      wrong('a repeat with two bounds needs `until`', pattern.span);
    }
  }

  private guard(pattern: Form<'guard'>, id: number, visible: Tags): Step {
    const name = timerName(pattern);
    const child = this.lower(pattern.child, visible);
    const place = { start: pattern.namespace.span.start, end: pattern.name.span.end };
    if (!GUARDS.includes(name)) {
      const notes = OBSERVERS.includes(name) ? ['it stands by itself: `-> timer:interval(10 sec)`'] : [];
      this.report.unknown('E0203', 'guard', name, place, GUARDS, '', notes);
      return child;
    }
    const scope = this.scopeOf(visible);
    if (name === 'timer:within') {
      const duration = lowerDuration(pattern.args, scope, name, pattern.span, this.report);
      return { node: { op: 'within', id, child: child.node, duration }, visible: child.visible };
    }
    const [time, count] = pattern.args;
    if (time === undefined || count === undefined || pattern.args.length !== 2) {
      const title = '`timer:withinmax` takes a time period and a number of completions';
      this.report.error('E0302', title, pattern.span, ['for example timer:withinmax(10 sec, 3)']);
      return child;
    }
    const duration = lowerDuration([time], scope, name, pattern.span, this.report);
    const max = lowerExpression(count, scope, this.report) ?? NULL_EXPR;
    if (max !== NULL_EXPR && !isNumeric(max.type)) {
      const title = `the number of completions is a whole number, not ${typeName(max.type)}`;
      this.report.error('E0301', title, count.span);
    }
    return { node: { op: 'withinMax', id, child: child.node, duration, max }, visible: child.visible };
  }

  private observer(pattern: Form<'observer'>, id: number, visible: Tags): PatternNode {
    const name = timerName(pattern);
    const scope = this.scopeOf(visible);
    const { args, span } = pattern;
    if (name === 'timer:at') return lowerTimerAt(args, id, scope, span, this.report);
    if (name === 'timer:schedule') return lowerSchedule(args, id, scope, span, this.report);
    if (name === 'timer:interval') {
      return { op: 'interval', id, duration: lowerDuration(args, scope, name, span, this.report) };
    }
    const place = { start: pattern.namespace.span.start, end: pattern.name.span.end };
    const notes = GUARDS.includes(name) ? ['it limits a pattern: `A where timer:within(10 sec)`'] : [];
    this.report.unknown('E0203', 'observer', name, place, OBSERVERS, '', notes);
    return { op: 'interval', id, duration: NULL_EXPR };
  }

  /** The names an expression sees that is not the filter of an event. */
  private scopeOf(visible: Tags): Scope {
    const entries = visible.map((tag) => ({ ...tag, isImplicit: true }));
    return { catalog: this.catalog, entries, alias: null, subqueries: 'outside the filters of a pattern' };
  }
}

function timerName({ namespace, name }: Form<'guard' | 'observer'>): string {
  return `${namespace.text}:${name.text}`.toLowerCase();
}

/** Tags of several lists, each slot once; that of a repeat wins, being what stands after it. */
function union(lists: readonly Tags[]): Tags {
  const bySlot = new Map<number, ScopeEntry>();
  for (const tag of lists.flat()) {
    if (bySlot.get(tag.slot)?.isRepeated !== true) bySlot.set(tag.slot, tag);
  }
  return [...bySlot.values()];
}

/** Whether it is a constant number: the expiry of `every-distinct` in seconds. */
function isConstant(ast: Expression): boolean {
  return constantNumber(ast) !== null;
}

/** Value of a constant number, also under a minus; null for anything else. */
function constantNumber(ast: Expression): number | null {
  if (ast.kind === 'literal' && typeof ast.value === 'number') return ast.value;
  if (ast.kind !== 'unary' || ast.operator !== '-') return null;
  const value = constantNumber(ast.operand);
  return value === null ? null : -value;
}
