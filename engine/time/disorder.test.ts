import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventRecord } from '../event/record.ts';
import { ReorderBuffer } from './reorder-buffer.ts';
import { SplitClocks } from './split-clocks.ts';

interface Arrival {
  readonly split: number;
  readonly time: number;
}

const BOUND = 50;

/**
 * Admits arrivals in the given order; the result is what came out, in order, and what was not admitted. With `isRestored`
 * the state goes through JSON into fresh modules after every event.
 */
function pass(
  arrivals: readonly (Arrival & { offset: number })[],
  { isRestored = false, maxGap = null as number | null } = {},
): { released: string[]; late: string[] } {
  const options = { splits: 2, outOfOrder: BOUND, maxGap };
  let clocks = new SplitClocks(options);
  let buffer = new ReorderBuffer();
  const released: string[] = [];
  const late: string[] = [];
  const consume = (event: EventRecord) => released.push(`${event.time}/${event.split}/${event.offset}`);
  for (const { split, time, offset } of arrivals) {
    if (clocks.judge(split, time) === 'admitted') buffer.push(new EventRecord(0, time, split, offset));
    else late.push(`${split}/${offset}`);
    for (const event of buffer.release(clocks.watermark())) consume(event);
    if (!isRestored) continue;
    const events: EventRecord[] = [];
    const held = buffer.snapshot({ event: (record) => events.push(record) - 1 });
    const state = JSON.parse(JSON.stringify({ held, clocks: clocks.snapshot() }));
    clocks = new SplitClocks(options);
    clocks.restore(state.clocks);
    buffer = new ReorderBuffer();
    buffer.push(new EventRecord(0, 0, 0, 0));
    buffer.restore(state.held, { event: (id) => events[id] as EventRecord });
  }
  clocks.close(0);
  clocks.close(1);
  for (const event of buffer.release(clocks.watermark())) consume(event);
  return { released, late: late.sort() };
}

describe('disorder', () => {
  const arrivals = fc.array(
    fc.record({ split: fc.integer({ min: 0, max: 1 }), time: fc.integer({ min: 0, max: 400 }) }),
    { maxLength: 60 },
  );

  test('how splits interleave changes nothing, and the order is total', () => {
    fc.assert(
      fc.property(arrivals, fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }), (all, picks) => {
        const numbered = all.map((one, offset) => ({ ...one, offset }));
        const queues = [0, 1].map((split) => numbered.filter((one) => one.split === split));
        const mixed: (Arrival & { offset: number })[] = [];
        for (let i = 0; mixed.length < numbered.length; i++) {
          const first = picks[i % picks.length] === true ? 0 : 1;
          const next = queues[first]?.shift() ?? queues[1 - first]?.shift();
          if (next !== undefined) mixed.push(next);
        }
        const straight = pass(numbered);
        expect(pass(mixed)).toEqual(straight);
        expect(straight.released.length + straight.late.length).toBe(all.length);
        const times = straight.released.map((one) => Number(one.split('/')[0]));
        expect(times).toEqual([...times].sort((a, b) => a - b));
      }),
    );
  });

  test.each([null, 60])('a snapshot after every event changes nothing, with a gap limit of %s', (maxGap) => {
    let held = 0;
    fc.assert(
      fc.property(arrivals, (all) => {
        const numbered = all.map((one, offset) => ({ ...one, offset }));
        const straight = pass(numbered, { maxGap });
        held += straight.late.length;
        expect(pass(numbered, { maxGap, isRestored: true })).toEqual(straight);
      }),
    );
    expect(held).toBeGreaterThan(100);
  });

  test('a closed split stays closed over a snapshot', () => {
    const options = { splits: 2, outOfOrder: 0, maxGap: null };
    const clocks = new SplitClocks(options);
    clocks.judge(0, 7);
    clocks.close(1);
    const other = new SplitClocks(options);
    other.restore(JSON.parse(JSON.stringify(clocks.snapshot())));
    expect([other.watermark(), other.watermarkOf(1), other.greatestTime()]).toEqual([
      7,
      Number.POSITIVE_INFINITY,
      7,
    ]);
  });

  test('an event at the watermark is in time, one before it is late', () => {
    const clocks = new SplitClocks({ splits: 1, outOfOrder: 10, maxGap: null });
    expect(clocks.judge(0, 100)).toBe('admitted');
    expect(clocks.judge(0, 90)).toBe('admitted');
    expect(clocks.judge(0, 89)).toBe('late');
    expect(clocks.watermark()).toBe(90);
  });

  test('one far-future event does not move the clock, three in a row do', () => {
    const clocks = new SplitClocks({ splits: 1, outOfOrder: 0, maxGap: 1000 });
    expect(clocks.judge(0, 0)).toBe('admitted');
    expect(clocks.judge(0, 5000)).toBe('quarantined');
    expect(clocks.judge(0, 10)).toBe('admitted');
    expect([6000, 6001, 6002].map((time) => clocks.judge(0, time))).toEqual([
      'quarantined',
      'quarantined',
      'admitted',
    ]);
  });
});
