import { typeName } from '../../engine/event/types.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import { isNumeric } from '../../engine/expr/type-rules.ts';
import type { PatternInput, PatternNode, PatternSlot } from '../../engine/plan/plan.ts';
import type { Expression, Name, Pattern } from './ast.ts';
import type { Catalog } from './catalog.ts';
import type { Span } from './diagnostics.ts';
import { lowerCondition, lowerExpression, NULL_EXPR } from './lower-expression.ts';
import { lowerFilter } from './lower-filter.ts';
import type { Reporter } from './reporter.ts';
import type { Lowering, ScopeEntry } from './scope.ts';

/** A pattern and its tags, for the clauses of the query around it. */
export interface LoweredPattern {
  readonly input: PatternInput;
  readonly entries: readonly ScopeEntry[];
}

/** Lowers the pattern of `pattern […]`. Mistakes are reported; the input is then not to be used. */
export function lowerPattern(pattern: Pattern, context: Lowering): LoweredPattern {
  const lowering = new PatternLowering(context);
  const { node } = lowering.lower(pattern, []);
  const { slots, entries } = lowering;
  const input = {
    kind: 'pattern' as const,
    root: node,
    slots,
    suppressOverlapping: false,
    discardPartials: false,
    views: [],
    retain: 'intersection' as const,
  };
  return { input, entries };
}

type Tags = readonly ScopeEntry[];

/** A node and the tags visible after it. */
interface Step {
  readonly node: PatternNode;
  readonly visible: Tags;
}

const GUARDS = ['timer:within', 'timer:withinmax'];
const OBSERVERS = ['timer:interval', 'timer:at', 'timer:schedule'];

class PatternLowering implements Lowering {
  readonly slots: PatternSlot[] = [];
  /** One entry a slot, in the same order. */
  readonly entries: ScopeEntry[] = [];
  readonly catalog: Catalog;
  readonly report: Reporter;
  private nextId = 0;

  constructor({ catalog, report }: Lowering) {
    this.catalog = catalog;
    this.report = report;
  }

  /**
   * `visible`: tags bound before this part begins. Tags pass along `->` only: the sides of `and` and `or` do not see
   * each other's. A tag of `not` is visible later and null.
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
      case 'and':
      case 'or': {
        const steps = pattern.children.map((child) => this.lower(child, visible));
        const tags = new Set([...visible, ...steps.flatMap((step) => step.visible)]);
        return {
          node: { op: pattern.kind, id, children: steps.map((step) => step.node) },
          visible: [...tags],
        };
      }
      case 'followedBy': {
        let seen = visible;
        for (const limit of pattern.limits) {
          if (limit !== null) this.report.notImplemented('`-[max]>`', limit.span);
        }
        const children = pattern.children.map((child) => {
          const step = this.lower(child, seen);
          seen = step.visible;
          return step.node;
        });
        const limits = pattern.limits.map(() => null);
        return { node: { op: 'followedBy', id, children, limits }, visible: seen };
      }
      case 'guard':
        return this.guard(pattern, id, visible);
      case 'observer':
        return { node: this.observer(pattern, id, visible), visible };
      case 'everyDistinct':
      case 'repeat':
      case 'while':
        return this.later(pattern, id, visible);
    }
  }

  private filter(pattern: Pattern & { kind: 'filter' }, id: number, visible: Tags): Step {
    for (const { name, span } of pattern.annotations) {
      if (name.text.toLowerCase() === 'consume') this.report.notImplemented(`\`@${name.text}\``, span);
      else this.report.unknown('E0211', 'annotation of a filter', `@${name.text}`, span, ['@consume']);
    }
    const [inside] = pattern.filter.contained;
    if (inside !== undefined)
      this.report.notImplemented('contained-event selection in a pattern', inside.span);
    const tag = pattern.tag?.text ?? '';
    const { type, condition, entry } = lowerFilter(pattern.filter, tag, visible, this);
    const slot = pattern.tag === null ? -1 : this.slotOf(pattern.tag, type, entry);
    const bound = this.entries[slot];
    const after = bound === undefined || visible.includes(bound) ? visible : [...visible, bound];
    return { node: { op: 'filter', id, type, slot, filter: condition, consume: 0 }, visible: after };
  }

  /** A tag may stand in several places as long as its events have one type. */
  private slotOf(tag: Name, type: number, entry: ScopeEntry): number {
    const known = this.slots.findIndex((one) => one.tag === tag.text);
    if (known < 0) {
      this.entries.push({ name: tag.text, slot: this.slots.length, type: entry.type, isImplicit: false });
      return this.slots.push({ tag: tag.text, type, repeated: false }) - 1;
    }
    const first = this.entries[known]?.type ?? null;
    if (first !== null && entry.type !== null && first !== entry.type) {
      const title = `the tag \`${tag.text}\` already stands for \`${first.name}\` events`;
      this.report.error('E0208', title, tag.span, ['give this filter a tag of its own']);
    }
    return known;
  }

