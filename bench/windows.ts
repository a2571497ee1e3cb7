import { createRecordClass, type EventRecord, setField } from '../engine/event/record.ts';
import type { Plan } from '../engine/plan/plan.ts';
import { Shard } from '../engine/runtime/shard.ts';
import { compileRules } from '../rules/index.ts';
import { memory } from './memory.ts';

/** What a full data window costs. */
export interface WindowResult {
  /** Memory of the engine per row, with the event. */
  readonly bytesPerRow: number;
  /** Time of an event that enters the full window while another leaves it. */
  readonly nsPerEvent: number;
  /** Rows that left while it was measured. */
  readonly left: number;
}

/** A window to measure, over a stream with one event a millisecond. */
export interface MeasuredWindow {
  /** The views that hold `n` rows. */
  readonly views: (n: number) => string;
  /** The keys of a stream of `n` rows come again after so many events. */
  readonly keys: (n: number) => number;
  /** Rows leave all at once, when as many have come: then a whole batch is measured, and counted as it is given out. */
  readonly isBatch: boolean;
}

const KEYS = 100_000;

function sliding(views: (n: number) => string, keys = (_n: number) => KEYS): MeasuredWindow {
  return { views, keys, isBatch: false };
}

/** Windows that hold `n` rows. */
export const WINDOWS: Readonly<Record<string, MeasuredWindow>> = {
  length: sliding((n) => `#length(${n})`),
  time: sliding((n) => `#time(${n} msec)`),
  time_batch: { ...sliding((n) => `#time_batch(${n} msec)`), isBatch: true },
  unique: sliding(
    () => '#unique(k)',
    (n) => n,
  ),
  sort: sliding((n) => `#sort(${n}, v)`),
  groupwin: sliding((n) => `#groupwin(k)#length(${Math.max(1, Math.round(n / KEYS))})`),
};

/** Events measured at least; a quarter of the rows when that is more, for collections of a large heap come seldom. */
const MEASURED_MIN = 200_000;

/** Fills a window with `rows` rows, then sends events on. */
export function measureWindow(window: string, rows: number): WindowResult {
  const { views, keys, isBatch } = WINDOWS[window] as MeasuredWindow;
  const stream = isBatch ? 'istream' : 'rstream';
  let left = 0;
  const onRow = () => {
    left++;
  };
  const { shard, plan } = start(`select ${stream} k from A${views(rows)};`, onRow);
  const next = makeStream(plan, keys(rows));
  const before = memory();
  for (let i = 0; i < rows; i++) shard.onEvent(next());
  const bytesPerRow = Math.round((memory() - before) / rows);
  left = 0;
  const measured = isBatch ? rows : Math.max(MEASURED_MIN, rows >> 2);
  return { bytesPerRow, nsPerEvent: timed(shard, next, measured), left };
}

/** What sliding aggregates of many keys cost. */
export interface SlidingResult {
  /** Rows in the window. */
  readonly rows: number;
  /** Memory of the engine per key, with the rows of the window and their events. */
  readonly bytesPerKey: number;
  /** Time of an event that enters its group while another leaves its own. */
  readonly nsPerEvent: number;
  /** Rows that were given while it was measured. */
  readonly given: number;
}

/** An hour, with one event a millisecond. */
const HOUR_ROWS = 3_600_000;

/** Least, greatest, sum and mean over the last hour for each of `keys` keys, which come in turn. */
export function measureSliding(keys: number, rows = HOUR_ROWS): SlidingResult {
  let given = 0;
  const onRow = () => {
    given++;
  };
  const columns = 'min(v) as low, max(v) as high, sum(v) as total, avg(v) as mean';
  const { shard, plan } = start(`select k, ${columns} from A#time(${rows} msec) group by k;`, onRow);
  const next = makeStream(plan, keys);
  const before = memory();
  for (let i = 0; i < rows; i++) shard.onEvent(next());
  const bytesPerKey = Math.round((memory() - before) / keys);
  given = 0;
  return { rows, bytesPerKey, nsPerEvent: timed(shard, next, Math.max(MEASURED_MIN, rows >> 2)), given };
}

/** Memory of an event of these streams by itself. */
export function measureEvent(): number {
  const { plan } = start('select * from A(k < 0);', () => {});
  const next = makeStream(plan, KEYS);
  const held = new Array<EventRecord | null>(1_000_000).fill(null);
  const before = memory();
  for (let i = 0; i < held.length; i++) held[i] = next();
  const bytes = memory() - before;
  // Read, or the list would be gone before it is measured.
  return held[0] === null ? 0 : Math.round(bytes / held.length);
}

function start(statement: string, onRow: () => void): { shard: Shard; plan: Plan } {
  const text = `create schema A(k int, v int, ts long) starttimestamp ts;\n${statement}`;
  const { plan } = compileRules([{ file: 'windows.epl', text }]);
  if (plan === null) throw new Error('the rules of windows do not compile');
  return { plan, shard: new Shard({ plan, startTime: 0, onRow }) };
}

function makeStream(plan: Plan, keys: number): () => EventRecord {
  const recordClass = createRecordClass(plan.types[0]!, true);
  let next = 0;
  return () => {
    const event = new recordClass(0, next, 0, next);
    setField(event, 0, next % keys);
    setField(event, 1, Math.imul(next, 7919) & 0xfffff);
    setField(event, 2, next);
    next++;
    return event;
  };
}

/** Nanoseconds of CPU time an event, for other work on the machine must not show. */
function timed(shard: Shard, next: () => EventRecord, events: number): number {
  const before = process.cpuUsage();
  for (let i = 0; i < events; i++) shard.onEvent(next());
  const { user, system } = process.cpuUsage(before);
  return Math.round(((user + system) * 1000) / events);
}
