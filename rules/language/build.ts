import type {
  Annotation,
  AnnotationValue,
  ChainLink,
  CreateSchema,
  EventFilter,
  Expression,
  InsertInto,
  Name,
  Pattern,
  SchemaColumn,
  SelectItem,
  SelectStatement,
  Statement,
  StreamItem,
} from './ast.ts';
import type { Span } from './diagnostics.ts';
import { stringContent, UNITS } from './lexer.ts';

/**
 * Turns what the grammar matched into the syntax tree; one function per production. `d` is nearley's list of the parts
 * of a production, left to right. Parts are tokens, nodes, lists of them, or null for what was left out.
 */
type Parts = readonly unknown[];

/** A token as the grammar sees it: `text` is the token's type, `source` the characters. */
export interface GrammarToken {
  readonly text: string;
  readonly source: string;
  readonly offset: number;
}

/** Span from the first to the last token or node in the parts. */
function spanOf(parts: unknown): Span {
  const span = { start: Number.POSITIVE_INFINITY, end: 0 };
  widen(parts, span);
  return span.start === Number.POSITIVE_INFINITY ? { start: 0, end: 0 } : span;
}

function widen(part: unknown, span: { start: number; end: number }): void {
  if (part === null || typeof part !== 'object') return;
  if (Array.isArray(part)) {
    for (const one of part) widen(one, span);
  } else if ('span' in part) {
    const { start, end } = (part as { span: Span }).span;
    if (end > start) {
      span.start = Math.min(span.start, start);
      span.end = Math.max(span.end, end);
    }
  } else if ('source' in part) {
    const { offset, source } = part as GrammarToken;
    span.start = Math.min(span.start, offset);
    span.end = Math.max(span.end, offset + source.length);
  } else for (const one of Object.values(part)) widen(one, span);
}

const node = <T extends object>(d: Parts, fields: T): T & { span: Span } => ({ span: spanOf(d), ...fields });
/** A list that kept the brackets around it for its place; empty when left out. */
const listOf = <T>(part: unknown): readonly T[] => (part as { list: T[] } | null | undefined)?.list ?? [];
const token = (part: unknown): GrammarToken => part as GrammarToken;

/** The first part alone, as a list. */
export const one = (d: Parts): readonly unknown[] => [d[0]];
/** List and its next element. */
export const append = (d: Parts): readonly unknown[] => [...(d[0] as unknown[]), d[1]];
/** List, separator and next element. */
export const appendAfter = (d: Parts): readonly unknown[] => [...(d[0] as unknown[]), d[2]];
/** Two elements with a separator between them. */
export const pair = (d: Parts): readonly unknown[] => [d[0], d[2]];

/** A word of the grammar, in lower case. */
export const word = (d: Parts): string => token(d[0]).source.toLowerCase();

export const name = (d: Parts): Name => {
  const { source } = token(d[0]);
  return node(d, { text: source.startsWith('`') ? source.slice(1, -1) : source });
};

/** `a.b` as one name. */
export const dotted = (d: Parts): Name => node(d, { text: `${(d[0] as Name).text}.${(d[2] as Name).text}` });

export const statement = (d: Parts): Statement =>
  node(d, { annotations: d[0] as Annotation[], body: d[1] as Statement['body'] });

export const annotation = (d: Parts, args: Annotation['args']): Annotation =>
  node(d, { name: d[1] as Name, args: args.map(({ name: key, value }) => ({ name: key, value })) });

export const annotationConstant = (d: Parts): AnnotationValue =>
  node(d, { kind: 'constant', value: (d[0] as Literal).value });

export const annotationName = (d: Parts): AnnotationValue =>
  node(d, { kind: 'name', name: (d[0] as Name).text });

export const annotationList = (d: Parts): AnnotationValue =>
  node(d, { kind: 'list', items: d[1] as AnnotationValue[] });

type Literal = Extract<Expression, { kind: 'literal' }>;

/** A literal from its token. */
export const constant = (d: Parts): Literal => {
  const { text, source } = token(d[0]);
  const literal = (type: Literal['type'], value: Literal['value']) =>
    node(d, { kind: 'literal' as const, type, value });
  switch (text) {
    case 'string':
      return literal('string', stringContent(source));
    case 'true':
    case 'false':
      return literal('boolean', text === 'true');
    case 'null':
      return literal('null', null);
    case 'hex':
      return literal('int', Number.parseInt(source, 16));
    case 'integer':
      return literal(/[lL]$/.test(source) ? 'long' : 'int', Number.parseInt(source, 10));
    default:
      return literal(/[fF]$/.test(source) ? 'float' : 'double', Number.parseFloat(source));
  }
};

interface Clause {
  readonly word: string;
  readonly value: unknown;
}

/** One clause after the columns of `create schema`. */
export const clause = (d: Parts): Clause => ({ word: word(d), value: d[1] });

