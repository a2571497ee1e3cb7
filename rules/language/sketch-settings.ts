import { TYPE_DOUBLE, TYPE_INT, typeName, type ValueType } from '../../engine/event/types.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import { isNumber } from '../../engine/expr/type-rules.ts';
import type { JsonExpression } from './ast-table.ts';
import { lowerExpression } from './lower-expression.ts';
import type { Lowering } from './scope.ts';

interface Setting {
  readonly name: string;
  readonly type: ValueType;
  readonly value: number;
  fits(value: number): boolean;
  readonly range: string;
}

const SETTINGS: readonly Setting[] = [
  {
    name: 'epsOfTotalCount',
    type: TYPE_DOUBLE,
    value: 0.0001,
    fits: (value) => value > 0 && value <= 1,
    range: 'above 0, at most 1',
  },
  {
    name: 'confidence',
    type: TYPE_DOUBLE,
    value: 0.99,
    fits: (value) => value > 0 && value < 1,
    range: 'between 0 and 1',
  },
  { name: 'seed', type: TYPE_INT, value: 1_234_567, fits: () => true, range: '' },
  { name: 'topk', type: TYPE_INT, value: 0, fits: (value) => value >= 0, range: '0 or more' },
];

/** The one kind of value that sketches count, by the names it has in Esper. */
const TEXT_AGENT = /(?:^|\.)CountMinSketchAgentStringUTF16(?:Forge)?$/;

/** Settings of `countMinSketch({…})` as constants in the order of the plan; null after reporting what is wrong. */
export function readSketchSettings(
  members: JsonExpression['members'],
  lowering: Lowering,
): readonly Expr[] | null {
  const { catalog, report } = lowering;
  const errorsBefore = report.errorCount;
  const values = SETTINGS.map(({ value }) => value);
  for (const { name, value: ast } of members) {
    const lower = name.text.toLowerCase();
    const at = SETTINGS.findIndex((one) => one.name.toLowerCase() === lower);
    const setting = SETTINGS[at];
    if (setting === undefined && lower !== 'agent') {
      const names = [...SETTINGS.map((one) => one.name), 'agent'];
      report.unknown('E0203', 'setting of `countMinSketch`', name.text, name.span, names);
      continue;
    }
    const expr = lowerExpression(ast, { catalog, entries: [], alias: null }, report);
    if (expr === null) continue;
    const given = expr.op === 'literal' ? expr.value : undefined;
    if (given === null) continue;
    if (setting === undefined) {
      if (typeof given === 'string' && TEXT_AGENT.test(given)) continue;
      report.error('E0470', '`countMinSketch` counts texts only: leave out `agent`', ast.span);
    } else if (typeof given !== 'number' || !hasType(expr.type, setting.type)) {
      const title = `\`${setting.name}\` is a constant ${typeName(setting.type)}, not ${typeName(expr.type)}`;
      report.error('E0470', title, ast.span);
    } else if (setting.fits(given)) values[at] = given;
    else report.error('E0470', `\`${setting.name}\` must be ${setting.range}`, ast.span);
  }
  if (report.errorCount > errorsBefore) return null;
  return values.map((value, i) => ({ op: 'literal', type: (SETTINGS[i] as Setting).type, value }));
}

function hasType(given: ValueType, wanted: ValueType): boolean {
  return given.kind === wanted.kind || (wanted.kind === 'double' && isNumber(given));
}
