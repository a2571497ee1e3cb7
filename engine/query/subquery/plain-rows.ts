import { EventRecord, getField, type Value } from '../../event/record.ts';
import type { EventType } from '../../event/types.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { SubqueryPlan } from '../../plan/subquery-plan.ts';
import { rowsIn } from '../index/bucket.ts';
import type { Item, ItemBinder, ItemEvaluator } from '../item.ts';
import type { EachValue } from './quantify.ts';
import type { SubqueryResult } from './result.ts';
import type { RowSet } from './row-store.ts';

/**
 * A subquery without aggregates: each row of its window that passes the condition counts.
 *
 * As in Esper a condition that is null lets the row pass where one value is asked for or compared with, but not for
 * `exists` and for collections of rows.
 */
export class PlainRows implements SubqueryResult {
  private readonly store: RowSet;
  private readonly where: ItemEvaluator | null;
  /** Null: the event itself. */
  private readonly value: ItemEvaluator | null;
  /** Whether a row has several columns. */
  private readonly isWide: boolean;

  private readonly types: readonly EventType[];

  constructor(
    { where, value }: SubqueryPlan,
    store: RowSet,
    binder: ItemBinder,
    types: readonly EventType[],
  ) {
    this.types = types;
    this.store = store;
    this.where = where === null ? null : binder.evaluator(where);
    this.value = value === null ? null : binder.evaluator(value);
    this.isWide = value?.op === 'row';
  }

  update(added: readonly Item[], removed: readonly Item[]): void {
    this.store.update(added, removed);
  }

  row(): Value {
    const candidates = this.store.candidates();
    if (candidates === null) return null;
    if (candidates instanceof EventRecord) {
      return this.where !== null && this.where(candidates) === false ? null : this.valueOf(candidates);
    }
    let only: Item | null = null;
    for (const item of candidates) {
      if (this.where !== null && this.where(item) === false) continue;
      if (only !== null) return null;
      only = item;
    }
    return only === null ? null : this.valueOf(only);
  }

  rows(fillsField: boolean): Value {
    const candidates = this.store.candidates();
    if (candidates === null) return null;
    const { where, value } = this;
    const values: Value[] = [];
    let isEmpty = true;
    for (const item of rowsIn(candidates)) {
      isEmpty = false;
      if (where === null || where(item) === true) values.push(this.valueOf(item));
    }
    if (isEmpty || where === null || fillsField) return values;
    // As in Esper there is no collection of rows of several columns under a condition, nor one without a single event.
    return this.isWide || (value === null && values.length === 0) ? null : values;
  }

  exists(): boolean {
    const candidates = this.store.candidates();
    for (const item of rowsIn(candidates)) if (this.where === null || this.where(item) === true) return true;
    return false;
  }

  compare(each: (rows: EachValue) => void, operand: Value): boolean {
    const candidates = this.store.candidates();
    // An object is compared with events by what they hold.
    const asObject = this.value === null && !(operand instanceof EventRecord);
    each((visit) => {
      for (const item of rowsIn(candidates)) {
        if (this.where !== null && this.where(item) === false) continue;
        if (visit(asObject ? this.objectOf(item) : this.valueOf(item))) return;
      }
    });
    return true;
  }

  snapshot(writer: EventWriter): unknown {
    return this.store.snapshot(writer);
  }

  restore(state: unknown, reader: EventReader): void {
    this.store.restore(state, reader);
  }

  private objectOf(item: Item): Value {
    const fields = this.types[item.type]?.fields ?? [];
    return Object.fromEntries(fields.map(({ name }, i) => [name, getField(item, i)]));
  }

  private valueOf(item: Item): Value {
    return this.value === null ? this.store.shown(item) : this.value(item);
  }
}