export const column = (d: Parts): SchemaColumn =>
  node(d, { name: d[0] as Name, type: d[1] as Name, dimensions: (d.length - 2) / 2, primitive: false });

export const createSchema = (d: Parts): CreateSchema => {
  const clauses = d[5] as Clause[];
  const find = <T>(key: string): T | undefined =>
    clauses.find((one) => one.word === key)?.value as T | undefined;
  const body = d[4] as Pick<CreateSchema, 'columns' | 'models' | 'anyType'>;
  const representation = d[1] as string | null;
  return node([d[0], d[2], d[3], d[4], ...clauses.map((one) => one.value)], {
    kind: 'createSchema',
    name: d[3] as Name,
    representation: representation === 'variant' ? null : representation,
    variant: representation === 'variant',
    ...body,
    inherits: find<Name[]>('inherits') ?? [],
    copyFrom: find<Name[]>('copyfrom') ?? [],
    startTimestamp: find<Name>('starttimestamp') ?? null,
    endTimestamp: find<Name>('endtimestamp') ?? null,
  });
};

type Selector = SelectStatement['streamSelector'];

export const insert = (d: Parts): InsertInto =>
  node(d, { streamSelector: d[1] as Selector, target: d[3] as Name, columns: listOf<Name>(d[4]) });

export const select = (d: Parts): SelectStatement =>
  node(d, {
    kind: 'select',
    insertInto: d[0] as InsertInto | null,
    streamSelector: d[2] as Selector,
    distinct: d[3] !== null,
    items: d[4] as SelectItem[],
    from: d[6] as StreamItem[],
    where: d[7] as Expression | null,
    unsupported: [],
  });

export const wildcard = (d: Parts): SelectItem => node(d, { kind: 'wildcard' });

export const streamWildcard = (d: Parts): SelectItem =>
  node(d, { kind: 'streamWildcard', stream: d[0] as Name, alias: (d[4] as Name | undefined) ?? null });

export const item = (d: Parts): SelectItem =>
  node(d, { kind: 'expression', expression: d[0] as Expression, alias: (d[2] as Name | undefined) ?? null });

export const stream = (d: Parts): StreamItem =>
  node(d, { kind: 'stream', filter: d[0] as EventFilter, alias: d[1] as Name | null, unsupported: [] });

export const patternStream = (d: Parts): StreamItem =>
  node(d, {
    kind: 'pattern',
    pattern: d[3] as Pattern,
    annotations: d[1] as Annotation[],
    alias: d[5] as Name | null,
    unsupported: [],
  });

export const eventFilter = (d: Parts, conditions: readonly unknown[]): EventFilter =>
  node(d, { type: d[0] as Name, conditions: conditions as Expression[], unsupported: [] });

interface Steps {
  readonly children: readonly Pattern[];
  readonly limits: readonly (Expression | null)[];
}

export const followStart = (d: Parts): Steps => ({
  children: [d[0] as Pattern, d[2] as Pattern],
  limits: [d[1] as Expression | null],
});

export const followMore = (d: Parts): Steps => {
  const { children, limits } = d[0] as Steps;
  return { children: [...children, d[2] as Pattern], limits: [...limits, d[1] as Expression | null] };
};

export const followedBy = (d: Parts): Pattern => node(d, { kind: 'followedBy', ...(d[0] as Steps) });
export const orPattern = (d: Parts): Pattern => node(d, { kind: 'or', children: d[0] as Pattern[] });
export const andPattern = (d: Parts): Pattern => node(d, { kind: 'and', children: d[0] as Pattern[] });
export const every = (d: Parts): Pattern => node(d, { kind: 'every', child: d[1] as Pattern });
export const notPattern = (d: Parts): Pattern => node(d, { kind: 'not', child: d[1] as Pattern });

export const everyDistinct = (d: Parts): Pattern =>
  node(d, { kind: 'everyDistinct', keys: d[2] as Expression[], child: d[4] as Pattern });

export const repeat = (d: Parts): Pattern => {
  const { low, high } = d[0] as { low: Expression | null; high: Expression | null };
  return node(d, {
    kind: 'repeat',
    child: d[1] as Pattern,
    low,
    high,
    until: (d[3] as Pattern | undefined) ?? null,
  });
};

export const untilPattern = (d: Parts): Pattern =>
  node(d, { kind: 'repeat', child: d[0] as Pattern, low: null, high: null, until: d[2] as Pattern });

export const guard = (d: Parts): Pattern =>
  node(d, {
    kind: 'guard',
    child: d[0] as Pattern,
    namespace: d[2] as Name,
    name: d[4] as Name,
    args: d[6] as Expression[],
  });

export const whilePattern = (d: Parts): Pattern =>
  node(d, { kind: 'while', child: d[0] as Pattern, condition: d[3] as Expression });

