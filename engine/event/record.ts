import type { Decimal } from './decimal.ts';
import type { Origins } from './origins.ts';
import type { EventType } from './types.ts';

/** A JavaScript value a field or an expression may hold; see `ValueType` for which. */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | Decimal
  | string
  | EventRecord
  | Period
  | readonly Value[]
  | { readonly [key: string]: Value };

/** A value that is not null. */
export type NonNullValue = NonNullable<Value>;

/** A time period: calendar months (years × 12 + months) and the fixed rest in milliseconds, which may have a fraction. */
export interface Period {
  readonly months: number;
  readonly ms: number;
}

/**
 * One event. Subclasses made by `createRecordClass` add the fields as properties `f0`, `f1`, … in schema order, so all
 * events of a type share one hidden class.
 */
export class EventRecord {
  /** Index of the type in the plan's `types`. */
  type: number;
  /** Event time, in ticks (see `engine/time/time-base.ts`). */
  time: number;
  /** Index of the source split; −1 for an event made by a statement or nested in another. */
  split: number;
  /** Position within the split (line number of a file, offset of a log); −1 as above. */
  offset: number;
  /** For an event made by a statement: the admitted events it came from, oldest first; otherwise null. */
  origins: Origins | null;
  /** Set by `createRecordClass` for all records of a class: the event type, and the property name of each field. */
  declare readonly layout: RecordLayout;
  /** Values of properties that the schema does not declare, where a rule reads such (`p?`); absent when there are none. */
  declare extra?: { readonly [name: string]: Value };
  /** For an event that is shown in the layout of a supertype: the event itself. */
  declare shownOf?: EventRecord;

  constructor(type: number, time: number, split: number, offset: number) {
    this.type = type;
    this.time = time;
    this.split = split;
    this.offset = offset;
    this.origins = null;
  }
}

/** What the records of one class have in common. */
export interface RecordLayout {
  readonly type: EventType;
  /** Property name (`f0`, …) of each field by its name. */
  readonly keys: ReadonlyMap<string, string>;
  readonly made: RecordClass;
  /** Sets the fields of a record to those of another. */
  readonly copyFields: (to: EventRecord, from: EventRecord) => void;
}

/** Constructor of the records of one event type; all fields start as null. */
export type RecordClass = new (type: number, time: number, split: number, offset: number) => EventRecord;

const FIELD_NAMES: string[] = [];

/** Property name of a field by index: `f0`, `f1`, …; the same string object each time. */
export function fieldKey(index: number): string {
  for (let i = FIELD_NAMES.length; i <= index; i++) FIELD_NAMES.push(`f${i}`);
  return FIELD_NAMES[index] as string;
}

/** Value of a field by index. */
export function getField(record: EventRecord, index: number): Value {
  return (record as unknown as Record<string, Value>)[fieldKey(index)] ?? null;
}

/** Sets a field by index; only for whoever makes the record, before it is dispatched. */
export function setField(record: EventRecord, index: number, value: Value): void {
  (record as unknown as Record<string, Value>)[fieldKey(index)] = value;
}

/** A copy of an event, for whoever changes it before it is seen. */
export function copyRecord(record: EventRecord): EventRecord {
  const { type, time, split, offset, layout } = record;
  const made = record.constructor as RecordClass;
  const copy = new made(type, time, split, offset);
  // A class derived from that of the layout has properties of its own.
  if (layout?.made !== made) return Object.assign(copy, record);
  copy.origins = record.origins;
  if (record.extra !== undefined) copy.extra = record.extra;
  if (record.shownOf !== undefined) copy.shownOf = record.shownOf;
  layout.copyFields(copy, record);
  return copy;
}

/** A copy of an event with one field changed. */
export function withField(record: EventRecord, index: number, value: Value): EventRecord {
  const copy = copyRecord(record);
  setField(copy, index, value);
  return copy;
}

/**
 * Makes the record class of an event type. The source text holds nothing but field indexes; where code generation is
 * forbidden the same class is built by assignment, which gives the same property order.
 */
export function createRecordClass(type: EventType, allowCodegen: boolean): RecordClass {
  const keys = type.fields.map((_, i) => fieldKey(i));
  const made = allowCodegen ? generatedClass(keys) : assembledClass(keys);
  const layout: RecordLayout = {
    type,
    keys: new Map(type.fields.map(({ name }, i) => [name, fieldKey(i)])),
    made,
    copyFields: copier(keys, allowCodegen),
  };
  Object.defineProperty(made.prototype, 'layout', { value: layout });
  return made;
}

function generatedClass(keys: readonly string[]): RecordClass {
  const body = keys.map((key) => `this.${key}=null;`).join('');
  const source = `return class extends Base{constructor(a,b,c,d){super(a,b,c,d);${body}}}`;
  return new Function('Base', source)(EventRecord) as RecordClass;
}

/** Few types have events that are copied: the code is made when the first is. */
function copier(keys: readonly string[], allowCodegen: boolean): RecordLayout['copyFields'] {
  let copy: RecordLayout['copyFields'] | null = null;
  const make = (): RecordLayout['copyFields'] => {
    const body = keys.map((key) => `t.${key}=s.${key};`).join('');
    if (allowCodegen) return new Function('t', 's', body) as RecordLayout['copyFields'];
    return (to, from) => {
      const [target, source] = [to, from] as unknown as Record<string, Value>[];
      for (const key of keys) (target as Record<string, Value>)[key] = source?.[key] ?? null;
    };
  };
  return (to, from) => {
    copy ??= make();
    copy(to, from);
  };
}

function assembledClass(keys: readonly string[]): RecordClass {
  return class extends EventRecord {
    constructor(typeIndex: number, time: number, split: number, offset: number) {
      super(typeIndex, time, split, offset);
      const self = this as unknown as Record<string, Value>;
      for (const key of keys) self[key] = null;
    }
  };
}

/** Makes a record of one event type from the values of its fields, in the order of the schema. */
export type RecordMaker = (
  values: readonly Value[],
  time: number,
  split: number,
  offset: number,
) => EventRecord;

/** The maker of a class's records. A function for each type: the engine makes most records in one place, and calls it millions of times. */
export function createRecordMaker(
  made: RecordClass,
  index: number,
  type: EventType,
  allowCodegen: boolean,
): RecordMaker {
  const keys = type.fields.map((_, i) => fieldKey(i));
  if (allowCodegen) {
    const body = keys.map((key, i) => `r.${key}=v[${i}];`).join('');
    const source = `return (v,t,s,o)=>{const r=new C(n,t,s,o);${body}return r;}`;
    return new Function('C', 'n', source)(made, index) as RecordMaker;
  }
  return (values, time, split, offset) => {
    const record = new made(index, time, split, offset);
    const target = record as unknown as Record<string, Value>;
    keys.forEach((key, i) => {
      target[key] = values[i] as Value;
    });
    return record;
  };
}
