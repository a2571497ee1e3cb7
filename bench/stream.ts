import { createRecordClass, type EventRecord, setField } from '../engine/event/record.ts';
import type { Plan } from '../engine/plan/plan.ts';

/** Schema of the stream all workloads run on. */
export const TXN =
  'create schema Txn(ts long, card string, device string, amount double, kind string, ok boolean) starttimestamp ts;';

const KINDS = ['pos', 'web', 'atm'];

/** The values of one event, in the order of the schema. */
export type Txn = readonly [
  ts: number,
  card: string,
  device: string,
  amount: number,
  kind: string,
  ok: boolean,
];

/** The events of the stream: a linear congruential generator, seed 99, six draws an event. */
export function* drawTxns(count: number, keys: number): Generator<Txn> {
  let state = 99;
  const draw = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
  const cards = Array.from({ length: keys }, (_, i) => `c${i}`);
  const devices = Array.from({ length: keys }, (_, i) => `d${i}`);
  let ts = 0;
  for (let i = 0; i < count; i++) {
    ts += Math.floor(draw() * 20);
    const card = cards[Math.floor(draw() * keys)] as string;
    const device = devices[Math.floor((draw() * keys) / 10)] as string;
    const amount = Math.floor(draw() * 1000) + 0.5;
    const kind = KINDS[Math.floor(draw() * 3)] as string;
    yield [ts, card, device, amount, kind, draw() >= 0.3];
  }
}

/** The stream as event records. */
export function makeEvents(plan: Plan, count: number, keys: number): EventRecord[] {
  const type = plan.types.findIndex((one) => one.name === 'Txn');
  const recordClass = createRecordClass(plan.types[type]!, true);
  return Array.from(drawTxns(count, keys), (values, i) => {
    const event = new recordClass(type, values[0], 0, i);
    values.forEach((value, field) => {
      setField(event, field, value);
    });
    return event;
  });
}
