import type { Annotation, ChainLink, Expression, Name } from './ast.ts';
import type { CreateTable, IntoTable, JsonExpression, TableColumn } from './ast-table.ts';
import { mistakesOf, name, node, type Parts, token } from './build.ts';
import { chain } from './build-expression.ts';
import type { TypeRef } from './build-schema.ts';
import { stringContent } from './lexer.ts';

/** Tables; see `build.ts` for what builders get and give. */

type Mark = Annotation | Name;

const isAnnotation = (mark: Mark): mark is Annotation => 'args' in mark;

function marked(d: Parts): Pick<TableColumn, 'words' | 'annotations'> {
  const marks = d[2] as Mark[];
  return {
    words: marks.filter((one): one is Name => !isAnnotation(one)),
    annotations: marks.filter(isAnnotation),
  };
}

/** One more word or annotation after a column. */
export const mark = (d: Parts): readonly Mark[] => {
  const next = d[1] as object;
  return [...(d[0] as Mark[]), 'args' in next ? (next as Annotation) : name([next])];
};

/** `k int primary key` */
export const plainColumn = (d: Parts): TableColumn => {
  const { name: type, dimensions, primitive } = d[1] as TypeRef;
  const made = node(d, {
    name: name(d),
    type: { name: type, dimensions, primitive },
    aggregate: null,
    ...marked(d),
  });
  const mistakes = mistakesOf.get(d[1] as TypeRef);
  if (mistakes !== undefined) mistakesOf.set(made, mistakes);
  return made;
};

/** `total sum(double)` */
export const aggregateColumn = (d: Parts): TableColumn => {
  const call = chain([d[1] as ChainLink]) as TableColumn['aggregate'];
  return node(d, { name: name(d), type: null, aggregate: call, ...marked(d) });
};

/** `create table` */
export const createTable = (d: Parts): CreateTable =>
  node(d, { kind: 'createTable' as const, name: name([d[2]]), columns: d[5] as TableColumn[] });

/** `into table T` before a `select`. */
export const intoTable = (d: Parts): IntoTable => node(d, { table: name([d[2]]) });

type Member = JsonExpression['members'][number];

/** `key: value` in braces. */
export const jsonMember = (d: Parts): Member => ({ name: d[0] as Name, value: d[2] as Expression });
/** A key in quotes. */
export const jsonKey = (d: Parts): Name => node([d[0]], { text: stringContent(token(d[0]).text) });
/** `[a, b]` as a value. */
export const jsonArray = (d: Parts): Expression =>
  node(d, { kind: 'array', elements: d.length === 2 ? [] : (d[1] as Expression[]) });
/** `{key: value, …}` */
export const json = (d: Parts): JsonExpression => node(d, { kind: 'json', members: d[1] as Member[] });
