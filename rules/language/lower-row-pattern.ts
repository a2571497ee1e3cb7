import { LIMITS } from '../../engine/core/limits.ts';
import type { RowBounds, RowPattern, RowQuantifier, RowTimes } from '../../engine/plan/recognize-plan.ts';
import { expandPattern } from '../../engine/recognize/expand.ts';
import { multipleVariables, visibleVariables } from '../../engine/recognize/pattern-variables.ts';
import { compileRowPattern } from '../../engine/recognize/program.ts';
import type { Expression } from './ast.ts';
import type { RowBoundsTree, RowPatternTree, RowRepeatTree } from './ast-recognize.ts';
import { lowerExpression } from './lower-expression.ts';
import type { PatternVariable } from './lower-recognize.ts';
import type { Lowering } from './scope.ts';

/** A pattern and its variables, by their numbers. */
export interface LoweredRowPattern {
  readonly pattern: RowPattern;
  readonly variables: readonly PatternVariable[];
}

/** Lowers the pattern of `match_recognize`; null after reporting what is wrong. */
export function lowerRowPattern(tree: RowPatternTree, lowering: Lowering): LoweredRowPattern | null {
  const { report } = lowering;
  const errorsBefore = report.errorCount;
  const names: string[] = [];
  const lower = (node: RowPatternTree): RowPattern => {
    switch (node.kind) {
      case 'variable': {
        const { text } = node.name;
        if (!names.includes(text)) names.push(text);
        return {
          op: 'variable',
          variable: names.indexOf(text),
          quantifier: quantifierOf(node.repeat, lowering),
        };
      }
      case 'group':
        return { op: 'group', child: lower(node.child), quantifier: quantifierOf(node.repeat, lowering) };
      default:
        return { op: node.kind, children: node.children.map(lower) };
    }
  };
  const pattern = lower(tree);
  if (report.errorCount > errorsBefore) return null;
  const plain = expandPattern(pattern, LIMITS.rowStatesMax);
  if (plain === null || compileRowPattern(pattern, () => false) === null) {
    const title = `the pattern has more than ${LIMITS.rowStatesMax} elements once its counts are written out`;
    report.error('E0104', title, tree.span, [
      'or too many ways from one to another; use `+` or smaller counts',
    ]);
    return null;
  }
  const multiple = multipleVariables(plain);
  const visible = visibleVariables(plain);
  const variables = names.map((name, i) => {
    return { name, isMultiple: multiple.has(i), visible: visible.get(i) ?? new Set<number>() };
  });
  return { pattern, variables };
}

const TIMES: Readonly<Record<RowRepeatTree['sign'], RowTimes>> = {
  '': 'one',
  '?': 'optional',
  '+': 'many',
  '*': 'any',
};

function quantifierOf({ sign, reluctant, bounds }: RowRepeatTree, lowering: Lowering): RowQuantifier {
  return {
    times: TIMES[sign],
    reluctant,
    bounds: bounds === null ? null : boundsOf(bounds, lowering),
  };
}

function boundsOf({ low, high, isExact, span }: RowBoundsTree, lowering: Lowering): RowBounds {
  const [from, to] = [low, high].map((ast) => (ast === null ? null : countOf(ast, lowering)));
  if (isExact) return { count: from ?? 1 };
  if (from !== null && to !== null && from !== undefined && to !== undefined && from > to) {
    lowering.report.error('E0408', `the lower bound ${from} is above the upper one, ${to}`, span);
  }
  return { low: from ?? null, high: to ?? null };
}

/** A constant whole number from 1 on. */
function countOf(ast: Expression, { catalog, report }: Lowering): number | null {
  const expr = lowerExpression(ast, { catalog, entries: [], alias: null }, report);
  if (expr === null) return null;
  if (expr.op !== 'literal' || typeof expr.value !== 'number' || expr.type.kind !== 'int') {
    report.error('E0408', 'how often an element comes must be a constant whole number', ast.span);
    return null;
  }
  if (expr.value >= 1) return expr.value;
  report.error('E0408', `an element cannot come ${expr.value} times`, ast.span, [
    'counts begin at 1; `{,n}`, `*` and `?` let it be left out',
  ]);
  return null;
}
