import { type EventType, TYPE_NULL, TYPE_STRING, type ValueType } from '../../engine/event/types.ts';
import { CURRENT, type Expr } from '../../engine/expr/ir.ts';
import type { AggregatePlan, ViewArg } from '../../engine/plan/query-plan.ts';
import type { TableAggregate } from '../../engine/plan/table-plan.ts';
import { type AggregateRule, findAggregate, isAllowed } from './aggregate-rules.ts';
import type { ChainLink, Expression } from './ast.ts';
import type { TableColumn } from './ast-table.ts';
import type { Span } from './diagnostics.ts';
import { lowerExpression } from './lower-expression.ts';
import { currentEntry, type Lowering, wholeExpr } from './scope.ts';
import { readSketchSettings } from './sketch-settings.ts';

type Call = NonNullable<TableColumn['aggregate']>;

/**
 * The aggregate that a column of a table declares. Where a query has values the call has their types: `sum(double)`,
 * `count(distinct int)`, `sum(double, boolean)` with a filter. Functions of events have the type of the events in an
 * annotation, and `sorted` its criteria over them. Null after reporting what is wrong.
 */
export function lowerTableCall(
  column: TableColumn,
  call: Call,
  held: EventType | null,
  lowering: Lowering,
): TableAggregate | null {
  const link = call.links[0] as ChainLink;
  const rule = findAggregate(link.name.text.toLowerCase());
  if (rule === undefined) {
    lowering.report.unknown('E0203', 'aggregate function', link.name.text, link.name.span, []);
    return null;
  }
  if (!isAllowed(link.name, lowering)) return null;
  return new TableCall(rule, link, held, lowering).lower(column);
}

/** In tables one column holds the events, and methods look at them: the function that does, by the one written. */
const HOLDERS: ReadonlyMap<string, string> = new Map([
  ['first', 'window(*)'],
  ['last', 'window(*)'],
  ['maxby', 'sorted(…)'],
  ['minby', 'sorted(…)'],
]);

class TableCall {
  private readonly rule: AggregateRule;
  private readonly link: ChainLink;
  private readonly held: EventType | null;
  private readonly lowering: Lowering;

  constructor(rule: AggregateRule, link: ChainLink, held: EventType | null, lowering: Lowering) {
    this.rule = rule;
    this.link = link;
    this.held = held;
    this.lowering = lowering;
  }

  lower(column: TableColumn): TableAggregate | null {
    const { link, rule } = this;
    const name = link.name.text.toLowerCase();
    if (name === 'countminsketch') return this.sketch();
    const holder = HOLDERS.get(name);
    if (holder !== undefined) return this.wrong(`cannot be a column: declare \`${holder}\` and ask it`);
    const all = link.args ?? [];
    const star = all[0]?.kind === 'star';
    const asts = all.filter((arg) => arg.kind !== 'star' && arg.kind !== 'named');
    if (name === 'window' && (!star || asts.length > 0)) return this.wrong('of a table is `window(*)`');
    const needsType = rule.criteria || (star && rule.star && !rule.signature.startsWith('count'));
    if (needsType && this.held === null) {
      return this.wrong('needs the type of its events', column.span, ['write `@type(T)` after it']);
    }
    const named = all.find((arg) => arg.kind === 'named');
    let isFiltered = false;
    if (named?.kind === 'named') {
      if (named.name.text.toLowerCase() !== 'filter') return this.wrong('takes only `filter:`', named.span);
      if (!this.isBoolean(named.value)) return this.wrong('has a filter of type boolean', named.span);
      isFiltered = true;
    }
    const most = star && !rule.criteria ? 0 : rule.most;
    if (rule.positionalFilter && !isFiltered && asts.length === most + 1) {
      const last = asts.pop() as Expression;
      if (!this.isBoolean(last)) return this.wrong('has a filter of type boolean', last.span);
      isFiltered = true;
    }
    if (asts.length > most) return this.wrong(`takes ${most} argument${most === 1 ? '' : 's'} at most`);
    const args = rule.criteria ? this.criteria(asts) : this.values(asts);
    if (args === null) return null;
    if (needsType && !rule.criteria) {
      const type = this.held as EventType;
      args.push({ expr: wholeExpr(currentEntry('', type), type), descending: false });
    }
    return this.plan(args, star && !rule.criteria, isFiltered);
  }

