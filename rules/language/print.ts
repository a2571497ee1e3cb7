import { unreachable } from '../../engine/core/assert.ts';
import type {
  Assignment,
  CreateSchema,
  InsertInto,
  Name,
  SchemaColumn,
  SelectStatement,
  Statement,
  StatementBody,
  StreamItem,
  StreamViews,
  Unsupported,
  UpdateStatement,
  ViewUse,
} from './ast.ts';
import type { DeliveryClause } from './ast-clauses.ts';
import type { CreateVariable, ExpressionDeclaration } from './ast-declared.ts';
import type { SplitStatement } from './ast-split.ts';
import { printClauses } from './print-clauses.ts';
import { printContext } from './print-context.ts';
import { printExpression, subqueryPrinter } from './print-expression.ts';
import { printInfra } from './print-infra.ts';
import { printAnnotation, printBrackets, printDotted, printName } from './print-names.ts';
import { printAlias, printContained, printFilter, printItem, printPattern } from './print-pattern.ts';
import { printQuery } from './print-query.ts';
import { printRecognize } from './print-recognize.ts';
import { printTable } from './print-table.ts';

/**
 * A statement as one line of text: spaces, comments, quotes and letter case of the language's words do not show, so two
 * texts that print alike mean the same. Parsing the line gives the same tree, but for the places.
 */
export function printStatement(statement: Statement): string {
  const annotations = statement.annotations.map(printAnnotation);
  const declarations = statement.declarations.map(printDeclaration);
  const context = statement.context === null ? [] : [`context ${printName(statement.context)}`];
  return [...annotations, ...declarations, ...context, printBody(statement.body)].join(' ');
}

function printBody(body: StatementBody): string {
  switch (body.kind) {
    case 'createSchema':
      return printSchema(body);
    case 'createTable':
      return printTable(body);
    case 'createVariable':
      return printVariable(body);
    case 'createExpression':
      return `create ${printDeclaration(body.declaration)}`;
    case 'createContext':
      return printContext(body);
    case 'set':
      return `on ${printStream(body.trigger)} set ${printAssignments(body.assignments)}`;
    case 'select':
      return printSelect(body);
    case 'split':
      return printSplit(body);
    case 'update':
      return printUpdate(body);
    case 'createWindow':
    case 'createIndex':
    case 'onStore':
      return printInfra(body, PARTS);
    case 'queryDelete':
    case 'queryUpdate':
    case 'queryInsert':
      return printQuery(body, PARTS);
    case 'module':
      return `${body.word} ${printDotted(body.name, true)}`;
    case 'unsupported':
      return body.text;
    default:
      return unreachable(body);
  }
}

function printSchema(schema: CreateSchema): string {
  const names = (list: readonly Name[]) => list.map((one) => printDotted(one)).join(',');
  const kind = schema.variant ? 'variant' : schema.representation;
  const models = [...schema.models.map((one) => printDotted(one)), ...(schema.anyType ? ['*'] : [])];
  const body =
    models.length > 0 ? `as ${models.join(',')}` : `(${schema.columns.map(printColumn).join(',')})`;
  const clauses: [string, readonly Name[]][] = [
    ['inherits', schema.inherits],
    ['copyfrom', schema.copyFrom],
    ['starttimestamp', schema.startTimestamp === null ? [] : [schema.startTimestamp]],
    ['endtimestamp', schema.endTimestamp === null ? [] : [schema.endTimestamp]],
  ];
  const written = clauses.flatMap(([word, list]) => (list.length === 0 ? [] : [`${word} ${names(list)}`]));
  const head = ['create', ...(kind === null ? [] : [kind]), 'schema', printName(schema.name, false)];
  return [...head, body, ...written].join(' ');
}

function printVariable({ constant, type, dimensions, primitive, name, value }: CreateVariable): string {
  const head = ['create', ...(constant ? ['constant'] : []), 'variable'];
  const start = value === null ? '' : ` = ${printExpression(value)}`;
  return `${head.join(' ')} ${printDotted(type)}${printBrackets(dimensions, primitive)} ${printName(name)}${start}`;
}

/** `expression name {…}` */
export function printDeclaration({ name, isAlias, parameters, body }: ExpressionDeclaration): string {
  const names = parameters.map((one) => printName(one)).join(',');
  const lambda = parameters.length === 0 ? '' : `${parameters.length === 1 ? names : `(${names})`} => `;
  return `expression ${printName(name)} ${isAlias ? 'alias for ' : ''}{${lambda}${printExpression(body)}}`;
}

function printAssignments(assignments: readonly Assignment[]): string {
  const list = assignments.map(({ target, value }) => {
    return printExpression(target) + (value === null ? '' : ` = ${printExpression(value)}`);
  });
  return list.join(', ');
}

