import { isOfType } from '../../event/event-view.ts';
import type { EventRecord } from '../../event/record.ts';
import type { EventType } from '../../event/types.ts';
import { conjuncts } from '../../expr/analyze.ts';
import type { Expr } from '../../expr/ir.ts';
import { allInputs, type StatementPlan } from '../../plan/plan.ts';

/**
 * Whether a statement still gets the event that ends its partition. Esper goes through the filters that an event passes
 * in the order of its filter index: what has more conditions before what has fewer, else what began to listen first. A
 * partition that ended before its statement's turn does not get the event.
 */

/** A filter that ends a partition. */
export interface EndFilter {
  /** Its conditions as texts that compare. */
  readonly parts: readonly string[];
  /** Whether it began to listen before the statements of the partition. */
  readonly isEarlier: boolean;
}

/** The event that ended a partition. */
export interface EndCause {
  readonly event: EventRecord;
  readonly filter: EndFilter;
}

/** Conditions of a filter as texts that compare. */
export function partsOf(condition: Expr | null): readonly string[] {
  return condition === null ? [] : conjuncts(condition).map((part) => JSON.stringify(part));
}

/** Whether a statement's filter is hit before the one that ends the partition. */
export function comesBefore(own: readonly string[], { parts, isEarlier }: EndFilter): boolean {
  const ownOnly = own.filter((part) => !parts.includes(part));
  const endOnly = parts.filter((part) => !own.includes(part));
  if (endOnly.length === 0) return ownOnly.length > 0 || !isEarlier;
  if (ownOnly.length === 0) return false;
  return byThreshold(ownOnly, endOnly) ?? !isEarlier;
}

/** Of two thresholds of one field the lower one is hit first. */
function byThreshold(own: readonly string[], end: readonly string[]): boolean | null {
  const [a, b] = [thresholdOf(own), thresholdOf(end)];
  return a === null || b === null || a.of !== b.of ? null : a.value < b.value;
}

function thresholdOf(parts: readonly string[]): { readonly of: string; readonly value: number } | null {
  const part = parts.length === 1 ? (JSON.parse(parts[0] as string) as Expr) : null;
  if (part?.op !== 'compare' || part.right.op !== 'literal' || typeof part.right.value !== 'number')
    return null;
  return { of: `${part.operator} ${JSON.stringify(part.left)}`, value: part.right.value };
}

/**
 * Whether Esper gives an event to a statement only after all filters: patterns, `order by`, joined streams of one type or
 * a subtype of it, and subqueries on the very type of a stream, which must see the event together.
 */
export function waitsForAll({ query }: StatementPlan, types: readonly EventType[]): boolean {
  const { inputs, subqueries, orderBy } = query;
  if (orderBy.length > 0 || allInputs(query).some(({ kind }) => kind === 'pattern')) return true;
  const read = inputs.flatMap((input) => (input.kind === 'pattern' ? [] : [types[input.type] as EventType]));
  const asked = subqueries.flatMap(({ input }) => (input.kind === 'pattern' ? [] : [types[input.type]]));
  if (asked.some((type) => read.includes(type as EventType))) return true;
  return read.some((one, i) =>
    read.some((other, j) => i < j && (isOfType(one, other) || isOfType(other, one))),
  );
}
