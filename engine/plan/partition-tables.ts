import type { Expr } from '../expr/ir.ts';
import type { Plan, QueryPlan, StatementPlan } from './plan.ts';
import type { TablePlan } from './table-plan.ts';
import { tablesUsed } from './tables-used.ts';
import { type PlanPart, visitPlan } from './visit-plan.ts';

/** A column of the rows of each table that is used, by the type of the rows. */
export type TableKeys = ReadonlyMap<number, number>;

/**
 * The columns that keep the rows of tables apart by the key of a statement: in every place where it uses a table, that
 * part of the primary key is the key. Gives all ways to choose them, or why there is none.
 */
export function tableKeys(
  plan: Plan,
  statement: StatementPlan,
  isKey: (expr: Expr) => boolean,
): readonly TableKeys[] | string {
  let found: readonly TableKeys[] = [new Map()];
  for (const index of tablesUsed(statement)) {
    const table = plan.stores[index] as TablePlan;
    const uses = usesOf(statement.query, index, table);
    const columns = table.keys.filter((_, at) =>
      uses.every((keys) => {
        const key = keys[at];
        return key !== undefined && isKey(key);
      }),
    );
    if (columns.length === 0) return `it uses the table \`${table.name}\` by no key of its events`;
    found = found.flatMap((keys) => columns.map((column) => new Map([...keys, [table.type, column]])));
  }
  return found;
}

/** For each place where a query uses a table the primary key it is used by; empty where that is any row. */
function usesOf(query: QueryPlan, index: number, table: TablePlan): (readonly (Expr | undefined)[])[] {
  const uses: (readonly (Expr | undefined)[])[] = [];
  visitPlan(query, (part: unknown) => {
    if (part === query.intoTable) {
      if (query.intoTable?.table === index) uses.push(query.groupBy?.keys ?? []);
    } else if (part === query.insertInto) {
      const { table: fed, fields = [] } = query.insertInto ?? {};
      if (fed === index) uses.push(table.keys.map((column) => query.columns[fields.indexOf(column)]?.expr));
    } else {
      const { op, table: read, keys, reader } = part as PlanPart;
      // Expressions of a reader see the events in the column, not that of the statement.
      if (op === 'tableRead' && usesTable(reader, index)) uses.push([]);
      if (read === index) uses.push(op === 'tableRow' ? (keys as readonly Expr[]) : []);
    }
  });
  return uses;
}

function usesTable(part: unknown, index: number): boolean {
  let found = false;
  visitPlan(part, ({ table }) => {
    found ||= table === index;
  });
  return found;
}
