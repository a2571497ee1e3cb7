import { Decimal } from '../event/decimal.ts';
import { originList } from '../event/origins.ts';
import { EventRecord, getField, type RecordClass, setField, type Value } from '../event/record.ts';
import { eventNumber, restoreEventNumber } from '../expr/equality.ts';
import {
  type EventReader,
  type EventWriter,
  readSlots,
  type SlotsSnapshot,
  writeSlots,
} from '../pattern/snapshot.ts';
import { MatchRecord } from '../query/item.ts';
import type { TimeUnit } from '../time/time-base.ts';

/** The whole state of a shard as JSON. Fits a shard with the same plan and statements. */
export interface ShardSnapshot {
  readonly version: 1;
  /** What its times count. */
  readonly timeUnit: TimeUnit;
  readonly now: number;
  readonly ordinal: number;
  readonly timerSequence: number;
  readonly events: EventTable;
  /** Values of the variables. */
  readonly variables: readonly unknown[];
  /** `startValues`: what it took from variables as it began. */
  readonly statements: readonly (readonly [index: number, state: unknown, startValues: unknown])[];
}

/** All events a snapshot refers to, as JSON; an event comes after those it refers to. */
export type EventTable = readonly EventEntry[];

interface EventEntry {
  readonly type: number;
  readonly time: number;
  readonly split: number;
  readonly offset: number;
  readonly origins: readonly number[] | null;
  readonly fields: readonly unknown[];
  /** Only of a match: its tags. */
  readonly slots?: SlotsSnapshot;
  /** Properties beside the schema, and the event that this one shows, for the few that have them. */
  readonly extra?: unknown;
  readonly shownOf?: number;
  /** Only where a key holds the event. */
  readonly number?: number;
}

/** Collects the events of a snapshot, each once. */
export class EventTableWriter implements EventWriter {
  readonly table: EventEntry[] = [];
  private readonly ids = new Map<EventRecord, number>();
  private readonly fieldCounts: readonly number[];

  constructor(fieldCounts: readonly number[]) {
    this.fieldCounts = fieldCounts;
  }

  event(record: EventRecord): number {
    const known = this.ids.get(record);
    if (known !== undefined) return known;
    const origins =
      record.origins === null ? null : originList(record.origins).map((origin) => this.event(origin));
    const fields: unknown[] = [];
    for (let i = 0; i < (this.fieldCounts[record.type] ?? 0); i++)
      fields.push(this.value(getField(record, i)));
    const { type, time, split, offset } = record;
    const more = {
      ...(record instanceof MatchRecord ? { slots: writeSlots(record.slots, this) } : {}),
      ...(record.extra === undefined ? {} : { extra: this.value(record.extra) }),
      ...(record.shownOf === undefined ? {} : { shownOf: this.event(record.shownOf) }),
    };
    const number = eventNumber(record);
    const id = this.table.length;
    this.table.push({
      type,
      time,
      split,
      offset,
      origins,
      fields,
      ...more,
      ...(number === undefined ? {} : { number }),
    });
    this.ids.set(record, id);
    return id;
  }

  /** A value as JSON: scalars as they are, everything else in a tagged list. */
  value(value: Value): unknown {
    if (typeof value === 'number' && !Number.isFinite(value)) return ['number', String(value)];
    if (typeof value === 'bigint') return ['bigint', value.toString()];
    if (value instanceof Decimal) return ['decimal', value.toString()];
    if (value === null || typeof value !== 'object') return value;
    if (value instanceof EventRecord) return ['event', this.event(value)];
    if (Array.isArray(value)) return ['array', value.map((one) => this.value(one))];
    return ['map', Object.entries(value).map(([key, one]) => [key, this.value(one as Value)])];
  }
}

/** Makes the events of a snapshot again. */
export class EventTableReader implements EventReader {
  private readonly events: EventRecord[] = [];

  constructor(table: EventTable, classes: readonly RecordClass[]) {
    for (const entry of table) {
      if (entry.slots !== undefined) {
        this.events.push(new MatchRecord(readSlots(entry.slots, this), entry.time));
        continue;
      }
      const record = new (classes[entry.type] as RecordClass)(
        entry.type,
        entry.time,
        entry.split,
        entry.offset,
      );
      record.origins = entry.origins?.map((id) => this.event(id)) ?? null;
      entry.fields.forEach((value, i) => {
        setField(record, i, this.value(value));
      });
      if (entry.extra !== undefined)
        record.extra = this.value(entry.extra) as NonNullable<typeof record.extra>;
      if (entry.number !== undefined) restoreEventNumber(record, entry.number);
      if (entry.shownOf !== undefined) record.shownOf = this.event(entry.shownOf);
      this.events.push(record);
    }
  }

  event(id: number): EventRecord {
    return this.events[id] as EventRecord;
  }

  /** A value that `EventTableWriter.value` wrote. */
  value(value: unknown): Value {
    if (!Array.isArray(value)) return value as Value;
    const [tag, content] = value as [string, unknown];
    if (tag === 'number') return Number(content);
    if (tag === 'bigint') return BigInt(content as string);
    if (tag === 'decimal') return Decimal.parse(content as string, Number.POSITIVE_INFINITY);
    if (tag === 'event') return this.event(content as number);
    if (tag === 'array') return (content as unknown[]).map((one) => this.value(one));
    const map: Record<string, Value> = Object.create(null);
    for (const [key, one] of content as [string, unknown][]) map[key] = this.value(one);
    return map;
  }
}
