import type {
  Annotation,
  ContainedEvents,
  EventFilter,
  Expression,
  InsertInto,
  Name,
  Pattern,
  SelectItem,
  SelectStatement,
  Statement,
  StreamItem,
  Unsupported,
  UnsupportedStatement,
  ViewUse,
} from './ast.ts';
import type { DeliveryClause } from './ast-clauses.ts';
import type { ExpressionDeclaration, ModuleLine } from './ast-declared.ts';
import type { JoinClause, JoinKind } from './ast-join.ts';
import type { MatchRecognize } from './ast-recognize.ts';
import type { IntoTable } from './ast-table.ts';
import {
  clause,
  listIn,
  type Mistake,
  mistakesOf,
  name,
  node,
  type Parts,
  piecesOf,
  type Spanned,
  spanOf,
  token,
} from './build.ts';
import type { QueryClause } from './build-clauses.ts';
import type { InContext } from './build-context.ts';
import type { RecognizeClause } from './build-recognize.ts';
import type { Span } from './diagnostics.ts';
import type { Token } from './lexer.ts';

type Prefix = Annotation | ExpressionDeclaration | Unsupported;

/** A statement with its annotations, declarations and context; scripts and classes have no tree yet. */
export const statement = (d: Parts): Statement => {
  const prefixes = d[0] as Prefix[];
  const within = d[1] as InContext | null;
  const context = within?.context ?? null;
  const body = withDelivery(d[2] as Statement['body'], d[3] as DeliveryClause | null);
  const isLost = d[3] !== null && body.kind !== 'select';
  const extras = [
    ...prefixes.filter((one): one is Unsupported => 'what' in one),
    ...withoutNulls<Unsupported>([isLost ? clause('`for`')([d[3]]) : null]),
  ];
  const annotations = prefixes.filter((one): one is Annotation => 'args' in one);
  const declarations = prefixes.filter((one): one is ExpressionDeclaration => 'isAlias' in one);
  const hasPrefixes = declarations.length > 0 || within !== null;
  if (extras.length === 0 && (!hasPrefixes || body.kind !== 'unsupported'))
    return node(d, { annotations, declarations, context, body });
  if (body.kind === 'select') {
    const all = [...extras, ...body.unsupported].sort((a, b) => a.span.start - b.span.start);
    const select: SelectStatement = { ...body, unsupported: all };
    const mistakes = mistakesOf.get(body);
    if (mistakes !== undefined) mistakesOf.set(select, mistakes);
    return node(d, { annotations, declarations, context, body: select });
  }
  const pieces = [...extras, ...declarations, ...(within === null ? [] : [within]), body]
    .map((one) => one.span)
    .sort((a, b) => a.start - b.start);
  const span = { start: (pieces[0] as Span).start, end: Math.max(...pieces.map((one) => one.end)) };
  const what = body.kind === 'unsupported' ? body.what : (extras[0] as Unsupported).what;
  const whole = { kind: 'unsupported' as const, what, span, text: '' };
  piecesOf.set(whole, pieces);
  return node(d, { annotations, declarations: [], context: null, body: whole });
};

/** `for name(keys)`, the last clause of a `select`; `d[4]` are the keys. */
export const delivery = (d: Parts): DeliveryClause =>
  node(d.slice(0, 4), { name: name([d[1]]), keys: (d[4] ?? []) as Expression[] });

function withDelivery(body: Statement['body'], clause: DeliveryClause | null): Statement['body'] {
  if (clause === null || body.kind !== 'select') return body;
  const span = { start: body.span.start, end: clause.span.end };
  const made: SelectStatement = { ...body, span, delivery: clause };
  const mistakes = mistakesOf.get(body);
  if (mistakes !== undefined) mistakesOf.set(made, mistakes);
  return made;
}

/** `module a.b`, `uses a.b`; `import` names classes, which rules cannot use. */
export const moduleLine = (d: Parts): ModuleLine | UnsupportedStatement => {
  const word = token(d[0]).text.toLowerCase();
  if (word !== 'module' && word !== 'uses')
    return node(d, { kind: 'unsupported', what: 'an `import` line', text: '' });
  return node(d, { kind: 'module', word, name: d[1] as Name });
};

const withoutNulls = <T>(list: Parts): readonly T[] => list.filter((one) => one !== null) as T[];

/**
 * `expression @eventbean`: events stay events here anyway, so the mark changes nothing but for a subquery, of which it
 * asks for all rows.
 */
