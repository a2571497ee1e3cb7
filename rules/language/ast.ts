import type { PeriodUnit } from '../../engine/expr/period-unit.ts';
import type { DeliveryClause, GroupBy, Limit, Ordering, OutputClause } from './ast-clauses.ts';
import type { CreateContext } from './ast-context.ts';
import type {
  CreateExpression,
  CreateVariable,
  ExpressionDeclaration,
  ModuleLine,
  SetStatement,
} from './ast-declared.ts';
import type { CrontabArgument, FormExpression } from './ast-forms.ts';
import type { CreateIndex, CreateWindow, OnStore } from './ast-infra.ts';
import type { JoinClause } from './ast-join.ts';
import type { QueryBody } from './ast-query.ts';
import type { MatchRecognize } from './ast-recognize.ts';
import type { SplitStatement } from './ast-split.ts';
import type { SubqueryExpression } from './ast-subquery.ts';
import type { CreateTable, IntoTable, JsonExpression } from './ast-table.ts';
import type { Span } from './diagnostics.ts';

/**
 * Syntax tree of an EPL module. It covers the whole language; what the compiler cannot run yet it refuses at lowering,
 * so a tree never loses a construct. Every node knows its place in the text.
 */
export interface Module {
  readonly file: string;
  readonly text: string;
  readonly statements: readonly Statement[];
}

interface Node {
  readonly span: Span;
}

/** A name as it is meant: without backticks, parts of a dotted one joined by dots. */
export interface Name extends Node {
  readonly text: string;
}

/** `@Name(arguments)` */
export interface Annotation extends Node {
  readonly name: Name;
  /** `@Name('x')` has one argument without a name. */
  readonly args: readonly { readonly name: Name | null; readonly value: AnnotationValue }[];
}

/** Value of an argument of an annotation. */
export type AnnotationValue =
  | (Node & { readonly kind: 'constant'; readonly value: null | boolean | number | string })
  | (Node & { readonly kind: 'name'; readonly name: string })
  | (Node & { readonly kind: 'list'; readonly items: readonly AnnotationValue[] })
  | (Node & { readonly kind: 'annotation'; readonly annotation: Annotation });

/**
 * A construct that parses but has no tree of its own yet: the compiler refuses it by name. Nothing that the compiler
 * leaves out may be skipped in silence, so every such node or list entry has to be looked at.
 */
export interface Unsupported extends Node {
  /** Names it to a reader: `` `group by` ``, `a data window`. */
  readonly what: string;
  /** Its tokens, joined by spaces: what a printer writes. */
  readonly text: string;
}

/** A statement with the annotations before it. */
export interface Statement extends Node {
  readonly annotations: readonly Annotation[];
  /** `expression name {…}` before the statement; they hold for it alone. */
  readonly declarations: readonly ExpressionDeclaration[];
  /** `context C` before it: it runs in each partition of the context. Null without one. */
  readonly context: Name | null;
  readonly body: StatementBody;
}

/** What kind of statement it is. */
export type StatementBody =
  | CreateSchema
  | CreateTable
  | CreateVariable
  | CreateExpression
  | CreateContext
  | SetStatement
  | SelectStatement
  | SplitStatement
  | UpdateStatement
  | CreateWindow
  | CreateIndex
  | OnStore
  | ModuleLine
  | QueryBody
  | UnsupportedStatement;

/** A statement form that parses but has no tree of its own yet; `what` names it: `create window`, `on … merge`. */
export interface UnsupportedStatement extends Unsupported {
  readonly kind: 'unsupported';
}

/** `create schema` */
export interface CreateSchema extends Node {
  readonly kind: 'createSchema';
  readonly name: Name;
  /** `map`, `objectarray`, `json` …; null when not written. */
  readonly representation: string | null;
  readonly variant: boolean;
  /** Columns; `*` of a variant schema is the empty list with `anyType`. */
  readonly columns: readonly SchemaColumn[];
  /** `create schema X as Type1, Type2` (copy of types or members of a variant). */
  readonly models: readonly Name[];
  readonly anyType: boolean;
  readonly inherits: readonly Name[];
  readonly copyFrom: readonly Name[];
  readonly startTimestamp: Name | null;
  readonly endTimestamp: Name | null;
}

/** A column of a schema. */
export interface SchemaColumn extends Node {
  readonly name: Name;
  readonly type: Name;
  /** Number of `[]`. */
  readonly dimensions: number;
  readonly primitive: boolean;
}

