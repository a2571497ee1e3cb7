import type { Value } from '../../event/record.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { ViewChild } from '../view/view.ts';
import type { EachValue } from './quantify.ts';

/** How rows are compared: by `in`, by `=` and `!=`, by an ordering. */
export type ComparisonKind = 'in' | 'equality' | 'order';

/** What a subquery keeps of its window, and what it makes of it when it is asked. */
export interface SubqueryResult extends ViewChild {
  /** Value of the only row; null when there is none or several. */
  row(): Value;
  /** Values of all rows; null where Esper has no collection. */
  rows(fillsField: boolean): Value;
  exists(): boolean;
  /**
   * Looks at the rows one by one for `in`, `any` and `all`. False: there is nothing to compare with, the answer is null.
   * `operand` is what is compared.
   */
  compare(each: (rows: EachValue) => void, operand: Value, kind: ComparisonKind): boolean;
  snapshot(writer: EventWriter): unknown;
  restore(state: unknown, reader: EventReader): void;
}
