import type { Assignment, Expression, Name, StreamItem, Unsupported, UnsupportedStatement } from './ast.ts';
import type {
  CreateExpression,
  CreateVariable,
  ExpressionDeclaration,
  SetStatement,
} from './ast-declared.ts';
import {
  clause,
  later,
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
import type { TypeRef } from './build-schema.ts';

/** Variables and declared expressions; see `build.ts` for what builders get and give. */

/** A name being declared; a result type or a language before it makes it the name of a script. */
interface Declared extends Spanned {
  readonly name: Name;
  readonly isScript: boolean;
}

/** `name` */
export const plainName = (d: Parts): Declared => node(d, { name: name(d), isScript: false });
/** `js:name` */
export const scriptName = (d: Parts): Declared => node(d, { name: name([d[2]]), isScript: true });
/** `type name` */
export const typedName = (d: Parts): Declared => node(d, { name: (d[2] as Declared).name, isScript: true });

/** `{ expression }` */
export const body = (d: Parts): Spanned & { readonly inner: Expression } =>
  node(d, { inner: d[1] as Expression });

/** A declaration, or a script, which has no tree yet. */
export const declaration = (d: Parts): ExpressionDeclaration | Unsupported => {
  const declared = d[1] as Declared;
  const braces = d[4] as ReturnType<typeof body> | Spanned;
  const inner = 'inner' in braces ? braces.inner : null;
  const alias = d[3] as Parts | null;
  if (alias === null && (inner === null || declared.isScript)) return clause('a script')(d);
  const lambda = inner?.kind === 'lambda' ? inner : null;
  const made = node(d, {
    name: declared.name,
    isAlias: alias !== null,
    parameters: lambda?.parameters ?? [],
    body: lambda?.body ?? (inner as Expression),
  });
  const mistakes: Mistake[] = [];
  const wrong = (part: unknown, title: string, label: string) =>
    mistakes.push({ code: 'E0101', title, span: spanOf([part]), label });
  if (alias !== null && token(alias[0]).text.toLowerCase() !== 'alias')
    wrong(alias[0], `did not expect \`${token(alias[0]).text}\` here`, 'expected `alias`');
  if (alias !== null && inner === null) wrong(d[4], 'an alias stands for an expression, not a script', '');
  if (alias !== null && lambda !== null) wrong(d[4], 'an alias has no parameters', '');
  if (d[2] !== null && listIn(d[2]).length > 0)
    wrong(d[2], 'parameters of an expression stand in its braces', 'write `{x => …}`');
  if (mistakes.length > 0) mistakesOf.set(made, mistakes);
  return made;
};

/** `create expression …` */
export const createExpression = (d: Parts): CreateExpression | UnsupportedStatement => {
  const made = d[1] as ExpressionDeclaration | Unsupported;
  if ('what' in made) return later('a script')(d) as UnsupportedStatement;
  return node(d, { kind: 'createExpression' as const, declaration: made });
};

/** `create [constant] variable type name = value` */
export const createVariable = (d: Parts): CreateVariable => {
  const { name: type, dimensions, primitive } = d[3] as TypeRef;
  const made = node(d, {
    kind: 'createVariable' as const,
    constant: d[1] !== null,
    type,
    dimensions,
    primitive,
    name: name([d[4]]),
    value: d[5] as Expression | null,
  });
  const mistakes = mistakesOf.get(d[3] as TypeRef);
  if (mistakes !== undefined) mistakesOf.set(made, mistakes);
  return made;
};

/** `on … set …` */
export const onSet = (d: Parts): SetStatement =>
  node(d, { kind: 'set', trigger: d[1] as StreamItem, assignments: d[3] as Assignment[] });
