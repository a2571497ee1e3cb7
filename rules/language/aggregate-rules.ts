import {
  type EventType,
  TYPE_BIG_DECIMAL,
  TYPE_BOOLEAN,
  TYPE_DOUBLE,
  TYPE_INT,
  TYPE_LONG,
  TYPE_NULL,
  typeName,
  type ValueType,
} from '../../engine/event/types.ts';
import { CURRENT, type Expr } from '../../engine/expr/ir.ts';
import { isBig, isInteger, isNumber, isNumeric } from '../../engine/expr/type-rules.ts';
import type { ViewArg } from '../../engine/plan/query-plan.ts';
import type { Name } from './ast.ts';
import { type AggregateScope, eventValueType, type Lowering } from './scope.ts';

/** What an aggregate function takes and gives. */
export interface AggregateRule {
  /** For messages: `sum([distinct] number [, filter])`. */
  readonly signature: string;
  /** Number of values it takes at most. */
  readonly most: number;
  /** Whether one more argument is a filter. */
  readonly positionalFilter: boolean;
  /** Whether it takes `*` (or nothing) for the events themselves. */
  readonly star: boolean;
  /** Whether it holds events (`first`, `window`, `sorted`), and methods may look at them. */
  readonly holdsEvents: boolean;
  /** Whether its arguments are criteria to order by, with `asc` and `desc`. */
  readonly criteria: boolean;
  /** Its name and type in the plan for arguments that fit the number. */
  check(call: CheckedCall): CheckResult;
}

/** A call whose arguments are lowered. */
export interface CheckedCall {
  readonly args: readonly ViewArg[];
  readonly star: boolean;
  readonly scope: AggregateScope;
  /** Type of the events it holds; null where it is not known and not needed. */
  readonly eventType: EventType | null;
  /** Whether those events never leave. */
  readonly isUnbounded: boolean;
}

/** What goes into the plan, or what is wrong. */
export type CheckResult =
  | {
      readonly name: string;
      readonly type: ValueType;
      /** Arguments of the plan, when not those of the call. */
      readonly args?: readonly ViewArg[];
      /** Arguments evaluated on reading. */
      readonly reading?: readonly Expr[];
    }
  | { readonly error: string; readonly code?: string };

/** Functions that Esper has also without its setting `extendedAggregation`. */
const STANDARD: ReadonlySet<string> = new Set([
  ...[
    'count',
    'sum',
    'avg',
    'median',
    'stddev',
    'avedev',
    'max',
    'min',
    'fmax',
    'fmin',
    'first',
    'last',
    'window',
  ],
]);

/** Whether the settings allow the function; reports one that they do not. */
export function isAllowed({ text, span }: Name, { catalog, report }: Lowering): boolean {
  if (catalog.defaults.isAggregationStandard !== true || STANDARD.has(text.toLowerCase())) return true;
  const title = `the settings allow no aggregate function \`${text}\`: it is an extension`;
  report.error('E0203', title, span, ['run without `--standard-aggregation`']);
  return false;
}

/** The rule of a function by its name in lower case. */
export function findAggregate(name: string): AggregateRule | undefined {
  return RULES.get(name);
}

/** Names of all aggregate functions, for hints. */
export function aggregateNames(): readonly string[] {
  return [...RULES.keys()];
}

type Check = AggregateRule['check'];

function ofValue(signature: string, check: Check, changes: Partial<AggregateRule> = {}): AggregateRule {
  return {
    signature,
    most: 1,
    positionalFilter: true,
    star: false,
    holdsEvents: false,
    criteria: false,
    check: (call) => {
      if (call.args.length === 0 && !call.star) return { error: 'takes a value' };
      return check(call);
    },
    ...changes,
  };
}

function firstType({ args }: CheckedCall): ValueType {
  return (args[0] as ViewArg).expr.type;
}

/** A function of a number with a result of a fixed type. */
function ofNumber(name: string, result: (type: ValueType) => ValueType): AggregateRule {
  return ofValue(`${name}([distinct] number [, filter])`, (call) => {
    const type = firstType(call);
    if (!isNumber(type)) return { error: `takes a number, not ${typeName(type)}` };
    const given = result(type);
    // What is computed in doubles gets doubles.
    return given.kind === 'double' && isBig(type)
      ? { name, type: given, args: call.args.map(asDouble) }
      : { name, type: given };
  });
}

