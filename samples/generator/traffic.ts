import { Random } from './random.ts';
import {
  deliver,
  HOUR,
  iso,
  MINUTE,
  round,
  type Sample,
  type SampleOptions,
  Scene,
  SECOND,
  START,
  toCsv,
  toJsonLines,
} from './scene.ts';

/** Arrivals of each file are disordered by less than this, ms. */
export const TRAFFIC_BOUND_MS = 20 * SECOND;
/** The morning that is recorded. */
const FROM = START + 6 * HOUR;
const DETECTORS = 5;
/** Reports of positions come about this often, ms. */
const REPORT_MS = 30 * SECOND;
/** Degrees of latitude in a metre. */
const DEGREE = 1 / 111_195;

/** Segments with their limits, s; free travel takes about 55 % of the limit. */
const SEGMENTS = [
  { name: 'tunnel', limitSec: 240 },
  { name: 'bridge', limitSec: 420 },
  { name: 'valley', limitSec: 900 },
];

/**
 * A morning on motorways, as three files: positions of vehicles, minutes of detectors, passages of segments.
 */
export function generateTraffic(options: SampleOptions): Sample {
  const random = new Random(options.seed);
  const scene = new Scene();
  const size = options.events;
  const marked = new Set<string>();
  const trips = Math.max(16, Math.round((size * 0.45) / 75));
  for (let i = 0; i < trips; i++) drive(i, trips, scene, random, marked);
  const roads = Math.max(1, Math.round((size * 0.35) / (DETECTORS * 180)));
  for (let i = 0; i < roads; i++) watchRoad(i, scene, random);
  const passing = Math.max(60, Math.round((size * 0.2) / 2));
  for (let i = 0; i < passing; i++) pass(i, passing, scene, random);
  const files = [
    { name: 'positions.csv', type: 'VehiclePosition', late: Math.max(3, Math.round(size / 1000)) },
    { name: 'detectors.csv', type: 'DetectorReading', late: 0 },
    { name: 'passages.csv', type: 'SegmentPassage', late: 0 },
  ].map(({ name, type, late }) => {
    const events = deliver(
      scene.events.filter((event) => event.type === type),
      random,
      { boundMs: TRAFFIC_BOUND_MS, late, mayBeLate: ({ fields }) => !marked.has(String(fields.vehicle)) },
    );
    if (options.format === 'jsonl')
      return { name: name.replace('.csv', '.jsonl'), text: `${toJsonLines(events).join('\n')}\n` };
    return { name, text: `${toCsv(events).join('\n')}\n` };
  });
  return { files, truth: scene.sortedTruth() };
}

/** What happens to a vehicle on its trip: a halt of so many seconds, and whether that is an incident. */
interface Halt {
  readonly seconds: number;
  readonly kind: 'none' | 'breakdown' | 'light' | 'jam' | 'innocent';
}

/** The story of trip i of n: a few breakdowns, near misses, two fuel stops, the rest drives on. */
function haltOf(i: number, trips: number, random: Random): Halt {
  const each = Math.max(3, Math.round(trips / 12));
  if (i < each) return { kind: 'breakdown', seconds: random.integer(500, 1300) };
  if (i < 2 * each) return { kind: 'light', seconds: random.integer(60, 240) };
  if (i < 3 * each) return { kind: 'jam', seconds: random.integer(400, 800) };
  if (i < 3 * each + Math.max(1, Math.round(each / 3))) return { kind: 'innocent', seconds: 420 };
  return { kind: 'none', seconds: 0 };
}

