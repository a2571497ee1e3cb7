import { unreachable } from '../../engine/core/assert.ts';
import type { Expression } from './ast.ts';
import type { QueryBody } from './ast-query.ts';
import { printExpression } from './print-expression.ts';
import type { PartPrinters } from './print-infra.ts';
import { printDotted } from './print-names.ts';
import { printAlias } from './print-pattern.ts';

/** A query that changes rows as one line of text. */
export function printQuery(body: QueryBody, parts: PartPrinters): string {
  switch (body.kind) {
    case 'queryDelete':
      return `delete from ${printDotted(body.store)}${printAlias(body.alias)}${printWhere(body.where)}`;
    case 'queryUpdate': {
      const target = `${printDotted(body.store)}${printAlias(body.alias)}`;
      return `update ${target} set ${parts.assignments(body.assignments)}${printWhere(body.where)}`;
    }
    case 'queryInsert': {
      const rows = body.rows.map((row) => `(${row.map((one) => printExpression(one)).join(',')})`);
      return `${parts.insert(body.insertInto)} values ${rows.join(',')}`;
    }
    default:
      return unreachable(body);
  }
}

function printWhere(where: Expression | null): string {
  return where === null ? '' : ` where ${printExpression(where)}`;
}
