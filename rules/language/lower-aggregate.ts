import { type EventType, typeName } from '../../engine/event/types.ts';
import { hasSubquery, usesSlots } from '../../engine/expr/analyze.ts';
import { foldConstants } from '../../engine/expr/fold.ts';
import { CURRENT, type Expr } from '../../engine/expr/ir.ts';
import type { AggregatePlan, ViewArg } from '../../engine/plan/query-plan.ts';
import { accessMethod } from './access-methods.ts';
import { type AggregateRule, findAggregate, isAllowed } from './aggregate-rules.ts';
import type { ChainLink, Expression } from './ast.ts';
import type { ChainContext, Lowered } from './lower-chain.ts';
import { type AggregateScope, findNamed, type Scope, type ScopeEntry, wholeExpr } from './scope.ts';

/** A lowered aggregate, and the links of its chain that it took: `.firstKey()` of `sorted(x).firstKey()`. */
export interface LoweredAggregate {
  readonly expr: Lowered;
  readonly links: number;
}

/** Arguments of a call, by what they are. */
interface Arguments {
  readonly positional: readonly Expression[];
  /** `*` in the first place. */
  readonly star: boolean;
  readonly filter: Expression | null;
  readonly groupBy: Expression | null;
}

/** An aggregate function call; undefined when the call is none. `rest` is the chain after it. */
export function lowerAggregate(
  link: ChainLink,
  rest: readonly ChainLink[],
  context: ChainContext,
): LoweredAggregate | undefined {
  const name = link.name.text.toLowerCase();
  const rule = findAggregate(name);
  if (rule === undefined || isScalarCall(name, link)) return undefined;
  const { aggregates, catalog } = context.scope;
  if (!isAllowed(link.name, { catalog, report: context.report })) return { expr: null, links: 0 };
  if (aggregates === undefined) {
    const title = `the aggregate function \`${link.name.text}\` cannot stand here`;
    return { expr: context.wrong('E0410', title, link.span, [IN_HAVING]), links: 0 };
  }
  const lower = () => new AggregateCall(rule, link, context, aggregates).lower(rest);
  const { entries } = aggregates;
  return entries === undefined ? lower() : context.within({ ...context.scope, entries }, lower);
}

const IN_HAVING = 'a condition on it is a `having`: select card from Payment having amount > avg(amount)';

/** `max(a, b)` and `min(a, b)` compare values of one event. */
function isScalarCall(name: string, { args, distinct }: ChainLink): boolean {
  if ((name !== 'max' && name !== 'min') || distinct) return false;
  return (args ?? []).filter((arg) => arg.kind !== 'named').length > 1;
}

class AggregateCall {
  private readonly rule: AggregateRule;
  private readonly link: ChainLink;
  private readonly context: ChainContext;
  private readonly aggregates: AggregateScope;

  constructor(rule: AggregateRule, link: ChainLink, context: ChainContext, aggregates: AggregateScope) {
    this.rule = rule;
    this.link = link;
    this.context = context;
    this.aggregates = aggregates;
  }

  lower(rest: readonly ChainLink[]): LoweredAggregate {
    const args = this.split();
    if (args === null) return { expr: null, links: 0 };
    if (this.rule.holdsEvents) return this.ofEvents(args, rest);
    return { expr: this.ofValues(args), links: 0 };
  }

  /** A function of values: `sum(x)`, `count(*)`, `nth(x, 2)`. */
  private ofValues(args: Arguments): Lowered {
    const { rule } = this;
    if (args.star && !rule.star) return this.wrong('takes no `*`');
    if (args.star && this.link.distinct) return this.wrong('cannot take `distinct *`');
    const asts = [...args.positional];
    let filterAst = args.filter;
    const most = args.star ? 0 : rule.most;
    if (rule.positionalFilter && filterAst === null && asts.length === most + 1) {
      filterAst = asts.pop() as Expression;
    }
    const exprs = this.values(asts);
    const filter = this.condition(filterAst);
    const groupBy = this.groupKeys(args.groupBy);
    if (exprs === null || filter === undefined || groupBy === undefined) return null;
    if (exprs.length > most) return this.wrong(`takes ${most} argument${most === 1 ? '' : 's'} at most`);
    // `firstever(*)` gives an event; `count(*)` needs none.
    if (args.star && !rule.signature.startsWith('count')) {
      const whole = this.wholeStream(null);
      if (whole === null) return null;
      exprs.push({ expr: whole.expr, descending: false });
    }
    const held = { slot: CURRENT, eventType: null, exprs, isWhole: args.star };
    const made = this.plan(held, filter, groupBy);
    return made === null ? null : this.node(made.plan, made.reading);
  }

