import { sameType, typeName, type ValueType } from '../../engine/event/types.ts';
import { isFieldPath } from '../../engine/expr/analyze.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import {
  type CategoryLevel,
  type ContextLevel,
  type ContextTag,
  type HashItem,
  type HashLevel,
  type KeyedItem,
  type KeyedLevel,
  type KeyedStart,
  valuesOfLevel,
} from '../../engine/plan/context-plan.ts';
import type { Access } from '../../engine/plan/declared-plan.ts';
import { NO_CLAUSES, type QueryPlan } from '../../engine/plan/plan.ts';
import type { Expression, Name } from './ast.ts';
import type {
  CategoryBody,
  ContextDefinition,
  ContextPoint,
  CreateContext,
  HashBody,
  KeyedBody,
} from './ast-context.ts';
import { typeNamesOfContext } from './context-types.ts';
import { ConditionLowering } from './lower-context-condition.ts';
import { lowerSpan } from './lower-context-span.ts';
import { lowerCondition, lowerExpression } from './lower-expression.ts';
import { lowerFilter } from './lower-filter.ts';
import type { Lowering, ScopeEntry } from './scope.ts';

/** Declares a context. Its query makes it; null after reporting what is wrong. */
export function lowerContext(context: CreateContext, access: Access, lowering: Lowering): QueryPlan | null {
  const { catalog, report } = lowering;
  const { text: name, span } = context.name;
  const errorsBefore = report.errorCount;
  if (catalog.contexts.isTaken(name)) report.error('E0241', `there is a context \`${name}\` already`, span);
  const seen = new Set<string>();
  for (const level of context.isNested ? context.levels : []) {
    if (seen.has(level.name.text))
      report.error(
        'E0241',
        `the context \`${name}\` has a part \`${level.name.text}\` already`,
        level.name.span,
      );
    seen.add(level.name.text);
  }
  refuseStores(context, lowering);
  let base = 1;
  const levels: ContextLevel[] = [];
  for (const definition of context.levels) {
    const level = lowerLevel(definition, base, lowering);
    if (level === null) continue;
    base += valuesOfLevel(level);
    levels.push(level);
  }
  if (report.errorCount > errorsBefore || levels.length < context.levels.length) {
    catalog.expect(name);
    return null;
  }
  const index = catalog.contexts.add({ name, access, levels, values: base });
  return {
    kind: 'select',
    inputs: [],
    where: null,
    columns: [],
    insertInto: null,
    ...NO_CLAUSES,
    createsContext: index,
  };
}

/** Partitions are made by events: rows of named windows and tables are none. */
function refuseStores({ levels }: CreateContext, { catalog, report }: Lowering): void {
  for (const { body } of levels) {
    for (const { text, span } of typeNamesOfContext(body)) {
      if (catalog.stores.get(text) === undefined) continue;
      report.error('E0425', `\`${text}\` is a named window or table: a context looks at events`, span);
    }
  }
}

function lowerLevel(
  { name, body }: ContextDefinition,
  base: number,
  lowering: Lowering,
): ContextLevel | null {
  switch (body.kind) {
    case 'keyed':
      return lowerKeyed(name.text, body, base, lowering);
    case 'hash':
      return lowerHash(name.text, body, base, lowering);
    case 'category':
      return lowerCategory(name.text, body, base, lowering);
    case 'span':
      return lowerSpan(name.text, body, base, lowering);
  }
}

function lowerKeyed(name: string, body: KeyedBody, base: number, lowering: Lowering): KeyedLevel | null {
  const { catalog, report } = lowering;
  const errorsBefore = report.errorCount;
  const lowered = body.items.map((item) => {
    const { type, condition, entry } = lowerFilter(item.filter, item.alias?.text ?? '', [], lowering);
    const scope = { catalog, entries: [entry], alias: null };
    const keys = item.keys.map((key) => keyOf(key, lowerExpression(key, scope, report), lowering));
    return { type, filter: condition, keys, typeName: item.filter.type };
  });
  checkTypes(
    lowered.map(({ typeName: one }) => one),
    lowering,
  );
  // What is of a schema with an error of its own is null without a further one.
  if (report.errorCount > errorsBefore || lowered.some(({ keys }) => keys.includes(null))) return null;
  const [first] = lowered as unknown as readonly { readonly keys: readonly Expr[] }[];
  const keyTypes = (first?.keys ?? []).map(({ type }) => type);
  for (const [i, { keys, typeName: where }] of lowered.entries()) {
    if (keys.length !== keyTypes.length) {
      const title = `\`${where.text}\` has ${keys.length} keys, the first type of the context ${keyTypes.length}`;
      report.error('E0425', title, (body.items[i] as KeyedBody['items'][number]).span);
      continue;
    }
    keys.forEach((key, at) => {
      const wanted = keyTypes[at] as ValueType;
      if (key === null || sameType(key.type, wanted)) return;
      const title = `this key is ${typeName(key.type)}, that of the first type ${typeName(wanted)}`;
      const { keys: written } = body.items[i] as KeyedBody['items'][number];
      report.error('E0425', title, (written[at] as Expression).span);
    });
  }
  const hasAlias = body.items.some(({ alias }) => alias !== null);
  const conditions = new ConditionLowering(keyTypes.length, lowering);
  const tagsOfItems = body.items.map(({ alias }, i) => conditions.tag(alias, lowered[i]?.type ?? 0));
  const initiated = body.initiated.map((point): KeyedStart | null => {
    const start = startOf(point, body, lowering);
    if (start === null) return null;
    if (start.alias !== null && hasAlias) {
      const title = 'either the types of `partition by` or those of `initiated by` have names, not both';
      report.error('E0425', title, start.alias.span);
    }
    return { ...start.plan, tag: conditions.tag(start.alias, start.plan.type) };
  });
  const items: KeyedItem[] = lowered.map(({ type, filter, keys }, i) => ({
    type,
    filter,
    keys: keys as Expr[],
    tag: tagsOfItems[i] as number,
  }));
  const terminated = body.terminated === null ? null : conditions.end(body.terminated);
  if (report.errorCount > errorsBefore) return null;
  return {
    kind: 'keyed',
    name,
    base,
    items,
    keyTypes,
    initiated: initiated.length === 0 ? null : (initiated as KeyedStart[]),
    terminated,
    tags: conditions.tags as readonly ContextTag[],
  };
}

