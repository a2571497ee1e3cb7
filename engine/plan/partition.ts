import { conjuncts } from '../expr/analyze.ts';
import { CURRENT, type Expr, type FieldExpr } from '../expr/ir.ts';
import { contextChoices } from './partition-context.ts';
import { connect, consumedTypes, typesFed } from './partition-groups.ts';
import { joinKeys } from './partition-join.ts';
import {
  type Choice,
  type Choices,
  columnOf,
  fieldOf,
  mergeKeys,
  NO_FIELD,
  spread,
  type TypeKeys,
} from './partition-keys.ts';
import { isStateless, rowFieldOf, sharedState } from './partition-query.ts';
import { subqueryKeys } from './partition-subqueries.ts';
import { tableKeys } from './partition-tables.ts';
import { filtersOf, operandsOf } from './pattern-tree.ts';
import type {
  FilterNode,
  InputPlan,
  PatternNode,
  Plan,
  QueryPlan,
  StatementPlan,
  StreamInput,
} from './plan.ts';
import type { StoreAction } from './store-plan.ts';
import { tablesUsed } from './tables-used.ts';
import { variablesSet } from './variables.ts';

/**
 * How a plan can be spread over shards. Statements that feed each other form a group; a group can be split by a key
 * when each of its event types has a field such that events with different values never meet in any state.
 *
 * A pattern has such a key when it is `every` around a single filter, followed by steps whose filters all demand
 * equality with the key of that first event (directly or through another tag): then every first event opens its own
 * branch and the branch sees one key only. `every (A -> B)` has none: while one branch waits, events of all other keys
 * are passed over.
 */
export interface PartitionPlan {
  readonly groups: readonly PartitionGroup[];
}

/** Connected statements, which always run on the same shard for one key. */
export interface PartitionGroup {
  readonly index: number;
  readonly statements: readonly number[];
  /** Event types from sources that it consumes, subtypes included. */
  readonly types: readonly number[];
  /** For each of `types` the index of its key field; null when the group must run on one shard. */
  readonly keys: ReadonlyMap<number, number> | null;
  /** The statements keep no state between events, so any other key does as well. */
  readonly anyKey?: boolean;
  /** For people: why this key, or which term prevents one. */
  readonly reason: string;
}

/** Derives groups and keys; groups are in the order of their first statement. */
export function derivePartitions(plan: Plan): PartitionPlan {
  const groups = connect(plan).map((members, index) => deriveGroup(plan, members, index));
  return { groups };
}

function deriveGroup(plan: Plan, members: readonly StatementPlan[], index: number): PartitionGroup {
  const fed = new Set(members.flatMap((member) => typesFed(plan, member.query)));
  const consumed = new Set(members.flatMap((member) => consumedTypes(plan, member)));
  const types = [...consumed].filter((type) => isSource(plan, type, fed)).sort((a, b) => a - b);
  const base = { index, statements: members.map((member) => member.index), types };
  const found = chooseKeys(plan, members);
  if (typeof found === 'string') return { ...base, keys: null, reason: found };
  const keys = new Map<number, number>();
  for (const type of types) keys.set(type, found.keys.get(type) ?? 0);
  return { ...base, keys, anyKey: found.keys.size === 0, reason: found.note };
}

/** A declared type arrives from outside even when statements feed it too; a derived one never does. */
function isSource(plan: Plan, type: number, fed: ReadonlySet<number>): boolean {
  return plan.types[type]?.origin === 'schema' || !fed.has(type);
}

/** Tries the choices of the statements one after the other until all agree; else tells what prevents it. */
function chooseKeys(plan: Plan, members: readonly StatementPlan[]): Choice | string {
  const open: { member: StatementPlan; choices: readonly Choice[] }[] = [];
  for (const member of members) {
    const choices = choicesOf(plan, member);
    if (choices.kind === 'none') return `\`${member.name}\`: ${choices.reason}`;
    if (choices.kind === 'some') open.push({ member, choices: choices.choices });
  }
  // Statements that keep no state fit any key, but what they pass on must carry it.
  if (open.length === 0) return { keys: new Map(), note: 'keeps no state between events: any field will do' };
  const agreed = agree(plan, members, open, 0, new Map());
  if (agreed !== null) return { keys: agreed, note: open[0]?.choices[0]?.note ?? '' };
  const names = open.map(({ member }) => `\`${member.name}\``).join(', ');
  return `the keys of ${names} do not agree, or a stream between them does not carry the key`;
}

