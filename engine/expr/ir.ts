import type { MathContext } from '../event/decimal-division.ts';
import type { EventType, ValueType } from '../event/types.ts';
import type { TimeUnit } from '../time/time-base.ts';
import type { ContextExpr } from './context-expr.ts';
import type { AggregateExpr, GroupingExpr, LocalExpr, PreviousExpr } from './ir-frame.ts';
import type { SubqueryExpr } from './ir-subquery.ts';
import type { TableExpr } from './ir-table.ts';
import type { PeriodUnit } from './period-unit.ts';

/**
 * Typed expressions, as plain data. The compiler makes them, both back ends (interpreter and generated code) run them.
 *
 * Every node carries the type of its result. Evaluation gets `(event, slots, env)`: `event` is the event under test or
 * the only event of a query (slot `CURRENT`), `slots` the pattern tags or joined streams by number.
 *
 * Null rules: unless a node says otherwise, a null operand gives null. Booleans are three-valued; who uses an expression
 * as a condition takes only `true` for true.
 */
export type Expr =
  | LiteralExpr
  | FieldExpr
  | SlotExpr
  | MemberExpr
  | AtExpr
  | KeyExpr
  | NegateExpr
  | ArithmeticExpr
  | BitwiseExpr
  | ConcatExpr
  | CompareExpr
  | EqualExpr
  | LogicExpr
  | NotExpr
  | InExpr
  | QuantifiedExpr
  | RangeExpr
  | LikeExpr
  | RegexpExpr
  | CaseExpr
  | CoalesceExpr
  | CastExpr
  | ArrayExpr
  | SizedArrayExpr
  | RowExpr
  | NestedExpr
  | DynamicExpr
  | ExistsExpr
  | TypeofExpr
  | InstanceofExpr
  | RequiredExpr
  | PeriodExpr
  | NowExpr
  | CallExpr
  | AggregateExpr
  | PreviousExpr
  | SubqueryExpr
  | GroupingExpr
  | LocalExpr
  | ParamExpr
  | VariableExpr
  | ContextExpr
  | LambdaExpr
  | MethodExpr
  | LetExpr
  | TableExpr;

/** Slot number of the current event. */
export const CURRENT = -1;

interface Typed {
  readonly type: ValueType;
}

/** A constant; of a `biginteger` or `bigdecimal` its text, see `literalValue`. */
export interface LiteralExpr extends Typed {
  readonly op: 'literal';
  readonly value: null | boolean | number | string;
}

/** Field of the event in a slot; null when the slot is empty. */
export interface FieldExpr extends Typed {
  readonly op: 'field';
  readonly slot: number;
  readonly field: number;
}

/** The event itself, or for a repeated tag the array of events in a slot; null when empty. */
export interface SlotExpr extends Typed {
  readonly op: 'slot';
  readonly slot: number;
}

/** Field of an event-valued expression. */
export interface MemberExpr extends Typed {
  readonly op: 'member';
  readonly target: Expr;
  readonly field: number;
}

/** Array element; null when the index is outside. */
export interface AtExpr extends Typed {
  readonly op: 'at';
  readonly target: Expr;
  readonly index: Expr;
}

/** Entry of a map value; own entries only, null when absent. */
export interface KeyExpr extends Typed {
  readonly op: 'key';
  readonly target: Expr;
  readonly key: string;
}

/** The number with the other sign; int wraps. */
export interface NegateExpr extends Typed {
  readonly op: 'negate';
  readonly operand: Expr;
}

/**
 * `type` is the result type by EPL's widening: int wraps at 32 bits, float rounds to 32 bits, `/` always gives double
 * (division by zero ±Infinity or NaN), `%` truncates as Java's. For numbers of any length see `big-numbers.ts`; there both
 * operands are of the type of the result.
 */
export interface ArithmeticExpr extends Typed {
  readonly op: 'arithmetic';
  readonly operator: '+' | '-' | '*' | '/' | '%';
  readonly left: Expr;
  readonly right: Expr;
  /** How a quotient of decimals is rounded; exact when left out. */
  readonly context?: MathContext;
}

