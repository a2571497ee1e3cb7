import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createRecordClass, setField } from '../engine/event/record.ts';
import { Shard } from '../engine/runtime/shard.ts';
import { compileRules } from '../rules/index.ts';

/** What a full data window costs. */
export interface WindowResult {
  /** Memory of the engine per row, with the event. */
  readonly bytesPerRow: number;
  /** Time of an event that enters the full window while another leaves it. */
  readonly nsPerEvent: number;
  /** Rows that left while it was measured. */
  readonly left: number;
}

/** Windows that hold `n` rows of a stream with one event a millisecond and keys that come again after 100,000. */
export const WINDOWS: Readonly<Record<string, (n: number) => string>> = {
  length: (n) => `#length(${n})`,
  time: (n) => `#time(${n} msec)`,
  sort: (n) => `#sort(${n}, v)`,
  groupwin: (n) => `#groupwin(k)#length(${Math.max(1, Math.round(n / KEYS))})`,
};

const KEYS = 100_000;
/** Events measured at least; a quarter of the rows when that is more, for collections of a large heap come seldom. */
const MEASURED_MIN = 200_000;

/** Fills a window with `rows` rows, then sends events on. */
export function measureWindow(window: string, rows: number): WindowResult {
  const views = (WINDOWS[window] as (n: number) => string)(rows);
  const text = `create schema A(k int, v int, ts long) starttimestamp ts;\nselect rstream k from A${views};`;
  const { plan } = compileRules([{ file: 'windows.epl', text }]);
  if (plan === null) throw new Error('the rules of windows do not compile');
  let left = 0;
  const onRow = () => {
    left++;
  };
  const shard = new Shard({ plan, startTime: 0, onRow });
  const recordClass = createRecordClass(plan.types[0]!, true);
  let next = 0;
  const send = () => {
    const event = new recordClass(0, next, 0, next);
    setField(event, 0, next % KEYS);
    setField(event, 1, Math.imul(next, 7919) & 0xfffff);
    setField(event, 2, next);
    next++;
    shard.onEvent(event);
  };
  const before = memory();
  for (let i = 0; i < rows; i++) send();
  const bytesPerRow = Math.round((memory() - before) / rows);
  left = 0;
  const measured = Math.max(MEASURED_MIN, rows >> 2);
  const start = performance.now();
  for (let i = 0; i < measured; i++) send();
  const nsPerEvent = Math.round(((performance.now() - start) * 1e6) / measured);
  return { bytesPerRow, nsPerEvent, left };
}

/** Bytes in use after a collection. */
function memory(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}
