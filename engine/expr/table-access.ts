import { unreachable } from '../core/assert.ts';
import type { EventRecord, Value } from '../event/record.ts';
import type { Evaluator } from './evaluator.ts';
import type { Expr } from './ir.ts';
import type { TableExpr, TableReader } from './ir-table.ts';

/** What expressions see of a table. */
export interface TableAccess {
  /** The row of a primary key; null when there is none. */
  row(keys: readonly Value[]): ReadableRow | null;
  /** The primary keys of all rows. */
  keys(): readonly Value[];
  /** An event of the table's type without any value. */
  emptyRow(): EventRecord;
  /** Adds a row whose columns `fields` have these values; those of aggregation columns are left out. Fails on a key in use. */
  insert(fields: readonly number[], values: readonly Value[]): ReadableRow;
}

/** What expressions see of a row of a table. */
export interface ReadableRow extends EventRecord {
  /** What a method finds in an aggregation column. */
  read(column: number, reader: TableReader, args: readonly Value[]): Value;
  /** The values at present, as an event that does not change later. */
  copy(): EventRecord;
}

/** Makes an expression that reads a table ready to run. */
export function makeTableEvaluator(expr: TableExpr, compile: (part: Expr) => Evaluator): Evaluator {
  switch (expr.op) {
    case 'tableRow': {
      const { table } = expr;
      const keys = expr.keys.map(compile);
      return (event, slots, env) => {
        const values = keys.map((key) => key(event, slots, env));
        return env.tables[table]?.row(values) ?? null;
      };
    }
    case 'tableKeys': {
      const { table } = expr;
      return (_event, _slots, env) => env.tables[table]?.keys() ?? NO_KEYS;
    }
    case 'tableRead': {
      const { column, reader } = expr;
      const target = compile(expr.target);
      const args = expr.args.map(compile);
      return (event, slots, env) => {
        const row = target(event, slots, env) as ReadableRow | null;
        if (row === null) return null;
        const values = args.map((arg) => arg(event, slots, env));
        return row.read(column, reader, values);
      };
    }
    case 'rowCopy': {
      const operand = compile(expr.operand);
      const { emptyOf } = expr;
      if (emptyOf === undefined) return (event, slots, env) => copied(operand(event, slots, env));
      return (event, slots, env) =>
        copied(operand(event, slots, env)) ?? env.tables[emptyOf]?.emptyRow() ?? null;
    }
    default:
      return unreachable(expr);
  }
}

/** Rows of tables by their values at present; what is a copy already stays as it is. */
function copied(value: Value): Value {
  if (Array.isArray(value)) return value.map(copied);
  const row = value as ReadableRow | null;
  return row !== null && typeof row === 'object' && typeof row.copy === 'function' ? row.copy() : value;
}

const NO_KEYS: readonly Value[] = [];