function agree(
  plan: Plan,
  members: readonly StatementPlan[],
  open: readonly { choices: readonly Choice[] }[],
  at: number,
  keys: TypeKeys,
): TypeKeys | null {
  if (at === open.length) return carryThrough(plan, members, keys);
  for (const choice of (open[at] as { choices: readonly Choice[] }).choices) {
    const merged = mergeKeys(keys, choice.keys);
    if (merged === null) continue;
    const result = agree(plan, members, open, at + 1, merged);
    if (result !== null) return result;
  }
  return null;
}

/** Demands that a stateless `insert into` gives the key on: the fed type's key column is the input's key field. */
function carryThrough(plan: Plan, members: readonly StatementPlan[], keys: TypeKeys): TypeKeys | null {
  let known = keys;
  for (let round = 0; round <= members.length; round++) {
    const before = known.size;
    for (const { query, context } of members) {
      // In a context the choices tell the keys of what is fed, too.
      if (context !== null) continue;
      const input = query.inputs[0];
      const insert = query.insertInto;
      // What a join feeds is part of its own choice.
      if (insert === null || input?.kind !== 'stream' || query.join !== null) continue;
      const fedKey = known.get(insert.type);
      if (fedKey !== undefined) {
        // What consumes the stream demands no key of it.
        if (fedKey === NO_FIELD) continue;
        const source = query.columns[columnOf(insert, fedKey)]?.expr;
        const own = source === undefined ? -1 : rowFieldOf(input, source);
        if (own < 0) return null;
        const merged = mergeKeys(known, spread(plan, input.type, own));
        if (merged === null) return null;
        known = merged;
      } else if (known.has(input.type)) {
        const inputKey = known.get(input.type);
        const column = query.columns.findIndex(({ expr }) => rowFieldOf(input, expr) === inputKey);
        const fed = column < 0 ? NO_FIELD : fieldOf(insert, column);
        if (fed >= 0) known = mergeKeys(known, new Map([[insert.type, fed]])) ?? known;
      }
    }
    if (known.size === before) break;
  }
  return known;
}

function choicesOf(plan: Plan, statement: StatementPlan): Choices {
  const set = [...variablesSet(statement)].find((one) => plan.variables[one]?.context === null);
  if (set !== undefined) {
    const name = plan.variables[set]?.name ?? '';
    return { kind: 'none', reason: `it sets the variable \`${name}\`, which the events of all keys share` };
  }
  const { createsContext } = statement.query;
  if (createsContext !== null || statement.context !== null) return contextChoices(plan, statement);
  const [input] = statement.query.inputs;
  const { onStore, subqueries } = statement.query;
  const isBare = onStore === null && input !== undefined && isPlainStream(statement.query, input);
  if (subqueries.length > 0 && !isBare)
    return { kind: 'none', reason: 'its subqueries hold the events of all keys together' };
  if (onStore !== null) return storeChoices(plan, onStore);
  const [table] = tablesUsed(statement);
  if (table !== undefined && !(input !== undefined && isPlainStream(statement.query, input)))
    return { kind: 'none', reason: sharedStore(plan, table) };
  if (input === undefined) return { kind: 'any' };
  if (statement.query.join !== null) return joinChoices(plan, statement.query);
  if (statement.query.update !== null) return keysNotUpdated(plan, statement);
  if (statement.query.split !== null)
    return { kind: 'none', reason: 'it splits a stream, and no key is followed through the branches' };
  if (input.kind === 'stream' && input.contained !== null && statement.query.insertInto !== null)
    return { kind: 'none', reason: 'it passes on events inside events, through which no key is followed' };
  if (input.kind === 'stream') return streamChoices(plan, statement, input);
  if (input.kind === 'store') return { kind: 'none', reason: sharedStore(plan, input.store) };
  const start = startFilter(input.root);
  if (typeof start === 'string') return { kind: 'none', reason: start };
  if (countsRuns(input.root)) {
    return { kind: 'none', reason: 'a `-[max]>` counts the open runs of all keys together' };
  }
  const filters = filtersOf(input.root);
  const insert = statement.query.insertInto;
  const isSelf = filters.length === 1 && start.slot < 0 && insert === null;
  if (isSelf && start.keys === null && isStateless(statement.query, input)) return { kind: 'any' };
  const choices: Choice[] = [];
  const fields = plan.types[start.type]?.fields ?? [];
  const blocked: string[] = [];
  for (let field = 0; field < fields.length; field++) {
    const covered = cover(plan, filters, start, field);
    if (typeof covered === 'number') {
      const filter = filterText(plan, filters[covered] as FilterNode);
      blocked.push(`the filter ${filter} is not tied to the first event by an equality of fields`);
      continue;
    }
    const shared =
      start.keys?.some(covered.holds) === false
        ? 'the keys of `every-distinct` are compared over all events'
        : sharedState(statement.query, input, covered.holds);
    if (shared !== null) {
      blocked.push(shared);
      continue;
    }
    let keys: TypeKeys | null = covered.keys;
    if (insert !== null) {
      const column = statement.query.columns.findIndex(({ expr }) => covered.holds(expr));
      if (column >= 0 && keys !== null) {
        keys = mergeKeys(keys, new Map([[insert.type, fieldOf(insert, column)]]));
      } else if (column < 0) keys = mergeKeys(covered.keys, new Map([[insert.type, NO_FIELD]]));
    }
    const name = fields[field]?.name ?? '';
    if (keys !== null)
      choices.push({ keys, note: `\`${name}\` is equal in all filters of \`${statement.name}\`` });
  }
  if (choices.length > 0) return { kind: 'some', choices };
  return { kind: 'none', reason: blocked[0] ?? `${filterText(plan, start)} has no field to split by` };
}

