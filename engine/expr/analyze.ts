import { unreachable } from '../core/assert.ts';
import type { Expr } from './ir.ts';

/** The conditions joined by `and` at the top of an expression. */
export function conjuncts(expr: Expr): readonly Expr[] {
  return expr.op === 'and' ? expr.operands.flatMap(conjuncts) : [expr];
}

/** Slots an expression reads; `CURRENT` for the event under test. */
export function usesSlots(expr: Expr, into: Set<number> = new Set()): ReadonlySet<number> {
  if (expr.op === 'field' || expr.op === 'slot') into.add(expr.slot);
  for (const child of childrenOf(expr)) usesSlots(child, into);
  return into;
}

/**
 * Whether its value for an item, or for given tags, is the same whenever it is asked for, so that it can be computed
 * ahead. What is not listed may read the clock, a variable or the state of a query.
 */
export function dependsOnlyOnItem(expr: Expr): boolean {
  return STEADY.has(expr.op) && childrenOf(expr).every(dependsOnlyOnItem);
}

/** Operators whose value depends on their operands alone. */
export const STEADY: ReadonlySet<Expr['op']> = new Set<Expr['op']>([
  'literal',
  'field',
  'slot',
  'member',
  'at',
  'key',
  'negate',
  'arithmetic',
  'bitwise',
  'concat',
  'compare',
  'equal',
  'and',
  'or',
  'not',
  'in',
  'range',
  'like',
  'regexp',
  'case',
  'coalesce',
  'cast',
  'array',
  'period',
  'call',
]);

/** Direct operands of an expression. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.op) {
    case 'literal':
    case 'field':
    case 'slot':
    case 'now':
    case 'grouping':
    case 'local':
    case 'param':
    case 'variable':
    case 'context':
    case 'tableKeys':
      return [];
    case 'tableRow':
      return expr.keys;
    case 'tableRead':
      return [expr.target, ...expr.args];
    case 'lambda':
      return [expr.body];
    case 'method':
      return [expr.target, ...expr.args];
    case 'let':
      return [...expr.values, expr.body];
    case 'aggregate':
      return expr.args;
    case 'previous':
      return expr.offset === null ? [] : [expr.offset];
    case 'subquery':
      return expr.operand === null ? expr.args : [...expr.args, expr.operand];
    case 'member':
    case 'key':
    case 'dynamic':
      return [expr.target];
    case 'at':
      return [expr.target, expr.index];
    case 'negate':
    case 'not':
    case 'cast':
    case 'exists':
    case 'typeof':
    case 'instanceof':
    case 'required':
    case 'nested':
    case 'rowCopy':
      return [expr.operand];
    case 'arithmetic':
    case 'bitwise':
    case 'compare':
    case 'equal':
      return [expr.left, expr.right];
    case 'concat':
      return expr.parts;
    case 'and':
    case 'or':
    case 'coalesce':
      return expr.operands;
    case 'in':
    case 'quantified':
      return [expr.operand, ...expr.items];
    case 'range':
      return [expr.operand, expr.low, expr.high];
    case 'like':
    case 'regexp':
      return [expr.operand, expr.pattern];
    case 'case': {
      const branches = expr.branches.flatMap((branch) => [branch.when, branch.then]);
      return expr.otherwise === null ? branches : [...branches, expr.otherwise];
    }
    case 'array':
      return expr.elements;
    case 'sizedArray':
      return expr.sizes;
    case 'row':
      return expr.values;
    case 'period':
      return expr.parts.map((part) => part.amount);
    case 'call':
      return expr.args;
  }
}

/** The same expression with its direct operands replaced; the order is that of `childrenOf`. */
export function mapChildren(expr: Expr, change: (child: Expr) => Expr): Expr {
  switch (expr.op) {
    case 'literal':
    case 'field':
    case 'slot':
    case 'now':
    case 'grouping':
    case 'local':
    case 'param':
    case 'variable':
    case 'context':
    case 'tableKeys':
      return expr;
    case 'tableRow':
      return { ...expr, keys: expr.keys.map(change) };
    case 'tableRead':
      return { ...expr, target: change(expr.target), args: expr.args.map(change) };
    case 'lambda':
      return { ...expr, body: change(expr.body) };
    case 'method':
      return { ...expr, target: change(expr.target), args: expr.args.map(change) };
    case 'let':
      return { ...expr, values: expr.values.map(change), body: change(expr.body) };
    case 'aggregate':
      return { ...expr, args: expr.args.map(change) };
    case 'previous':
      return { ...expr, offset: expr.offset === null ? null : change(expr.offset) };
    case 'subquery': {
      const operand = expr.operand === null ? null : change(expr.operand);
      return { ...expr, args: expr.args.map(change), operand };
    }
    case 'member':
    case 'key':
    case 'dynamic':
      return { ...expr, target: change(expr.target) };
    case 'at':
      return { ...expr, target: change(expr.target), index: change(expr.index) };
    case 'negate':
    case 'not':
    case 'cast':
    case 'exists':
    case 'typeof':
    case 'instanceof':
    case 'required':
    case 'nested':
    case 'rowCopy':
      return { ...expr, operand: change(expr.operand) };
    case 'arithmetic':
    case 'bitwise':
    case 'compare':
    case 'equal':
      return { ...expr, left: change(expr.left), right: change(expr.right) };
    case 'concat':
      return { ...expr, parts: expr.parts.map(change) };
    case 'and':
    case 'or':
    case 'coalesce':
      return { ...expr, operands: expr.operands.map(change) };
    case 'in':
    case 'quantified':
      return { ...expr, operand: change(expr.operand), items: expr.items.map(change) };
    case 'range':
      return { ...expr, operand: change(expr.operand), low: change(expr.low), high: change(expr.high) };
    case 'like':
    case 'regexp':
      return { ...expr, operand: change(expr.operand), pattern: change(expr.pattern) };
    case 'case':
      return {
        ...expr,
        branches: expr.branches.map(({ when, then }) => ({ when: change(when), then: change(then) })),
        otherwise: expr.otherwise === null ? null : change(expr.otherwise),
      };
    case 'array':
      return { ...expr, elements: expr.elements.map(change) };
    case 'sizedArray':
      return { ...expr, sizes: expr.sizes.map(change) };
    case 'row':
      return { ...expr, values: expr.values.map(change) };
    case 'period':
      return { ...expr, parts: expr.parts.map(({ unit, amount }) => ({ unit, amount: change(amount) })) };
    case 'call':
      return { ...expr, args: expr.args.map(change) };
    default:
      return unreachable(expr);
  }
}

/** Whether it reads a subquery of its statement. */
export function hasSubquery(expr: Expr): boolean {
  return expr.op === 'subquery' || childrenOf(expr).some(hasSubquery);
}

/** Whether it reads a value of the context partition at work. */
export function readsContext(expr: Expr): boolean {
  return expr.op === 'context' || childrenOf(expr).some(readsContext);
}

/** Number of nodes of an expression. */
export function sizeOf(expr: Expr): number {
  return childrenOf(expr).reduce((sum, child) => sum + sizeOf(child), 1);
}

/** Whether it is a field, or what is reached from one by names and constant numbers. */
export function isFieldPath(expr: Expr): boolean {
  switch (expr.op) {
    case 'field':
      return true;
    case 'member':
    case 'key':
      return isFieldPath(expr.target);
    case 'at':
      return expr.index.op === 'literal' && isFieldPath(expr.target);
    default:
      return false;
  }
}