  /** A function of events: `first`, `last`, `window`, `sorted`, `maxby`, `minby`, and methods on what it holds. */
  private ofEvents(args: Arguments, rest: readonly ChainLink[]): LoweredAggregate {
    const none = { expr: null, links: 0 };
    if (this.link.distinct) return { ...none, expr: this.wrong('takes no `distinct`') };
    const held = this.held(args);
    const filter = this.condition(args.filter);
    const groupBy = this.groupKeys(args.groupBy);
    if (held === null || filter === undefined || groupBy === undefined) return none;
    if (held.exprs.length > this.rule.most) {
      return { ...none, expr: this.wrong(`takes ${this.rule.most} arguments at most`) };
    }
    const made = this.plan(held, filter, groupBy);
    if (made === null) return none;
    const [next] = rest;
    const method = next === undefined ? undefined : accessMethod(made.plan, next, held.eventType);
    if (method === undefined || next === undefined)
      return { expr: this.node(made.plan, made.reading), links: 0 };
    const reading = this.context.all(next.args ?? []);
    if (reading === null) return none;
    const typed = method.check(reading);
    if ('error' in typed) {
      const title = `\`${next.name.text}\` ${typed.error}`;
      return { ...none, expr: this.context.wrong('E0302', title, next.span) };
    }
    return { expr: this.node({ ...made.plan, name: method.name, type: typed.type }, reading), links: 1 };
  }

  private plan(
    { exprs, isWhole, slot, eventType }: HeldEvents,
    filter: Expr | null,
    groupBy: readonly Expr[] | null,
  ): { readonly plan: AggregatePlan; readonly reading: readonly Expr[] } | null {
    const { aggregates: scope, link } = this;
    // A table may hold the events of a stream that has no data window.
    const isHeld = scope.isIntoTable === true && this.rule.holdsEvents;
    const isUnbounded = !isHeld && scope.isUnbounded(slot);
    const checked = this.rule.check({ args: exprs, star: isWhole, scope, eventType, isUnbounded });
    if ('error' in checked) return this.wrong(checked.error, checked.code);
    const { name, type, args = exprs, reading = [] } = checked;
    const plan = { name, type, distinct: link.distinct, star: isWhole, slot, args, filter, groupBy };
    const rounding = this.context.scope.catalog.division.context;
    const isRounded = name === 'avg' && type.kind === 'bigdecimal' && rounding !== undefined;
    return { plan: isRounded ? { ...plan, context: rounding } : plan, reading };
  }

  /** The events a function holds: their slot and type, and what it evaluates on them. */
  private held({ positional, star }: Arguments): HeldEvents | null {
    const [first, ...others] = positional;
    if (this.aggregates.isIntoTable === true && this.rule.criteria) return this.heldByTable(positional);
    if (star || (first === undefined && this.rule.star)) return this.wholeHeld(null, others);
    const stream = this.streamOf(first);
    // A tag of a pattern is a value of its match; a stream stands for its events.
    const isTag = stream !== undefined && stream.slot !== CURRENT && !this.aggregates.isJoin;
    if (isTag && stream.type !== null && !this.rule.criteria) {
      const value = { expr: wholeExpr(stream, stream.type), descending: false };
      const rest = this.values(others);
      return rest === null
        ? null
        : { slot: CURRENT, eventType: null, exprs: [value, ...rest], isWhole: false };
    }
    if (stream !== undefined && !this.rule.criteria) return this.wholeHeld(stream, others);
    const exprs = this.values(positional);
    if (exprs === null) return null;
    if (exprs.length === 0) {
      this.wrong('takes at least one argument');
      return null;
    }
    if (exprs.some(({ expr }) => hasSubquery(expr))) {
      this.wrong('holds events of its stream, not what a subquery gives');
      return null;
    }
    if (!this.aggregates.isJoin) {
      if (!this.rule.criteria) return { slot: CURRENT, eventType: null, exprs, isWhole: false };
      const whole = this.wholeStream(null);
      return whole === null ? null : { slot: CURRENT, eventType: whole.type, exprs, isWhole: false };
    }
    const criteria = this.rule.criteria ? exprs : exprs.slice(0, 1);
    const slots = criteria.reduce((into, { expr }) => new Set(usesSlots(expr, into)), new Set<number>());
    const [slot] = slots;
    const entry = this.context.scope.entries.find((one) => one.slot === slot);
    if (slots.size !== 1 || slot === undefined || entry === undefined) {
      this.wrong('must evaluate fields of one stream of the join');
      return null;
    }
    return entry.type === null ? null : { slot, eventType: entry.type, exprs, isWhole: false };
  }

  /** With `into table` the criteria are those of the column: `sorted()`, or `sorted(s.*)` in a join. */
  private heldByTable([first, second]: readonly Expression[]): HeldEvents | null {
    const stream = this.streamOf(first);
    if (second !== undefined || (first !== undefined && stream === undefined)) {
      this.wrong('takes no criteria with `into table`: those of the column hold');
      return null;
    }
    const held = this.wholeHeld(stream ?? null, []);
    return held === null ? null : { ...held, exprs: [] };
  }

