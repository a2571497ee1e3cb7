import type {
  Assignment,
  Expression,
  InsertInto,
  Name,
  SchemaColumn,
  SelectItem,
  SelectStatement,
  StreamItem,
  ViewUse,
} from './ast.ts';
import type {
  CreateIndex,
  CreateWindow,
  IndexKey,
  MergeAction,
  MergeCase,
  OnAction,
  OnStore,
  WindowModel,
} from './ast-infra.ts';
import { listIn, type Mistake, mistakesOf, name, node, type Parts, type Spanned, wordOf } from './build.ts';
import type { QueryClause } from './build-clauses.ts';

/** Named windows, indexes, and `on … merge` and its kin; see `build.ts` for what builders get and give. */

/** `(columns)` as the model of a window. */
export const columnsModel = (d: Parts): WindowModel =>
  node(d, { kind: 'columns', columns: d[2] as SchemaColumn[] });

/** `as Type` */
export const typeModel = (d: Parts): WindowModel =>
  node(d, { kind: 'type', type: d[1] as Name, items: null });

/** `as select items from Type` */
export const selectModel = (d: Parts): WindowModel =>
  node(d, { kind: 'type', type: d[4] as Name, items: d[2] as SelectItem[] });

interface Where extends Spanned {
  readonly condition: Expression;
}

const conditionOf = (part: unknown): Expression | null =>
  part === null || part === undefined ? null : (part as Where).condition;

/** `insert [where condition]` */
export const windowFill = (d: Parts): Spanned & { readonly where: Expression | null } =>
  node(d, { where: conditionOf(d[1]) });

/** `create window` */
export const createWindow = (d: Parts): CreateWindow =>
  node(d, {
    kind: 'createWindow',
    name: name([d[2]]),
    views: d[3] as ViewUse[],
    retain:
      d[4] === null ? null : wordOf(d[4]) === 'retain-union' ? ('union' as const) : ('intersection' as const),
    model: d[5] as WindowModel,
    fill: d[6] === null ? null : { where: (d[6] as ReturnType<typeof windowFill>).where },
  });

/** One key of an index. */
export const indexKey = (d: Parts): IndexKey => {
  const key = d[0] as Expression;
  return node(d, {
    columns: key.kind === 'tuple' ? key.items : [key],
    type: d[1] === undefined ? null : name([d[1]]),
    args: (d.length > 4 ? d[3] : []) as Expression[],
  });
};

/** `create index` */
export const createIndex = (d: Parts): CreateIndex =>
  node(d, {
    kind: 'createIndex',
    unique: d[1] !== null,
    name: name([d[3]]),
    store: name([d[5]]),
    keys: d[7] as IndexKey[],
  });

const onStore = (d: Parts, store: unknown, alias: unknown, where: unknown, action: OnAction): OnStore =>
  node(d, {
    kind: 'onStore',
    trigger: d[1] as StreamItem,
    store: store as Name,
    alias: alias as Name | null,
    where: conditionOf(where),
    action,
  });

/** `on trigger delete from Store as alias where …` */
export const onDelete = (d: Parts): OnStore => onStore(d, d[4], d[5], d[6], { kind: 'delete' });

/** `on trigger update Store as alias set … where …` */
export const onUpdate = (d: Parts): OnStore =>
  onStore(d, d[3], d[4], d[7], { kind: 'update', assignments: d[6] as Assignment[] });

/** `on trigger merge Store as alias where … when matched …` */
export const onMerge = (d: Parts): OnStore =>
  onStore(d, d[4], d[5], d[6], { kind: 'merge', cases: d[7] as MergeCase[], isShort: false });

/** `on trigger merge Store insert …` */
export const onMergeInsert = (d: Parts): OnStore => {
  const insert = d[6] as MergeAction;
  const only: MergeCase = { span: insert.span, matched: false, condition: null, actions: [insert] };
  return onStore(d, d[4], d[5], null, { kind: 'merge', cases: [only], isShort: true });
};

