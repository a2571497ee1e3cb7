import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { EventType } from '../../engine/event/types.ts';
import { CURRENT, type Expr } from '../../engine/expr/ir.ts';
import { canAssign } from '../../engine/expr/type-rules.ts';
import type { ColumnPlan, InputPlan, InsertPlan, QueryPlan, StatementPlan } from '../../engine/plan/plan.ts';
import { readAlert, readAnnotations } from './annotations.ts';
import type { InsertInto, SelectItem, SelectStatement, Statement } from './ast.ts';
import type { Catalog } from './catalog.ts';
import { tokenize } from './lexer.ts';
import { lowerCondition, lowerExpression } from './lower-expression.ts';
import { lowerFilter, lowerPattern } from './lower-pattern.ts';
import { lineColumn } from './render.ts';
import type { Reporter } from './reporter.ts';
import { eventValueType, type Scope, type ScopeEntry } from './scope.ts';

/** Where a statement stands. */
export interface StatementPlace {
  readonly file: string;
  readonly text: string;
  /** Position among the statements of the file, from 1. */
  readonly ordinal: number;
  /** Index in the plan. */
  readonly index: number;
}

/** Lowers a `select`; null after reporting what is wrong. */
export function lowerSelect(
  statement: Statement,
  select: SelectStatement,
  place: StatementPlace,
  catalog: Catalog,
  report: Reporter,
): StatementPlan | null {
  const annotations = readAnnotations(statement.annotations, report);
  const [stream] = select.from;
  if (select.from.length !== 1 || stream === undefined) {
    report.notImplemented('a join', select.span);
    return null;
  }
  if (select.distinct) report.notImplemented('`distinct`', select.span);
  if (select.streamSelector === 'rstream') report.notImplemented('`rstream`', select.span);
  if (select.insertInto?.streamSelector === 'rstream')
    report.notImplemented('`rstream`', select.insertInto.span);
  let input: InputPlan;
  let entries: readonly ScopeEntry[];
  if (stream.kind === 'stream') {
    const alias = stream.alias?.text ?? '';
    const { type, condition } = lowerFilter(stream.filter, alias, [], catalog, report);
    input = { kind: 'stream', type, alias, filter: condition };
    entries = [{ name: alias, slot: CURRENT, type: catalog.types[type] as EventType }];
  } else if (stream.kind === 'pattern') {
    for (const one of stream.annotations)
      report.notImplemented(`\`@${one.name.text}\` on a pattern`, one.span);
    ({ input, entries } = lowerPattern(stream.pattern, catalog, report));
  } else {
    report.notImplemented(stream.what, stream.span);
    return null;
  }
  if (report.hasErrors) return null;
  const scope: Scope = { catalog, entries, firstOnly: false };
  const where = select.where === null ? null : lowerCondition(select.where, scope, report);
  const columns = select.items.flatMap((item) =>
    lowerItem(item, scope, stream.kind === 'pattern', place, report),
  );
  if (report.hasErrors) return null;
  const insertInto =
    select.insertInto === null ? null : lowerInsert(select.insertInto, columns, catalog, report);
  const alert = annotations.alert === null ? null : readAlert(annotations.alert, columns, report);
  if (report.hasErrors) return null;
  const query: QueryPlan = { kind: 'select', inputs: [input], where, columns, insertInto };
  const file = basename(place.file).replace(/\.epl$/, '');
  return {
    index: place.index,
    name: annotations.name ?? `${file}#${place.ordinal}`,
    file: place.file,
    line: lineColumn(place.text, statement.span.start).line,
    fingerprint: fingerprint(place.text.slice(statement.span.start, statement.span.end), query, catalog),
    description: annotations.description,
    tags: annotations.tags,
    alert,
    query,
  };
}

function lowerItem(
  item: SelectItem,
  scope: Scope,
  isPattern: boolean,
  place: StatementPlace,
  report: Reporter,
): ColumnPlan[] {
  if (item.kind === 'wildcard') {
    if (!isPattern) return fieldsOf(scope.entries[0] as ScopeEntry);
    return scope.entries.map(wholeEvent);
  }
  if (item.kind === 'streamWildcard') {
    const entry = scope.entries.find((one) => one.name === item.stream.text);
    if (entry === undefined) {
      report.unknown(
        'E0202',
        'stream or tag',
        item.stream.text,
        item.stream.span,
        scope.entries.map((one) => one.name),
      );
      return [];
    }
    return item.alias === null ? fieldsOf(entry) : [{ ...wholeEvent(entry), name: item.alias.text }];
  }
  const expr = lowerExpression(item.expression, scope, report);
  if (expr === null) return [];
  const { start, end } = item.expression.span;
  const name = item.alias?.text ?? place.text.slice(start, end).replace(/\s+/g, ' ');
  return [{ name, type: expr.type, expr }];
}

function fieldsOf({ type, slot }: ScopeEntry): ColumnPlan[] {
  return type.fields.map((field, i): ColumnPlan => {
    const expr: Expr = { op: 'field', type: field.type, slot, field: i };
    return { name: field.name, type: field.type, expr };
  });
}

function wholeEvent({ name, slot, type }: ScopeEntry): ColumnPlan {
  const valueType = eventValueType(type);
  return { name, type: valueType, expr: { op: 'slot', type: valueType, slot } };
}

/** Matches the columns to the target's fields; the first `insert into` of an undeclared stream makes its type. */
function lowerInsert(
  insert: InsertInto,
  columns: readonly ColumnPlan[],
  catalog: Catalog,
  report: Reporter,
): InsertPlan | null {
  const named = columns.map((column, i) => ({ ...column, name: insert.columns[i]?.text ?? column.name }));
  if (insert.columns.length > 0 && insert.columns.length !== columns.length) {
    const title = `${insert.columns.length} names for ${columns.length} columns`;
    report.error('E0302', 'type', title, insert.span);
    return null;
  }
  const known = catalog.indexOf(insert.target.text);
  if (known < 0) {
    const fields = named.map(({ name, type }) => ({
      name,
      type: type.kind === 'null' ? { kind: 'object' as const } : type,
    }));
    const type = catalog.add({
      name: insert.target.text,
      fields,
      supertypes: [],
      startField: -1,
      endField: -1,
      origin: 'derived',
    });
    return { type, fields: fields.map((_, i) => i) };
  }
  const target = catalog.types[known] as EventType;
  const fields = named.map(({ name, type }) => {
    const at = target.fields.findIndex((field) => field.name === name);
    if (at < 0) {
      const names = target.fields.map((field) => field.name);
      report.unknown('E0204', 'field', name, insert.target.span, names, ` on \`${target.name}\``);
    } else if (!canAssign(type, (target.fields[at] as EventType['fields'][number]).type)) {
      const wanted = (target.fields[at] as EventType['fields'][number]).type.kind;
      const title = `the column \`${name}\` is ${type.kind}, but \`${target.name}.${name}\` is ${wanted}`;
      report.error('E0301', 'type', title, insert.target.span);
    }
    return at;
  });
  return { type: known, fields };
}

/** Hash of the statement's words, without comments and spaces, and of the types its plan refers to. */
function fingerprint(text: string, query: QueryPlan, catalog: Catalog): string {
  const words = tokenize(text).map((token) => token.text);
  const used = new Set<number>();
  for (const input of query.inputs) {
    if (input.kind === 'stream') used.add(input.type);
    else for (const slot of input.slots) used.add(slot.type);
  }
  const types = [...used].sort((a, b) => a - b).map((type) => catalog.types[type]);
  return createHash('sha256')
    .update(JSON.stringify([words, types]))
    .digest('hex');
}
