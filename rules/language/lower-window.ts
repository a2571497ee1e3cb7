import type { EventType, Field } from '../../engine/event/types.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import { NO_CLAUSES, type QueryPlan } from '../../engine/plan/plan.ts';
import type { WindowPlan } from '../../engine/plan/store-plan.ts';
import { accessOf } from './annotations.ts';
import type { Annotation, SelectItem } from './ast.ts';
import type { CreateWindow, WindowModel } from './ast-infra.ts';
import type { Catalog, DeclaredAt } from './catalog.ts';
import { columnFields } from './declare-schema.ts';
import { lowerCondition } from './lower-expression.ts';
import { areUnique, lowerItems } from './lower-select.ts';
import { lowerViews } from './lower-views.ts';
import { currentEntry, type Lowering } from './scope.ts';
import { VIEW_FORMS } from './view-forms.ts';

/**
 * Declares a named window: its type, which bears its name, and its place among the stores. Its query gives the rows that
 * enter and leave. Null after reporting what is wrong.
 */
export function lowerCreateWindow(
  window: CreateWindow,
  annotations: readonly Annotation[],
  place: DeclaredAt,
  lowering: Lowering,
): QueryPlan | null {
  const { catalog, report } = lowering;
  const { name, views: uses, retain } = window;
  const errorsBefore = report.errorCount;
  if (catalog.stores.isTaken(name.text)) {
    report.error('E0230', `there is a named window or table \`${name.text}\` already`, name.span);
    return null;
  }
  if (isTypeTaken(name.text, catalog)) {
    report.error('E0230', `there is an event type \`${name.text}\` already`, name.span, [
      'the rows of a named window have a type of their own, which bears its name',
    ]);
    return null;
  }
  checkViews(window, lowering);
  const type = windowType(name.text, window.model, lowering);
  if (type !== null && isAvro(annotations)) checkAvro(type, window, lowering);
  if (type === null || report.errorCount > errorsBefore) return null;
  const scope = { catalog, entries: [currentEntry(name.text, type)], alias: null };
  const viewed = lowerViews({ views: uses, retain, unidirectional: false }, name.text, scope, lowering);
  const fill = lowerFill(window, lowering);
  const columns = lowerItems([{ kind: 'wildcard', span: name.span }], scope, false, report);
  if (viewed === null || columns === null || report.errorCount > errorsBefore) return null;
  const plan: WindowPlan = {
    kind: 'window',
    name: name.text,
    type: catalog.add(type, place),
    access: accessOf(annotations),
    model: modelOf(window.model, catalog),
    context: catalog.contexts.current?.index ?? null,
    views: viewed.views,
    retain: viewed.retain,
    fill,
  };
  return {
    kind: 'select',
    inputs: [],
    where: null,
    columns: columns.map(({ name: column, type: of, expr }) => ({ name: column, type: of, expr })),
    insertInto: null,
    ...NO_CLAUSES,
    onStore: { kind: 'create', store: catalog.stores.add(plan) },
  };
}

/** The type of an older window is free with its name. */
function isTypeTaken(name: string, catalog: Catalog): boolean {
  const at = catalog.indexOf(name);
  return at >= 0 && !catalog.stores.plans.some((store) => store.type === at);
}

/** A named window keeps its rows itself: it has data windows, and no statistics. */
function checkViews({ name, views }: CreateWindow, { report }: Lowering): void {
  const wrong = views.find((use) => VIEW_FORMS.get(use.name.text.toLowerCase())?.kind === 'derived');
  if (wrong !== undefined) {
    report.error('E0450', `the statistics \`#${wrong.name.text}\` keep no rows`, wrong.span, [
      'put them on a statement that reads the named window',
    ]);
  }
  if (views.length > 0) return;
  report.error('E0450', `the named window \`${name.text}\` needs a data window`, name.span, [
    'it says how long rows stay, for example `#keepall` or `#time(1 hour)`',
  ]);
}

/** `@EventRepresentation('avro')` */
function isAvro(annotations: readonly Annotation[]): boolean {
  return annotations.some(
    ({ name, args }) =>
      name.text.toLowerCase() === 'eventrepresentation' &&
      args.some(({ value }) => value.kind === 'constant' && String(value.value).toLowerCase() === 'avro'),
  );
}

/** Avro holds no events of other representations; the schemas that say nothing are maps. */
function checkAvro({ fields }: EventType, { name }: CreateWindow, { catalog, report }: Lowering): void {
  for (const { name: field, type } of fields) {
    if (type.kind !== 'event' || catalog.representationOf(type.typeName) === 'avro') continue;
    const title = `\`${field}\` is an event of \`${type.typeName}\`: Avro cannot hold it`;
    report.error('E0205', title, name.span, ['nest a schema of the kind avro']);
  }
}

/** The type whose fields the rows have one by one; −1 where they have fields of their own. */
function modelOf(model: WindowModel, catalog: Catalog): number {
  if (model.kind !== 'type' || !isWhole(model.items)) return -1;
  const store = catalog.stores.get(model.type.text)?.plan;
  return store?.kind === 'window' && store.model >= 0 ? store.model : catalog.indexOf(model.type.text);
}

function isWhole(items: readonly SelectItem[] | null): boolean {
  return items === null || (items.length === 1 && items[0]?.kind === 'wildcard');
}

function windowType(name: string, model: WindowModel, lowering: Lowering): EventType | null {
  const base = { name, supertypes: [], startField: -1, endField: -1, origin: 'derived' as const };
  const { catalog, report } = lowering;
  if (model.kind === 'columns') {
    const fields = columnFields(model.columns, catalog, report);
    return fields === null ? null : { ...base, fields };
  }
  const type = catalog.get(model.type.text);
  if (type === undefined) {
    if (!catalog.isExpected(model.type.text))
      report.unknown('E0201', 'event type', model.type.text, model.type.span, catalog.names());
    return null;
  }
  if (isWhole(model.items)) return { ...type, ...base, startField: type.startField, endField: type.endField };
  const scope = { catalog, entries: [currentEntry(type.name, type)], alias: null };
  const columns = lowerItems(model.items as readonly SelectItem[], scope, false, report);
  if (columns === null || !areUnique(columns, report)) return null;
  const fields = columns.map(
    (one): Field => ({ name: one.name, type: one.type.kind === 'null' ? { kind: 'object' } : one.type }),
  );
  return { ...base, fields };
}

/** `insert where …`: the rows of the model, another named window. */
function lowerFill({ fill, model, name }: CreateWindow, { catalog, report }: Lowering): WindowPlan['fill'] {
  if (fill === null) return null;
  const source = model.kind === 'type' ? catalog.stores.get(model.type.text) : undefined;
  if (source === undefined || source.plan.kind !== 'window') {
    const title = '`insert` fills a named window from another one, which is its model';
    report.error('E0451', title, model.kind === 'type' ? model.type.span : name.span);
    return null;
  }
  const type = catalog.types[source.plan.type] as EventType;
  const scope = {
    catalog,
    entries: [currentEntry(type.name, type)],
    alias: null,
    subqueries: 'after `insert where`',
  };
  const where: Expr | null = fill.where === null ? null : lowerCondition(fill.where, scope, report);
  return { store: source.index, where };
}
