import { typeName } from '../../engine/event/types.ts';
import { mapChildren } from '../../engine/expr/analyze.ts';
import { foldConstants } from '../../engine/expr/fold.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import { isInteger } from '../../engine/expr/type-rules.ts';
import type { ChainLink } from './ast.ts';
import type { ChainContext, Lowered } from './lower-chain.ts';
import type { RowPreviousScope } from './scope.ts';

/** `prev(A.x)`, `prev(A.x, n)` and `prev(n, A.x)` in a `define`: the field of the row that came n rows before. */
export function lowerRowPrevious(link: ChainLink, context: ChainContext, scope: RowPreviousScope): Lowered {
  const name = link.name.text.toLowerCase();
  const notes = ['it is `prev(A.field)` or `prev(A.field, number)`'];
  const wrong = (title: string) => context.wrong('E0302', title, link.span, notes);
  if (name !== 'prev')
    return context.wrong('E0421', `\`${name}\` cannot stand in \`define\``, link.span, notes);
  const args = link.args ?? [];
  if (args.length < 1 || args.length > 2) return wrong('`prev` takes a field and a number');
  const lowered = context.all(args);
  if (lowered === null) return null;
  const folded = lowered.map(foldConstants);
  const isSwapped = folded.length === 2 && folded[0]?.op === 'literal';
  const [value, offset] = isSwapped ? folded.toReversed() : folded;
  if (value === undefined || !isField(value)) return wrong('`prev` in `define` needs a field of a row');
  if (offset === undefined) return moved(value, scope.slot(1));
  if (offset.op !== 'literal' || !isInteger(offset.type) || typeof offset.value !== 'number') {
    const found = offset.op === 'literal' ? typeName(offset.type) : 'an expression';
    return wrong(`\`prev\` in \`define\` counts in constant whole numbers, not ${found}`);
  }
  if (offset.value < 0) return wrong(`\`prev\` looks back, not ${offset.value} rows`);
  return moved(value, scope.slot(offset.value));
}

/** A field of a row, also of an event or array in it. */
function isField(expr: Expr): boolean {
  switch (expr.op) {
    case 'field':
      return true;
    case 'member':
    case 'key':
      return isField(expr.target);
    case 'at':
      return expr.index.op === 'literal' && isField(expr.target);
    default:
      return false;
  }
}

/** The same of the row in another slot. */
function moved(expr: Expr, slot: number): Expr {
  return expr.op === 'field' ? { ...expr, slot } : mapChildren(expr, (child) => moved(child, slot));
}
