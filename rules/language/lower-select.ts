import { WHOLE_EVENT } from '../../engine/event/to-json.ts';
import { type EventType, typeName } from '../../engine/event/types.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import type { ColumnPlan } from '../../engine/plan/plan.ts';
import type { Expression, SelectItem } from './ast.ts';
import { columnName } from './column-name.ts';
import type { Span } from './diagnostics.ts';
import { lowerExpression } from './lower-expression.ts';
import type { Reporter } from './reporter.ts';
import {
  fieldExpr,
  findNamed,
  findUnqualified,
  memberExpr,
  type Scope,
  type ScopeEntry,
  wholeExpr,
} from './scope.ts';

/** A column and the place that asked for it. */
export interface SelectColumn extends ColumnPlan {
  readonly span: Span;
  /** Whether it comes from `*` or `a.*`. */
  readonly isWildcard: boolean;
}

/** Lowers the select list; null when an item is in error, after looking at all. */
export function lowerItems(
  items: readonly SelectItem[],
  scope: Scope,
  isPattern: boolean,
  report: Reporter,
): readonly SelectColumn[] | null {
  const whole = items.find((item) => item.kind === 'expression' && transposed(item.expression) !== null);
  if (whole !== undefined && items.length > 1) {
    const notes = ['select the fields of the event: `insert into S select k, e.a as a`'];
    report.error('E0302', '`transpose` is the only column of its `select`', whole.span, notes);
    return null;
  }
  const lowered = items.map((item) => lowerItem(item, scope, isPattern, report));
  return lowered.includes(null) ? null : withoutRepeats((lowered as SelectColumn[][]).flat());
}

/** `*, a.*` names the fields of `a` twice: the first of equal columns stays. */
function withoutRepeats(columns: readonly SelectColumn[]): readonly SelectColumn[] {
  const seen = new Map<string, SelectColumn>();
  return columns.filter((column) => {
    const first = seen.get(column.name);
    if (first === undefined) seen.set(column.name, column);
    const isRepeat = first?.isWildcard === true && column.isWildcard;
    return !isRepeat || JSON.stringify(first.expr) !== JSON.stringify(column.expr);
  });
}

/** Whether no two columns have one name; reports those that do. */
export function areUnique(columns: readonly SelectColumn[], report: Reporter): boolean {
  const seen = new Set<string>();
  const errorsBefore = report.errorCount;
  for (const { name, span } of columns) {
    if (seen.has(name)) {
      report.error('E0212', `the column \`${name}\` appears twice`, span, ['name columns with `as`']);
    }
    seen.add(name);
  }
  return report.errorCount === errorsBefore;
}

function lowerItem(
  item: SelectItem,
  scope: Scope,
  isPattern: boolean,
  report: Reporter,
): SelectColumn[] | null {
  const { span } = item;
  switch (item.kind) {
    case 'wildcard': {
      const columns = scope.entries.map((entry) =>
        isPattern
          ? wholeColumn(entry, entry.column ?? entry.name, span, scope)
          : fieldColumns(entry, span, scope),
      );
      return columns.includes(null) ? null : (columns as (SelectColumn | SelectColumn[])[]).flat();
    }
    case 'streamWildcard':
      return streamWildcard(item, scope, report);
    case 'expression': {
      const whole = transposed(item.expression);
      if (whole !== null) return transpose(whole, span, scope, report);
      const lowered = lowerExpression(item.expression, scope, report);
      if (lowered === null) return null;
      const expr = withoutRows(presentRow(lowered), scope);
      if (expr.type.kind === 'period') {
        report.error('E0301', 'a time period cannot be a column', item.expression.span);
        return null;
      }
      return [
        {
          name: item.alias?.text ?? columnName(item.expression),
          type: expr.type,
          expr,
          span,
          isWildcard: false,
        },
      ];
    }
  }
}

/** The argument of `transpose(event)`; null for any other expression. */
function transposed(ast: Expression): Expression | null {
  const [link, more] = ast.kind === 'chain' ? ast.links : [];
  const [argument, other] = link?.args ?? [];
  const isCall = link?.name.text.toLowerCase() === 'transpose' && more === undefined && other === undefined;
  return isCall ? (argument ?? null) : null;
}

/** The fields of an event as columns: the event made of them is the same again. */
function transpose(ast: Expression, span: Span, scope: Scope, report: Reporter): SelectColumn[] | null {
  if (scope.isInserting !== true) {
    report.error('E0302', '`transpose` makes an event: it needs `insert into`', span);
    return null;
  }
  const target = lowerExpression(ast, scope, report);
  if (target === null) return null;
  const type = target.type.kind === 'event' ? scope.catalog.get(target.type.typeName) : undefined;
  if (type === undefined) {
    report.error('E0301', `\`transpose\` takes an event, not ${typeName(target.type)}`, span);
    return null;
  }
  return type.fields.map((field, i) => {
    return {
      name: field.name,
      type: field.type,
      expr: memberExpr(target, i, field),
      span,
      isWildcard: false,
    };
  });
}

