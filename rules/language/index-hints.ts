import { conjuncts, usesSlots } from '../../engine/expr/analyze.ts';
import { CURRENT, type Expr } from '../../engine/expr/ir.ts';
import type { Plan, QueryPlan } from '../../engine/plan/plan.ts';
import { rangeKeys } from '../../engine/plan/range-keys.ts';
import type { StoreIndexPlan } from '../../engine/plan/store-plan.ts';
import type { Annotation } from './ast.ts';
import type { Reporter } from './reporter.ts';

/** What an index has to answer: a condition on the rows of a store, which are in a slot. */
interface Question {
  readonly store: number;
  readonly condition: Expr | null;
  readonly slot: number;
}

/**
 * `@Hint('index(One, Two, bust)')`: one of the indexes named, or any created one where it says `explicit`, must answer
 * the `where` of a query that is run once.
 */
export function checkQueryHint(annotation: Annotation, query: QueryPlan, plan: Plan, report: Reporter): void {
  const { inputs, onStore, where: condition } = query;
  const names = indexesNamed(annotation);
  if (names === null) return;
  const [input, second] = inputs;
  // As in Esper it demands nothing of a join.
  if (second !== undefined) return;
  if (onStore !== null) demand(names, { store: onStore.store, condition, slot: 0 });
  else if (input?.kind === 'store') demand(names, { store: input.store, condition, slot: CURRENT });

  function demand(wanted: readonly string[], question: Question): void {
    demandIndex(wanted, question, plan, annotation, report);
  }
}

/** The same for the subqueries of a statement. */
export function checkSubqueryHint(
  annotation: Annotation,
  query: QueryPlan,
  plan: Plan,
  report: Reporter,
): void {
  const names = indexesNamed(annotation);
  if (names === null) return;
  for (const { input, where: condition } of query.subqueries) {
    if (input.kind !== 'store') continue;
    demandIndex(names, { store: input.store, condition, slot: CURRENT }, plan, annotation, report);
  }
}

/** The names in a hint that demands an index, in lower case; null for other annotations. */
function indexesNamed({ name, args }: Annotation): readonly string[] | null {
  if (name.text.toLowerCase() !== 'hint') return null;
  const value = args[0]?.value;
  const text = value?.kind === 'constant' ? String(value.value) : '';
  const names = /^\s*index\(([^)]*)\)/i.exec(text)?.[1]?.split(',');
  const all = names?.map((one) => one.trim().toLowerCase()) ?? [];
  return all.includes('bust') ? all : null;
}

function demandIndex(
  names: readonly string[],
  { store, condition, slot }: Question,
  plan: Plan,
  { span }: Annotation,
  report: Reporter,
): void {
  const usable = indexesOf(plan, store).filter(
    ({ name }) => names.includes('explicit') || names.includes(name.toLowerCase()),
  );
  if (usable.some((index) => answers(index, condition, slot))) return;
  const of = plan.stores[store]?.name ?? '';
  report.error('E0453', `no index of the hint finds the rows of \`${of}\` that the \`where\` asks for`, span);
}

function indexesOf({ statements }: Plan, store: number): StoreIndexPlan[] {
  return statements.flatMap(({ query: { onStore } }) =>
    onStore?.kind === 'index' && onStore.store === store ? [onStore.index] : [],
  );
}

/** Whether a condition says what the hashed fields of an index equal, and bounds its sorted ones if it has any. */
function answers({ hash, sorted }: StoreIndexPlan, condition: Expr | null, slot: number): boolean {
  const parts = condition === null ? [] : conjuncts(condition);
  const equal = new Set(parts.map((part) => fieldEqual(part, slot)));
  const bounded = rangeKeys(condition, slot)?.field ?? -1;
  return hash.every((field) => equal.has(field)) && (sorted.length === 0 || sorted.includes(bounded));
}

/** The field of the row that a part of the condition gives a value, or null as value; −1: none. */
function fieldEqual(part: Expr, slot: number): number {
  if (part.op !== 'equal' || part.negated) return -1;
  const [own, other] =
    part.left.op === 'field' && part.left.slot === slot ? [part.left, part.right] : [part.right, part.left];
  return own.op === 'field' && own.slot === slot && !usesSlots(other).has(slot) ? own.field : -1;
}
