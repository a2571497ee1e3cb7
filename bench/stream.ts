import { createRecordClass, type EventRecord, setField } from '../engine/event/record.ts';
import type { Plan } from '../engine/plan/plan.ts';

/** Schema of the stream all workloads run on. */
export const TXN =
  'create schema Txn(ts long, card string, device string, amount double, kind string, ok boolean) starttimestamp ts;';

const KINDS = ['pos', 'web', 'atm'];

/** The events of the stream: a linear congruential generator, seed 99, six draws an event. */
export function makeEvents(plan: Plan, count: number, keys: number): EventRecord[] {
  let state = 99;
  const draw = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
  const type = plan.types.findIndex((one) => one.name === 'Txn');
  const recordClass = createRecordClass(plan.types[type]!, true);
  const cards = Array.from({ length: keys }, (_, i) => `c${i}`);
  const devices = Array.from({ length: keys }, (_, i) => `d${i}`);
  let ts = 0;
  return Array.from({ length: count }, (_, i) => {
    ts += Math.floor(draw() * 20);
    const event = new recordClass(type, ts, 0, i);
    setField(event, 0, ts);
    setField(event, 1, cards[Math.floor(draw() * keys)]!);
    setField(event, 2, devices[Math.floor((draw() * keys) / 10)]!);
    setField(event, 3, Math.floor(draw() * 1000) + 0.5);
    setField(event, 4, KINDS[Math.floor(draw() * 3)]!);
    setField(event, 5, draw() >= 0.3);
    return event;
  });
}
