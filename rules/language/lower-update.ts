import { type EventType, typeName, type ValueType } from '../../engine/event/types.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import { isInteger } from '../../engine/expr/type-rules.ts';
import { NO_CLAUSES, type QueryPlan } from '../../engine/plan/plan.ts';
import type { FieldUpdate } from '../../engine/plan/query-plan.ts';
import type { Assignment, ChainLink, UpdateStatement } from './ast.ts';
import { fitColumn } from './fit-column.ts';
import { lowerCondition, lowerExpression } from './lower-expression.ts';
import { lowerFilter } from './lower-filter.ts';
import { lowerItems } from './lower-select.ts';
import { type Lowering, type Scope, subqueriesOf } from './scope.ts';

/** Lowers `update istream`; its rows are the events as changed. Null after reporting what is wrong. */
export function lowerUpdate(update: UpdateStatement, lowering: Lowering): QueryPlan | null {
  const { catalog, report } = lowering;
  const { type: name, alias, span } = update;
  const filter = { type: name, conditions: [], contained: [], span };
  const { type, entry } = lowerFilter(filter, alias?.text ?? name.text, [], lowering);
  if (entry.type === null) return null;
  if (catalog.stores.table(name.text) !== undefined) {
    const title = `\`update istream\` changes events: the rows of the table \`${name.text}\` are none`;
    report.error('E0472', title, name.span, ['change them by `on … update`']);
    return null;
  }
  if (entry.type.variant !== undefined) {
    report.notImplemented('`update istream` of a variant stream', name.span);
    return null;
  }
  const scope: Scope = { catalog, entries: [entry], alias: null, ...subqueriesOf(lowering) };
  const errorsBefore = report.errorCount;
  const updates = lowerFieldUpdates(update.assignments, entry.type, [entry.name], scope, lowering);
  const where = update.where === null ? null : lowerCondition(update.where, scope, report);
  const columns = lowerItems([{ kind: 'wildcard', span }], scope, false, report);
  if (columns === null || updates === null || report.errorCount > errorsBefore) return null;
  return {
    kind: 'select',
    inputs: [
      {
        kind: 'stream',
        type,
        alias: entry.name,
        filter: null,
        contained: null,
        views: [],
        retain: 'intersection',
      },
    ],
    where,
    columns: columns.map(({ name: column, type: of, expr }) => ({ name: column, type: of, expr })),
    insertInto: null,
    ...NO_CLAUSES,
    update: updates,
  };
}

/** Lowers `set field = …, …` of an event that may be called by some names; null after reporting what is wrong. */
export function lowerFieldUpdates(
  assignments: readonly Assignment[],
  type: EventType,
  names: readonly string[],
  scope: Scope,
  lowering: Pick<Lowering, 'report'>,
): readonly FieldUpdate[] | null {
  const updates = assignments.map((one) => lowerAssignment(one, type, names, scope, lowering));
  return updates.includes(null) ? null : (updates as FieldUpdate[]);
}

function lowerAssignment(
  { target, value, span }: Assignment,
  type: EventType,
  names: readonly string[],
  scope: Scope,
  { report }: Pick<Lowering, 'report'>,
): FieldUpdate | null {
  const link = target.kind === 'chain' ? fieldLink(target.links, names) : null;
  if (link === null || value === null) {
    report.error('E0302', '`set` takes `field = value` or `field[index] = value`', span);
    return null;
  }
  const field = type.fields.findIndex((one) => one.name === link.name.text);
  const found = type.fields[field];
  if (found === undefined) {
    report.unknownField(type, link.name.text, link.name.span, []);
    return null;
  }
  const index = link.indexes.length === 0 ? null : lowerIndex(link, found.type, scope, { report });
  const expr = lowerExpression(value, scope, report);
  if (expr === null || (index === null && link.indexes.length > 0)) return null;
  const wanted = index !== null && found.type.kind === 'array' ? found.type.element : found.type;
  const fitting = fitColumn(expr, wanted, scope.catalog);
  if (fitting !== null) return { field, index, value: fitting };
  const types = `${typeName(expr.type)}, but \`${type.name}.${found.name}\` is ${typeName(wanted)}`;
  report.error('E0307', `the value is ${types}`, value.span, [`write cast(…, ${typeName(wanted)})`]);
  return null;
}

/** `field` or `alias.field`, with at most one index. */
function fieldLink(links: readonly ChainLink[], names: readonly string[]): ChainLink | null {
  const [first, second] = links;
  const isQualified = links.length === 2 && names.includes(first?.name.text ?? '');
  const link = isQualified ? second : links.length === 1 ? first : undefined;
  if (link === undefined || link.args !== null || link.dynamic || link.indexes.length > 1) return null;
  return link;
}

function lowerIndex(
  link: ChainLink,
  type: ValueType,
  scope: Scope,
  { report }: Pick<Lowering, 'report'>,
): Expr | null {
  const [ast] = link.indexes;
  if (ast === undefined) return null;
  if (type.kind !== 'array') {
    const title = `\`${link.name.text}\` is ${typeName(type)}, not an array: it has no elements by number`;
    report.error('E0301', title, link.span);
    return null;
  }
  const index = lowerExpression(ast, scope, report);
  if (index === null || isInteger(index.type)) return index;
  report.error('E0301', `an element's number must be an integer, not ${typeName(index.type)}`, ast.span);
  return null;
}