  private guard(pattern: Pattern & { kind: 'guard' }, id: number, visible: Tags): Step {
    const name = `${pattern.namespace.text}:${pattern.name.text}`.toLowerCase();
    const child = this.lower(pattern.child, visible);
    const place = { start: pattern.namespace.span.start, end: pattern.name.span.end };
    if (name === 'timer:withinmax') this.report.notImplemented(`\`${name}\``, place);
    else if (name !== 'timer:within') {
      const notes = OBSERVERS.includes(name) ? ['it stands by itself: `-> timer:interval(10 sec)`'] : [];
      this.report.unknown('E0203', 'guard', name, place, GUARDS, '', notes);
    } else {
      const duration = this.duration(pattern.args, visible, name, pattern.span);
      return { node: { op: 'within', id, child: child.node, duration }, visible: child.visible };
    }
    return child;
  }

  private observer(pattern: Pattern & { kind: 'observer' }, id: number, visible: Tags): PatternNode {
    const name = `${pattern.namespace.text}:${pattern.name.text}`.toLowerCase();
    const place = { start: pattern.namespace.span.start, end: pattern.name.span.end };
    let duration: Expr = NULL_EXPR;
    if (name === 'timer:interval') duration = this.duration(pattern.args, visible, name, pattern.span);
    else if (OBSERVERS.includes(name)) this.report.notImplemented(`\`${name}\``, place);
    else {
      const notes = GUARDS.includes(name) ? ['it limits a pattern: `A where timer:within(10 sec)`'] : [];
      this.report.unknown('E0203', 'observer', name, place, OBSERVERS, '', notes);
    }
    return { op: 'interval', id, duration };
  }

  /** The argument of a timer: a time period or a number of seconds. */
  private duration(args: readonly Expression[], visible: Tags, name: string, span: Span): Expr {
    const [ast] = args;
    if (ast === undefined || args.length !== 1 || ast.kind === 'named' || ast.kind === 'star') {
      const title = `\`${name}\` takes one time period or number of seconds`;
      this.report.error('E0302', title, span, [`for example ${name}(10 sec)`]);
      return NULL_EXPR;
    }
    const tags = visible.map((tag) => ({ ...tag, isImplicit: true }));
    const expr = lowerExpression(ast, { catalog: this.catalog, entries: tags, alias: null }, this.report);
    if (expr === null || expr.type.kind === 'period' || isNumeric(expr.type)) return expr ?? NULL_EXPR;
    const title = `\`${name}\` takes a time period or a number of seconds, not ${typeName(expr.type)}`;
    this.report.error('E0301', title, ast.span);
    return NULL_EXPR;
  }

  /** Operators that cannot run yet; mistakes inside are still found. What their tags would hold is left open. */
  private later(
    pattern: Pattern & { kind: 'everyDistinct' | 'repeat' | 'while' },
    id: number,
    visible: Tags,
  ): Step {
    const names = {
      everyDistinct: '`every-distinct`',
      repeat: 'a repeat (`[n]`, `until`)',
      while: '`while (…)`',
    };
    const place = pattern.kind === 'while' ? pattern.condition.span : pattern.span;
    this.report.notImplemented(names[pattern.kind], place);
    const firstSlot = this.slots.length;
    const child = this.lower(pattern.child, visible);
    if (pattern.kind === 'while') {
      const tags = child.visible.map((tag) => ({ ...tag, isImplicit: true }));
      lowerCondition(pattern.condition, { catalog: this.catalog, entries: tags, alias: null }, this.report);
      return child;
    }
    if (pattern.kind === 'everyDistinct') return child;
    this.checkBounds(pattern);
    for (let slot = firstSlot; slot < this.slots.length; slot++) {
      this.entries[slot] = { ...(this.entries[slot] as ScopeEntry), type: null };
    }
    const repeated = child.visible.map((tag) => this.entries[tag.slot] as ScopeEntry);
    const until = pattern.until === null ? null : this.lower(pattern.until, visible);
    const node: PatternNode = { op: 'every', id, child: child.node };
    return { node, visible: [...new Set([...repeated, ...(until?.visible ?? [])])] };
  }

  private checkBounds(pattern: Pattern & { kind: 'repeat' }): void {
    const { low, high, until } = pattern;
    const least = low === null ? null : constantNumber(low);
    const most = high === null ? null : constantNumber(high);
    const wrong = (title: string, span: Span) => this.report.error('E0408', title, span);
    if (high !== null && most !== null && most <= 0) {
      wrong('a repeat needs a count of one or more', high.span);
    } else if (low !== null && high !== null && least !== null && most !== null && least > most) {
      const place = { start: low.span.start, end: high.span.end };
      wrong(`the lower bound ${least} is greater than the upper bound ${most}`, place);
    } else if (low !== high && until === null) {
      wrong('a repeat with two bounds needs `until`', pattern.span);
    }
  }
}

/** Value of a constant number, also under a minus; null for anything else. */
function constantNumber(ast: Expression): number | null {
  if (ast.kind === 'literal' && typeof ast.value === 'number') return ast.value;
  if (ast.kind !== 'unary' || ast.operator !== '-') return null;
  const value = constantNumber(ast.operand);
  return value === null ? null : -value;
}