  private wholeHeld(stream: ScopeEntry | null, others: readonly Expression[]): HeldEvents | null {
    const whole = this.wholeStream(stream);
    const rest = this.values(others);
    if (whole === null || rest === null) return null;
    const slot = this.aggregates.isJoin ? whole.slot : CURRENT;
    return {
      slot,
      eventType: whole.type,
      exprs: [{ expr: whole.expr, descending: false }, ...rest],
      isWhole: true,
    };
  }

  /** The events of a stream, or of the only one for null. */
  private wholeStream(stream: ScopeEntry | null): WholeStream | null {
    const { entries } = this.context.scope;
    const [only] = entries;
    const entry = stream ?? only;
    if (entry === undefined) {
      this.wrong('needs a stream, and there is none here');
      return null;
    }
    if (stream === null && entries.length > 1) {
      if (!this.aggregates.isJoin)
        return this.context.later('an aggregate of whole matches of a pattern', this.link.span);
      this.wrong('needs to know the stream in a join: write `stream.*`');
      return null;
    }
    if (entry.slot !== CURRENT && !this.aggregates.isJoin) {
      return this.context.later('an aggregate of whole matches of a pattern', this.link.span);
    }
    return entry.type === null
      ? null
      : { slot: entry.slot, type: entry.type, expr: wholeExpr(entry, entry.type) };
  }

  /** The stream that an argument names: `s.*`, or `s` where it is no field. */
  private streamOf(ast: Expression | undefined): ScopeEntry | undefined {
    const { scope } = this.context;
    if (ast?.kind === 'streamStar') return findNamed(scope, ast.stream.text);
    if (ast?.kind !== 'chain' || ast.links.length !== 1) return undefined;
    const [link] = ast.links;
    if (link === undefined || link.args !== null || link.indexes.length > 0) return undefined;
    return findNamed(scope, link.name.text);
  }

  private split(): Arguments | null {
    const all = this.link.args ?? [];
    const positional = all.filter((arg) => arg.kind !== 'named');
    let filter: Expression | null = null;
    let groupBy: Expression | null = null;
    for (const arg of all) {
      if (arg.kind !== 'named') continue;
      const name = arg.name.text.toLowerCase();
      if (name === 'filter' && filter === null) filter = arg.value;
      else if (name === 'group_by' && groupBy === null) groupBy = arg.value;
      else {
        const notes = ['aggregate functions take `filter:` and `group_by:`, each once'];
        const title = `\`${this.link.name.text}\` has no argument \`${arg.name.text}:\` here`;
        return this.context.wrong('E0302', title, arg.span, notes);
      }
    }
    const star = positional[0]?.kind === 'star';
    return { positional: star ? positional.slice(1) : positional, star, filter, groupBy };
  }

  private values(asts: readonly Expression[]): ViewArg[] | null {
    const values = asts.map((ast): ViewArg | null => {
      const isOrdered = ast.kind === 'ordered' && this.rule.criteria;
      const expr = this.context.lower(isOrdered ? ast.operand : ast);
      return expr === null ? null : { expr: foldConstants(expr), descending: isOrdered && ast.descending };
    });
    return values.includes(null) ? null : (values as ViewArg[]);
  }

  /** Undefined after a mistake. */
  private condition(ast: Expression | null): Expr | null | undefined {
    if (ast === null) return null;
    const expr = this.context.lower(ast);
    if (expr === null) return undefined;
    if (expr.type.kind === 'boolean' || expr.type.kind === 'null') return foldConstants(expr);
    const title = `the filter of an aggregate must be boolean, not ${typeName(expr.type)}`;
    this.context.wrong('E0305', title, ast.span);
    return undefined;
  }

  /** Undefined after a mistake. */
  private groupKeys(ast: Expression | null): readonly Expr[] | null | undefined {
    if (ast === null) return null;
    const asts = ast.kind === 'tuple' ? ast.items : [ast];
    const { aggregates: _, ...around } = this.context.scope;
    const scope: Scope = { ...around, subqueries: 'in `group_by:`' };
    const keys = asts.map((one) => this.context.lowerIn(one, scope));
    return keys.includes(null) ? undefined : (keys as Expr[]).map(foldConstants);
  }

  private node(plan: AggregatePlan, args: readonly Expr[]): Expr {
    return { op: 'aggregate', type: plan.type, index: this.aggregates.add(plan), args };
  }

  private wrong(error: string, code = 'E0302'): null {
    const title = `the aggregate function \`${this.link.name.text}\` ${error}`;
    return this.context.wrong(code, title, this.link.span, [`it is ${this.rule.signature}`]);
  }
}

interface HeldEvents {
  readonly slot: number;
  /** Null where the function does not give events: `first(x)`. */
  readonly eventType: EventType | null;
  readonly exprs: readonly ViewArg[];
  readonly isWhole: boolean;
}

interface WholeStream {
  readonly slot: number;
  readonly type: EventType;
  readonly expr: Expr;
}
