import type { EventType, Field, ValueType } from '../../engine/event/types.ts';
import { CURRENT, type Expr } from '../../engine/expr/ir.ts';
import type { InputPlan } from '../../engine/plan/plan.ts';
import type { AggregatePlan, PreviousPlan } from '../../engine/plan/query-plan.ts';
import type { Expression } from './ast.ts';
import type { ExpressionDeclaration } from './ast-declared.ts';
import type { SubqueryExpression } from './ast-subquery.ts';
import type { Catalog } from './catalog.ts';
import type { Reporter } from './reporter.ts';

/** What every part of the lowering needs: the types known so far and the reporter of its file. */
export interface Lowering {
  readonly catalog: Catalog;
  readonly report: Reporter;
  /** Gets the subqueries of the statement at work. */
  readonly subqueries?: SubqueryScope;
}

/** One event a name can stand for: the stream of a query, the event under test of a filter, or a tag. */
export interface ScopeEntry {
  /** Alias or tag, or the type's name for a stream without alias; empty for an event under test without a tag. */
  readonly name: string;
  readonly slot: number;
  /** Null when the type is in error: whatever is read from it is not reported again. */
  readonly type: EventType | null;
  /** Whether its fields may be named without a qualifier. */
  readonly isImplicit: boolean;
  /** Whether it stands for the events of a repeat, an array: `a[0].amount`. Its fields have no plain names then. */
  readonly isRepeated?: boolean;
  /** Whether it is of the statement around a subquery. */
  readonly isOuter?: boolean;
  /** For a parameter: what stands for the event, instead of the slot. */
  readonly expr?: Expr;
  /** Without alias: the name, that of its type, only says whose field is meant. It is no value. */
  readonly isUnnamed?: boolean;
  /** In a join: the name of its column under `select *`. */
  readonly column?: string;
}

/** What the clauses of a statement work on. */
export interface Source {
  readonly input: InputPlan;
  readonly scope: Scope;
}

/** The names an expression can use. The current event wins for unqualified names; among tags they must be unique. */
export interface Scope {
  readonly catalog: Catalog;
  readonly entries: readonly ScopeEntry[];
  /** Alias of a whole pattern, which may stand before a tag: `p.a.amount`. Null when there is none. */
  readonly alias: string | null;
  /** Whether the first entry that has a field wins; else a field of several tags must be qualified. */
  readonly isNearest?: boolean;
  /** Whether the columns make events: `transpose` then gives those of an event. */
  readonly isInserting?: boolean;
  /** Parameters of the lambdas around the expression, outermost first. */
  readonly params?: readonly ScopeParam[];
  /** Places of `Env.params` that those lambdas use: an inner one begins after them. */
  readonly places?: number;
  /** Declared expressions whose bodies are around, outermost first. */
  readonly expanding?: readonly ExpressionDeclaration[];
  /** Keys of a `group by` with several levels, for `grouping`. */
  readonly levelKeys?: readonly Expr[];
  /** Whether the rows made of the expression only enter: `istream()` is true. */
  readonly onlyEnters?: boolean;
  /** Gets the aggregates of the expression; left out where there is nothing to aggregate over: filters, `where`. */
  readonly aggregates?: AggregateScope;
  /** Gets the subqueries of the expression; else where it is that there can be none: `within another`. */
  readonly subqueries?: SubqueryScope | string;
  /** Whether it is a filter, whose subqueries need a data window and one column. */
  readonly isFilter?: boolean;
  /** Gets the `prev…` and `prior` calls of the expression; left out where there is no window to look into. */
  readonly previous?: PreviousScope;
  /** Gets the `prev` calls of a condition of `match_recognize`, which are of another kind. */
  readonly rowPrevious?: RowPreviousScope;
}

/** Where the calls of `prev` in the conditions of one `match_recognize` go. */
export interface RowPreviousScope {
  /** The slot of the row that came so many rows before the one under test. */
  slot(offset: number): number;
}

/** Where the calls of `prev…` and `prior` of one query go while its expressions are lowered. */
export interface PreviousScope {
  /** Index of a call among those of the query; equal calls have one. */
  add(plan: PreviousPlan): number;
  /** Whether an input has a data window that `prev` can look into. */
  hasWindow(input: number): boolean;
  /** Whether slots are the streams of a join. */
  readonly isJoin: boolean;
}

/** Where the subqueries of one statement go while its expressions are lowered. */
export interface SubqueryScope {
  /** The node that reads a subquery; null after reporting what is wrong. */
  lower(ast: SubqueryExpression, context: SubqueryContext): Expr | null;
}

/** What a subquery needs from the lowering of the expression it stands in. */
export interface SubqueryContext {
  readonly scope: Scope;
  readonly report: Reporter;
  readonly counts: { places: number };
  lower(ast: Expression): Expr | null;
}

/** The part of a scope that takes subqueries, where a statement may have any. */
export function subqueriesOf({ subqueries }: Lowering): Pick<Scope, 'subqueries'> {
  return subqueries === undefined ? {} : { subqueries };
}

/** Where the aggregates of one query go while its expressions are lowered. */
export interface AggregateScope {
  /** Index of a call among the aggregates of the query; equal calls have one. */
  add(plan: AggregatePlan): number;
  /** Whether the events of a slot never leave, for want of a data window. */
  isUnbounded(slot: number): boolean;
  /** Whether slots are the streams of a join; else those of a pattern, or there are none. */
  readonly isJoin: boolean;
  /** Whether they become columns of a table: what orders events is said there. */
  readonly isIntoTable?: boolean;
  /** What names stand for inside an aggregate, where that is not what they stand for around it. */
  readonly entries?: readonly ScopeEntry[];
}