/** `select`, with `insert into` before it. */
export interface SelectStatement extends Node {
  readonly kind: 'select';
  readonly intoTable: IntoTable | null;
  readonly insertInto: InsertInto | null;
  readonly streamSelector: 'istream' | 'rstream' | 'irstream' | null;
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  readonly from: readonly StreamItem[];
  /** How each stream but the first is joined to those before it. */
  readonly joins: readonly JoinClause[];
  readonly recognize: MatchRecognize | null;
  readonly where: Expression | null;
  readonly groupBy: GroupBy | null;
  readonly having: Expression | null;
  readonly output: OutputClause | null;
  /** Criteria of `order by`; empty without one. */
  readonly orderBy: readonly Ordering[];
  readonly limit: Limit | null;
  readonly delivery: DeliveryClause | null;
  /** Clauses with no tree of their own yet, in order. */
  readonly unsupported: readonly Unsupported[];
}

/** `update istream Type as alias set field = value, … where condition`: changes events before any statement sees them. */
export interface UpdateStatement extends Node {
  readonly kind: 'update';
  readonly type: Name;
  readonly alias: Name | null;
  readonly assignments: readonly Assignment[];
  readonly where: Expression | null;
}

/** `target = value` of a `set`; a call that stands alone has no value. */
export interface Assignment extends Node {
  readonly target: Expression;
  readonly value: Expression | null;
}

/** `insert into Stream(columns)` */
export interface InsertInto extends Node {
  readonly streamSelector: 'istream' | 'rstream' | 'irstream' | null;
  readonly target: Name;
  readonly columns: readonly Name[];
  /** `event-precedence(…)`; null when not written. */
  readonly precedence: Expression | null;
}

/** One column, or several, of a `select`. */
export type SelectItem =
  | (Node & { readonly kind: 'wildcard' })
  /** `a.*` or `a.* as x`. */
  | (Node & { readonly kind: 'streamWildcard'; readonly stream: Name; readonly alias: Name | null })
  | (Node & { readonly kind: 'expression'; readonly expression: Expression; readonly alias: Name | null });

/** `#time(10 sec)`, or as of old `.win:time(10 sec)` and `#win:time(10 sec)`. */
export interface ViewUse extends Node {
  readonly namespace: Name | null;
  readonly name: Name;
  readonly args: readonly Expression[];
}

/** What follows a stream or pattern: its views, how several data windows combine (null: not said), its part in a join. */
export interface StreamViews {
  readonly views: readonly ViewUse[];
  readonly retain: 'union' | 'intersection' | null;
  readonly unidirectional: boolean;
}

/** One stream of `from`. */
export type StreamItem =
  | (Node &
      StreamViews & {
        readonly kind: 'stream';
        readonly filter: EventFilter;
        readonly alias: Name | null;
        readonly unsupported: readonly Unsupported[];
      })
  | (Node &
      StreamViews & {
        readonly kind: 'pattern';
        readonly pattern: Pattern;
        readonly annotations: readonly Annotation[];
        readonly alias: Name | null;
        readonly unsupported: readonly Unsupported[];
      })
  | (Unsupported & { readonly kind: 'unsupported' });

/** `Type(condition, condition)`; the conditions are joined by and. */
export interface EventFilter extends Node {
  readonly type: Name;
  readonly conditions: readonly Expression[];
  /** `Type[books][chapters]`: each leads one level further into the event. */
  readonly contained: readonly ContainedEvents[];
}

/** `[select columns from expression @type(T) as alias where condition]`: the events inside an event. */
export interface ContainedEvents extends Node {
  /** Null without `select`. */
  readonly items: readonly SelectItem[] | null;
  readonly source: Expression;
  /** `@type(T)`; null when not written. */
  readonly type: Name | null;
  readonly alias: Name | null;
  readonly where: Expression | null;
}

/** A pattern; every operator is a node, brackets are none. */
export type Pattern =
  | (Node & {
      readonly kind: 'filter';
      readonly tag: Name | null;
      readonly filter: EventFilter;
      readonly annotations: readonly Annotation[];
    })
  | (Node & { readonly kind: 'every'; readonly child: Pattern })
  | (Node & { readonly kind: 'everyDistinct'; readonly keys: readonly Expression[]; readonly child: Pattern })
  | (Node & { readonly kind: 'not'; readonly child: Pattern })
  | (Node & { readonly kind: 'and' | 'or'; readonly children: readonly Pattern[] })
  /** `limits[i]` is the `-[max]>` between child i and i + 1, or null. */
  | (Node & {
      readonly kind: 'followedBy';
      readonly children: readonly Pattern[];
      readonly limits: readonly (Expression | null)[];
    })
  /** `[low:high] child until until`; `[n]` has low = high. */
  | (Node & {
      readonly kind: 'repeat';
      readonly child: Pattern;
      readonly low: Expression | null;
      readonly high: Expression | null;
      readonly until: Pattern | null;
    })
  /** `child where namespace:name(args)`. */
  | (Node & {
      readonly kind: 'guard';
      readonly child: Pattern;
      readonly namespace: Name;
      readonly name: Name;
      readonly args: readonly Expression[];
    })
  | (Node & { readonly kind: 'while'; readonly child: Pattern; readonly condition: Expression })
  /** `timer:interval(args)`. */
  | (Node & {
      readonly kind: 'observer';
      readonly namespace: Name;
      readonly name: Name;
      readonly args: readonly Expression[];
    });

