import type { ChainLink, Expression, Name, SelectStatement } from './ast.ts';
import type { CrontabArgument } from './ast-forms.ts';
import {
  constant,
  mistakesOf,
  name,
  node,
  type Parts,
  piecesOf,
  type Spanned,
  spanOf,
  token,
  wordOf,
} from './build.ts';
import type { TypeRef } from './build-schema.ts';
import { UNITS } from './words.ts';

/** `expression desc` as an argument. */
export const ordered = (d: Parts): Expression =>
  node(d, { kind: 'ordered', operand: d[0] as Expression, descending: wordOf(d[1]) === 'desc' });

/** `*` as an argument. */
export const star = (d: Parts): Expression => node(d, { kind: 'star' });
/** `a.*` as an argument. */
export const streamStar = (d: Parts): Expression => node(d, { kind: 'streamStar', stream: name(d) });
/** `(a, b)` */
export const tuple = (d: Parts, items: readonly Expression[]): Expression =>
  node(d, { kind: 'tuple', items });

/** A field of a crontab; `parts` are those of its form. */
export const crontab = (d: Parts, form: CrontabArgument['form'], parts: object): CrontabArgument =>
  node(d, { kind: 'crontab', form, ...parts }) as CrontabArgument;

/** `name: value` */
export const named = (d: Parts): Expression =>
  node(d, { kind: 'named', name: name(d), value: d[2] as Expression });

/** `x => …` */
export const lambda = (d: Parts, parameters: readonly Name[], body: Expression): Expression =>
  node(d, { kind: 'lambda', parameters, body });

type Binary = Extract<Expression, { kind: 'binary' }>;

/** An operator between two operands; `<>` is `!=`. */
export const binary = (d: Parts): Expression => {
  const { type, negated } = token(d[1]);
  const sign = type === '<>' ? '!=' : type;
  const operator = (negated === true ? `${sign} not` : sign) as Binary['operator'];
  return node(d, { kind: 'binary', operator, left: d[0] as Expression, right: d[2] as Expression });
};

/** A sign or `not`. */
export const unary = (d: Parts): Expression =>
  node(d, { kind: 'unary', operator: token(d[0]).type as '-' | '+' | 'not', operand: d[1] as Expression });

/** What follows the operand of `in`, `between`, `like` and `regexp`; the operand is added by `relation`. */
type Test = Spanned & { readonly kind: string };

/** An operand with its test. */
export const relation = (d: Parts): Expression => {
  const { span: _, ...test } = d[1] as Test;
  return node(d, { ...test, operand: d[0] as Expression }) as unknown as Expression;
};

const test = (d: Parts, kind: string, fields: object): Test =>
  node(d, { kind, negated: token(d[0]).negated === true, ...fields });

/** `in (…)` */
export const inList = (d: Parts): Test => test(d, 'in', { items: d[2] });
/** `in (select …)` */
export const inSubquery = (d: Parts): Test =>
  node(d, {
    kind: 'subquery',
    test: { kind: 'in' as const, negated: token(d[0]).negated === true },
    select: d[1] as SelectStatement,
  });

/** `(select …)` */
export const rowSubquery = (d: Parts): Expression =>
  node(d, { kind: 'subquery', test: { kind: 'row' }, operand: null, select: d[0] as SelectStatement });
/** `exists (select …)` */
export const existsSubquery = (d: Parts): Expression =>
  node(d, { kind: 'subquery', test: { kind: 'exists' }, operand: null, select: d[1] as SelectStatement });

/** `in [low:high)` */
export const inRange = (d: Parts): Test =>
  test(d, 'range', {
    low: d[2],
    high: d[4],
    includeLow: token(d[1]).type === '[',
    includeHigh: token(d[5]).type === ']',
  });

/** `between low and high` */
export const between = (d: Parts): Test =>
  test(d, 'range', { low: d[1], high: d[3], includeLow: true, includeHigh: true });

