import { typeName } from '../../engine/event/types.ts';
import { CURRENT, type Expr } from '../../engine/expr/ir.ts';
import { isNumeric } from '../../engine/expr/type-rules.ts';
import type { PatternInput, PatternNode, PatternSlot } from '../../engine/plan/plan.ts';
import type { EventFilter, Expression, Pattern } from './ast.ts';
import type { Catalog } from './catalog.ts';
import type { Span } from './diagnostics.ts';
import { lowerCondition, lowerExpression, NULL_EXPR } from './lower-expression.ts';
import type { Reporter } from './reporter.ts';
import type { ScopeEntry } from './scope.ts';

/** Lowers `pattern […]`; the entries are its tags, for the clauses of the query. Mistakes are reported. */
export function lowerPattern(
  pattern: Pattern,
  catalog: Catalog,
  report: Reporter,
): { input: PatternInput; entries: readonly ScopeEntry[] } {
  const lowering = new PatternLowering(catalog, report);
  const { node } = lowering.lower(pattern, []);
  return { input: { kind: 'pattern', root: node, slots: lowering.slots }, entries: lowering.entries };
}

/** The conditions of a filter joined by `and`; null passes everything. Its own event is slot `CURRENT`. */
export function lowerFilter(
  filter: EventFilter,
  own: string,
  tags: readonly ScopeEntry[],
  catalog: Catalog,
  report: Reporter,
): { type: number; condition: Expr | null } {
  for (const { what, span } of filter.unsupported) report.notImplemented(what, span);
  const type = catalog.indexOf(filter.type.text);
  if (type < 0) {
    report.unknown('E0201', 'event type', filter.type.text, filter.type.span, catalog.names());
    return { type: 0, condition: null };
  }
  const self: ScopeEntry = { name: own, slot: CURRENT, type: catalog.types[type] as ScopeEntry['type'] };
  const scope = { catalog, entries: [self, ...tags], firstOnly: true };
  const parts = filter.conditions.flatMap((ast) => lowerCondition(ast, scope, report) ?? []);
  if (parts.length <= 1) return { type, condition: parts[0] ?? null };
  return { type, condition: { op: 'and', type: { kind: 'boolean' }, operands: parts } };
}

class PatternLowering {
  readonly slots: PatternSlot[] = [];
  readonly entries: ScopeEntry[] = [];
  private readonly catalog: Catalog;
  private readonly report: Reporter;
  private nextId = 0;

  constructor(catalog: Catalog, report: Reporter) {
    this.catalog = catalog;
    this.report = report;
  }

  /**
   * `visible`: tags bound before this part begins. Gives the node and the tags visible after it: tags pass along `->`
   * only, so the sides of `and` and `or` do not see each other's.
   */
  lower(
    pattern: Pattern,
    visible: readonly ScopeEntry[],
  ): { node: PatternNode; visible: readonly ScopeEntry[] } {
    const id = this.nextId++;
    switch (pattern.kind) {
      case 'filter':
        return this.filter(pattern, id, visible);
      case 'every': {
        const child = this.lower(pattern.child, visible);
        return { node: { op: 'every', id, child: child.node }, visible: child.visible };
      }
      case 'not': {
        const child = this.lower(pattern.child, visible);
        return { node: { op: 'not', id, child: child.node }, visible };
      }
      case 'and':
      case 'or': {
        const children = pattern.children.map((child) => this.lower(child, visible));
        const tags = new Set([...visible, ...children.flatMap((child) => child.visible)]);
        return {
          node: { op: pattern.kind, id, children: children.map((child) => child.node) },
          visible: [...tags],
        };
      }
      case 'followedBy': {
        let seen = visible;
        for (const limit of pattern.limits)
          if (limit !== null) this.report.notImplemented('`-[max]>`', limit.span);
        const children = pattern.children.map((child) => {
          const step = this.lower(child, seen);
          seen = step.visible;
          return step.node;
        });
        return { node: { op: 'followedBy', id, children }, visible: seen };
      }
      case 'guard': {
        const name = `${pattern.namespace.text}:${pattern.name.text}`.toLowerCase();
        const child = this.lower(pattern.child, visible);
        if (name !== 'timer:within') {
          this.unknownTimer(name, ['timer:withinmax'], 'guard', pattern.span);
          return child;
        }
        const duration = this.duration(pattern.args, visible, pattern.span);
        return { node: { op: 'within', id, child: child.node, duration }, visible: child.visible };
      }
      case 'observer': {
        const name = `${pattern.namespace.text}:${pattern.name.text}`.toLowerCase();
        if (name !== 'timer:interval') {
          this.unknownTimer(name, ['timer:at', 'timer:schedule'], 'observer', pattern.span);
          return { node: { op: 'interval', id, duration: NULL_EXPR }, visible };
        }
        return {
          node: { op: 'interval', id, duration: this.duration(pattern.args, visible, pattern.span) },
          visible,
        };
      }
      case 'everyDistinct':
      case 'repeat':
      case 'while':
        return this.later(pattern, id, visible);
    }
  }

