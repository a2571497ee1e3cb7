import { assert } from '../../core/assert.ts';
import type { Value } from '../../event/record.ts';
import type { QueryFrame } from '../../expr/evaluate.ts';
import type { SubqueryRead } from '../../expr/ir-subquery.ts';
import type { Aggregation } from '../aggregate/aggregation.ts';
import type { StatementSubqueries } from '../statement.ts';

/** Answers for other items of a window: `prev…` and `prior`. */
export interface PreviousAccess {
  value(index: number, offset: Value): Value;
}

/** What the expressions of a query read besides the item: aggregates of the group at hand, other items, the level. */
export class ResultFrame implements QueryFrame {
  aggregates: Aggregation | null = null;
  others: PreviousAccess | null = null;
  subqueries: Pick<StatementSubqueries, 'answer'> | null = null;
  /** Whether the row at hand is one of the insert stream: `istream()`. */
  isInsert = true;
  /** Keys of `group by` that the row at hand is not summed up over; null without levels. */
  level: readonly number[] | null = null;

  aggregate(index: number, args?: readonly Value[]): Value {
    assert(this.aggregates !== null, 'a query without aggregates reads one');
    return this.aggregates.value(index, args);
  }

  previous(index: number, offset: Value): Value {
    assert(this.others !== null, 'a query without windows reads another item');
    return this.others.value(index, offset);
  }

  subquery(index: number, read: SubqueryRead, operand: Value): Value {
    assert(this.subqueries !== null, 'a query without subqueries reads one');
    return this.subqueries.answer(index, read, operand);
  }

  isSummedOver(key: number): boolean {
    return this.level !== null && !this.level.includes(key);
  }

  local(name: string): Value {
    assert(name === 'istream', `a query has no value ${name}`);
    return this.isInsert;
  }
}
