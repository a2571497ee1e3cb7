import type { Annotation, EventFilter, Expression, Name, Pattern } from './ast.ts';
import { listIn, name, node, type Parts, type Spanned, spanOf } from './build.ts';

interface Steps extends Spanned {
  readonly children: readonly Pattern[];
  readonly limits: readonly (Expression | null)[];
}

/** The first two steps of a sequence. */
export const followStart = (d: Parts): Steps =>
  node(d, { children: [d[0] as Pattern, d[2] as Pattern], limits: [d[1] as Expression | null] });

/** One more step of a sequence. */
export const followMore = (d: Parts): Steps => {
  const { children, limits } = d[0] as Steps;
  return node(d, {
    children: [...children, d[2] as Pattern],
    limits: [...limits, d[1] as Expression | null],
  });
};

/** A sequence. */
export const followedBy = (d: Parts): Pattern => node(d, { kind: 'followedBy', ...(d[0] as Steps) });
/** Patterns joined by `or`. */
export const orPattern = (d: Parts): Pattern => node(d, { kind: 'or', children: d[0] as Pattern[] });
/** Patterns joined by `and`. */
export const andPattern = (d: Parts): Pattern => node(d, { kind: 'and', children: d[0] as Pattern[] });
/** As with expressions, the brackets belong to the place only. */
export const patternInBrackets = (d: Parts): Pattern => ({ ...(d[1] as Pattern), span: spanOf(d) });

/** `every` */
export const every = (d: Parts): Pattern => node(d, { kind: 'every', child: d[1] as Pattern });
/** `not` */
export const notPattern = (d: Parts): Pattern => node(d, { kind: 'not', child: d[1] as Pattern });

/** `every-distinct(keys)` */
export const everyDistinct = (d: Parts): Pattern =>
  node(d, { kind: 'everyDistinct', keys: d[2] as Expression[], child: d[4] as Pattern });

interface Bounds extends Spanned {
  readonly low: Expression | null;
  readonly high: Expression | null;
}

/** `[low:high]` */
export const bounds = (d: Parts, low: Expression | null, high: Expression | null): Bounds =>
  node(d, { low, high });

/** A repeat with bounds. */
export const repeat = (d: Parts): Pattern => {
  const { low, high } = d[0] as Bounds;
  const until = (d[3] as Pattern | undefined) ?? null;
  return node(d, { kind: 'repeat', child: d[1] as Pattern, low, high, until });
};

/** A repeat without bounds. */
export const untilPattern = (d: Parts): Pattern =>
  node(d, { kind: 'repeat', child: d[0] as Pattern, low: null, high: null, until: d[2] as Pattern });

/** `where timer:within(…)` */
export const guard = (d: Parts): Pattern =>
  node(d, {
    kind: 'guard',
    child: d[0] as Pattern,
    namespace: name([d[2]]),
    name: name([d[4]]),
    args: listIn<Expression>(d[5]),
  });

/** `while (…)` */
export const whilePattern = (d: Parts): Pattern =>
  node(d, { kind: 'while', child: d[0] as Pattern, condition: d[3] as Expression });

/** `timer:interval(…)` */
export const observer = (d: Parts): Pattern =>
  node(d, { kind: 'observer', namespace: name(d), name: name([d[2]]), args: listIn<Expression>(d[3]) });

/** An event filter with its tag. */
export const filterAtom = (d: Parts, tag: unknown, filter: unknown, annotations: unknown): Pattern =>
  node(d, {
    kind: 'filter',
    tag: tag as Name | null,
    filter: filter as EventFilter,
    annotations: annotations as Annotation[],
  });
