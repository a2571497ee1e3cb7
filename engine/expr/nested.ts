import { createRecordClass, type EventRecord, setField, type Value } from '../event/record.ts';
import type { NestedExpr } from './ir.ts';
import { mapEntry } from './operations.ts';

/** Makes the function that turns rows into nested events: members by name, the other fields null. */
export function makeNested({ index, layout }: NestedExpr): (value: Value) => Value {
  const recordClass = createRecordClass(layout, false);
  const make = (row: Value): EventRecord => {
    const event = new recordClass(index, 0, -1, -1);
    layout.fields.forEach(({ name }, i) => {
      setField(event, i, mapEntry(row, name));
    });
    return event;
  };
  return (value) => {
    if (value === null) return null;
    return Array.isArray(value)
      ? value.map((one) => (one === null ? null : make(one as Value)))
      : make(value);
  };
}