export const observer = (d: Parts): Pattern =>
  node(d, { kind: 'observer', namespace: d[0] as Name, name: d[2] as Name, args: d[4] as Expression[] });

export const filterAtom = (d: Parts, tag: unknown, filter: unknown, annotations: unknown): Pattern =>
  node(d, {
    kind: 'filter',
    tag: tag as Name | null,
    filter: filter as EventFilter,
    annotations: annotations as Annotation[],
  });

export const star = (d: Parts): Expression => node(d, { kind: 'star' });
export const named = (d: Parts): Expression =>
  node(d, { kind: 'named', name: d[0] as Name, value: d[2] as Expression });

export const lambda = (d: Parts): Expression =>
  node(d, { kind: 'lambda', parameters: [d[0] as Name], body: d[2] as Expression });

type Binary = Extract<Expression, { kind: 'binary' }>;

export const isNot = (d: Parts): GrammarToken => ({ ...token(d[0]), text: 'is not' });

export const binary = (d: Parts): Expression => {
  const sign = token(d[1]).text;
  const operator = (sign === '<>' ? '!=' : sign) as Binary['operator'];
  return node(d, { kind: 'binary', operator, left: d[0] as Expression, right: d[2] as Expression });
};

export const unary = (d: Parts): Expression =>
  node(d, { kind: 'unary', operator: token(d[0]).text as '-' | '+' | 'not', operand: d[1] as Expression });

export const inList = (d: Parts): Expression =>
  node(d, { kind: 'in', negated: d[1] !== null, operand: d[0] as Expression, items: d[4] as Expression[] });

export const inRange = (d: Parts): Expression =>
  node(d, {
    kind: 'range',
    negated: d[1] !== null,
    operand: d[0] as Expression,
    low: d[4] as Expression,
    high: d[6] as Expression,
    includeLow: token(d[3]).text === '[',
    includeHigh: token(d[7]).text === ']',
  });

export const between = (d: Parts): Expression =>
  node(d, {
    kind: 'range',
    negated: d[1] !== null,
    operand: d[0] as Expression,
    low: d[3] as Expression,
    high: d[5] as Expression,
    includeLow: true,
    includeHigh: true,
  });

export const like = (d: Parts): Expression =>
  node(d, {
    kind: 'like',
    negated: d[1] !== null,
    operand: d[0] as Expression,
    pattern: d[3] as Expression,
    escape: (d[5] as Expression | undefined) ?? null,
  });

export const regexp = (d: Parts): Expression =>
  node(d, {
    kind: 'regexp',
    negated: d[1] !== null,
    operand: d[0] as Expression,
    pattern: d[3] as Expression,
  });

export const literal = (d: Parts): Expression => d[0] as Expression;
export const chain = (d: Parts): Expression => node(d, { kind: 'chain', links: d[0] as ChainLink[] });

/** The parentheses belong to the place of the expression, not to its meaning. */
export const parenthesized = (d: Parts): Expression => d[1] as Expression;

export const chainOn = (d: Parts): Expression =>
  node(d, { kind: 'chainOn', target: d[1] as Expression, links: d[4] as ChainLink[] });

export const array = (d: Parts, elements: unknown): Expression =>
  node(d, { kind: 'array', elements: elements as Expression[] });

type Case = Extract<Expression, { kind: 'case' }>;

export const caseOf = (d: Parts, operand: unknown, branches: unknown, otherwise: unknown): Expression =>
  node(d, {
    kind: 'case',
    operand: operand as Expression | null,
    branches: branches as Case['branches'],
    otherwise: otherwise as Expression | null,
  });

export const cast = (d: Parts): Expression =>
  node(d, {
    kind: 'cast',
    operand: d[2] as Expression,
    type: d[4] as Name,
    dimensions: 0,
    format: (d[8] as Expression | undefined) ?? null,
  });

type PeriodParts = Extract<Expression, { kind: 'period' }>['parts'];

export const periodPart = (d: Parts): PeriodParts[number] & { readonly mark: unknown } => {
  const unit = UNITS.get(token(d[1]).source.toLowerCase()) ?? 'second';
  return { unit, amount: d[0] as Expression, mark: d[1] };
};

export const period = (d: Parts): Expression => node(d, { kind: 'period', parts: d[0] as PeriodParts });

const linkOf = (d: Parts, fields: Partial<ChainLink>): ChainLink =>
  node(d, { name: d[0] as Name, dynamic: false, indexes: [], args: null, distinct: false, ...fields });

export const link = (d: Parts): ChainLink => linkOf(d, { indexes: listOf<Expression>(d[1]) });
export const dynamicLink = (d: Parts): ChainLink => linkOf(d, { dynamic: true });
export const callLink = (d: Parts): ChainLink => linkOf(d, { args: d[2] as Expression[] });
export const distinctLink = (d: Parts): ChainLink =>
  linkOf(d, { args: d[3] as Expression[], distinct: true });
