import type { EventType } from '../../engine/event/types.ts';
import { NO_CLAUSES, type QueryPlan } from '../../engine/plan/plan.ts';
import type { StoreIndexPlan } from '../../engine/plan/store-plan.ts';
import type { CreateIndex, IndexKey } from './ast-infra.ts';
import { isIndexInContextOf } from './context-rules.ts';
import type { Lowering } from './scope.ts';

/** Kinds of Esper for points and rectangles. */
const SPATIAL = ['pointregionquadtree', 'mxcifquadtree'];

/** Lowers `create index`; null after reporting what is wrong. */
export function lowerCreateIndex(index: CreateIndex, lowering: Lowering): QueryPlan | null {
  const { catalog, report } = lowering;
  const { name, store, unique, keys } = index;
  const found = catalog.stores.get(store.text);
  if (found === undefined) {
    if (!catalog.isExpected(store.text))
      report.unknown('E0231', 'named window or table', store.text, store.span, catalog.stores.names());
    return null;
  }
  if (!isIndexInContextOf(found.plan, store.span, lowering)) return null;
  const type = catalog.types[found.plan.type] as EventType;
  const hash: number[] = [];
  const sorted: number[] = [];
  const errorsBefore = report.errorCount;
  for (const key of keys) {
    const kind = key.type?.text.toLowerCase() ?? 'hash';
    if (kind !== 'hash' && kind !== 'btree') {
      const span = key.type?.span ?? key.span;
      if (SPATIAL.includes(kind)) report.notImplemented(`an index of the kind \`${kind}\``, span);
      else
        report.error('E0453', `there is no index of the kind \`${kind}\``, span, [
          'the kinds are `hash` and `btree`',
        ]);
      continue;
    }
    const field = fieldOf(key, type, { catalog, report });
    if (field === null) continue;
    if (found.plan.kind === 'table' && found.plan.columns[field] != null) {
      const title = `the column \`${type.fields[field]?.name}\` is computed: it cannot be a key of an index`;
      report.error('E0453', title, key.span);
      continue;
    }
    if (hash.includes(field) || sorted.includes(field))
      report.error('E0453', `the index has the column \`${type.fields[field]?.name}\` twice`, key.span);
    else if (kind === 'hash') hash.push(field);
    else sorted.push(field);
  }
  if (found.plan.kind === 'table' && found.plan.keys.length === 0)
    report.error('E0453', `the table \`${store.text}\` has no primary key, so it has no index`, store.span);
  const ordered = keys.find((key) => key.type?.text.toLowerCase() === 'btree');
  if (unique && ordered !== undefined)
    report.error('E0453', 'a unique index has no `btree` columns', ordered.span);
  if (catalog.stores.hasIndex(found.index, name.text)) {
    report.error('E0453', `there is an index \`${name.text}\` of \`${store.text}\` already`, name.span);
  }
  if (
    report.errorCount === errorsBefore &&
    !catalog.stores.noteIndex(found.index, { hash, sorted, unique })
  ) {
    report.error('E0453', `\`${store.text}\` has an index of these columns already`, name.span, [
      'it was declared before, or a statement before made it to find its rows: leave this one out',
    ]);
  }
  const fields = catalog.stores.keyFields(found.index);
  const merged = hash.findIndex((field) => fields.merged.has(field));
  if (unique && merged >= 0 && report.errorCount === errorsBefore) {
    const title = `a \`merge\` changes the key \`${type.fields[hash[merged] as number]?.name}\` of the unique index`;
    report.error('E0453', title, keys[merged]?.span ?? name.span, [
      'delete the row there and insert another',
    ]);
  }
  if (report.errorCount > errorsBefore) return null;
  if (unique) for (const field of hash) fields.unique.add(field);
  const plan: StoreIndexPlan = { name: name.text, unique, hash, sorted };
  catalog.stores.addIndex(found.index, name.text);
  return {
    kind: 'select',
    inputs: [],
    where: null,
    columns: [],
    insertInto: null,
    ...NO_CLAUSES,
    onStore: { kind: 'index', store: found.index, index: plan },
  };
}

/** The field that a key of an index names; null after reporting that it names none. */
function fieldOf({ columns, args, span }: IndexKey, type: EventType, { report }: Lowering): number | null {
  const [column] = columns;
  const link = column?.kind === 'chain' && column.links.length === 1 ? column.links[0] : undefined;
  const isName = link !== undefined && link.args === null && link.indexes.length === 0 && !link.dynamic;
  if (columns.length !== 1 || args.length > 0 || !isName) {
    report.error('E0453', 'a key of an index is one column', span, ['write the columns one by one']);
    return null;
  }
  const field = type.fields.findIndex((one) => one.name === link.name.text);
  if (field >= 0) return field;
  report.unknownField(type, link.name.text, link.name.span, []);
  return null;
}
