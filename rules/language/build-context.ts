import type { Annotation, EventFilter, Expression, Name, Pattern } from './ast.ts';
import type {
  CategoryBody,
  ContextBody,
  ContextDefinition,
  ContextGroup,
  ContextHash,
  ContextKeys,
  ContextPoint,
  CreateContext,
  HashBody,
  KeyedBody,
  SpanBody,
} from './ast-context.ts';
import {
  constant,
  listIn,
  type Mistake,
  mistakesOf,
  name,
  node,
  type Parts,
  type Spanned,
  spanOf,
  token,
} from './build.ts';

/** Contexts; see `build.ts` for what builders get and give. */

/** `context C` before a statement. */
export interface InContext extends Spanned {
  readonly context: Name;
}

/** `context C` */
export const inContext = (d: Parts): InContext => node(d, { context: name([d[1]]) });

/** `create context C kind` */
export const createContext = (d: Parts): CreateContext => {
  const body = d[4] as ContextBody;
  const own = name([d[2]]);
  const level: ContextDefinition = { span: body.span, name: own, body };
  return node(d, { kind: 'createContext', name: own, levels: [level], isNested: false });
};

/** `create context C context A …, context B …` */
export const createNested = (d: Parts): CreateContext =>
  node(d, {
    kind: 'createContext',
    name: name([d[2]]),
    levels: d[4] as ContextDefinition[],
    isNested: true,
  });

/** `context A kind` inside a nested one. */
export const nestedContext = (d: Parts): ContextDefinition =>
  node(d, { name: name([d[1]]), body: d[3] as ContextBody });

/** `@now`, `@inclusive`: which of them is judged where the name is used. */
export const now = (d: Parts): Name => ({ ...name([d[1]]), span: spanOf(d) });

interface Begin extends Spanned {
  readonly now: Name | null;
  readonly start: ContextPoint;
}

/** The beginning of an overlapping context. */
export const begin = (d: Parts): Begin => node(d, { now: null, start: d[0] as ContextPoint });
/** `@now and point` */
export const beginNow = (d: Parts): Begin => node(d, { now: d[0] as Name, start: d[2] as ContextPoint });

/** `start @now end …` */
export const startNow = (d: Parts): SpanBody =>
  node(d, {
    kind: 'span',
    overlapping: false,
    distinct: null,
    now: d[1] as Name,
    start: null,
    end: d[2] as ContextPoint | null,
  });

/** `start … end …` */
export const start = (d: Parts): SpanBody =>
  node(d, {
    kind: 'span',
    overlapping: false,
    distinct: null,
    now: null,
    start: d[1] as ContextPoint,
    end: d[2] as ContextPoint | null,
  });

/** `initiated by distinct(…) … terminated by …` */
export const initiated = (d: Parts): SpanBody => {
  const { now: immediately, start: point } = d[3] as Begin;
  return node(d, {
    kind: 'span',
    overlapping: true,
    distinct: d[2] === null ? null : listIn<Expression>(d[2]),
    now: immediately,
    start: point,
    end: d[4] as ContextPoint | null,
  });
};

/** `partition by …` */
export const keyed = (d: Parts): KeyedBody =>
  node(d, {
    kind: 'keyed',
    items: d[2] as ContextKeys[],
    initiated: (d[3] ?? []) as ContextPoint[],
    terminated: d[4] as ContextPoint | null,
  });

/** `k1, k2 from A as a` */
export const keys = (d: Parts): ContextKeys =>
  node(d, { keys: d[0] as Expression[], filter: d[2] as EventFilter, alias: d[3] as Name | null });

/** `group by … from A` */
export const category = (d: Parts): CategoryBody =>
  node(d, { kind: 'category', groups: d[0] as ContextGroup[], filter: d[2] as EventFilter });

/** `group by condition as label` */
export const group = (d: Parts): ContextGroup =>
  node(d, { condition: d[2] as Expression, label: name([d[4]]) });

/** `coalesce by … granularity n preallocate` */
export const hash = (d: Parts): HashBody => {
  const mistakes: Mistake[] = [];
  const expect = (part: unknown, word: string) => {
    if (token(part).text.toLowerCase() === word) return;
    const title = `did not expect \`${token(part).text}\` here`;
    mistakes.push({ code: 'E0101', title, span: spanOf([part]), label: `expected \`${word}\`` });
  };
  expect(d[3], 'granularity');
  if (d[5] !== null) expect(d[5], 'preallocate');
  const made: HashBody = node(d, {
    kind: 'hash',
    items: d[2] as ContextHash[],
    granularity: constant([d[4]]).value as number,
    preallocate: d[5] !== null,
  });
  if (mistakes.length > 0) mistakesOf.set(made, mistakes);
  return made;
};

/** `hash_code(k) from A` */
export const hashOf = (d: Parts): ContextHash =>
  node(d, { hash: d[0] as Expression, filter: d[2] as EventFilter });

/** `A(filter) as a` */
export const filterPoint = (d: Parts): ContextPoint =>
  node(d, { kind: 'filter', filter: d[0] as EventFilter, alias: d[1] as Name | null });

interface PatternSource {
  readonly annotations: readonly Annotation[];
  readonly pattern: Pattern;
}

/** `pattern […] as p` */
export const patternPoint = (d: Parts): ContextPoint => {
  const { pattern, annotations } = d[0] as PatternSource;
  return node(d, { kind: 'pattern', pattern, annotations, inclusive: null, alias: d[1] as Name | null });
};

/** `pattern […] @inclusive as p` */
export const inclusivePoint = (d: Parts): ContextPoint => {
  const { pattern, annotations } = d[0] as PatternSource;
  return node(d, {
    kind: 'pattern',
    pattern,
    annotations,
    inclusive: d[1] as Name,
    alias: d[2] as Name | null,
  });
};

/** `(0, 9, *, *, *), (0, 18, *, *, *)` */
export const crontabPoint = (d: Parts): ContextPoint =>
  node(d, {
    kind: 'crontabs',
    crontabs: (d[0] as Spanned[]).map((one) => ({ span: one.span, fields: listIn<Expression>(one) })),
  });

/** `after 10 sec` */
export const afterPoint = (d: Parts): ContextPoint => node(d, { kind: 'after', period: d[1] as Expression });
