import { unreachable } from '../../engine/core/assert.ts';
import type { Assignment, SelectStatement } from './ast.ts';
import type {
  Grouping,
  GroupKeys,
  OutputClause,
  OutputRateClause,
  OutputTerminatedClause,
  Rollup,
} from './ast-clauses.ts';
import { printExpression } from './print-expression.ts';

/** The clauses of a `select` after `where`, in their order. */
export function printClauses({ groupBy, having, output, orderBy, limit }: SelectStatement): string[] {
  const parts: string[] = [];
  if (groupBy !== null) parts.push(`group by ${groupBy.groupings.map(printGrouping).join(',')}`);
  if (having !== null) parts.push(`having ${printExpression(having)}`);
  if (output !== null) parts.push(printOutput(output));
  if (orderBy.length > 0) {
    const list = orderBy.map(({ expression, descending }) => {
      return printExpression(expression) + (descending ? ' desc' : '');
    });
    parts.push(`order by ${list.join(',')}`);
  }
  if (limit !== null) {
    const count = printExpression(limit.count);
    const offset = limit.offset === null ? null : printExpression(limit.offset);
    if (offset === null) parts.push(`limit ${count}`);
    else parts.push(limit.form === ',' ? `limit ${offset},${count}` : `limit ${count} offset ${offset}`);
  }
  return parts;
}

function printGrouping(grouping: Grouping): string {
  switch (grouping.kind) {
    case 'keys':
      return printKeys(grouping);
    case 'rollup':
    case 'cube':
      return printRollup(grouping);
    case 'sets': {
      const list = grouping.sets.map((one) => (one.kind === 'keys' ? printKeys(one) : printRollup(one)));
      return `grouping sets(${list.join(',')})`;
    }
    default:
      return unreachable(grouping);
  }
}

function printKeys({ keys }: GroupKeys): string {
  const list = keys.map((one) => printExpression(one)).join(',');
  return keys.length === 1 ? list : `(${list})`;
}

function printRollup({ kind, of }: Rollup): string {
  return `${kind}(${of.map(printKeys).join(',')})`;
}

function printOutput({ after, part, rate, terminated }: OutputClause): string {
  const words = ['output'];
  if (after !== null) {
    words.push(`after ${printExpression(after.amount)}${after.unit === 'events' ? ' events' : ''}`);
  }
  if (part !== null) words.push(part);
  if (rate !== null) words.push(printRate(rate));
  if (terminated !== null) words.push(printTerminated(terminated));
  return words.join(' ');
}

function printRate(rate: OutputRateClause): string {
  switch (rate.kind) {
    case 'time':
      return `every ${printExpression(rate.period)}`;
    case 'events':
      return `every ${printExpression(rate.count)} events`;
    case 'at':
      return `at (${rate.args.map((one) => printExpression(one)).join(',')})`;
    case 'when':
      return `when ${printExpression(rate.condition)}${printSet(rate.assignments)}`;
    default:
      return unreachable(rate);
  }
}

function printTerminated({ isRate, condition, assignments }: OutputTerminatedClause): string {
  const and = condition === null ? '' : ` and ${printExpression(condition)}`;
  return `${isRate ? '' : 'and '}when terminated${and}${printSet(assignments)}`;
}

function printSet(assignments: readonly Assignment[]): string {
  if (assignments.length === 0) return '';
  const list = assignments.map(({ target, value }) => {
    return value === null ? printExpression(target) : `${printExpression(target)}=${printExpression(value)}`;
  });
  return ` then set ${list.join(',')}`;
}