/**
 * A column of `case` or a subquery that gives rows is never null: without a match all members are. Nor is one that shows
 * a row of a table.
 */
function presentRow(expr: Expr): Expr {
  if (expr.op === 'rowCopy' && expr.operand.op === 'tableRow')
    return { ...expr, emptyOf: expr.operand.table };
  // As recorded: all events in their order are no value of a column; methods on them are.
  if (expr.op === 'tableRead' && expr.reader.name === 'sorted')
    return { op: 'literal', type: expr.type, value: null };
  const result = expr.op === 'let' ? expr.body : expr;
  if ((result.op !== 'case' && result.op !== 'subquery') || expr.type.kind !== 'row') return expr;
  const { fields } = expr.type;
  const names = fields.map((field) => field.name);
  const values = fields.map(({ type }): Expr => ({ op: 'literal', type, value: null }));
  const empty: Expr = { op: 'row', type: expr.type, names, values };
  return { op: 'coalesce', type: expr.type, operands: [expr, empty] };
}

/** A column holds no row of a table, which changes, but its values at present. */
function withoutRows(expr: Expr, { catalog }: Scope): Expr {
  if (expr.op === 'rowCopy') return expr;
  const one = expr.type.kind === 'array' ? expr.type.element : expr.type;
  if (one.kind !== 'event' || catalog.stores.table(one.typeName) === undefined) return expr;
  return { op: 'rowCopy', type: expr.type, operand: expr };
}

/** `a.*`: the fields of a stream, a tag, or a field that holds an event; `a.* as x`: the event as one column. */
function streamWildcard(
  item: SelectItem & { kind: 'streamWildcard' },
  scope: Scope,
  report: Reporter,
): SelectColumn[] | null {
  const { text, span } = item.stream;
  const entry = findNamed(scope, text);
  if (entry !== undefined) {
    if (item.alias === null && entry.isRepeated === true) {
      const title = `\`${text}\` stands for the events of a repeat: an array has no columns`;
      report.error('E0301', title, item.span, [
        `select it whole: \`${text}\`, or one of them: \`${text}[0]\``,
      ]);
      return null;
    }
    if (item.alias === null) return fieldColumns(entry, item.span, scope);
    const column = wholeColumn(entry, item.alias.text, item.span, scope);
    return column === null ? null : [column];
  }
  const [found] = findUnqualified(scope, text);
  const nested =
    found?.field.type.kind === 'event' ? scope.catalog.get(found.field.type.typeName) : undefined;
  if (found === undefined || nested === undefined || item.alias !== null) {
    const names = scope.entries.flatMap(({ name, isUnnamed }) => (name === '' || isUnnamed ? [] : [name]));
    const isType = scope.entries.some(({ type }) => type?.name === text);
    const notes = isType ? [`name the stream, as in \`${text} as x\`, and write \`x.*\``] : [];
    report.unknown('E0202', 'stream or tag', text, span, names, '', notes);
    return null;
  }
  const target = fieldExpr(found.entry, found.index, found.field);
  return nested.fields.map(({ name, type }, field) => ({
    name,
    type,
    expr: { op: 'member', type, target, field },
    span: item.span,
    isWildcard: true,
  }));
}

function fieldColumns(entry: ScopeEntry, span: Span, scope: Scope): SelectColumn[] | null {
  const type: EventType | null = entry.type;
  if (type === null) return null;
  if (type.variant?.any === true) {
    const whole = wholeColumn(entry, WHOLE_EVENT, span, scope);
    return whole === null ? null : [{ ...whole, isWildcard: true }];
  }
  return type.fields.map((field, i) => ({
    name: field.name,
    type: field.type,
    expr: fieldExpr(entry, i, field),
    span,
    isWildcard: true,
  }));
}

/**
 * The columns of `select *` where events of subtypes may come: as in Esper those show all their own fields too. A last
 * column holds the event.
 */
export function withSubtypes(
  columns: readonly SelectColumn[],
  type: EventType,
  { catalog, entries }: Scope,
): readonly SelectColumn[] {
  const [entry] = entries;
  const [first] = columns;
  const hasSubtypes = catalog.types.some(({ supertypes }) => supertypes.includes(type.name));
  if (!hasSubtypes || entry === undefined || first === undefined || type.variant !== undefined)
    return columns;
  const expr = wholeExpr(entry, type);
  return [...columns, { name: WHOLE_EVENT, type: expr.type, expr, span: first.span, isWildcard: true }];
}

function wholeColumn(entry: ScopeEntry, name: string, span: Span, scope: Scope): SelectColumn | null {
  if (entry.type === null) return null;
  const expr = withoutRows(wholeExpr(entry, entry.type), scope);
  return { name, type: expr.type, expr, span, isWildcard: false };
}
