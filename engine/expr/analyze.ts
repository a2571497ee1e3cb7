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

/** Direct operands of an expression. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.op) {
    case 'literal':
    case 'field':
    case 'slot':
    case 'now':
      return [];
    case 'member':
    case 'key':
      return [expr.target];
    case 'at':
      return [expr.target, expr.index];
    case 'negate':
    case 'not':
    case 'cast':
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
    case 'period':
      return expr.parts.map((part) => part.amount);
    case 'call':
      return expr.args;
  }
}