export const annotatedItem = (d: Parts): Expression => {
  const expression = d[0] as Expression;
  const word = token(d[2]);
  if (word.text.toLowerCase() !== 'eventbean') {
    const made = node(d, { ...expression });
    const title = `unknown annotation of a column \`@${word.text}\``;
    mistakesOf.set(made, [{ code: 'E0211', title, span: spanOf([d[2]]), label: 'expected `@eventbean`' }]);
    return made;
  }
  const isRow = expression.kind === 'subquery' && expression.test.kind === 'row';
  return isRow ? node(d, { ...expression, test: { kind: 'rows' as const } }) : expression;
};

type Selector = SelectStatement['streamSelector'];

const selector = (part: unknown): Selector => (part === null ? null : (token(part).type as Selector));

/** `insert into` */
export const insert = (d: Parts): InsertInto =>
  node(d, {
    streamSelector: selector(d[1]),
    target: d[3] as Name,
    columns: listIn<Name>(d[4]),
    precedence: d[5] as Expression | null,
  });

interface SelectHead extends Spanned {
  readonly parts: readonly (InsertInto | IntoTable)[];
  readonly streamSelector: Selector;
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
}

/** `select` up to its columns. */
export const selectHead = (d: Parts): SelectHead =>
  node(d, {
    parts: d[0] as SelectHead['parts'],
    streamSelector: selector(d[2]),
    distinct: d[3] !== null,
    items: d[4] as SelectItem[],
  });

interface From extends Spanned {
  readonly word: 'from';
  readonly streams: readonly StreamItem[];
  readonly joins: readonly JoinClause[];
}

/** `from stream` */
export const from = (d: Parts): From => node(d, { word: 'from', streams: [d[1] as StreamItem], joins: [] });

const joined = (d: Parts, kind: JoinKind, on: Expression | null): From => {
  const { streams, joins } = d[0] as From;
  const join: JoinClause = { span: spanOf(d.slice(1)), kind, on };
  return node(d, { word: 'from', streams: [...streams, d[2] as StreamItem], joins: [...joins, join] });
};

/** `, stream` */
export const fromMore = (d: Parts): From => joined(d, 'comma', null);

/** `left outer join stream on …` */
export const fromJoin = (d: Parts): From =>
  joined(d, (d[1] as JoinWords).kind, d[4] === undefined ? null : (d[4] as Expression));

interface JoinWords extends Spanned {
  readonly kind: JoinKind;
}

/** The words before a stream that is joined. */
export const joinWords = (d: Parts): JoinWords => {
  const word = token(d[0]).text.toLowerCase();
  return node(d, { kind: word === 'left' || word === 'right' || word === 'full' ? word : 'inner' });
};

interface Where extends Spanned {
  readonly word: 'where';
  readonly condition: Expression;
}

/** `where` */
export const where = (d: Parts): Where => node(d, { word: 'where', condition: d[1] as Expression });

type Clause = From | Where | QueryClause | RecognizeClause | Unsupported;

const CLAUSE_ORDER = [
  'from',
  'match_recognize',
  'where',
  'group by',
  'having',
  'output',
  'order by',
  'limit',
];
const clauseWord = (one: Clause): string => ('word' in one ? one.word : one.what.replaceAll('`', ''));

/** A whole `select` from its head and its clauses. */
export const select = (d: Parts): SelectStatement => {
  const head = d[0] as SelectHead;
  const clauses = d[1] as Clause[];
  const fromClause = clauses.find((one): one is From => 'word' in one && one.word === 'from');
  const where = clauses.find((one): one is Where => 'word' in one && one.word === 'where');
  const found = <Word extends QueryClause['word']>(word: Word) =>
    clauses.find((one): one is Extract<QueryClause, { word: Word }> => 'word' in one && one.word === word)
      ?.made as Extract<QueryClause, { word: Word }>['made'] | undefined;
  const made: SelectStatement = node(d, {
    kind: 'select' as const,
    intoTable: head.parts.find((one): one is IntoTable => 'table' in one) ?? null,
    insertInto: head.parts.find((one): one is InsertInto => 'target' in one) ?? null,
    streamSelector: head.streamSelector,
    distinct: head.distinct,
    items: head.items,
    from: fromClause?.streams ?? [],
    joins: fromClause?.joins ?? [],
    recognize: recognizeOf(clauses),
    where: where?.condition ?? null,
    groupBy: found('group by') ?? null,
    having: found('having') ?? null,
    output: found('output') ?? null,
    orderBy: found('order by') ?? [],
    limit: found('limit') ?? null,
    delivery: null,
    unsupported: [...clauses.filter((one): one is Unsupported => 'what' in one)],
  });
  const mistakes = clauseMistakes(clauses);
  if (mistakes.length > 0) mistakesOf.set(made, mistakes);
  return made;
};

