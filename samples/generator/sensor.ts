import { Random } from './random.ts';
import {
  deliver,
  HOUR,
  MINUTE,
  round,
  type Sample,
  type SampleOptions,
  Scene,
  SECOND,
  START,
  toJsonLines,
} from './scene.ts';

/** Arrivals of the sample are disordered by less than this, ms. */
export const SENSOR_BOUND_MS = 15 * SECOND;
const UNITS = 6;
const DEVICES = 20;
const HEARTBEAT_SEC = 120;
const FROM = START + 7 * HOUR;

/** What is measured: the usual value, its noise, the limit of the rule pack, a typical excess. */
const QUANTITIES = {
  temperature: { usual: 62, noise: 1.4, daily: 6, limit: 80, excess: 9 },
  vibration: { usual: 3.6, noise: 0.35, daily: 0, limit: 7.1, excess: 1.8 },
} as const;
type Quantity = keyof typeof QUANTITIES;

interface SensorPlace {
  readonly sensor: string;
  readonly unit: string;
  readonly quantity: Quantity;
}

/** A time during which a sensor reads too high. */
interface Excess {
  readonly sensor: string;
  readonly from: number;
  readonly to: number;
}

/** A shift of pumps: a reading of each sensor every minute, a heartbeat of each device every two. */
export function generateSensor(options: SampleOptions): Sample {
  const random = new Random(options.seed);
  const scene = new Scene();
  const sensors = makeSensors();
  const perMinute = sensors.length + (DEVICES * 60) / HEARTBEAT_SEC;
  const minutes = Math.max(150, Math.round(options.events / perMinute));
  const excesses = makeExcesses(sensors, minutes, scene, random);
  for (const place of sensors) measure(place, minutes, excesses, scene, random);
  const marked = new Set(excesses.map(({ sensor }) => sensor));
  for (let i = 0; i < DEVICES; i++) beat(i, minutes, scene, random, marked);
  const arrived = deliver(scene.events, random, {
    boundMs: SENSOR_BOUND_MS,
    late: Math.max(3, Math.round(options.events / 800)),
    mayBeLate: ({ fields }) => !marked.has(String(fields.sensor ?? fields.device)),
  });
  const text = `${toJsonLines(arrived).join('\n')}\n`;
  return { files: [{ name: 'shift.jsonl.gz', text }], truth: scene.sortedTruth() };
}

/** Two sensors of each quantity in each unit. */
function makeSensors(): SensorPlace[] {
  const places: SensorPlace[] = [];
  for (let unit = 1; unit <= UNITS; unit++) {
    for (const quantity of ['temperature', 'vibration'] as const) {
      for (const side of ['a', 'b']) {
        places.push({ sensor: `${quantity.slice(0, 4)}-${unit}${side}`, unit: `pump-${unit}`, quantity });
      }
    }
  }
  return places;
}

/** One story in each stretch of 45 minutes, for each unit another one. */
function makeExcesses(
  sensors: readonly SensorPlace[],
  minutes: number,
  scene: Scene,
  random: Random,
): Excess[] {
  const excesses: Excess[] = [];
  for (let stretch = 0; (stretch + 1) * 45 <= minutes; stretch++) {
    for (let unit = 1; unit <= UNITS; unit++) {
      const quantity: Quantity = random.chance(0.5) ? 'temperature' : 'vibration';
      const pair = sensors.filter((one) => one.unit === `pump-${unit}` && one.quantity === quantity);
      const from = FROM + stretch * 45 * MINUTE + random.integer(4, 10) * MINUTE;
      tell((stretch * UNITS + unit) % 7, pair as [SensorPlace, SensorPlace], from, excesses, scene, random);
    }
  }
  return excesses;
}