function asDouble(arg: ViewArg): ViewArg {
  return { ...arg, expr: { op: 'cast', type: TYPE_DOUBLE, operand: arg.expr, format: null } };
}

/** The average of numbers of any length is a decimal. */
function averageType(type: ValueType): ValueType {
  return isBig(type) ? TYPE_BIG_DECIMAL : TYPE_DOUBLE;
}

/** As Esper: narrow whole numbers add up as int. */
function sumType(type: ValueType): ValueType {
  return type.kind === 'byte' || type.kind === 'short' ? TYPE_INT : type;
}

const COMPARABLE: readonly string[] = ['string', 'char', 'boolean', 'date'];

/** Where nothing ever leaves, the extreme so far is the extreme of all. */
function extreme(written: string, name: 'max' | 'min' | 'maxever' | 'minever'): AggregateRule {
  return ofValue(
    `${written}([distinct] value${written === 'max' || written === 'min' ? '' : ' [, filter]'})`,
    (call) => {
      const type = firstType(call);
      if (!isNumber(type) && !COMPARABLE.includes(type.kind)) {
        return { error: `takes a number or text, not ${typeName(type)}` };
      }
      const isEver = name.endsWith('ever') || (!call.scope.isJoin && call.scope.isUnbounded(CURRENT));
      return { name: isEver && !name.endsWith('ever') ? `${name}ever` : name, type };
    },
  );
}

function firstOrLastEver(name: 'firstever' | 'lastever'): AggregateRule {
  return ofValue(`${name}(value [, filter]) or ${name}(*)`, (call) => ({ name, type: firstType(call) }), {
    star: true,
  });
}

function count(name: 'count' | 'countever'): AggregateRule {
  const signature = `${name}(*), ${name}([distinct] value) [, filter]`;
  return ofValue(signature, () => ({ name, type: TYPE_LONG }), { star: true });
}

const NTH = ofValue(
  'nth(value, index [, filter])',
  (call) => {
    const index = call.args[1]?.expr;
    if (index?.op !== 'literal' || !isInteger(index.type))
      return { error: 'takes a constant whole number as index' };
    if ((index.value as number) < 0) return { error: 'takes an index from 0 up' };
    return { name: 'nth', type: firstType(call) };
  },
  { most: 2 },
);

const RATE = ofValue(
  'rate(seconds), or rate(timestamp [, quantity]) over a data window',
  (call) => {
    const [first, second] = call.args.map((arg) => arg.expr) as [Expr, Expr | undefined];
    if (first.op === 'period' || first.op === 'literal') {
      if (first.op === 'literal' && !isNumeric(first.type)) return { error: 'takes a number of seconds' };
      return second === undefined
        ? { name: 'rateever', type: TYPE_DOUBLE }
        : { error: 'takes only the seconds' };
    }
    if (first.type.kind !== 'long' || first.op === 'now') return { error: 'takes a timestamp of type long' };
    if (second !== undefined && !isNumeric(second.type)) return { error: 'takes a number as quantity' };
    if (!call.scope.isJoin && call.scope.isUnbounded(CURRENT))
      return { error: 'with a timestamp needs a data window', code: 'E0411' };
    return { name: 'rate', type: TYPE_DOUBLE };
  },
  { most: 2, positionalFilter: false },
);

const LEAVING: AggregateRule = {
  ...ofValue('leaving([filter: condition])', () => ({ name: 'leaving', type: TYPE_BOOLEAN })),
  most: 0,
  positionalFilter: false,
  check: () => ({ name: 'leaving', type: TYPE_BOOLEAN }),
};

const QUANTILE = ofValue(
  'approx_quantile(number, rank [, filter])',
  (call) => {
    const type = firstType(call);
    if (!isNumber(type)) return { error: `takes a number, not ${typeName(type)}` };
    const rank = call.args[1]?.expr;
    const value = rank?.op === 'literal' ? rank.value : null;
    if (typeof value !== 'number' || !(value >= 0 && value <= 1))
      return { error: 'takes a constant rank from 0 to 1' };
    const [first, ...others] = call.args as [ViewArg, ...ViewArg[]];
    const args = isBig(type) ? [asDouble(first), ...others] : call.args;
    return { name: 'approx_quantile', type: TYPE_DOUBLE, args };
  },
  { most: 2 },
);