  /** `countMinSketch({topk: 3})`: its settings are in the plan as constants, after the text it is fed with. */
  private sketch(): TableAggregate | null {
    const [settings, more] = this.link.args ?? [];
    if (this.link.distinct || more !== undefined || (settings !== undefined && settings.kind !== 'json')) {
      return this.wrong(
        'takes nothing or an object of settings: `{topk: 3}`',
        (more ?? settings ?? this.link).span,
      );
    }
    const constants = readSketchSettings(settings?.members ?? [], this.lowering);
    if (constants === null) return null;
    const text: Expr = { op: 'field', type: TYPE_STRING, slot: CURRENT, field: 0 };
    const args = [text, ...constants].map((expr) => ({ expr, descending: false }));
    const rest = { distinct: false, star: false, slot: CURRENT, filter: null, groupBy: null };
    return { plan: { name: 'countminsketch', type: TYPE_NULL, args, ...rest }, isFiltered: false };
  }

  private plan(args: ViewArg[], star: boolean, isFiltered: boolean): TableAggregate | null {
    const scope = { add: () => 0, isUnbounded: () => false, isJoin: false };
    const checked = this.rule.check({ args, star, scope, eventType: this.held, isUnbounded: false });
    if ('error' in checked) return this.wrong(checked.error);
    const plan: AggregatePlan = {
      name: checked.name,
      type: checked.type,
      distinct: this.link.distinct,
      star,
      slot: CURRENT,
      args: checked.args ?? args,
      filter: null,
      groupBy: null,
    };
    return { plan, isFiltered };
  }

  /** Arguments as the fields in which a statement brings their values; constants stay. */
  private values(asts: readonly Expression[]): ViewArg[] | null {
    const args = asts.map((ast, field): ViewArg | null => {
      const type = this.typeOf(ast);
      if (type !== null) return { expr: { op: 'field', type, slot: CURRENT, field }, descending: false };
      if (isWord(ast)) {
        const { catalog, report } = this.lowering;
        report.unknown('E0205', 'type', wordOf(ast), ast.span, [
          ...catalog.scalarNames(),
          ...catalog.names(),
        ]);
        return null;
      }
      const { catalog, report } = this.lowering;
      const expr = lowerExpression(ast, { catalog, entries: [], alias: null }, report);
      return expr === null ? null : { expr, descending: false };
    });
    return args.includes(null) ? null : (args as ViewArg[]);
  }

  private criteria(asts: readonly Expression[]): ViewArg[] | null {
    const { catalog, report } = this.lowering;
    const scope = { catalog, entries: [currentEntry('', this.held)], alias: null };
    const args = asts.map((ast): ViewArg | null => {
      const isOrdered = ast.kind === 'ordered';
      const expr: Expr | null = lowerExpression(isOrdered ? ast.operand : ast, scope, report);
      return expr === null ? null : { expr, descending: isOrdered && ast.descending };
    });
    if (args.length === 0) return this.wrong('takes at least one criterion');
    return args.includes(null) ? null : (args as ViewArg[]);
  }

  private typeOf(ast: Expression): ValueType | null {
    if (!isWord(ast)) return null;
    return this.lowering.catalog.valueType(wordOf(ast));
  }

  /** A type, or any expression of it: `sum(int, true)`. */
  private isBoolean(ast: Expression): boolean {
    const named = this.typeOf(ast);
    if (named !== null) return named.kind === 'boolean';
    const { catalog, report } = this.lowering;
    return lowerExpression(ast, { catalog, entries: [], alias: null }, report)?.type.kind === 'boolean';
  }

  private wrong(error: string, span: Span = this.link.span, notes: string[] = []): null {
    const title = `the aggregate function \`${this.link.name.text}\` ${error}`;
    this.lowering.report.error('E0470', title, span, notes);
    return null;
  }
}

function isWord(ast: Expression): ast is Call {
  if (ast.kind !== 'chain') return false;
  return ast.links.every(({ args, indexes, dynamic }) => args === null && indexes.length === 0 && !dynamic);
}

function wordOf({ links }: Call): string {
  return links.map(({ name }) => name.text).join('.');
}
