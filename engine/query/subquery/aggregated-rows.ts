import type { Value } from '../../event/record.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { SubqueryPlan } from '../../plan/subquery-plan.ts';
import { type GroupKey, GroupKeys, UNGROUPED } from '../aggregate/group-key.ts';
import type { AggregationService } from '../aggregate/service.ts';
import { rowsIn } from '../index/bucket.ts';
import type { Item, ItemBinder, ItemEvaluator, ItemPredicate } from '../item.ts';
import type { EachValue } from './quantify.ts';
import type { ComparisonKind, SubqueryResult } from './result.ts';
import { NO_ROW } from './row-lookup.ts';
import type { RowSet } from './row-store.ts';

/** A group of a subquery: how many rows it has, and one that stands for its keys. */
interface Group {
  size: number;
  readonly item: Item;
}

/**
 * A subquery with aggregates: one row of all that pass the condition, or one for each group.
 *
 * Where the condition needs nothing from around the subquery the aggregates follow the window. Else, and over a table,
 * they are computed anew whenever they are asked for, over the rows that the index finds.
 */
export class AggregatedRows implements SubqueryResult {
  /** Null: the aggregates follow the window. */
  private readonly store: RowSet | null;
  private readonly where: ItemPredicate;
  private readonly service: AggregationService;
  private readonly keys: GroupKeys | null;
  private readonly groups = new Map<GroupKey, Group>();
  private readonly having: ItemEvaluator | null;
  private readonly value: ItemEvaluator;
  private readonly isWide: boolean;

  constructor(plan: SubqueryPlan, store: RowSet | null, binder: ItemBinder, service: AggregationService) {
    const { value, having, groupBy } = plan;
    this.store = store;
    this.where = binder.predicate(plan.where);
    this.service = service;
    this.keys = groupBy === null ? null : new GroupKeys(groupBy, binder);
    this.having = having === null ? null : binder.evaluator(having);
    this.value = value === null ? () => null : binder.evaluator(value);
    this.isWide = value?.op === 'row';
  }

  update(added: readonly Item[], removed: readonly Item[]): void {
    if (this.store !== null) {
      this.store.update(added, removed);
      return;
    }
    for (const item of added) if (this.where(item)) this.enter(item);
    for (const item of removed) if (this.where(item)) this.leave(item);
  }

  row(): Value {
    this.refresh();
    if (this.keys === null) {
      this.service.select(UNGROUPED);
      return this.having?.(NO_ROW) === false ? null : this.value(NO_ROW);
    }
    let only: GroupKey | undefined;
    for (const key of this.groups.keys()) {
      if (!this.passes(key)) continue;
      if (only !== undefined) return null;
      only = key;
    }
    // As in Esper the group of null is no match under `having`.
    if (only === undefined || (only === null && this.having !== null)) return null;
    return this.valueOf(only);
  }

  rows(): Value {
    this.refresh();
    const { keys, having, service } = this;
    if (keys === null) {
      if (having !== null) return null;
      service.select(UNGROUPED);
      return [this.value(NO_ROW)];
    }
    if (!this.isWide || this.groups.size === 0) return null;
    return [...this.groups.keys()].flatMap((key) => (this.passes(key) ? [this.valueOf(key)] : []));
  }

  exists(): boolean {
    this.refresh();
    const { keys, having } = this;
    if (keys === null) {
      this.service.select(UNGROUPED);
      return having === null || having(NO_ROW) === true;
    }
    for (const key of this.groups.keys()) if (this.passes(key)) return true;
    return false;
  }

  compare(each: (rows: EachValue) => void, operand: Value, kind: ComparisonKind): boolean {
    this.refresh();
    if (this.keys === null) {
      this.service.select(UNGROUPED);
      if (this.having !== null && this.having(NO_ROW) !== true) return false;
      const value = this.value(NO_ROW);
      each((visit) => {
        visit(value);
      });
      return true;
    }
    // As in Esper a null is compared with groups that `having` leaves out, too; for `in` there need be none.
    if (operand === null && (kind === 'in' || (kind === 'equality' && this.groups.size > 0))) return false;
    each((visit) => {
      for (const key of this.groups.keys()) if (this.passes(key) && visit(this.valueOf(key))) return;
    });
    return true;
  }

  snapshot(writer: EventWriter): unknown {
    if (this.store !== null) return this.store.snapshot(writer);
    const groups = Array.from(this.groups, ([key, { size, item }]) => [key, size, writer.event(item)]);
    return { service: this.service.snapshot(writer), groups };
  }

  restore(state: unknown, reader: EventReader): void {
    if (this.store !== null) {
      this.store.restore(state, reader);
      return;
    }
    const { service, groups } = state as {
      service: unknown;
      groups: readonly (readonly [GroupKey, number, number])[];
    };
    this.service.restore(service, reader);
    for (const [key, size, id] of groups) this.groups.set(key, { size, item: reader.event(id) });
  }

  /** Computes the aggregates for the item around the subquery. */
  private refresh(): void {
    const { store } = this;
    if (store === null) return;
    this.service.clear();
    this.groups.clear();
    for (const item of rowsIn(store.candidates())) if (this.where(item)) this.enter(item);
  }

  private enter(item: Item): void {
    const key = this.keys === null ? UNGROUPED : this.keys.keyOf(item);
    this.service.enter(item, key);
    if (this.keys === null) return;
    const group = this.groups.get(key);
    if (group === undefined) this.groups.set(key, { size: 1, item });
    else group.size++;
  }

  private leave(item: Item): void {
    const key = this.keys === null ? UNGROUPED : this.keys.keyOf(item);
    this.service.leave(item, key);
    const group = this.groups.get(key);
    if (group !== undefined && --group.size <= 0) this.groups.delete(key);
  }

  /** Selects the group and tests `having`. */
  private passes(key: GroupKey): boolean {
    this.service.select(key);
    return this.having === null || this.having((this.groups.get(key) as Group).item) === true;
  }

  private valueOf(key: GroupKey): Value {
    this.service.select(key);
    return this.value((this.groups.get(key) as Group).item);
  }
}
