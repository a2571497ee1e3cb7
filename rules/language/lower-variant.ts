import {
  type EventType,
  type Field,
  sameType,
  TYPE_OBJECT,
  type ValueType,
} from '../../engine/event/types.ts';
import { commonType } from '../../engine/expr/type-rules.ts';
import type { InsertPlan } from '../../engine/plan/plan.ts';
import type { CreateSchema, InsertInto } from './ast.ts';
import type { Catalog, DeclaredAt } from './catalog.ts';
import type { SelectColumn } from './lower-select.ts';
import type { Reporter } from './reporter.ts';
import type { Lowering } from './scope.ts';

/**
 * The type of `create variant schema V as A, B` or `V as *`: a stream whose events are of several types. Its fields are
 * those that all the types have; any other property is read from the event that is shown, as `p?` is. With `*` events of
 * every type may enter, and every property is of that kind. Null after reporting a mistake.
 */
export function variantType(schema: CreateSchema, catalog: Catalog, report: Reporter): EventType | null {
  const clauses = [...schema.inherits, ...schema.copyFrom];
  for (const { span } of [...clauses, ...schema.columns]) {
    report.error('E0302', 'a variant schema only names the types of its events', span, [
      'create variant schema V as TypeA, TypeB',
    ]);
  }
  const members = schema.models.flatMap((name) => {
    const type = catalog.get(name.text);
    if (type === undefined && !catalog.isExpected(name.text))
      report.unknown('E0201', 'event type', name.text, name.span, catalog.names());
    return type ?? [];
  });
  if (clauses.length + schema.columns.length > 0 || members.length < schema.models.length) return null;
  return {
    name: schema.name.text,
    fields: schema.anyType ? [] : commonFields(members),
    supertypes: [],
    startField: -1,
    endField: -1,
    origin: 'derived',
    variant: { members: members.map(({ name }) => name), any: schema.anyType },
  };
}

/** Fields that all types have: of the one type they have everywhere, of the widest number, else anything. */
function commonFields(members: readonly EventType[]): readonly Field[] {
  const [first, ...others] = members;
  return (first?.fields ?? []).flatMap(({ name, type }) => {
    const types = others.map((other) => other.fields.find((one) => one.name === name)?.type);
    if (types.includes(undefined)) return [];
    return [{ name, type: commonOf([type, ...(types as ValueType[])]) }];
  });
}

function commonOf(types: readonly ValueType[]): ValueType {
  const [first] = types as [ValueType];
  if (types.every((type) => sameType(type, first))) return first;
  return commonType(types) ?? TYPE_OBJECT;
}

/** An `insert into` a variant stream, and the columns of its statement. */
export interface LoweredVariantInsert {
  readonly plan: InsertPlan;
  readonly columns: readonly SelectColumn[];
}

/**
 * Events enter a variant stream as they are, `select *`, and their type must be one of its types or a subtype. A stream
 * of any type also takes rows of columns, which make a type of their own.
 */
export function lowerVariantInsert(
  insert: InsertInto,
  columns: readonly SelectColumn[],
  target: EventType,
  {
    catalog,
    report,
    at,
    selected,
  }: Lowering & { readonly at: DeclaredAt; readonly selected: EventType | null },
): LoweredVariantInsert | null {
  const variant = target.variant as NonNullable<EventType['variant']>;
  const names = selected === null ? [] : [selected.name, ...selected.supertypes];
  if (!variant.any && !variant.members.some((name) => names.includes(name))) {
    const title = `the variant stream \`${target.name}\` takes whole events of ${variant.members.join(', ')}`;
    report.error('E0406', title, insert.target.span, ['select * from one of them']);
    return null;
  }
  const shown = selected ?? rowType(target.name, columns, catalog, at);
  const plan: InsertPlan = {
    selector: insert.streamSelector ?? 'istream',
    type: catalog.indexOf(target.name),
    fields: columns.map((_, i) => i),
    precedence: null,
    shown: {
      type: catalog.indexOf(shown.name),
      fields: target.fields.map(({ name }) => shown.fields.findIndex((one) => one.name === name)),
    },
  };
  return { plan, columns };
}

function rowType(
  stream: string,
  columns: readonly SelectColumn[],
  catalog: Catalog,
  at: DeclaredAt,
): EventType {
  let number = 1;
  while (catalog.indexOf(`${stream}[${number}]`) >= 0) number++;
  const type: EventType = {
    name: `${stream}[${number}]`,
    fields: columns.map(({ name, type: of }) => ({ name, type: of.kind === 'null' ? TYPE_OBJECT : of })),
    supertypes: [],
    startField: -1,
    endField: -1,
    origin: 'derived',
  };
  catalog.add(type, at);
  return type;
}