/** `like` and `regexp`. */
export const match = (d: Parts): Test => {
  const { type } = token(d[0]);
  if (type === 'regexp' && d[2] === undefined) return test(d, type, { pattern: d[1] });
  return test(d, 'like', { pattern: d[1], escape: d[3] === undefined ? null : constant([d[3]]) });
};

/** The parentheses belong to the place of the expression, not to its meaning. */
export const parenthesized = (d: Parts): Expression => {
  const inner = d[1] as Expression;
  const made = { ...inner, span: spanOf(d) };
  if (inner.kind === 'unsupported') piecesOf.set(made, piecesOf.get(inner) ?? [inner.span]);
  return made;
};

/** `{ a, b }` */
export const array = (d: Parts, elements: readonly Expression[]): Expression =>
  node(d, { kind: 'array', elements });

interface Quantity extends Spanned {
  readonly every: boolean;
  readonly items: readonly Expression[];
  /** What stands for the items: `any (select …)`. */
  readonly select: SelectStatement | null;
}

/** `any (…)`, `some (…)`, `all (…)`. */
export const quantity = (d: Parts, items: readonly Expression[]): Quantity =>
  node(d, { every: token(d[0]).type === 'all', items, select: null });
/** `any (select …)` and its kin. */
export const quantitySubquery = (d: Parts): Quantity => ({
  ...quantity(d, []),
  select: d[1] as SelectStatement,
});

/** A comparison with a quantity. */
export const quantified = (d: Parts): Expression => {
  const { every, items, select } = d[2] as Quantity;
  const { type, negated } = token(d[1]);
  const sign = type === 'is' ? (negated === true ? '!=' : '=') : type === '<>' ? '!=' : type;
  const operator = sign as Extract<Expression, { kind: 'quantified' }>['operator'];
  const operand = d[0] as Expression;
  if (select === null) return node(d, { kind: 'quantified', operator, every, operand, items });
  return node(d, { kind: 'subquery', test: { kind: 'quantified', operator, every }, operand, select });
};

/** `?`, `?:name`, `?:name:type`, `?::type`. */
export const parameter = (d: Parts): Expression => {
  const [, name = '', type = ''] = token(d[0]).text.split(':');
  return node(d, { kind: 'parameter', name: name === '' ? null : name, type: type === '' ? null : type });
};

type NewRow = Extract<Expression, { kind: 'newRow' }>;

/** `name = value` or a property of `new {…}`. */
export const newMember = (d: Parts): NewRow['members'][number] & Spanned => {
  const target = d[0] as Expression;
  const names = target.kind === 'chain' ? target.links.map((one) => one.name.text) : [];
  const member = node(d, {
    name: node([target], { text: names.join('.') }),
    value: (d[2] ?? target) as Expression,
    isShort: d.length === 1,
  });
  const isNamed = target.kind === 'chain' && target.links.every((one) => one.args === null);
  if (!isNamed) {
    const title = 'a member of `new {…}` needs a name';
    mistakesOf.set(member, [{ code: 'E0101', title, span: target.span, label: 'write `name = value`' }]);
  }
  return member;
};

/** `new {…}` */
export const newRow = (d: Parts): Expression =>
  node(d, { kind: 'newRow', members: d[2] as NewRow['members'] });

/** `[size]` or `[]` of `new`. */
export const newSize = (d: Parts): Spanned & { readonly size: Expression | null } =>
  node(d, { size: d.length === 2 ? null : (d[1] as Expression) });

/** `new type[size]…`, with its elements if they are written out. */
export const newArray = (d: Parts, elements: readonly Expression[] | null): Expression => {
  const sizes = (d[2] as ReturnType<typeof newSize>[]).map((one) => one.size);
  return node(d, { kind: 'newArray', type: d[1] as Name, sizes, elements });
};

type Case = Extract<Expression, { kind: 'case' }>;

/** `case` */
export const caseOf = (d: Parts, operand: unknown, branches: unknown, otherwise: unknown): Expression =>
  node(d, {
    kind: 'case',
    operand: operand as Expression | null,
    branches: branches as Case['branches'],
    otherwise: otherwise as Expression | null,
  });