function recognizeOf(clauses: readonly Clause[]): MatchRecognize | null {
  const found = clauses.find(
    (one): one is RecognizeClause => 'word' in one && one.word === 'match_recognize',
  );
  if (found === undefined) return null;
  const { word: _, ...clause } = found;
  return clause;
}
/** `(select …)` in an expression. */
export const subquery = (d: Parts): SelectStatement => {
  const head = node(d.slice(1, 4), {
    parts: [],
    streamSelector: null,
    distinct: d[2] !== null,
    items: d[3] as SelectItem[],
  });
  const made = select([head, d[4]]);
  const whole: SelectStatement = { ...made, span: spanOf(d) };
  const mistakes = mistakesOf.get(made);
  if (mistakes !== undefined) mistakesOf.set(whole, mistakes);
  return whole;
};

/** Clauses come in a fixed order, each once. */
function clauseMistakes(clauses: readonly Clause[]): Mistake[] {
  return clauses.flatMap((one, i): Mistake[] => {
    const word = clauseWord(one);
    const place = CLAUSE_ORDER.indexOf(word);
    const later = clauses.slice(0, i).find((other) => CLAUSE_ORDER.indexOf(clauseWord(other)) >= place);
    if (later === undefined) return [];
    const other = clauseWord(later);
    const title =
      other === word ? `\`${word}\` is written twice` : `\`${word}\` must stand before \`${other}\``;
    const label = word === 'where' && other === 'where' ? 'join the conditions by `and`' : '';
    return [{ code: 'E0106', title, span: one.span, label }];
  });
}

/** `*` */
export const wildcard = (d: Parts): SelectItem => node(d, { kind: 'wildcard' });

/** `a.*` */
export const streamWildcard = (d: Parts): SelectItem =>
  node(d, { kind: 'streamWildcard', stream: name(d), alias: d[4] === undefined ? null : name([d[4]]) });

/** An expression as a column. */
export const item = (d: Parts): SelectItem =>
  node(d, {
    kind: 'expression',
    expression: d[0] as Expression,
    alias: d[2] === undefined ? null : name([d[2]]),
  });

interface PatternSource extends Spanned {
  readonly annotations: readonly Annotation[];
  readonly pattern: Pattern;
}

/** `pattern [ … ]` */
export const patternSource = (d: Parts): PatternSource =>
  node(d, { annotations: d[1] as Annotation[], pattern: d[3] as Pattern });

/** `#name(arguments)` */
export const plainView = (d: Parts): ViewUse =>
  node(d, { namespace: null, name: name([d[1]]), args: listIn<Expression>(d[2]) });

/** `#namespace:name(arguments)`, `.namespace:name(arguments)` */
export const view = (d: Parts): ViewUse =>
  node(d, { namespace: name([d[1]]), name: name([d[3]]), args: listIn<Expression>(d[4]) });

/** A stream with its windows, alias and flags. */
export const stream = (d: Parts): StreamItem => {
  const source = d[0] as EventFilter | PatternSource | Extract<StreamItem, { kind: 'unsupported' }>;
  const flags = d[3] as Token[];
  const extras: Unsupported[] = [];
  const retains = flags.filter(({ type }) => type !== 'unidirectional');
  const views = {
    views: d[1] as ViewUse[],
    retain:
      retains.length === 0
        ? null
        : retains.at(-1)?.type === 'retain-union'
          ? ('union' as const)
          : ('intersection' as const),
    unidirectional: retains.length < flags.length,
  };
  const alias = d[2] as Name | null;
  if ('what' in source) return node(d, { kind: 'unsupported', what: source.what, text: '' });
  if ('pattern' in source) {
    const { pattern, annotations } = source;
    return node(d, { kind: 'pattern', pattern, annotations, ...views, alias, unsupported: extras });
  }
  return node(d, { kind: 'stream', filter: source, ...views, alias, unsupported: extras });
};

/** `Type(conditions)[contained]` */
export const eventFilter = (d: Parts): EventFilter =>
  node(d, { type: d[0] as Name, conditions: listIn<Expression>(d[1]), contained: d[2] as ContainedEvents[] });

/** `@type(T)`: the name of the type. */
export const typeAnnotation = (d: Parts): Name =>
  node(d, { text: (d[3] as { readonly name: Name }).name.text });

/** `[select … from expression @type(T) as alias where condition]` */
export const contained = (d: Parts): ContainedEvents =>
  node(d, {
    items: d[1] as SelectItem[] | null,
    source: d[2] as Expression,
    type: d[3] as Name | null,
    alias: d[4] as Name | null,
    where: d[5] === null ? null : (d[5] as Where).condition,
  });
