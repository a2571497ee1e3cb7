import type { Assignment, Expression, InsertInto, Name } from './ast.ts';
import type { QueryBody } from './ast-query.ts';
import { node, type Parts } from './build.ts';

/** Queries that are run once; see `build.ts` for what builders get and give. */

const conditionOf = (part: unknown): Expression | null =>
  part === null ? null : (part as { readonly condition: Expression }).condition;

/** `delete from Store as alias where …` */
export const queryDelete = (d: Parts): QueryBody =>
  node(d, {
    kind: 'queryDelete',
    store: d[2] as Name,
    alias: d[3] as Name | null,
    where: conditionOf(d[4]),
  });

/** `update Store as alias set … where …` */
export const queryUpdate = (d: Parts): QueryBody =>
  node(d, {
    kind: 'queryUpdate',
    store: d[1] as Name,
    alias: d[2] as Name | null,
    assignments: d[4] as Assignment[],
    where: conditionOf(d[5]),
  });

/** `insert into Store(columns) values (…), (…)` */
export const queryInsert = (d: Parts): QueryBody =>
  node(d, { kind: 'queryInsert', insertInto: d[0] as InsertInto, rows: d[2] as Expression[][] });
