import type {
  Assignment,
  ContainedEvents,
  EventFilter,
  Expression,
  InsertInto,
  Name,
  Pattern,
  SelectItem,
  StreamItem,
  UnsupportedStatement,
  UpdateStatement,
} from './ast.ts';
import type { OnStore } from './ast-infra.ts';
import type { SplitBranch, SplitStatement } from './ast-split.ts';
import { later, mistakesOf, node, type Parts, type Spanned, spanOf, token } from './build.ts';
import { onSelectOf, type SelectHead } from './build-infra.ts';

/** Statements that begin with `on`; see `build.ts` for what builders get and give. */

interface PatternSource extends Spanned {
  readonly pattern: Pattern;
  readonly annotations: (StreamItem & { kind: 'pattern' })['annotations'];
}

/** The event or pattern after `on`, with its alias. */
export const trigger = (d: Parts): StreamItem => {
  const source = d[0] as EventFilter | PatternSource;
  const alias = d[1] as Name | null;
  if ('pattern' in source) {
    const { pattern, annotations } = source;
    return node(d, {
      kind: 'pattern',
      pattern,
      annotations,
      alias,
      unsupported: [],
      views: [],
      retain: null,
      unidirectional: false,
    });
  }
  return node(d, {
    kind: 'stream',
    filter: source,
    alias,
    unsupported: [],
    views: [],
    retain: null,
    unidirectional: false,
  });
};

interface Branch extends Spanned {
  /** Null when it is no branch of a split: the statement asks a named window or table. */
  readonly split: SplitBranch | null;
  readonly all: boolean;
  readonly head: SelectHead;
  readonly clauses: readonly Spanned[];
}

interface OutputPart extends Spanned {
  readonly part: string;
}

interface FromContained extends Spanned {
  readonly contained: readonly ContainedEvents[];
  readonly alias: Name | null;
}

interface Where extends Spanned {
  readonly condition: Expression;
}

/** `output all`, `output first` at the end of a split. */
export const outputPart = (d: Parts): OutputPart => node(d, { part: token(d[1]).type });

/** `from [books][reviews] as r` */
export const fromContained = (d: Parts): FromContained =>
  node(d, {
    contained: [d[1] as ContainedEvents, ...(d[2] as ContainedEvents[])],
    alias: d[3] as Name | null,
  });

/** `[insert into S] select items clauses` */
export const branch = (d: Parts): Branch => {
  const insertInto = d[0] as InsertInto | null;
  const clauses = d[4] as (Where | OutputPart | FromContained | Spanned)[];
  const where = clauses.filter((one): one is Where => 'condition' in one);
  const from = clauses.filter((one): one is FromContained => 'contained' in one);
  const output = clauses.filter((one): one is OutputPart => 'part' in one);
  const known = where.length + from.length + output.length;
  const isSplit =
    insertInto !== null &&
    d[2] === null &&
    known === clauses.length &&
    Math.max(where.length, from.length, output.length) <= 1 &&
    ['first', 'all', undefined].includes(output[0]?.part);
  const items = d[3] as SelectItem[];
  const head = { insertInto, distinct: d[2] !== null, items, deletes: false };
  if (!isSplit) return { span: spanOf(d), split: null, all: false, head, clauses };
  const split = node(d, {
    insertInto,
    items,
    contained: from[0]?.contained ?? [],
    alias: from[0]?.alias ?? null,
    where: where[0]?.condition ?? null,
  });
  return { span: split.span, split, all: output[0]?.part === 'all', head, clauses };
};

/** `[insert into S] select and delete items clauses` */
export const selectDelete = (d: Parts): Branch => {
  const head = {
    insertInto: d[0] as InsertInto | null,
    distinct: d[4] !== null,
    items: d[5] as SelectItem[],
    deletes: true,
  };
  return { span: spanOf(d), split: null, all: false, head, clauses: d[6] as Spanned[] };
};

/** `target = value` */
export const assignment = (d: Parts): Assignment =>
  node(d, { target: d[0] as Expression, value: d[2] === undefined ? null : (d[2] as Expression) });

/** `update istream Type as alias set … where …` */
export const update = (d: Parts): UpdateStatement =>
  node(d, {
    kind: 'update',
    type: d[2] as Name,
    alias: d[3] as Name | null,
    assignments: d[5] as Assignment[],
    where: d[6] === null ? null : (d[6] as Where).condition,
  });

/** A split, or `on … select` of a named window. */
export const onSelect = (d: Parts): SplitStatement | OnStore | UnsupportedStatement => {
  const branches = d[2] as Branch[];
  const [only] = branches;
  const asking =
    branches.length === 1
      ? onSelectOf(d, only as Branch, (only as Branch).head, (only as Branch).clauses)
      : null;
  if (asking !== null) return asking;
  const splits = branches.flatMap(({ split }) => split ?? []);
  const open = branches.find(({ split }) => split === null);
  if (open !== undefined) {
    const made = later('`on … select`')(d) as UnsupportedStatement;
    const { span } = open;
    const title =
      branches.length > 1 ? 'a branch of a split feeds a stream' : 'this `select` reads or feeds nothing';
    const label =
      branches.length > 1 ? 'expected `insert into`' : 'expected `from Window`, or `insert into` before it';
    mistakesOf.set(made, [{ code: 'E0101', title, span, label }]);
    return made;
  }
  const part = branches.length === 1 ? only?.clauses.find((one) => 'part' in one) : undefined;
  if (part !== undefined) {
    const made = later('`on … insert into`')(d) as UnsupportedStatement;
    const title = '`output` chooses among the branches of a split: there is only one';
    mistakesOf.set(made, [
      { code: 'E0101', title, span: part.span, label: 'expected another `insert into`' },
    ]);
    return made;
  }
  const all = branches.some((one) => one.all);
  return node(d, { kind: 'split' as const, trigger: d[1] as StreamItem, branches: splits, all });
};