/** On whole numbers bit by bit, on booleans as logic without short cut. */
export interface BitwiseExpr extends Typed {
  readonly op: 'bitwise';
  readonly operator: '&' | '|' | '^';
  readonly left: Expr;
  readonly right: Expr;
}

/** `||`: text of the parts joined; null when any part is null. */
export interface ConcatExpr extends Typed {
  readonly op: 'concat';
  readonly parts: readonly Expr[];
}

/** Numbers by value, strings by UTF-16 code unit. */
export interface CompareExpr extends Typed {
  readonly op: 'compare';
  readonly operator: '<' | '<=' | '>' | '>=';
  readonly left: Expr;
  readonly right: Expr;
}

/** `=`/`!=` (null gives null) or, with `nullSafe`, `is`/`is not` (never null). */
export interface EqualExpr extends Typed {
  readonly op: 'equal';
  readonly negated: boolean;
  readonly nullSafe: boolean;
  readonly left: Expr;
  readonly right: Expr;
  /** The operands are numbers of different types, one of which is cast to the other's. */
  readonly widened?: true;
}

/** `and`: false beats null beats true; `or`: true beats null beats false. */
export interface LogicExpr extends Typed {
  readonly op: 'and' | 'or';
  readonly operands: readonly Expr[];
}

/** Swaps true and false; null stays null. */
export interface NotExpr extends Typed {
  readonly op: 'not';
  readonly operand: Expr;
}

/** `[not] in (…)`; an item of array type stands for its elements. */
export interface InExpr extends Typed {
  readonly op: 'in';
  readonly negated: boolean;
  readonly operand: Expr;
  readonly items: readonly Expr[];
}

/**
 * `operand < any (…)`, `= all (…)`; `every` is set for `all`. An item of array type stands for its elements, of map type
 * for its keys. Fails where Esper does, see `quantified.ts`.
 */
export interface QuantifiedExpr extends Typed {
  readonly op: 'quantified';
  readonly operator: '=' | '!=' | '<' | '<=' | '>' | '>=';
  readonly every: boolean;
  readonly operand: Expr;
  readonly items: readonly Expr[];
  /** Items that are numbers written out. */
  readonly written: readonly boolean[];
}

/**
 * `[not] between` and `[not] in [a:b)`; reversed ends are swapped. With a null operand false, negated or not; with a
 * null end nothing is inside.
 */
export interface RangeExpr extends Typed {
  readonly op: 'range';
  readonly negated: boolean;
  readonly operand: Expr;
  readonly low: Expr;
  readonly high: Expr;
  readonly includeLow: boolean;
  readonly includeHigh: boolean;
  /** Decimals meet an end by value, whatever their scale: in filters, where Esper looks for them in an index. */
  readonly byValue?: true;
}

/** `[not] like`: `%` any text, `_` one character; the whole text must match. */
export interface LikeExpr extends Typed {
  readonly op: 'like';
  readonly negated: boolean;
  readonly operand: Expr;
  readonly pattern: Expr;
  readonly escape: string | null;
}

/** `[not] regexp`: the whole text must match; runs on a linear-time engine. */
export interface RegexpExpr extends Typed {
  readonly op: 'regexp';
  readonly negated: boolean;
  readonly operand: Expr;
  readonly pattern: Expr;
}

/** First branch whose condition is true; `case x when v` arrives here as `x = v` conditions. */
export interface CaseExpr extends Typed {
  readonly op: 'case';
  readonly branches: readonly { readonly when: Expr; readonly then: Expr }[];
  readonly otherwise: Expr | null;
}

/** First operand that is not null, converted to `type`. */
export interface CoalesceExpr extends Typed {
  readonly op: 'coalesce';
  readonly operands: readonly Expr[];
}

/**
 * Conversion to `type`; null when the value cannot be converted. `format`: a date pattern for text to a time, whole text
 * only with `isWhole`; a text that does not follow it fails.
 */
export interface CastExpr extends Typed {
  readonly op: 'cast';
  readonly operand: Expr;
  readonly format: string | null;
  readonly isWhole?: boolean;
  /** An operand that becomes a number of any length because another is; see `makeBigWidener`. */
  readonly widens?: true;
  /** A text that has to read as a number or boolean, else it fails. */
  readonly parses?: true;
  /** Between a text and a date, where times count something else than milliseconds. */
  readonly timeUnit?: TimeUnit;
}