/** `when [not] matched [and condition] then …` */
export const mergeCase = (d: Parts): MergeCase =>
  node(d, {
    matched: d[1] === null,
    condition: d[3] as Expression | null,
    actions: d[4] as MergeAction[],
  });

/** `then update set … where …` */
export const mergeUpdate = (d: Parts): MergeAction =>
  node(d, { kind: 'update', assignments: d[3] as Assignment[], where: conditionOf(d[4]) });

/** `then delete where …` */
export const mergeDelete = (d: Parts): MergeAction => node(d, { kind: 'delete', where: conditionOf(d[2]) });

/** `insert into Stream(columns) select …` */
export const mergeInsertInto = (d: Parts): MergeAction => {
  const columns = listIn<Name>(d[2]);
  const into: InsertInto = node(d.slice(0, 4), {
    streamSelector: null,
    target: d[1] as Name,
    columns,
    precedence: d[3] as Expression | null,
  });
  return node(d, { kind: 'insert', into, columns, items: d[5] as SelectItem[], where: conditionOf(d[6]) });
};

/** `insert (columns) select …` */
export const mergeInsert = (d: Parts): MergeAction =>
  node(d, {
    kind: 'insert',
    into: null,
    columns: listIn<Name>(d[1]),
    items: d[3] as SelectItem[],
    where: conditionOf(d[4]),
  });

interface FromStore extends Spanned {
  readonly store: Name;
  readonly alias: Name | null;
}

/** `from Store as alias` */
export const fromStore = (d: Parts): FromStore =>
  node(d, { store: d[1] as Name, alias: d[2] as Name | null });

type Clause = Where | FromStore | QueryClause | Spanned;

/** A select of `on … select` up to its clauses. */
export interface SelectHead {
  readonly insertInto: InsertInto | null;
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  readonly deletes: boolean;
}

/** `on trigger [insert into S] select [and delete] items from Store clauses`; null when it reads no store. */
export function onSelectOf(
  d: Parts,
  select: Spanned,
  head: SelectHead,
  clauses: readonly Clause[],
): OnStore | null {
  const from = clauses.find((one): one is FromStore => 'store' in one);
  if (from === undefined) return null;
  const where = clauses.find((one): one is Where => 'condition' in one)?.condition ?? null;
  const found = <Word extends QueryClause['word']>(word: Word) =>
    clauses.find((one): one is Extract<QueryClause, { word: Word }> => 'word' in one && one.word === word)
      ?.made as Extract<QueryClause, { word: Word }>['made'] | undefined;
  const { insertInto, distinct, items, deletes } = head;
  const statement: SelectStatement = {
    span: select.span,
    kind: 'select',
    intoTable: null,
    insertInto,
    streamSelector: null,
    distinct,
    items,
    from: [],
    joins: [],
    recognize: null,
    where,
    groupBy: found('group by') ?? null,
    having: found('having') ?? null,
    output: null,
    orderBy: found('order by') ?? [],
    limit: found('limit') ?? null,
    delivery: null,
    unsupported: [],
  };
  const action: OnAction = { kind: 'select', deletes, select: statement };
  const made: OnStore = { ...onStore(d, from.store, from.alias, null, action), where };
  const mistakes = repeated(clauses);
  if (mistakes.length > 0) mistakesOf.set(made, mistakes);
  return made;
}

/** Each clause may stand once, and `output` not at all. */
function repeated(clauses: readonly Clause[]): Mistake[] {
  const words: readonly string[] = clauses.map((one) =>
    'store' in one ? 'from' : 'condition' in one ? 'where' : 'word' in one ? one.word : 'output',
  );
  return clauses.flatMap(({ span }, i): Mistake[] => {
    const word = words[i] as string;
    if (word === 'output')
      return [
        { code: 'E0106', title: '`output` cannot stand in `on … select`', span, label: 'leave this out' },
      ];
    if (words.indexOf(word) === i) return [];
    return [{ code: 'E0106', title: `\`${word}\` is written twice`, span, label: '' }];
  });
}