/** One trip of 30 to 45 minutes with a report every half minute. */
function drive(i: number, trips: number, scene: Scene, random: Random, marked: Set<string>): void {
  const vehicle = `V${String(i + 1).padStart(3, '0')}`;
  const halt = haltOf(i, trips, random);
  if (halt.kind !== 'none') marked.add(vehicle);
  const begin = FROM + random.between(0, 2.2) * HOUR;
  const haltFrom = begin + random.between(6, 15) * MINUTE;
  const haltTo = haltFrom + halt.seconds * SECOND;
  const end = begin + random.between(30, 45) * MINUTE + halt.seconds * SECOND;
  const cruise = random.normal(88, 12);
  let lat = random.between(47.9, 48.3);
  let lon = random.between(11.2, 11.8);
  const north = random.between(-1, 1);
  let firstStill = -1;
  for (let time = begin, last = begin; time < end; time += REPORT_MS + random.between(-3, 3) * SECOND) {
    const halted = halt.kind !== 'none' && time >= haltFrom && time < haltTo;
    const inJam = halted && halt.kind === 'jam';
    let speed = Math.max(12, random.normal(cruise, 9));
    if (halted) speed = inJam ? random.between(1, 9) : random.chance(0.85) ? 0 : random.between(0.2, 1.4);
    const metres = (speed / 3.6) * ((time - last) / 1000);
    if (!halted || inJam) {
      lat += north * metres * DEGREE;
      lon += (1 - Math.abs(north)) * metres * DEGREE * 1.5;
    } else if (firstStill < 0) firstStill = time;
    last = time;
    scene.add('VehiclePosition', time, {
      vehicle,
      lat: round(lat + random.normal(0, 3) * DEGREE, 6),
      lon: round(lon + random.normal(0, 3) * DEGREE, 6),
      speedKmh: round(speed, 1),
      ts: iso(time),
    });
  }
  if (halt.kind !== 'breakdown') return;
  const from = firstStill + 5 * MINUTE;
  scene.incident('stopped-vehicle', { vehicle }, from, from + 2 * MINUTE, `stood ${halt.seconds} s`);
}

/** A queue at a detector: minutes after `FROM`, both ends. */
interface Queue {
  readonly position: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Three hours of a road: a queue that grows upstream twice, a queue that stays where it is, slow minutes in
 * rain.
 */
function watchRoad(i: number, scene: Scene, random: Random): void {
  const road = `A${9 + i}`;
  const queues: Queue[] = [];
  const foot = random.integer(3, DETECTORS);
  const begin = random.integer(25, 60);
  for (let position = foot, from = begin; position >= foot - 2; position--) {
    queues.push({ position, from, to: begin + 50 - random.integer(0, 4) });
    if (position < foot) {
      // Detectors report their minute a little after it, each at a second of its own.
      const at = FROM + from * MINUTE;
      scene.incident('queue-spill-back', { road }, at, at + MINUTE, `queue reaches detector ${position}`);
    }
    from += random.integer(4, 12);
  }
  queues.push({ position: random.integer(1, DETECTORS), from: 120, to: 140 });
  const rain = random.integer(145, 165);
  for (let minute = 0; minute < 180; minute++) {
    for (let position = 1; position <= DETECTORS; position++) {
      const time = FROM + minute * MINUTE + (position * 7 + (i % 10)) * SECOND;
      const queued = queues.some((one) => one.position === position && minute >= one.from && minute < one.to);
      const wet = minute >= rain && minute < rain + 10;
      const speed = queued ? random.between(6, 28) : wet ? random.between(34, 47) : random.normal(96, 8);
      const occupancy = queued ? random.between(30, 70) : random.between(4, wet ? 24 : 16);
      scene.add('DetectorReading', time, {
        road,
        detector: `${road}-${position}`,
        position,
        speedKmh: round(Math.max(speed, queued ? 0 : 34), 1),
        occupancy: round(occupancy, 1),
        ts: iso(time),
      });
    }
  }
}

/** One vehicle through one segment; some break down in it, the exits of a few are missed. */
function pass(i: number, count: number, scene: Scene, random: Random): void {
  const { name: segment, limitSec } = SEGMENTS[i % SEGMENTS.length] as (typeof SEGMENTS)[number];
  const vehicle = `P${String(i + 1).padStart(4, '0')}`;
  const entered = Math.round(FROM + random.between(0, 2.5) * HOUR);
  const limit = limitSec * SECOND;
  const story = i % 40;
  const late = story === 5;
  const lost = story === 17;
  const missed = i === 23 || i === Math.round(count / 2) + 1;
  let travel = limit * Math.min(0.97, random.logNormal(0.55, 0.15));
  if (late) travel = limit * random.between(1.15, 3);
  travel = Math.round(travel);
  scene.add('SegmentPassage', entered, { vehicle, segment, gate: 'entry', limitSec, ts: iso(entered) });
  if (lost || late) {
    const at = entered + limit;
    scene.incident('travel-time-exceeded', { vehicle, segment }, at, at, lost ? 'never out' : 'out late');
  }
  if (late) scene.incident('late-exit', { vehicle, segment }, entered + travel, entered + travel, 'out late');
  if (lost || missed) return;
  const left = entered + travel;
  scene.add('SegmentPassage', left, { vehicle, segment, gate: 'exit', limitSec, ts: iso(left) });
}