/** `when … then …` */
export const branch = (d: Parts): Case['branches'][number] & Spanned =>
  node(d, { when: d[1] as Expression, then: d[3] as Expression });

/** `cast(value, type)` */
export const cast = (d: Parts): Expression => {
  const { name: type, dimensions } = d[4] as TypeRef;
  const format = (d[8] as Expression | undefined) ?? null;
  const made = node(d, { kind: 'cast' as const, operand: d[2] as Expression, type, dimensions, format });
  if (format !== null && wordOf(d[6]) !== 'dateformat') {
    const title = `\`cast\` has no argument \`${token(d[6]).text}\``;
    mistakesOf.set(made, [{ code: 'E0101', title, span: spanOf([d[6]]), label: 'expected `dateformat`' }]);
  }
  return made;
};

type PeriodPart = Extract<Expression, { kind: 'period' }>['parts'][number];

/** One amount with its unit. */
export const periodPart = (d: Parts): PeriodPart & Spanned =>
  node(d, { unit: UNITS.get(wordOf(d[1])) ?? 'second', amount: d[0] as Expression });

/** A time period. */
export const period = (d: Parts): Expression => node(d, { kind: 'period', parts: d[0] as PeriodPart[] });
/** `a.x + 5 seconds`: the unit belongs to the sum. */
export const periodOfSum = (d: Parts): Expression => node(d, { kind: 'period', parts: [periodPart(d)] });

type Chain = Extract<Expression, { kind: 'chain' | 'chainOn' }>;

const link = (d: Parts, args: ChainLink['args'], distinct: boolean): ChainLink =>
  node(d, { name: name(d), dynamic: false, indexes: [], args, distinct });

/** `name(args)` */
export const call = (d: Parts, args: readonly Expression[], distinct: boolean): ChainLink =>
  link(d, args, distinct);
/** A call as a chain. */
export const chain = (d: Parts): Expression => node(d, { kind: 'chain', links: [d[0] as ChainLink] });
/** A name as a chain. */
export const nameChain = (d: Parts): Expression => node(d, { kind: 'chain', links: [link(d, null, false)] });

/** A further link; on what is no chain it begins a chain on that. */
export const chainMore = (d: Parts): Expression => {
  const target = d[0] as Expression;
  const next = d[2] as ChainLink;
  if (target.kind === 'chain') return node(d, { kind: 'chain', links: [...target.links, next] });
  if (target.kind === 'chainOn')
    return node(d, { kind: 'chainOn', target: target.target, links: [...target.links, next] });
  return node(d, { kind: 'chainOn', target, links: [next] });
};

/** A further link without arguments. */
export const chainName = (d: Parts): Expression => chainMore([d[0], d[1], link([d[2]], null, false)]);

/** `[index]`; one bracket may hold several indexes, the keys of a table. */
export const chainIndex = (d: Parts): Expression => {
  const indexes = d[2] as Expression[];
  return changeLast(d, '`[…]` on an expression', (last) => {
    const sizes = last.indexSizes ?? last.indexes.map(() => 1);
    const many = indexes.length > 1 || last.indexSizes !== undefined;
    const all = { ...last, indexes: [...last.indexes, ...indexes] };
    return many ? { ...all, indexSizes: [...sizes, indexes.length] } : all;
  });
};

/** `?` after a property. */
export const chainDynamic = (d: Parts): Expression =>
  changeLast(d, '`?` on an expression', (last) => ({ ...last, dynamic: true }));

function changeLast(d: Parts, what: string, change: (last: ChainLink) => ChainLink): Expression {
  const target = d[0] as Expression;
  const chained = target.kind === 'chain' || target.kind === 'chainOn';
  const last = chained ? (target as Chain).links.at(-1) : undefined;
  if (last === undefined) return node(d, { kind: 'unsupported', what, text: '' });
  const changed = { ...change(last), span: spanOf([last, ...d.slice(1)]) };
  return { ...(target as Chain), links: [...(target as Chain).links.slice(0, -1), changed], span: spanOf(d) };
}