/** A parameter: what its name stands for. */
export interface ScopeParam {
  readonly name: string;
  readonly expr: Expr;
  /** Whether fields of an event parameter may be named without it. */
  readonly isImplicit: boolean;
}

/** A field found by its plain name. */
export interface FoundField {
  readonly entry: ScopeEntry;
  readonly index: number;
  readonly field: Field;
}

/** Fields an unqualified name can mean: none, one, or several when it is ambiguous. */
export function findUnqualified(scope: Scope, name: string): readonly FoundField[] {
  const found: FoundField[] = fieldsOfParams(scope, name);
  for (const entry of scope.entries) {
    if (!entry.isImplicit || entry.type === null || entry.isRepeated === true) continue;
    const index = entry.type.fields.findIndex((one) => one.name === name);
    if (index < 0) continue;
    const one = { entry, index, field: entry.type.fields[index] as Field };
    if (entry.slot === CURRENT || scope.isNearest === true) {
      return [one, ...found.filter((other) => other.entry.expr !== undefined)];
    }
    found.push(one);
  }
  return found;
}

function fieldsOfParams({ catalog, params = [] }: Scope, name: string): FoundField[] {
  return params.flatMap(({ name: own, expr, isImplicit }) => {
    const type = isImplicit && expr.type.kind === 'event' ? catalog.get(expr.type.typeName) : undefined;
    const index = type?.fields.findIndex((one) => one.name === name) ?? -1;
    if (type === undefined || index < 0) return [];
    const entry: ScopeEntry = { name: own, slot: CURRENT, type, isImplicit, expr };
    return [{ entry, index, field: type.fields[index] as Field }];
  });
}

/** The parameter of that name. */
export function findParam(scope: Scope, name: string): ScopeParam | undefined {
  return scope.params?.find((one) => one.name === name);
}

/** The parameter that holds an event of the type of that name: a lambda knows it so, too. */
export function findParamOfType(scope: Scope, name: string): ScopeParam | undefined {
  return scope.params?.find(
    ({ expr, isImplicit }) => isImplicit && expr.type.kind === 'event' && expr.type.typeName === name,
  );
}

/** The value of that name in a parameter that holds a row, such as `new {a = 1}` made. */
export function findRowField(scope: Scope, name: string): Expr | undefined {
  for (const { expr, isImplicit } of scope.params ?? []) {
    const field = expr.type.kind === 'row' ? expr.type.fields.find((one) => one.name === name) : undefined;
    if (isImplicit && field !== undefined) return { op: 'key', type: field.type, target: expr, key: name };
  }
  return undefined;
}

/** The stream or tag of that name; as in Esper a stream is also known by the name of its type. */
export function findEntry(scope: Scope, name: string): ScopeEntry | undefined {
  return (
    scope.entries.find((one) => one.name === name) ??
    scope.entries.find((one) => (one.isImplicit || one.isOuter === true) && one.type?.name === name) ??
    scope.entries.find((one) => one.column === name)
  );
}

/** The stream or tag that a name stands for as a value. A stream without alias has no such name but `stream_0` in a join. */
export function findNamed(scope: Scope, name: string): ScopeEntry | undefined {
  return scope.entries.find((one) => (one.isUnnamed === true ? one.column : one.name) === name);
}

/** The scope of a stream without alias. */
export function withoutName(scope: Scope): Scope {
  return { ...scope, entries: scope.entries.map((entry) => ({ ...entry, isUnnamed: true })) };
}

/** Whether an unknown plain name may belong to an event whose type is in error. */
export function mayBeBroken(scope: Scope): boolean {
  return scope.entries.some((one) => one.isImplicit && one.type === null);
}

/** Every name that could be written in the scope, for hints. */
export function namesInScope(scope: Scope): readonly string[] {
  const params = scope.params?.map((param) => param.name) ?? [];
  const names = scope.entries.flatMap(({ name, type, isImplicit, isRepeated }) => {
    const fields =
      isImplicit && isRepeated !== true && type !== null ? type.fields.map((field) => field.name) : [];
    return name === '' ? fields : [...fields, name];
  });
  return [...params, ...names];
}

/** Reads a field of the event in a slot. */
export function fieldExpr(entry: ScopeEntry, index: number, field: Field): Expr {
  if (entry.expr !== undefined) return memberExpr(entry.expr, index, field);
  return { op: 'field', type: field.type, slot: entry.slot, field: index };
}

/** Reads a field of an event-valued expression. */
export function memberExpr(target: Expr, index: number, { type }: Field): Expr {
  if (target.op === 'slot') return { op: 'field', type, slot: target.slot, field: index };
  return { op: 'member', type, target, field: index };
}

/** The whole event of an entry, or the array of its events. */
export function wholeExpr(entry: ScopeEntry, type: EventType): Expr {
  const one = eventValueType(type);
  const all: ValueType = entry.isRepeated === true ? { kind: 'array', element: one } : one;
  return { op: 'slot', type: all, slot: entry.slot };
}

/** The only event of a query or filter. */
export function currentEntry(name: string, type: EventType | null): ScopeEntry {
  return { name, slot: CURRENT, type, isImplicit: true };
}

/** The type of a whole event. */
export function eventValueType(type: EventType): ValueType {
  return { kind: 'event', typeName: type.name };
}