/** A key is a field of the event. */
function keyOf(ast: Expression, key: Expr | null, { report }: Lowering): Expr | null {
  if (key === null || isFieldPath(key)) return key;
  report.error('E0425', 'a key of a context is a field of its events', ast.span, [
    'compute it in a stream before: `insert into Keyed select f(x) as k, * from …`',
  ]);
  return null;
}

/** As the context must know by which keys an event goes, no event may be of two of its types. */
function checkTypes(names: readonly Name[], { catalog, report }: Lowering): void {
  names.forEach((name, i) => {
    const type = catalog.get(name.text);
    const other = names.slice(0, i).find(({ text }) => {
      const before = catalog.get(text);
      return (
        before !== undefined &&
        type !== undefined &&
        (before.name === type.name ||
          before.supertypes.includes(type.name) ||
          type.supertypes.includes(before.name))
      );
    });
    if (other === undefined) return;
    const same = other.text === name.text;
    const title = same
      ? `the type \`${name.text}\` is listed twice`
      : `an event can be both \`${other.text}\` and \`${name.text}\`, but has one place in the context`;
    report.error('E0425', title, name.span);
  });
}

function startOf(
  point: ContextPoint,
  body: KeyedBody,
  lowering: Lowering,
): { readonly plan: Omit<KeyedStart, 'tag'>; readonly alias: Name | null } | null {
  if (point.kind !== 'filter') return null;
  const { type, condition } = lowerFilter(point.filter, point.alias?.text ?? '', [], lowering);
  const item = body.items.findIndex(({ filter }) => filter.type.text === point.filter.type.text);
  if (item < 0) {
    const title = `\`${point.filter.type.text}\` is none of the types of \`partition by\`, so it has no key`;
    lowering.report.error('E0425', title, point.filter.type.span);
    return null;
  }
  return { plan: { type, filter: condition, item }, alias: point.alias };
}

const HASHES = ['consistent_hash_crc32', 'hash_code'] as const;
/** Types whose form in Java the hash functions know. */
const HASHED: ReadonlySet<string> = new Set([
  ...['string', 'boolean', 'byte', 'short', 'int', 'long', 'float', 'double'],
]);

function lowerHash(name: string, body: HashBody, base: number, lowering: Lowering): HashLevel | null {
  const { report } = lowering;
  const errorsBefore = report.errorCount;
  const items = body.items.map((item): HashItem | null => {
    const { type, condition, entry } = lowerFilter(item.filter, '', [], lowering);
    const call = hashCall(item.hash, lowering);
    if (call === null || entry.type === null) return null;
    const scope = { catalog: lowering.catalog, entries: [entry], alias: null };
    const keys = call.args.map((arg) => {
      const key = lowerExpression(arg, scope, report);
      if (key !== null && !HASHED.has(key.type.kind))
        report.notImplemented(`a hash of ${typeName(key.type)}`, arg.span);
      return key;
    });
    return { type, filter: condition, hash: call.hash, keys: keys as Expr[] };
  });
  checkTypes(
    body.items.map(({ filter }) => filter.type),
    lowering,
  );
  if (!Number.isInteger(body.granularity) || body.granularity < 1)
    report.error('E0425', 'the granularity is the number of partitions, one or more', body.span);
  if (
    report.errorCount > errorsBefore ||
    items.some((item) => item === null || item.keys.includes(null as never))
  )
    return null;
  const { granularity, preallocate } = body;
  return { kind: 'hash', name, base, items: items as HashItem[], granularity, preallocate };
}

function hashCall(
  ast: Expression,
  { report }: Lowering,
): { readonly hash: HashItem['hash']; readonly args: readonly Expression[] } | null {
  const link = ast.kind === 'chain' && ast.links.length === 1 ? ast.links[0] : undefined;
  const hash = HASHES.find((one) => one === link?.name.text.toLowerCase());
  if (hash === undefined) {
    report.unknown('E0203', 'hash function', link?.name.text ?? 'expression', ast.span, HASHES);
    return null;
  }
  if (link?.args !== null && link?.args !== undefined && link.args.length > 0)
    return { hash, args: link.args };
  report.error('E0302', `\`${hash}\` needs one or more keys`, ast.span);
  return null;
}

function lowerCategory(
  name: string,
  body: CategoryBody,
  base: number,
  lowering: Lowering,
): CategoryLevel | null {
  const { catalog, report } = lowering;
  const errorsBefore = report.errorCount;
  const { type, condition, entry } = lowerFilter(body.filter, '', [], lowering);
  if (condition !== null) {
    const title = `as in Esper this condition on \`${body.filter.type.text}\` keeps no event out`;
    report.warning('W0616', title, body.filter.span, ['write it into the condition of each label']);
  }
  const scope = { catalog, entries: [entry] as readonly ScopeEntry[], alias: null };
  const categories = body.groups.map((group) => ({
    label: group.label.text,
    condition: lowerCondition(group.condition, scope, report) as Expr,
  }));
  if (report.errorCount > errorsBefore || entry.type === null) return null;
  return { kind: 'category', name, base, type, categories };
}
