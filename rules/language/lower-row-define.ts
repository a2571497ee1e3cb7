import type { EventType } from '../../engine/event/types.ts';
import { childrenOf, mapChildren } from '../../engine/expr/analyze.ts';
import { foldConstants } from '../../engine/expr/fold.ts';
import { CURRENT, type Expr } from '../../engine/expr/ir.ts';
import type { RowDefine } from './ast-recognize.ts';
import { lowerCondition } from './lower-expression.ts';
import type { PatternVariable } from './lower-recognize.ts';
import type { Lowering, RowPreviousScope, Scope, ScopeEntry } from './scope.ts';

/** The conditions of the variables by number, and how far each of their `prev` looks back. */
export interface LoweredDefines {
  readonly conditions: readonly (Expr | null)[];
  readonly previous: readonly number[];
}

/** Lowers `define`. */
export function lowerDefines(
  defines: readonly RowDefine[],
  variables: readonly PatternVariable[],
  type: EventType,
  { catalog, report }: Lowering,
): LoweredDefines {
  const conditions: (Expr | null)[] = variables.map(() => null);
  const previous: number[] = [];
  const seen = new Set<string>();
  for (const { name, condition } of defines) {
    const own = variables.findIndex((one) => one.name === name.text);
    if (seen.has(name.text)) {
      report.error('E0214', `the variable \`${name.text}\` has two conditions`, name.span, [
        'join them by `and`',
      ]);
    }
    seen.add(name.text);
    if (own < 0) {
      report.unknown(
        'E0202',
        'variable',
        name.text,
        name.span,
        variables.map((one) => one.name),
        ' in the pattern',
      );
      continue;
    }
    const { visible } = variables[own] as PatternVariable;
    const entries = variables.flatMap((one, slot): ScopeEntry[] => {
      if (slot !== own && !visible.has(slot)) return [];
      return [{ name: one.name, slot, type, isImplicit: true, isRepeated: slot !== own && one.isMultiple }];
    });
    const rowPrevious: RowPreviousScope = {
      slot(offset) {
        const known = previous.indexOf(offset);
        return variables.length + (known >= 0 ? known : previous.push(offset) - 1);
      },
    };
    const scope: Scope = { catalog, entries, alias: null, rowPrevious };
    const expr = lowerCondition(condition, scope, report);
    if (expr !== null) conditions[own] = foldConstants(withOwnRow(expr, own));
  }
  return { conditions, previous };
}

/** The row under test is `CURRENT`. */
function withOwnRow(expr: Expr, own: number): Expr {
  const inner = childrenOf(expr).length === 0 ? expr : mapChildren(expr, (child) => withOwnRow(child, own));
  return (inner.op === 'field' || inner.op === 'slot') && inner.slot === own
    ? { ...inner, slot: CURRENT }
    : inner;
}
