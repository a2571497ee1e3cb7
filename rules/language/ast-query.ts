import type { Assignment, Expression, InsertInto, Name } from './ast.ts';
import type { Span } from './diagnostics.ts';

interface Node {
  readonly span: Span;
}

/** Queries that change the rows of a named window or table, once; a `select` can be a query, too. */
export type QueryBody =
  /** `delete from Store as alias where …` */
  | (Node & {
      readonly kind: 'queryDelete';
      readonly store: Name;
      readonly alias: Name | null;
      readonly where: Expression | null;
    })
  /** `update Store as alias set … where …` */
  | (Node & {
      readonly kind: 'queryUpdate';
      readonly store: Name;
      readonly alias: Name | null;
      readonly assignments: readonly Assignment[];
      readonly where: Expression | null;
    })
  /** `insert into Store(columns) values (…), (…)` */
  | (Node & {
      readonly kind: 'queryInsert';
      readonly insertInto: InsertInto;
      readonly rows: readonly (readonly Expression[])[];
    });

/** Whether the body of a statement is a query that changes rows. */
export function isQueryBody(body: { readonly kind: string }): body is QueryBody {
  return body.kind === 'queryDelete' || body.kind === 'queryUpdate' || body.kind === 'queryInsert';
}
