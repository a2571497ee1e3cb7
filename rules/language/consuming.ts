import type { QueryPlan } from '../../engine/plan/plan.ts';
import { accessOf, readAnnotations } from './annotations.ts';
import type { InsertInto, Pattern, SelectStatement, Statement, StreamItem, UpdateStatement } from './ast.ts';
import type { CreateContext } from './ast-context.ts';
import type { CreateVariable, SetStatement } from './ast-declared.ts';
import type { CreateIndex, CreateWindow, OnAction, OnStore } from './ast-infra.ts';
import type { SplitStatement } from './ast-split.ts';
import type { CreateTable } from './ast-table.ts';
import { typeNamesOfContext } from './context-types.ts';
import { lowerContext } from './lower-context.ts';
import { lowerCreateIndex } from './lower-create-index.ts';
import { lowerOnStore } from './lower-on.ts';
import { lowerSplit } from './lower-split.ts';
import {
  lowerSelect,
  placeText,
  type StatementPlace,
  statementOf,
  type UnplacedStatement,
} from './lower-statement.ts';
import { SubqueryCollector } from './lower-subquery.ts';
import { lowerTable } from './lower-table.ts';
import { lowerUpdate } from './lower-update.ts';
import { lowerSet, lowerVariable } from './lower-variable.ts';
import { lowerCreateWindow } from './lower-window.ts';
import type { Lowering } from './scope.ts';

/** Statements that consume events and so have a place in the plan. */
export type ConsumingBody =
  | CreateContext
  | CreateVariable
  | SetStatement
  | SelectStatement
  | SplitStatement
  | UpdateStatement
  | CreateWindow
  | CreateTable
  | CreateIndex
  | OnStore;

const CONSUMING: ReadonlySet<string> = new Set<ConsumingBody['kind']>([
  'createContext',
  'set',
  'select',
  'split',
  'update',
  'createWindow',
  'createTable',
  'createIndex',
  'onStore',
]);

/** Whether a statement consumes events. A variable of a context waits for its context, as those do for their streams. */
export function isConsuming({ body, context }: Statement): boolean {
  return CONSUMING.has(body.kind) || (body.kind === 'createVariable' && context !== null);
}

/** Lowers a statement that consumes events; null after reporting what is wrong. */
export function lowerConsuming(
  statement: Statement,
  body: ConsumingBody,
  place: StatementPlace,
  file: Lowering,
): UnplacedStatement | null {
  // The conditions of a context stand outside its partitions; as in Esper they have no subqueries.
  if (body.kind === 'createContext') return lowerBody(statement, body, place, file);
  const subqueries = new SubqueryCollector(file);
  const lowered = lowerBody(statement, body, place, { ...file, subqueries });
  if (lowered === null || subqueries.plans.length === 0) return lowered;
  return { ...lowered, query: { ...lowered.query, subqueries: subqueries.plans } };
}

function lowerBody(
  statement: Statement,
  body: ConsumingBody,
  place: StatementPlace,
  lowering: Lowering,
): UnplacedStatement | null {
  switch (body.kind) {
    case 'select':
      return lowerSelect(statement, body, place, lowering);
    case 'split':
      return lowerSplit(statement, body, place, lowering);
    case 'createContext':
    case 'createVariable':
    case 'set':
    case 'createWindow':
    case 'createTable':
    case 'createIndex':
    case 'onStore':
    case 'update': {
      const errorsBefore = lowering.report.errorCount;
      const annotations = readAnnotations(statement.annotations, lowering.report);
      const query = lowerQuery(statement, body, placeText(place, statement), lowering);
      if (query === null || lowering.report.errorCount > errorsBefore) return null;
      return statementOf(statement, place, annotations, query, lowering);
    }
  }
}