  private later(
    pattern: Pattern & { kind: 'everyDistinct' | 'repeat' | 'while' },
    id: number,
    visible: readonly ScopeEntry[],
  ): { node: PatternNode; visible: readonly ScopeEntry[] } {
    const names = {
      everyDistinct: '`every-distinct`',
      repeat: 'a repeat (`[n]`, `until`)',
      while: '`while (…)`',
    };
    this.report.notImplemented(names[pattern.kind], pattern.span);
    const child = this.lower(pattern.child, visible);
    return { node: { op: 'every', id, child: child.node }, visible: child.visible };
  }

  private unknownTimer(name: string, later: readonly string[], what: string, span: Span): void {
    if (later.includes(name)) this.report.notImplemented(`\`${name}\``, span);
    else this.report.unknown('E0203', what, name, span, ['timer:within', 'timer:interval', ...later]);
  }

  private filter(
    pattern: Pattern & { kind: 'filter' },
    id: number,
    visible: readonly ScopeEntry[],
  ): { node: PatternNode; visible: readonly ScopeEntry[] } {
    for (const annotation of pattern.annotations) {
      this.report.notImplemented(`\`@${annotation.name.text}\` on a filter`, annotation.span);
    }
    const tag = pattern.tag?.text ?? '';
    const { type, condition } = lowerFilter(pattern.filter, tag, visible, this.catalog, this.report);
    if (pattern.tag === null)
      return { node: { op: 'filter', id, type, slot: -1, filter: condition }, visible };
    const slot = this.slots.length;
    const known = this.slots.find((one) => one.tag === tag);
    if (known !== undefined) {
      this.report.error('E0208', 'name', `the tag \`${tag}\` is used twice`, pattern.tag.span, [
        'give each filter a tag of its own',
      ]);
    }
    this.slots.push({ tag, type, repeated: false });
    const entry: ScopeEntry = { name: tag, slot, type: this.catalog.types[type] as ScopeEntry['type'] };
    if (entry.type !== undefined) this.entries.push(entry);
    return { node: { op: 'filter', id, type, slot, filter: condition }, visible: [...visible, entry] };
  }

  /** The argument of a timer: a time period or a number of seconds. */
  private duration(args: readonly Expression[], visible: readonly ScopeEntry[], span: Span): Expr {
    const [ast] = args;
    if (ast === undefined || args.length !== 1) {
      this.report.error(
        'E0302',
        'type',
        `a timer takes one time period, not ${args.length} arguments`,
        span,
        ['for example timer:within(10 sec)'],
      );
      return NULL_EXPR;
    }
    const scope = { catalog: this.catalog, entries: visible, firstOnly: false };
    const expr = lowerExpression(ast, scope, this.report);
    if (expr === null || expr.type.kind === 'period' || isNumeric(expr.type)) return expr ?? NULL_EXPR;
    this.report.error(
      'E0301',
      'type',
      `a timer takes a time period or seconds, not ${typeName(expr.type)}`,
      ast.span,
    );
    return NULL_EXPR;
  }
}
