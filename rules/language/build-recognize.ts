import type { Expression } from './ast.ts';
import type {
  MatchRecognize,
  RowBoundsTree,
  RowDefine,
  RowIntervalClause,
  RowMeasure,
  RowPatternTree,
  RowRepeatTree,
  RowSkipClause,
} from './ast-recognize.ts';
import { mistakesOf, name, node, type Parts, token } from './build.ts';

/** The clause of a `select`. */
export type RecognizeClause = MatchRecognize & { readonly word: 'match_recognize' };

/** `match_recognize (…)` */
export const recognize = (d: Parts): RecognizeClause =>
  node(d, {
    word: 'match_recognize' as const,
    partitionBy: (d[2] ?? []) as Expression[],
    measures: d[3] as RowMeasure[],
    allMatches: d[4] !== null,
    skip: d[5] as RowSkipClause | null,
    pattern: d[6] as RowPatternTree,
    interval: d[7] as RowIntervalClause | null,
    defines: (d[8] ?? []) as RowDefine[],
  });

/** `expression as name` */
export const measure = (d: Parts): RowMeasure =>
  node(d, { expression: d[0] as Expression, name: d[2] === undefined ? null : name([d[2]]) });

/** `after match skip …` */
export const skip = (d: Parts): RowSkipClause => node(d, { words: d.slice(1).map((word) => name([word])) });

/** `interval period`; the word is an ordinary name. */
export const interval = (d: Parts): RowIntervalClause => {
  const made = node(d, { period: d[1] as Expression, orTerminated: d.length > 2 });
  const word = name(d);
  if (word.text.toLowerCase() !== 'interval') {
    const title = `\`${word.text}\` is not expected here`;
    mistakesOf.set(made, [{ code: 'E0101', title, span: word.span, label: 'expected `interval`' }]);
  }
  return made;
};

/** `variable as condition` */
export const define = (d: Parts): RowDefine => node(d, { name: name(d), condition: d[2] as Expression });

const several =
  (kind: 'choice' | 'sequence') =>
  (d: Parts): RowPatternTree => {
    const children = d[0] as RowPatternTree[];
    return children.length === 1 ? (children[0] as RowPatternTree) : node(d, { kind, children });
  };

/** `a | b` */
export const choice = several('choice');
/** `a b` */
export const sequence = several('sequence');

/** A variable with what follows it. */
export const variable = (d: Parts): RowPatternTree =>
  node(d, { kind: 'variable', name: name(d), repeat: repeatOf(d[1], d[2]) });

/** A pattern in parentheses with what follows them. */
export const group = (d: Parts): RowPatternTree =>
  node(d, { kind: 'group', child: d[1] as RowPatternTree, repeat: repeatOf(d[3], d[4]) });

/** `match_recognize_permute(a, b)` */
export const permute = (d: Parts): RowPatternTree =>
  node(d, { kind: 'permute', children: d[2] as RowPatternTree[] });

/** `*`, `+?` and the like. */
export const signs = (d: Parts): Omit<RowRepeatTree, 'bounds'> => ({
  sign: token(d[0]).text as RowRepeatTree['sign'],
  reluctant: d.length > 1,
});

/** `{low,high}` */
export const bounds = (
  d: Parts,
  low: Expression | null,
  high: Expression | null,
  isExact = false,
): RowBoundsTree => node(d, { low, high, isExact });

function repeatOf(sign: unknown, limits: unknown): RowRepeatTree {
  const known = (sign ?? { sign: '', reluctant: false }) as Omit<RowRepeatTree, 'bounds'>;
  return { ...known, bounds: limits as RowBoundsTree | null };
}