function lowerQuery(
  { annotations }: Statement,
  body: Exclude<ConsumingBody, SelectStatement | SplitStatement>,
  place: string,
  lowering: Lowering,
): QueryPlan | null {
  switch (body.kind) {
    case 'createContext':
      return lowerContext(body, accessOf(annotations), lowering);
    case 'createVariable':
      return lowerVariable(body, annotations, lowering);
    case 'set':
      return lowerSet(body, lowering);
    case 'update':
      return lowerUpdate(body, lowering);
    case 'createWindow':
      return lowerCreateWindow(body, annotations, place, lowering);
    case 'createTable':
      return lowerTable(body, annotations, place, lowering);
    case 'createIndex':
      return lowerCreateIndex(body, lowering);
    case 'onStore':
      return lowerOnStore(body, annotations, place, lowering);
  }
}

/** The streams and patterns a statement reads. */
export function sourcesOf(body: ConsumingBody): readonly StreamItem[] {
  if (body.kind === 'update' || body.kind === 'createContext' || body.kind === 'createVariable') return [];
  if (body.kind === 'createWindow' || body.kind === 'createIndex' || body.kind === 'createTable') return [];
  return body.kind === 'select' ? body.from : [body.trigger];
}

/** Names of the streams that `insert into` of a statement feeds. */
export function streamsFed(body: ConsumingBody): readonly string[] {
  switch (body.kind) {
    case 'split':
      return body.branches.map(({ insertInto }) => insertInto.target.text);
    case 'select':
      return body.insertInto === null ? [] : [body.insertInto.target.text];
    case 'createWindow':
    case 'createTable':
      return [body.name.text];
    case 'onStore':
      return fedByAction(body.action).map(({ target }) => target.text);
    default:
      return [];
  }
}

function fedByAction(action: OnAction): readonly InsertInto[] {
  if (action.kind === 'select') return action.select.insertInto === null ? [] : [action.select.insertInto];
  if (action.kind !== 'merge') return [];
  return action.cases.flatMap(({ actions }) =>
    actions.flatMap((one) => (one.kind === 'insert' && one.into !== null ? [one.into] : [])),
  );
}

/** The name of the store that a statement declares; null for the others. */
export function storeCreated(body: ConsumingBody): string | null {
  return body.kind === 'createWindow' || body.kind === 'createTable' ? body.name.text : null;
}

/** Names of the event types a statement reads. */
export function typesRead(body: ConsumingBody): readonly string[] {
  if (body.kind === 'update') return [body.type.text];
  if (body.kind === 'createContext')
    return body.levels.flatMap((level) => typeNamesOfContext(level.body).map(({ text }) => text));
  if (body.kind === 'createWindow') return body.model.kind === 'type' ? [body.model.type.text] : [];
  if (body.kind === 'createIndex') return [body.store.text];
  if (body.kind === 'createTable') return typesOfColumns(body);
  const own = body.kind === 'onStore' ? [body.store.text] : [];
  return [...own, ...typesOfSources(body)];
}

function typesOfSources(body: ConsumingBody): readonly string[] {
  return sourcesOf(body).flatMap((item) => {
    if (item.kind === 'stream') return [item.filter.type.text];
    return item.kind === 'pattern' ? typesOfPattern(item.pattern) : [];
  });
}

function typesOfPattern(pattern: Pattern): readonly string[] {
  switch (pattern.kind) {
    case 'filter':
      return [pattern.filter.type.text];
    case 'observer':
      return [];
    case 'and':
    case 'or':
    case 'followedBy':
      return pattern.children.flatMap(typesOfPattern);
    case 'repeat':
      return [pattern.child, ...(pattern.until === null ? [] : [pattern.until])].flatMap(typesOfPattern);
    default:
      return typesOfPattern(pattern.child);
  }
}

/** Names of the types of a table's columns, and of the events that they hold. */
function typesOfColumns({ columns }: CreateTable): readonly string[] {
  return columns.flatMap(({ type, annotations }) => {
    const held = annotations.flatMap(({ args }) =>
      args.flatMap(({ value }) => {
        if (value.kind === 'name') return [value.name];
        return value.kind === 'constant' && typeof value.value === 'string' ? [value.value] : [];
      }),
    );
    return type === null ? held : [type.name.text, ...held];
  });
}