function printColumn({ name, type, dimensions, primitive }: SchemaColumn): string {
  const typeText = type.text === 'null' ? 'null' : printDotted(type);
  return `${printDotted(name, true)} ${typeText}${printBrackets(dimensions, primitive)}`;
}

function printSelect(select: SelectStatement): string {
  const parts: string[] = [];
  const before = (words: readonly string[]) =>
    parts.push(...select.unsupported.filter(({ what }) => words.includes(what)).map(({ text }) => text));
  before([...PREFIXES]);
  if (select.intoTable !== null) parts.push(`into table ${printName(select.intoTable.table)}`);
  if (select.insertInto !== null) parts.push(printInsert(select.insertInto));
  parts.push('select');
  if (select.streamSelector !== null) parts.push(select.streamSelector);
  if (select.distinct) parts.push('distinct');
  parts.push(select.items.map(printItem).join(','));
  if (select.from.length > 0) parts.push(`from ${printFrom(select)}`);
  const placed = new Set<string>(PREFIXES);
  const rest = select.unsupported.filter(({ what }) => !placed.has(what));
  if (select.recognize !== null) parts.push(printRecognize(select.recognize));
  if (select.where !== null) parts.push(`where ${printExpression(select.where)}`);
  parts.push(...printClauses(select));
  parts.push(...rest.map(({ text }) => text));
  if (select.delivery !== null) parts.push(printDelivery(select.delivery));
  return parts.join(' ');
}

subqueryPrinter.print = printSelect;

function printDelivery({ name, keys }: DeliveryClause): string {
  return `for ${printName(name)}${keys.length === 0 ? '' : `(${keys.map(printExpression).join(',')})`}`;
}

function printInsert({ streamSelector, target, columns, precedence }: InsertInto): string {
  const words = ['insert', ...(streamSelector === null ? [] : [streamSelector]), 'into', printDotted(target)];
  const list = columns.length === 0 ? '' : `(${columns.map((one) => printName(one)).join(',')})`;
  return (
    words.join(' ') + list + (precedence === null ? '' : ` event-precedence(${printExpression(precedence)})`)
  );
}

function printUpdate({ type, alias, assignments, where }: UpdateStatement): string {
  const condition = where === null ? '' : ` where ${printExpression(where)}`;
  return `update istream ${printDotted(type)}${printAlias(alias)} set ${printAssignments(assignments)}${condition}`;
}

function printSplit({ trigger, branches, all }: SplitStatement): string {
  const parts = branches.map(({ insertInto, items, contained, alias, where }) => {
    const from =
      contained.length === 0 ? '' : ` from ${contained.map(printContained).join('')}${printAlias(alias)}`;
    const condition = where === null ? '' : ` where ${printExpression(where)}`;
    return `${printInsert(insertInto)} select ${items.map(printItem).join(',')}${from}${condition}`;
  });
  return ['on', printStream(trigger), ...parts, ...(all ? ['output all'] : [])].join(' ');
}

const PREFIXES: ReadonlySet<string> = new Set(['a script', 'an inlined class']);
function printFrom({ from, joins }: SelectStatement): string {
  return from.reduce((text, stream, i) => {
    const join = joins[i - 1];
    if (join === undefined) return printStream(stream);
    if (join.kind === 'comma') return `${text},${printStream(stream)}`;
    const words = join.kind === 'inner' ? 'inner join' : `${join.kind} outer join`;
    const on = join.on === null ? '' : ` on ${printExpression(join.on)}`;
    return `${text} ${words} ${printStream(stream)}${on}`;
  }, '');
}

function printStream(stream: StreamItem): string {
  switch (stream.kind) {
    case 'unsupported':
      return stream.text;
    case 'stream':
      return withViews(printFilter(stream.filter), stream);
    case 'pattern': {
      const annotations = stream.annotations.map((one) => ` ${printAnnotation(one)}`).join('');
      return withViews(`pattern${annotations} [${printPattern(stream.pattern)}]`, stream);
    }
  }
}

function withViews(
  text: string,
  stream: StreamViews & { readonly alias: Name | null; readonly unsupported: readonly Unsupported[] },
): string {
  const { alias, unsupported, views, retain, unidirectional } = stream;
  const flags = unsupported.map((one) => ` ${one.text}`);
  if (unidirectional) flags.push(' unidirectional');
  if (retain !== null) flags.push(` retain-${retain}`);
  return [text, ...views.map(printView)].join('') + printAlias(alias) + flags.join('');
}

function printView({ namespace, name, args }: ViewUse): string {
  const space = namespace === null ? '' : `${printName(namespace)}:`;
  const list = args.length === 0 ? '' : `(${args.map((one) => printExpression(one)).join(',')})`;
  return `#${space}${printName(name)}${list}`;
}

const PARTS = {
  stream: printStream,
  view: printView,
  column: printColumn,
  insert: printInsert,
  assignments: printAssignments,
};
