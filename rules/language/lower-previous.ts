import { TYPE_LONG, typeName, type ValueType } from '../../engine/event/types.ts';
import { childrenOf, conjuncts, hasSubquery, usesSlots } from '../../engine/expr/analyze.ts';
import { CURRENT, type Expr } from '../../engine/expr/ir.ts';
import { isInteger } from '../../engine/expr/type-rules.ts';
import type { InputPlan, QueryPlan } from '../../engine/plan/plan.ts';
import type { PreviousPlan, ViewPlan } from '../../engine/plan/query-plan.ts';
import type { ChainLink, Expression } from './ast.ts';
import type { ChainContext, Lowered } from './lower-chain.ts';
import { lowerRowPrevious } from './lower-row-previous.ts';
import type { PreviousScope } from './scope.ts';
import { VIEW_FORMS } from './view-forms.ts';

/** Collects the `prev…` and `prior` calls of one query; the nodes of its expressions hold indexes into `plans`. */
export class PreviousCollector implements PreviousScope {
  readonly plans: PreviousPlan[] = [];
  readonly isJoin: boolean;
  private readonly inputs: readonly (readonly ViewPlan[])[];
  private readonly indexes = new Map<string, number>();

  /** `inputs`: the views of each. */
  constructor(isJoin: boolean, inputs: readonly (readonly ViewPlan[])[]) {
    this.isJoin = isJoin;
    this.inputs = inputs;
  }

  add(plan: PreviousPlan): number {
    const text = JSON.stringify(plan);
    const known = this.indexes.get(text);
    if (known !== undefined) return known;
    this.indexes.set(text, this.plans.length);
    return this.plans.push(plan) - 1;
  }

  /** Windows that stand together keep one another's items in no common order. */
  hasWindow(input: number): boolean {
    const [window, other] = (this.inputs[input] ?? []).filter(({ name }) => name !== 'groupwin');
    return window !== undefined && other === undefined && VIEW_FORMS.get(window.name)?.hasPrevious === true;
  }
}

/**
 * The input and condition of a query on one stream. Without windows the condition is part of the filter, as in Esper:
 * what does not pass has not arrived, so `prior` does not count it.
 */
export function filteredFirst(
  input: InputPlan,
  where: Expr | null,
  { plans }: PreviousCollector,
): Pick<QueryPlan, 'inputs' | 'where'> {
  const isBare =
    input.kind === 'stream' &&
    input.views.length === 0 &&
    input.recognize === undefined &&
    input.contained === null;
  if (plans.length === 0 || where === null || !isBare || readsPrevious(where) || hasSubquery(where))
    return { inputs: [input], where };
  const operands = [...(input.filter === null ? [] : conjuncts(input.filter)), ...conjuncts(where)];
  const filter: Expr = operands.length === 1 ? where : { op: 'and', type: where.type, operands };
  return { inputs: [{ ...input, filter }], where: null };
}

function readsPrevious(expr: Expr): boolean {
  return expr.op === 'previous' || childrenOf(expr).some(readsPrevious);
}

const KINDS: ReadonlySet<string> = new Set(['prev', 'prevtail', 'prevwindow', 'prevcount', 'prior']);

/** Lowers a call of `prev`, `prevtail`, `prevwindow`, `prevcount` or `prior`; undefined when it is none. */
export function lowerPrevious(link: ChainLink, context: ChainContext): Lowered | undefined {
  const kind = link.name.text.toLowerCase();
  if (link.args === null || !KINDS.has(kind)) return undefined;
  const { previous, rowPrevious } = context.scope;
  if (rowPrevious !== undefined) return lowerRowPrevious(link, context, rowPrevious);
  if (previous === undefined) {
    return context.wrong('E0421', `\`${kind}\` cannot stand here`, link.span, [
      'it stands in `select`, `where`, `having` and `order by` of a query',
    ]);
  }
  const call = argumentsOf(kind as PreviousPlan['kind'], link.args, link, context);
  if (call === null) return null;
  const [slot = CURRENT] = usesSlots(call.value);
  const input = previous.isJoin ? Math.max(slot, 0) : 0;
  if (kind !== 'prior' && !previous.hasWindow(input)) {
    const notes = [
      'windows that keep one item, `unique`, the `first…` windows and several windows together have no order for it',
    ];
    return context.wrong('E0421', `\`${kind}\` needs a data window that it can look into`, link.span, notes);
  }
  const plan: PreviousPlan = {
    kind: kind as PreviousPlan['kind'],
    input,
    value: call.value,
    ...(kind === 'prior' ? { offset: constantOf(call.offset) } : {}),
  };
  return {
    op: 'previous',
    type: typeOf(plan.kind, call.value),
    index: previous.add(plan),
    offset: call.offset,
  };
}

function typeOf(kind: PreviousPlan['kind'], value: Expr): ValueType {
  if (kind === 'prevcount') return TYPE_LONG;
  return kind === 'prevwindow' ? { kind: 'array', element: value.type } : value.type;
}

interface CallArguments {
  readonly offset: Expr | null;
  readonly value: Expr;
}

/** `(n, x)`, `(x, n)` with a constant n, `(x)` for n = 1 (0 of `prevtail`); x is a field or a stream. */
function argumentsOf(
  kind: PreviousPlan['kind'],
  args: readonly Expression[],
  link: ChainLink,
  context: ChainContext,
): CallArguments | null {
  const most = kind === 'prevwindow' || kind === 'prevcount' ? 1 : 2;
  const least = kind === 'prior' ? 2 : 1;
  if (args.length < least || args.length > most) {
    const form = most === 1 ? `${kind}(field)` : `${kind}(number, field)`;
    return context.wrong('E0302', `\`${kind}\` takes other arguments`, link.span, [`it is \`${form}\``]);
  }
  const lowered = context.all(args);
  if (lowered === null) return null;
  const isSwapped = lowered.length === 2 && lowered[1]?.op === 'literal' && kind !== 'prior';
  const ordered = isSwapped ? lowered.toReversed() : lowered;
  const value = ordered.at(-1) as Expr;
  if (!isProperty(value)) return context.wrong('E0302', `\`${kind}\` needs a field or a stream`, link.span);
  if (most === 1) return { offset: null, value };
  const first = lowered.length === 1 ? one(kind) : (ordered[0] as Expr);
  if (!isInteger(first.type)) {
    const title = `\`${kind}\` counts in whole numbers, not ${typeName(first.type)}`;
    return context.wrong('E0302', title, link.span);
  }
  if (kind === 'prior' && first.op !== 'literal') {
    return context.wrong('E0302', '`prior` needs a constant number', link.span);
  }
  return { offset: first, value };
}

function one(kind: PreviousPlan['kind']): Expr {
  return { op: 'literal', type: { kind: 'int' }, value: kind === 'prevtail' ? 0 : 1 };
}

function constantOf(expr: Expr | null): number {
  return expr?.op === 'literal' ? Number(expr.value) : 0;
}

function isProperty(expr: Expr): boolean {
  switch (expr.op) {
    case 'field':
    case 'slot':
      return true;
    case 'member':
    case 'key':
      return isProperty(expr.target);
    case 'at':
      return isProperty(expr.target);
    default:
      return false;
  }
}