/** Story 0: sustained; 1: both sensors, sustained; 2: both, short; 3–5: near misses; 6: nothing. */
function tell(
  story: number,
  [first, second]: [SensorPlace, SensorPlace],
  from: number,
  excesses: Excess[],
  scene: Scene,
  random: Random,
): void {
  const long = random.integer(14, 26) * MINUTE;
  const short = random.integer(2, 8) * MINUTE;
  const add = (place: SensorPlace, begin: number, length: number) => {
    excesses.push({ sensor: place.sensor, from: begin, to: begin + length });
    if (length < 10 * MINUTE) return;
    // The first reading over the limit comes within a minute, the confirming one within a minute after the
    // ten.
    const at = begin + 10 * MINUTE;
    scene.incident('sustained-over-limit', { sensor: place.sensor }, at, at + 3 * MINUTE, 'stays high');
  };
  const agree = () => {
    const key = { unit: first.unit, quantity: first.quantity };
    scene.incident('two-sensors-agree', key, from, from + 3 * MINUTE, 'both sensors');
  };
  if (story === 0) add(first, from, long);
  if (story === 1) {
    add(first, from, long);
    add(second, from + 20 * SECOND, long);
    agree();
  }
  if (story === 2) {
    add(second, from, short);
    add(first, from + 15 * SECOND, short);
    agree();
  }
  if (story === 3) add(first, from, short);
  if (story === 4) {
    add(first, from, short);
    add(second, from + 5 * MINUTE, short);
  }
  if (story === 5) {
    add(first, from, 9 * MINUTE);
    add(first, from + 12 * MINUTE, 9 * MINUTE);
  }
}

/**
 * The readings of one sensor: noise with a memory, a slow daily wave, what the excesses add; now and then one
 * is lost.
 */
function measure(
  { sensor, unit, quantity }: SensorPlace,
  minutes: number,
  excesses: readonly Excess[],
  scene: Scene,
  random: Random,
): void {
  const { usual, noise, daily, limit, excess } = QUANTITIES[quantity];
  const own = excesses.filter((one) => one.sensor === sensor);
  const phase = random.between(0, MINUTE);
  let drift = 0;
  for (let minute = 0; minute < minutes; minute++) {
    const time = Math.round(FROM + minute * MINUTE + phase + random.between(-2, 2) * SECOND);
    drift = 0.8 * drift + random.normal(0, noise * 0.6);
    const high = own.some((one) => time >= one.from && time < one.to);
    const wave = daily * Math.sin((minute / 720) * Math.PI);
    const normal = Math.min(usual + wave + drift, limit - 2 * noise);
    const value = high ? limit + Math.max(noise, random.normal(excess, noise)) : normal;
    if (!high && random.chance(0.01)) continue;
    scene.add('Reading', time, { sensor, unit, quantity, value: round(value, 2), ts: time });
  }
}

/**
 * The heartbeats of one device. Devices 0–3 fail, 4 and 5 are switched off, 6–9 miss one or two, 10 restarts.
 */
function beat(i: number, minutes: number, scene: Scene, random: Random, marked: Set<string>): void {
  const device = `gw-${String(i + 1).padStart(2, '0')}`;
  if (i <= 10) marked.add(device);
  const interval = HEARTBEAT_SEC * SECOND;
  const gapFrom = FROM + random.integer(20, 60) * MINUTE;
  const gapBeats =
    i < 4 ? random.integer(5, 12) : i < 6 ? 10 : i < 10 ? random.integer(1, 2) : i === 10 ? 4 : 0;
  let last = -1;
  let silent = 0;
  const phase = random.between(0, interval);
  for (let time = FROM + phase; time < FROM + minutes * MINUTE; time += interval) {
    const at = Math.round(time + random.between(0, 2) * SECOND);
    if (at >= gapFrom && silent < gapBeats) {
      silent++;
      if (silent > 1 || last < 0) continue;
      if (i === 4 || i === 5) scene.add('DeviceOff', last + 30 * SECOND, { device, ts: last + 30 * SECOND });
      if (i < 4) {
        const due = last + 3 * interval;
        scene.incident('heartbeat-lost', { device }, due, due, `silent for ${gapBeats} heartbeats`);
      }
      continue;
    }
    last = at;
    scene.add('Heartbeat', at, { device, intervalSec: HEARTBEAT_SEC, ts: at });
  }
}
