import type { CreateSchema, Name, SchemaColumn } from './ast.ts';
import {
  type Mistake,
  mistakesOf,
  name,
  node,
  type Parts,
  type Spanned,
  spanOf,
  token,
  wordOf,
} from './build.ts';
import type { Token } from './lexer.ts';

/** A type with its array brackets. */
export interface TypeRef extends Spanned {
  readonly name: Name;
  readonly dimensions: number;
  readonly primitive: boolean;
}

/** A type, with its arguments in the name. */
export const typeRef = (d: Parts): TypeRef => {
  const base = d[0] as Name;
  if (d[1] === undefined) return node(d, { name: base, dimensions: 0, primitive: false });
  return node(d, { name: node(d, { text: base.text + textOf(d[1]) }), dimensions: 0, primitive: false });
};

/** The tokens of type arguments, `<String,Integer[]>`. */
function textOf(part: unknown): string {
  if (Array.isArray(part)) return part.map(textOf).join('');
  if (part !== null && typeof part === 'object' && 'dimensions' in part) {
    const { name: base, dimensions } = part as TypeRef;
    return base.text + '[]'.repeat(dimensions);
  }
  return token(part).text;
}

/** One more `[]`, or `[primitive]`. */
export const arrayType = (d: Parts): TypeRef => {
  const element = d[0] as TypeRef;
  const isPrimitive = d.length === 4;
  const array = node(d, {
    name: element.name,
    dimensions: element.dimensions + 1,
    primitive: element.primitive || isPrimitive,
  });
  if (isPrimitive && wordOf(d[2]) !== 'primitive') {
    const title = `\`${token(d[2]).text}\` cannot stand in the brackets of a type`;
    const span = spanOf([d[2]]);
    mistakesOf.set(array, [{ code: 'E0101', title, span, label: 'expected `]` or `primitive`' }]);
  }
  return array;
};

/** One column of a schema. */
export const column = (d: Parts): SchemaColumn => {
  const { name: type, dimensions, primitive } = d[1] as TypeRef;
  const made = node(d, { name: d[0] as Name, type, dimensions, primitive });
  const mistakes = mistakesOf.get(d[1] as TypeRef);
  if (mistakes !== undefined) mistakesOf.set(made, mistakes);
  return made;
};

/** A column of type null. */
export const nullColumn = (d: Parts): SchemaColumn =>
  node(d, { name: d[0] as Name, type: node([d[1]], { text: 'null' }), dimensions: 0, primitive: false });

type SchemaBody = Pick<CreateSchema, 'columns' | 'models' | 'anyType'> & Spanned;

/** `()` of a schema. */
export const noColumns = (d: Parts): SchemaBody => node(d, { columns: [], models: [], anyType: false });
/** `(columns)` of a schema. */
export const columns = (d: Parts, list: SchemaColumn[]): SchemaBody =>
  node(d, { columns: list, models: [], anyType: false });

/** `as Type, Type` or `as *`. */
export const models = (d: Parts): SchemaBody => {
  const list = d[1] as (Name | Token)[];
  const named = list.filter((one): one is Name => 'span' in one);
  return node(d, { columns: [], models: named, anyType: named.length < list.length });
};

interface SchemaClause extends Spanned {
  readonly word: string;
  readonly names: readonly Name[];
}

/** One clause after the columns of `create schema`. */
export const schemaClause = (d: Parts): SchemaClause =>
  node(d, { word: wordOf(d[0]), names: d[1] as Name[] });

/** `create schema` */
export const createSchema = (d: Parts): CreateSchema => {
  const clauses = d[5] as SchemaClause[];
  const find = (word: string) => clauses.find((one) => one.word === word)?.names ?? [];
  const kind = d[1] === null ? null : wordOf(d[1]);
  const body = d[4] as SchemaBody;
  const schema = node(d, {
    kind: 'createSchema' as const,
    name: name([d[3]]),
    representation: kind === 'variant' ? null : kind,
    variant: kind === 'variant',
    columns: body.columns,
    models: body.models,
    anyType: body.anyType,
    inherits: find('inherits'),
    copyFrom: find('copyfrom'),
    startTimestamp: find('starttimestamp')[0] ?? null,
    endTimestamp: find('endtimestamp')[0] ?? null,
  });
  const mistakes = clauses.flatMap((one, i): Mistake[] => {
    const before = clauses.slice(0, i).some((other) => other.word === one.word);
    if (before)
      return [{ code: 'E0106', title: `\`${one.word}\` is written twice`, span: one.span, label: '' }];
    if (!one.word.endsWith('timestamp') || one.names.length === 1) return [];
    const title = `\`${one.word}\` takes one field`;
    return [{ code: 'E0106', title, span: (one.names[1] as Name).span, label: 'leave this out' }];
  });
  if (mistakes.length > 0) mistakesOf.set(schema, mistakes);
  return schema;
};
