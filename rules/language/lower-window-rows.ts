import type { ChainLink, Expression, SelectStatement } from './ast.ts';
import type { ChainContext, Lowered } from './lower-chain.ts';
import { findEntry } from './scope.ts';

/**
 * `W.method()` and `W(condition).method()`: all rows of a named window, or those of a condition, for a method on arrays.
 * It is a subquery `(select * from W where condition)`. Undefined when the name is no window, or means something else.
 */
export function lowerWindowRows(
  first: ChainLink,
  second: ChainLink | undefined,
  context: ChainContext,
): Lowered | undefined {
  const { scope } = context;
  const { name, args } = first;
  const store = scope.catalog.stores.get(name.text);
  const isMethod = second !== undefined && second.args !== null;
  if (store?.plan.kind !== 'window' || !isMethod || first.indexes.length > 0 || first.dynamic)
    return undefined;
  if (args === null && findEntry(scope, name.text) !== undefined) return undefined;
  if (typeof scope.subqueries !== 'object')
    return context.later('the rows of a named window here', first.span);
  return scope.subqueries.lower(
    {
      kind: 'subquery',
      span: first.span,
      test: { kind: 'rows' },
      operand: null,
      select: selectFrom(first, args ?? []),
    },
    context,
  );
}

function selectFrom({ name, span }: ChainLink, conditions: readonly Expression[]): SelectStatement {
  const where = conditions.reduce<Expression | null>((left, right) => {
    return left === null ? right : { kind: 'binary', operator: 'and', left, right, span };
  }, null);
  return {
    kind: 'select',
    span,
    insertInto: null,
    intoTable: null,
    joins: [],
    recognize: null,
    streamSelector: null,
    distinct: false,
    items: [{ kind: 'wildcard', span }],
    from: [
      {
        kind: 'stream',
        filter: { type: name, conditions: [], contained: [], span },
        views: [],
        retain: null,
        unidirectional: false,
        alias: null,
        unsupported: [],
        span,
      },
    ],
    where,
    groupBy: null,
    having: null,
    output: null,
    orderBy: [],
    limit: null,
    delivery: null,
    unsupported: [],
  };
}