/** `{a, b}`: a new array. */
export interface ArrayExpr extends Typed {
  readonly op: 'array';
  readonly elements: readonly Expr[];
}

/** `new int[n][m]`: arrays in arrays, of these sizes; the innermost hold `fill`. A negative size fails. */
export interface SizedArrayExpr extends Typed {
  readonly op: 'sizedArray';
  readonly sizes: readonly Expr[];
  readonly fill: null | boolean | number;
}

/** `new {a = …, b}`: a value of type `row`; the names are those of the type, in order. */
export interface RowExpr extends Typed {
  readonly op: 'row';
  readonly names: readonly string[];
  readonly values: readonly Expr[];
}

/** A row as an event of a type, or an array of rows as an array of events; null stays null. */
export interface NestedExpr extends Typed {
  readonly op: 'nested';
  readonly operand: Expr;
  /** Index of the event type in the plan. */
  readonly index: number;
  readonly layout: EventType;
}

/** `p?`: a property found by name in the event or object at hand, declared or not; null when there is none. */
export interface DynamicExpr extends Typed {
  readonly op: 'dynamic';
  readonly target: Expr;
  readonly name: string;
}

/** Whether there is a property to read, of a `field`, `member`, `at`, `key` or `dynamic` expression; never null. */
export interface ExistsExpr extends Typed {
  readonly op: 'exists';
  readonly operand: Expr;
}

/** `typeof(x)`: name of an event's type, else Java's name of the value's class. */
export interface TypeofExpr extends Typed {
  readonly op: 'typeof';
  readonly operand: Expr;
}

/**
 * `instanceof(x, …)`; never null. `types` are scalar kinds, `number` for any number, `object` for anything, `map`, or
 * names of event types, which their subtypes are too.
 */
export interface InstanceofExpr extends Typed {
  readonly op: 'instanceof';
  readonly operand: Expr;
  readonly types: readonly string[];
}

/** The value; fails when it is null: a null of a branch of `case` that has to become a wider number, as in Esper. */
export interface RequiredExpr extends Typed {
  readonly op: 'required';
  readonly operand: Expr;
}

/** A time period literal such as `1 hour 30 minutes`; `type` is `period`, the value a `Period`. */
export interface PeriodExpr extends Typed {
  readonly op: 'period';
  readonly parts: readonly { readonly unit: PeriodUnit; readonly amount: Expr }[];
}

/** `current_timestamp`: the clock of the shard, in ticks as long. */
export interface NowExpr extends Typed {
  readonly op: 'now';
}

/** A built-in function by its registry name, e.g. `Math.abs`, `geo.distanceKm`, `max`. */
export interface CallExpr extends Typed {
  readonly op: 'call';
  readonly name: string;
  readonly args: readonly Expr[];
}

/** A parameter of a lambda or of a declared expression: a place of `Env.params`, which its method or `let` fills. */
export interface ParamExpr extends Typed {
  readonly op: 'param';
  readonly index: number;
}

/** A variable of the plan by its index; from `Env.variables`. */
export interface VariableExpr extends Typed {
  readonly op: 'variable';
  readonly index: number;
}

/** `(x, i) => body`: an argument of a method. `params` are the places of its parameters; `type` is that of the body. */
export interface LambdaExpr extends Typed {
  readonly op: 'lambda';
  readonly params: readonly number[];
  readonly body: Expr;
}

/** A method on an array by its registry name (`engine/expr/methods.ts`), e.g. `anyOf`; null on null. */
export interface MethodExpr extends Typed {
  readonly op: 'method';
  readonly name: string;
  readonly target: Expr;
  readonly args: readonly Expr[];
  /** How an average of decimals is rounded; exact when left out. */
  readonly context?: MathContext | null;
}

/** Evaluates `values` into the places `params`, then the body. */
export interface LetExpr extends Typed {
  readonly op: 'let';
  readonly params: readonly number[];
  readonly values: readonly Expr[];
  readonly body: Expr;
}