const EVENTS: Partial<AggregateRule> = { holdsEvents: true, positionalFilter: false, star: true };

function firstOrLast(name: 'first' | 'last'): AggregateRule {
  return ofValue(
    `${name}(value [, index]) or ${name}(*)`,
    (call) => {
      const type = firstType(call);
      const index = call.args[1]?.expr;
      if (index !== undefined && !isInteger(index.type)) return { error: 'takes a whole number as index' };
      const args = call.args.slice(0, 1);
      // Esper keeps a single event of a stream without a data window, whatever the index.
      if (call.isUnbounded) return { name: `${name}ever`, type, args };
      return { name, type, args, reading: index === undefined ? [] : [index] };
    },
    { ...EVENTS, most: 2 },
  );
}

const WINDOW = ofValue(
  'window(value) or window(*)',
  (call) => {
    if (call.isUnbounded) return { error: 'needs a data window on its stream', code: 'E0411' };
    return { name: 'window', type: { kind: 'array', element: firstType(call) } };
  },
  EVENTS,
);

function byCriteria(name: 'sorted' | 'maxby' | 'minby' | 'maxbyever' | 'minbyever'): AggregateRule {
  return ofValue(
    `${name}(criterion [asc|desc] [, …])`,
    ({ args, eventType, isUnbounded }) => {
      const wrong = args.find(({ expr: { type } }) => !isNumber(type) && !COMPARABLE.includes(type.kind));
      if (wrong !== undefined) return { error: `cannot order by ${typeName(wrong.expr.type)}` };
      if (eventType === null) return { error: 'needs a stream' };
      const type = eventValueType(eventType);
      if (name !== 'sorted')
        return { name: isUnbounded && !name.endsWith('ever') ? `${name}ever` : name, type };
      if (isUnbounded) return { error: 'needs a data window on its stream', code: 'E0411' };
      return { name, type: { kind: 'array', element: type } };
    },
    { ...EVENTS, star: false, criteria: true, most: Number.POSITIVE_INFINITY },
  );
}

/** Feeds the column of a table; the sketch itself is no value. */
const SKETCH_ADD = ofValue(
  'countMinSketchAdd(text [, filter:condition])',
  (call) => {
    if (call.scope.isIntoTable !== true) return { error: 'needs `into table`: a table keeps the sketch' };
    const type = firstType(call);
    if (call.star || type.kind !== 'string') return { error: `takes a text, not ${typeName(type)}` };
    return { name: 'countminsketch', type: TYPE_NULL };
  },
  { positionalFilter: false },
);

const double = () => TYPE_DOUBLE;

const RULES: ReadonlyMap<string, AggregateRule> = new Map([
  ['count', count('count')],
  ['countever', count('countever')],
  ['sum', ofNumber('sum', sumType)],
  ['avg', ofNumber('avg', averageType)],
  ['median', ofNumber('median', double)],
  ['stddev', ofNumber('stddev', double)],
  ['avedev', ofNumber('avedev', double)],
  ['max', extreme('max', 'max')],
  ['min', extreme('min', 'min')],
  ['fmax', extreme('fmax', 'max')],
  ['fmin', extreme('fmin', 'min')],
  ['maxever', extreme('maxever', 'maxever')],
  ['minever', extreme('minever', 'minever')],
  ['fmaxever', extreme('fmaxever', 'maxever')],
  ['fminever', extreme('fminever', 'minever')],
  ['firstever', firstOrLastEver('firstever')],
  ['lastever', firstOrLastEver('lastever')],
  ['nth', NTH],
  ['rate', RATE],
  ['leaving', LEAVING],
  ['first', firstOrLast('first')],
  ['last', firstOrLast('last')],
  ['window', WINDOW],
  ['sorted', byCriteria('sorted')],
  ['maxby', byCriteria('maxby')],
  ['minby', byCriteria('minby')],
  ['maxbyever', byCriteria('maxbyever')],
  ['minbyever', byCriteria('minbyever')],
  [
    'approx_count_distinct',
    ofValue('approx_count_distinct(value [, filter])', () => ({
      name: 'approx_count_distinct',
      type: TYPE_LONG,
    })),
  ],
  ['approx_quantile', QUANTILE],
  ['countminsketch', { ...SKETCH_ADD, check: () => ({ error: 'can only be a column of `create table`' }) }],
  ['countminsketchadd', SKETCH_ADD],
]);