function sharedStore(plan: Plan, store: number): string {
  return `the events of all keys share the rows of \`${plan.stores[store]?.name ?? '?'}\``;
}

/** The rows of a table are kept apart by each part of its primary key. */
function storeChoices(plan: Plan, action: StoreAction): Choices {
  const store = plan.stores[action.store];
  if (action.kind !== 'create' || store?.kind !== 'table' || store.keys.length === 0)
    return { kind: 'none', reason: sharedStore(plan, action.store) };
  const fields = plan.types[store.type]?.fields ?? [];
  const choices = store.keys.map((column) => ({
    keys: new Map([[store.type, column]]),
    note: `\`${fields[column]?.name}\` keeps the rows of \`${store.name}\` apart`,
  }));
  return { kind: 'some', choices };
}

/** Whether all that a query sees are the events of one stream as they come. */
function isPlainStream({ join, update, split }: QueryPlan, input: InputPlan): boolean {
  const isAlone = join === null && update === null && split === null;
  return isAlone && input.kind === 'stream' && input.contained === null && input.recognize === undefined;
}

/** A join: the fields by which its state is kept apart. */
function joinChoices(plan: Plan, query: QueryPlan): Choices {
  const found = joinKeys(plan, query);
  if (typeof found === 'string') return { kind: 'none', reason: found };
  const { insertInto: insert } = query;
  const choices = found.flatMap(({ fields, name }): Choice[] => {
    let keys: TypeKeys | null = new Map();
    for (const [slot, input] of query.inputs.entries()) {
      const { type } = input as StreamInput;
      keys = keys === null ? null : mergeKeys(keys, spread(plan, type, fields[slot] as number));
    }
    if (insert !== null && keys !== null) {
      const isInner = query.join?.links.every(({ kind }) => kind === 'inner') === true;
      const column = query.columns.findIndex(
        ({ expr }) => isInner && expr.op === 'field' && fields[expr.slot] === expr.field,
      );
      keys = mergeKeys(keys, new Map([[insert.type, column < 0 ? NO_FIELD : fieldOf(insert, column)]]));
    }
    return keys === null
      ? []
      : [{ keys, note: `\`${name}\` ties the events of all streams that are joined` }];
  });
  if (choices.length > 0) return { kind: 'some', choices };
  return { kind: 'none', reason: 'one event type would need two keys' };
}

/** A query on a stream: any key when it keeps nothing, else the fields by which its state is kept apart. */
function streamChoices(plan: Plan, statement: StatementPlan, input: StreamInput): Choices {
  const { query, name } = statement;
  const keepsNothing = isStateless(query, input);
  const { length: subqueries } = query.subqueries;
  if (keepsNothing && subqueries === 0 && tablesUsed(statement).size === 0) return { kind: 'any' };
  if (input.contained !== null)
    return { kind: 'none', reason: 'it keeps events inside events, through which no key is followed' };
  const choices: Choice[] = [];
  const blocked: string[] = [];
  const fields = plan.types[input.type]?.fields ?? [];
  fields.forEach((field, at) => {
    const isKey = (expr: Expr) => expr.op === 'field' && expr.slot === CURRENT && expr.field === at;
    const shared = keepsNothing ? null : sharedState(query, input, isKey);
    const tables = shared ?? tableKeys(plan, statement, isKey);
    if (typeof tables === 'string') {
      blocked.push(tables);
      return;
    }
    const asked = subqueryKeys(plan, query, input.type, at);
    if (typeof asked === 'string') {
      blocked.push(asked);
      return;
    }
    const spreads = mergeKeys(spread(plan, input.type, at), asked);
    const own = spreads === null ? null : mergeKeys(spreads, keysFed(query, input, at));
    for (const rows of tables) {
      const keys = own === null ? null : mergeKeys(own, rows);
      if (keys !== null)
        choices.push({ keys, note: `\`${field.name}\` keeps the state of \`${name}\` apart` });
    }
  });
  if (choices.length > 0) return { kind: 'some', choices };
  return { kind: 'none', reason: blocked[0] ?? 'its events have no field to split by' };
}