/** An expression; every operator is a node, parentheses are none. */
export type Expression =
  | (Node & {
      readonly kind: 'literal';
      readonly type: 'null' | 'boolean' | 'int' | 'long' | 'float' | 'double' | 'string';
      readonly value: null | boolean | number | string;
    })
  /** A dotted chain: `a.b[0].c('k').f(x => y)`, `Math.abs(x)`, `count(*)`, `prev(1, p)`. */
  | (Node & { readonly kind: 'chain'; readonly links: readonly ChainLink[] })
  /** A chain on an expression: `(expr).f()`; `target` is not itself a chain. */
  | (Node & { readonly kind: 'chainOn'; readonly target: Expression; readonly links: readonly ChainLink[] })
  | (Node & { readonly kind: 'unary'; readonly operator: '-' | '+' | 'not'; readonly operand: Expression })
  | (Node & {
      readonly kind: 'binary';
      readonly operator:
        | '+'
        | '-'
        | '*'
        | '/'
        | '%'
        | '||'
        | '&'
        | '|'
        | '^'
        | '<'
        | '<='
        | '>'
        | '>='
        | '='
        | '!='
        | 'is'
        | 'is not'
        | 'and'
        | 'or';
      readonly left: Expression;
      readonly right: Expression;
    })
  | (Node & {
      readonly kind: 'in';
      readonly negated: boolean;
      readonly operand: Expression;
      readonly items: readonly Expression[];
    })
  | (Node & {
      readonly kind: 'range';
      readonly negated: boolean;
      readonly operand: Expression;
      readonly low: Expression;
      readonly high: Expression;
      readonly includeLow: boolean;
      readonly includeHigh: boolean;
    })
  | (Node & {
      readonly kind: 'like';
      readonly negated: boolean;
      readonly operand: Expression;
      readonly pattern: Expression;
      readonly escape: Expression | null;
    })
  | (Node & {
      readonly kind: 'regexp';
      readonly negated: boolean;
      readonly operand: Expression;
      readonly pattern: Expression;
    })
  /** `operand` null: searched case. */
  | (Node & {
      readonly kind: 'case';
      readonly operand: Expression | null;
      readonly branches: readonly { readonly when: Expression; readonly then: Expression }[];
      readonly otherwise: Expression | null;
    })
  | (Node & {
      readonly kind: 'cast';
      readonly operand: Expression;
      readonly type: Name;
      readonly dimensions: number;
      readonly format: Expression | null;
    })
  | (Node & { readonly kind: 'array'; readonly elements: readonly Expression[] })
  | (Node & {
      readonly kind: 'period';
      readonly parts: readonly { readonly unit: PeriodUnit; readonly amount: Expression }[];
    })
  /** `x => …`, `(x, i) => …` as an argument. */
  | (Node & { readonly kind: 'lambda'; readonly parameters: readonly Name[]; readonly body: Expression })
  /** `name: value` as an argument (`filter:`, `group_by:`, `dateformat:`). */
  | (Node & { readonly kind: 'named'; readonly name: Name; readonly value: Expression })
  /** `*` as an argument. */
  | (Node & { readonly kind: 'star' })
  /** `a.*` as an argument. */
  | (Node & { readonly kind: 'streamStar'; readonly stream: Name })
  /** `x desc` as an argument. */
  | (Node & { readonly kind: 'ordered'; readonly operand: Expression; readonly descending: boolean })
  /** `(a, b)` or `()` where a list may stand. */
  | (Node & { readonly kind: 'tuple'; readonly items: readonly Expression[] })
  /** A field of a crontab that is no expression, as an argument. */
  | CrontabArgument
  | FormExpression
  | SubqueryExpression
  | JsonExpression
  /** A form that parses but has no tree of its own yet. */
  | (Unsupported & { readonly kind: 'unsupported' });

/** One link of a chain: `name`, `name?`, `name[index]`, `name(args)`. */
export interface ChainLink extends Node {
  readonly name: Name;
  /** `p?` dynamic property. */
  readonly dynamic: boolean;
  /** Indexes in brackets, in order; empty when none. */
  readonly indexes: readonly Expression[];
  /** Indexes of each bracket, when one holds several: `t[a, b]` has `[2]`. */
  readonly indexSizes?: readonly number[];
  /** Arguments in parentheses; null when there are none. */
  readonly args: readonly Expression[] | null;
  /** `distinct` inside the parentheses. */
  readonly distinct: boolean;
}
