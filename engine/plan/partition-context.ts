import { isOfType } from '../event/event-view.ts';
import type { EventType } from '../event/types.ts';
import { CURRENT, type Expr } from '../expr/ir.ts';
import type { ContextPlan, KeyedLevel } from './context-plan.ts';
import {
  type Choice,
  type Choices,
  fieldOf,
  mergeKeys,
  NO_FIELD,
  spread,
  type TypeKeys,
} from './partition-keys.ts';
import { filtersOf, operandsOf } from './pattern-tree.ts';
import { allInputs, type InputPlan, type PatternNode, type Plan, type StatementPlan } from './plan.ts';
import { tablesUsed } from './tables-used.ts';
import { visitPlan } from './visit-plan.ts';

/**
 * How a context and its statements can be split. The partitions of `partition by` are states of their own, so each of its
 * keys will do, as long as nothing concerns partitions of different keys at once: events of types without a key, numbers
 * of partitions, what all statements share, or the order in which a timer of many partitions makes rows.
 */
export function contextChoices(plan: Plan, statement: StatementPlan): Choices {
  const { createsContext } = statement.query;
  const index = createsContext ?? (statement.context as number);
  const context = plan.contexts[index] as ContextPlan;
  const [level, inner] = context.levels;
  if (level?.kind !== 'keyed' || inner !== undefined)
    return none(`the context \`${context.name}\` keeps the partitions of all keys together`);
  if (createsContext !== null) return keysOf(plan, context, level, null);
  const reason = sharedInContext(plan, statement, level);
  return reason === null ? keysOf(plan, context, level, statement) : none(reason);
}

function none(reason: string): Choices {
  return { kind: 'none', reason };
}

/** The keys that are fields of the events; with those of what the statement feeds. */
function keysOf(
  plan: Plan,
  { name }: ContextPlan,
  level: KeyedLevel,
  statement: StatementPlan | null,
): Choices {
  const ends = level.terminated;
  const endTypes =
    ends?.kind === 'filter'
      ? [ends.type]
      : ends?.kind === 'pattern'
        ? filtersOf(ends.pattern.root).map(({ type }) => type)
        : [];
  const stray = endTypes.find((type) => !isListed(plan, level, type));
  if (stray !== undefined)
    return none(`\`${plan.types[stray]?.name}\` ends partitions of all keys of the context \`${name}\``);
  const choices: Choice[] = [];
  level.keyTypes.forEach((_, key) => {
    let keys: TypeKeys | null = new Map();
    for (const item of level.items) {
      const own = item.keys[key];
      if (own?.op !== 'field' || own.slot !== CURRENT) return;
      keys = keys === null ? null : mergeKeys(keys, spread(plan, item.type, own.field));
    }
    for (const [type, field] of statement === null ? [] : fedKeys(statement, level, key))
      keys = keys === null ? null : mergeKeys(keys, new Map([[type, field]]));
    const note = `the context \`${name}\` keeps each key apart (\`context.key${key + 1}\`)`;
    if (keys !== null) choices.push({ keys, note });
  });
  if (choices.length > 0) return { kind: 'some', choices };
  return none(`no key of the context \`${name}\` is a plain field of all its types`);
}

/** The field of the key in the streams that a statement feeds. */
function fedKeys(
  { query }: StatementPlan,
  level: KeyedLevel,
  key: number,
): readonly (readonly [number, number])[] {
  const { insertInto, split, columns, inputs } = query;
  const fed: [number, number][] = (split?.branches ?? []).map(({ insert }) => [insert.type, NO_FIELD]);
  if (insertInto === null) return fed;
  const column = columns.findIndex(({ expr }) => isKey(expr, inputs, level, key));
  return [...fed, [insertInto.type, column < 0 ? NO_FIELD : fieldOf(insertInto, column)]];
}

/** Whether an expression gives the key of the partition. */
function isKey(expr: Expr, inputs: readonly InputPlan[], level: KeyedLevel, key: number): boolean {
  if (expr.op === 'context') return expr.index === level.base + key;
  const input = inputs[0];
  if (
    expr.op !== 'field' ||
    expr.slot !== CURRENT ||
    input?.kind !== 'stream' ||
    input.recognize !== undefined
  )
    return false;
  const own = level.items.find(({ type }) => type === input.type)?.keys[key];
  return own?.op === 'field' && own.field === expr.field;
}

/** What of a statement concerns partitions of different keys at once; null when nothing does. */
function sharedInContext(plan: Plan, statement: StatementPlan, level: KeyedLevel): string | null {
  const { query } = statement;
  if (readsId(query)) return '`context.id` numbers the partitions of all keys';
  const stores = query.onStore !== null || allInputs(query).some(({ kind }) => kind === 'store');
  if (stores || tablesUsed(statement).size > 0) return 'its rows lie in a named window or table';
  if (query.orderBy.length > 0) return '`order by` puts the rows of one time in one order';
  const { output } = query;
  if (output !== null && (output.rate.kind !== 'events' || output.terminated !== null))
    return '`output` makes rows of many keys at one time';
  for (const input of allInputs(query)) {
    const types = input.kind === 'pattern' ? filtersOf(input.root).map(({ type }) => type) : [input.type];
    const stray = types.find((type) => !isListed(plan, level, type));
    if (stray !== undefined)
      return `events of \`${plan.types[stray]?.name}\` go to the partitions of all keys`;
    if (input.kind === 'pattern' && hasTimer(input.root))
      return 'timers of its pattern make rows of many keys at one time';
  }
  return null;
}

function readsId(part: unknown): boolean {
  let found = false;
  visitPlan(part, (node) => {
    if (node.op === 'context' && node.index === 0) found = true;
  });
  return found;
}

function hasTimer(node: PatternNode): boolean {
  return (
    node.op === 'interval' || node.op === 'at' || node.op === 'schedule' || operandsOf(node).some(hasTimer)
  );
}

function isListed({ types }: Plan, level: KeyedLevel, type: number): boolean {
  const own = types[type] as EventType;
  return level.items.some((item) => isOfType(own, types[item.type] as EventType));
}