/** The field of the stream fed that carries the key on; rows of tables have a primary key of their own. */
function keysFed({ insertInto, columns }: QueryPlan, input: StreamInput, field: number): TypeKeys {
  if (insertInto === null || insertInto.table !== undefined) return new Map();
  const column = columns.findIndex(({ expr }) => rowFieldOf(input, expr) === field);
  return new Map([[insertInto.type, column < 0 ? NO_FIELD : fieldOf(insertInto, column)]]);
}

/** Events must not change the shard they were sent to: every field but those that are updated. */
function keysNotUpdated(plan: Plan, { query, name }: StatementPlan): Choices {
  const { type } = query.inputs[0] as StreamInput;
  const updated = new Set(query.update?.map(({ field }) => field));
  const choices = (plan.types[type]?.fields ?? []).flatMap((field, at) => {
    const note = `\`${field.name}\` is not changed by \`${name}\``;
    return updated.has(at) ? [] : [{ keys: spread(plan, type, at), note }];
  });
  if (choices.length > 0) return { kind: 'some', choices };
  return { kind: 'none', reason: 'it changes every field of its events' };
}

/** The filter whose events each open a branch of their own, with the keys of `every-distinct`. */
type StartFilter = FilterNode & { readonly keys: readonly Expr[] | null };

/** The first filter of a pattern in which each of its events opens a branch of its own, or why there is none. */
function startFilter(root: PatternNode): StartFilter | string {
  const first = root.op === 'followedBy' ? (root.children[0] as PatternNode) : root;
  if (first.op === 'every' && first.child.op === 'filter') return { ...first.child, keys: null };
  if (first.op === 'everyDistinct' && first.child.op === 'filter')
    return { ...first.child, keys: first.keys };
  if (first.op === 'every')
    return 'the pattern begins with `every (…)`, so one waiting branch passes over other keys';
  return 'the pattern does not begin with `every`, so the first event of all decides';
}

/** Whether a `-[max]>` counts the runs of all keys together. */
function countsRuns(node: PatternNode): boolean {
  if (node.op === 'followedBy' && node.limits.some((limit) => limit !== null)) return true;
  return operandsOf(node).some(countsRuns);
}

/**
 * Follows equalities from field `field` of the first filter. Gives the key of each type, or the index of the first
 * filter that no equality reaches.
 */
function cover(
  plan: Plan,
  filters: readonly FilterNode[],
  start: FilterNode,
  field: number,
): { keys: TypeKeys; holds(expr: Expr): boolean } | number {
  /** Key field by slot of the tags seen so far. */
  const bySlot = new Map<number, number>();
  if (start.slot >= 0) bySlot.set(start.slot, field);
  let keys: TypeKeys | null = spread(plan, start.type, field);
  for (let i = 0; i < filters.length; i++) {
    const filter = filters[i] as FilterNode;
    if (filter.id === start.id) continue;
    const own = (filter.filter === null ? [] : conjuncts(filter.filter))
      .map((part) => tiedField(part, bySlot))
      .find((found) => found >= 0);
    if (own === undefined) return i;
    if (filter.slot >= 0) bySlot.set(filter.slot, own);
    keys = keys === null ? null : mergeKeys(keys, spread(plan, filter.type, own));
    if (keys === null) return i;
  }
  const holds = (expr: Expr) => expr.op === 'field' && bySlot.get(expr.slot) === expr.field;
  return { keys: keys as TypeKeys, holds };
}

/** Field f of the event under test when the condition is `f = key of an earlier tag`; −1 otherwise. */
function tiedField(part: Expr, bySlot: ReadonlyMap<number, number>): number {
  if (part.op !== 'equal' || part.negated || part.nullSafe) return -1;
  const isKey = (expr: Expr) =>
    expr.op === 'field' && expr.slot !== CURRENT && bySlot.get(expr.slot) === expr.field;
  const isOwn = (expr: Expr): expr is FieldExpr => expr.op === 'field' && expr.slot === CURRENT;
  if (isOwn(part.left) && isKey(part.right)) return part.left.field;
  if (isOwn(part.right) && isKey(part.left)) return part.right.field;
  return -1;
}

function filterText(plan: Plan, filter: FilterNode): string {
  return `\`${plan.types[filter.type]?.name ?? '?'}(…)\``;
}
