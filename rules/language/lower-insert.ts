import { type EventType, type Field, sameType, TYPE_OBJECT, typeName } from '../../engine/event/types.ts';
import { canAssign } from '../../engine/expr/type-rules.ts';
import type { InsertPlan } from '../../engine/plan/plan.ts';
import type { InsertInto } from './ast.ts';
import type { Catalog, DeclaredAt } from './catalog.ts';
import { nearest } from './hints.ts';
import type { SelectColumn } from './lower-select.ts';
import type { Reporter } from './reporter.ts';

/**
 * Matches the columns of an `insert into` to the fields of its target by name. The first `insert into` of a stream that
 * has no schema makes its type; later ones must give the same columns. Null after reporting a mistake.
 */
export function lowerInsert(
  insert: InsertInto,
  columns: readonly SelectColumn[],
  place: DeclaredAt,
  catalog: Catalog,
  report: Reporter,
): InsertPlan | null {
  const named = renamed(insert, columns, report);
  if (named === null) return null;
  const target = catalog.get(insert.target.text);
  if (target === undefined) {
    const fields = named.map(({ name, type }) => ({ name, type: type.kind === 'null' ? TYPE_OBJECT : type }));
    const derived = { supertypes: [], startField: -1, endField: -1, origin: 'derived' as const };
    const type = catalog.add({ name: insert.target.text, fields, ...derived }, place);
    return { type, fields: fields.map((_, i) => i) };
  }
  const fields = named.map((column) => fieldFor(column, target, report));
  if (fields.includes(null)) return null;
  if (target.origin === 'derived' && !givesAll(target, fields as number[])) {
    const given = named.map(({ name }) => name);
    const missing = target.fields
      .filter((field) => !given.includes(field.name))
      .map(({ name }) => `\`${name}\``);
    const first = catalog.placeOf(target.name);
    const notes = [
      ...(first === undefined ? [] : [`the first \`insert into\` at ${first} made the type`]),
      'declare the stream with `create schema` to leave columns out',
    ];
    const title = `the stream \`${target.name}\` also has ${missing.join(', ')}`;
    report.error('E0406', 'meaning', title, insert.target.span, notes);
    return null;
  }
  return { type: catalog.indexOf(target.name), fields: fields as number[] };
}

/** The columns under the names of `insert into S(a, b)`, if it has any. */
function renamed(
  insert: InsertInto,
  columns: readonly SelectColumn[],
  report: Reporter,
): readonly SelectColumn[] | null {
  if (insert.columns.length === 0) return columns;
  if (insert.columns.length !== columns.length) {
    const title = `${insert.columns.length} names for ${columns.length} columns`;
    report.error('E0405', 'meaning', title, insert.span);
    return null;
  }
  const names = insert.columns.map((one) => one.text);
  const twice = insert.columns.find((one, i) => names.indexOf(one.text) < i);
  if (twice !== undefined) {
    report.error('E0212', 'name', `the column \`${twice.text}\` appears twice`, twice.span);
    return null;
  }
  return columns.map((column, i) => ({
    ...column,
    name: names[i] as string,
    span: insert.columns[i]?.span ?? column.span,
  }));
}

function fieldFor(column: SelectColumn, target: EventType, report: Reporter): number | null {
  const { name, type, span } = column;
  const at = target.fields.findIndex((field) => field.name === name);
  if (at < 0) {
    const near = nearest(
      name,
      target.fields.map((field) => field.name),
    );
    const label = near === null ? '' : `did you mean \`${near}\`?`;
    report.error(
      'E0204',
      'name',
      `\`${target.name}\` has no field \`${name}\` to insert into`,
      span,
      [],
      label,
    );
    return null;
  }
  const field = target.fields[at] as Field;
  const fits = target.origin === 'derived' ? sameType(type, field.type) : canAssign(type, field.type);
  if (fits || type.kind === 'null' || field.type.kind === 'object') return at;
  const types = `${typeName(type)}, but \`${target.name}.${name}\` is ${typeName(field.type)}`;
  const notes = type.kind === 'event' ? [] : [`write cast(…, ${typeName(field.type)})`];
  report.error('E0307', 'type', `the column \`${name}\` is ${types}`, span, notes);
  return null;
}

function givesAll(target: EventType, fields: readonly number[]): boolean {
  return target.fields.every((_, i) => fields.includes(i));
}
