import type { Annotation, AnnotationValue, Expression, Name, Unsupported } from './ast.ts';
import type { Span } from './diagnostics.ts';
import { nameContent, stringContent, type Token } from './lexer.ts';

/**
 * Turns what the grammar matched into the syntax tree; one function per production. `d` is nearley's list of the parts
 * of a production, left to right. Parts are tokens, nodes, lists of them, or null for what was left out. nearley also
 * builds readings that come to nothing, so these functions are cheap and remember nothing but `mistakesOf`.
 */
export type Parts = readonly unknown[];

/** A mistake that the grammar lets through, such as a clause written twice. */
export interface Mistake {
  readonly code: string;
  readonly title: string;
  readonly span: Span;
  readonly label: string;
}

/** Mistakes of a node. They count only when the node is part of the final tree. */
export const mistakesOf = new WeakMap<object, readonly Mistake[]>();

/** Places of the text of an unsupported node, when it is not simply all of its span. */
export const piecesOf = new WeakMap<object, readonly Span[]>();

/** Whatever knows its place. */
export type Spanned = { readonly span: Span };

/** First or last token or node in the parts; null when they are all left out. */
function edge(part: unknown, last: boolean): Token | Spanned | null {
  if (!Array.isArray(part)) return part as Token | Spanned | null;
  for (let i = 0; i < part.length; i++) {
    const found = edge(part[last ? part.length - 1 - i : i], last);
    if (found !== null) return found;
  }
  return null;
}

/** Offset where a part begins. */
const startOf = (part: Token | Spanned): number => ('span' in part ? part.span.start : part.start);
/** Offset where a part ends. */
const endOf = (part: Token | Spanned): number => ('span' in part ? part.span.end : part.end);

/** Span from the first to the last token or node in the parts. */
export function spanOf(d: Parts): Span {
  const first = edge(d, false);
  const last = edge(d, true);
  return first === null || last === null ? { start: 0, end: 0 } : { start: startOf(first), end: endOf(last) };
}

/** A node with the span of the parts. */
export const node = <T extends object>(d: Parts, fields: T): T & { span: Span } => ({
  span: spanOf(d),
  ...fields,
});
/** A part that is a token. */
export const token = (part: unknown): Token => part as Token;
/** The word of a token, in lower case. */
export const wordOf = (part: unknown): string => token(part).text.toLowerCase();

/** A clause that has no tree of its own yet. Its text is filled in when the statement is complete. */
export const clause =
  (what: string) =>
  (d: Parts): Unsupported =>
    node(d, { what, text: '' });

/** An expression or a part of one that has no tree of its own yet. */
export const unsupported =
  (what: string) =>
  (d: Parts): Extract<Expression, { kind: 'unsupported' }> =>
    node(d, { kind: 'unsupported', what, text: '' });

/** A statement or stream that has no tree of its own yet. */
export const later = unsupported;

/** Only the place of the parts: for what becomes part of an unsupported node. */
export const outline = (d: Parts): Spanned => ({ span: spanOf(d) });

/** No elements. */
export const none = (): readonly unknown[] => [];
/** The first part alone, as a list. */
export const one = (d: Parts): readonly unknown[] => [d[0]];
/** List and its next element. */
export const append = (d: Parts): readonly unknown[] => [...(d[0] as unknown[]), d[1]];
/** List, separator and next element. */
export const appendAfter = (d: Parts): readonly unknown[] => [...(d[0] as unknown[]), d[2]];
/** Two elements with a separator between them. */
export const pair = (d: Parts): readonly unknown[] => [d[0], d[2]];

interface Bracketed extends Spanned {
  readonly list: Parts;
}

/** A list with its brackets, which belong to the place of what it is a part of. */
export const bracketed = (d: Parts, list: Parts): Bracketed => node(d, { list });

/** Elements of a list in brackets; none when it is left out. */
export const listIn = <T>(part: unknown): readonly T[] =>
  (part === null ? [] : (part as Bracketed).list) as readonly T[];

/** Two parts as a list. */
export const two = (d: Parts): readonly unknown[] => [d[0], d[1]];

/** A name from its token. */
export const name = (d: Parts): Name => node([d[0]], { text: nameContent(token(d[0]).text) });

/** `a.b` as one name. */
export const dotted = (d: Parts): Name =>
  node(d, { text: `${(d[0] as Name).text}.${nameContent(token(d[2]).text)}` });

/** `@Name(…)` */
export const annotation = (d: Parts, args: Annotation['args']): Annotation =>
  node(d, { name: d[1] as Name, args: args.map(({ name: key, value }) => ({ name: key, value })) });

/** A constant in an annotation. */
export const annotationConstant = (d: Parts): AnnotationValue =>
  node(d, { kind: 'constant', value: constant(d).value });

/** A number with a sign in an annotation. */
export const annotationNumber = (d: Parts): AnnotationValue => {
  const value = constant([d[1]]).value as number;
  return node(d, { kind: 'constant', value: token(d[0]).type === '-' ? -value : value });
};

/** A name in an annotation. */
export const annotationName = (d: Parts): AnnotationValue =>
  node(d, { kind: 'name', name: (d[0] as Name).text });

/** `{ a, b }` in an annotation. */
export const annotationList = (d: Parts): AnnotationValue =>
  node(d, { kind: 'list', items: d.length === 2 ? [] : (d[1] as AnnotationValue[]) });

/** An annotation in an annotation. */
export const annotationNested = (d: Parts): AnnotationValue =>
  node(d, { kind: 'annotation', annotation: d[0] as Annotation });

type Literal = Extract<Expression, { kind: 'literal' }>;

/** A literal from its token. An integer too large for its type is judged later, where its sign is known. */
export const constant = (d: Parts): Literal => {
  const { type, text } = token(d[0]);
  const literal = (literalType: Literal['type'], value: Literal['value']) =>
    node(d, { kind: 'literal' as const, type: literalType, value });
  if (type === 'string') return literal('string', stringContent(text));
  if (type === 'true' || type === 'false') return literal('boolean', type === 'true');
  if (type === 'null') return literal('null', null);
  const isHex = /^0[xX]/.test(text);
  if (isHex || /^\d+[lL]?$/.test(text)) {
    return literal(/[lL]$/.test(text) ? 'long' : 'int', Number.parseInt(text, isHex ? 16 : 10));
  }
  return literal(/[fF]$/.test(text) ? 'float' : 'double', Number.parseFloat(text));
};
