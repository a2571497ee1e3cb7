import { Random } from './random.ts';
import {
  DAY,
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

/** Days of a sample. */
const DAYS = 4;
/** Arrivals of the sample are disordered by less than this, ms. */
export const FRAUD_BOUND_MS = 30 * SECOND;

interface City {
  readonly country: string;
  readonly lat: number;
  readonly lon: number;
}

const CITIES: readonly City[] = [
  { country: 'GB', lat: 51.507, lon: -0.128 },
  { country: 'FR', lat: 48.857, lon: 2.352 },
  { country: 'DE', lat: 52.52, lon: 13.405 },
  { country: 'ES', lat: 40.417, lon: -3.704 },
  { country: 'IT', lat: 41.903, lon: 12.496 },
  { country: 'PL', lat: 52.23, lon: 21.012 },
  { country: 'SE', lat: 59.329, lon: 18.069 },
  { country: 'US', lat: 40.713, lon: -74.006 },
  { country: 'US', lat: 34.052, lon: -118.244 },
  { country: 'BR', lat: -23.551, lon: -46.633 },
  { country: 'JP', lat: 35.676, lon: 139.65 },
  { country: 'SG', lat: 1.352, lon: 103.82 },
];
/** Most holders live in the first cities. */
const HOME_WEIGHTS = [8, 7, 8, 5, 5, 4, 3, 4, 2, 1, 1, 1];

/** Kinds of shops: share of charges, median amount, spread, whether the card is there. */
const SHOPS = [
  { name: 'Grocer', share: 30, median: 24, sigma: 0.8, present: true },
  { name: 'Cafe', share: 18, median: 5.2, sigma: 0.4, present: true },
  { name: 'Fuel', share: 9, median: 52, sigma: 0.3, present: true },
  { name: 'Restaurant', share: 12, median: 38, sigma: 0.6, present: true },
  { name: 'Clothes', share: 7, median: 61, sigma: 0.7, present: true },
  { name: 'Online', share: 20, median: 31, sigma: 1.0, present: false },
  { name: 'Apps', share: 4, median: 3.4, sigma: 0.5, present: false },
];
/** Charges by hour of the day, UTC. */
const RHYTHM = [1, 1, 1, 1, 1, 2, 5, 12, 16, 14, 14, 18, 24, 20, 15, 15, 18, 24, 26, 22, 15, 9, 5, 2];

interface Card {
  readonly id: string;
  readonly home: City;
  /** The holder is in another city from this day on; −1: stays at home. */
  readonly travelDay: number;
  readonly away: City;
}

/** A few days of card charges and account events, with incidents, near misses and innocent look-alikes. */
export function generateFraud(options: SampleOptions): Sample {
  const random = new Random(options.seed);
  const scene = new Scene();
  const cards = makeCards(Math.max(30, Math.round(options.events / 20)), random);
  const accounts = cards.map((_, i) => `acc-${1001 + i}`);
  for (const card of cards) everyday(card, scene, random);
  for (const account of accounts) banking(account, scene, random);
  const marked = new Set<string>();
  /** A card or account that has no part in another story. */
  const fresh = <T>(list: readonly T[], id: (one: T) => string): T => {
    for (;;) {
      const one = random.pick(list);
      if (marked.has(id(one))) continue;
      marked.add(id(one));
      return one;
    }
  };
  const count = Math.max(3, Math.min(Math.round(options.events / 400), Math.floor(cards.length / 8)));
  for (let i = 0; i < count; i++) {
    testCard(
      fresh(cards, ({ id }) => id),
      scene,
      random,
    );
    copyCard(
      fresh(cards, ({ id }) => id),
      scene,
      random,
    );
    takeOver(fresh(accounts, String), scene, random);
    nearMiss(
      i,
      fresh(cards, ({ id }) => id),
      fresh(accounts, String),
      scene,
      random,
    );
  }
  const arrived = deliver(scene.events, random, {
    boundMs: FRAUD_BOUND_MS,
    late: Math.max(3, Math.round(options.events / 500)),
    mayBeLate: ({ fields }) => !marked.has(String(fields.card ?? fields.account)),
  });
  const lines = damage(toJsonLines(arrived), Math.max(3, Math.round(options.events / 400)), random);
  return { files: [{ name: 'days.jsonl', text: `${lines.join('\n')}\n` }], truth: scene.sortedTruth() };
}

function makeCards(count: number, random: Random): Card[] {
  return Array.from({ length: count }, (_, i) => {
    const home = CITIES[random.weighted(HOME_WEIGHTS)] as City;
    const travelDay = random.chance(0.06) ? random.integer(1, DAYS - 1) : -1;
    return { id: `4${String(700_000 + i * 7)}`, home, travelDay, away: random.pick(CITIES) };
  });
}

/** The holder's own charges. A traveller shops in the new city from noon of the day of travel on. */
function everyday(card: Card, scene: Scene, random: Random): void {
  for (let day = 0; day < DAYS; day++) {
    for (let n = random.poisson(4); n > 0; n--) {
      const time = START + day * DAY + random.weighted(RHYTHM) * HOUR + random.next() * HOUR;
      const isAway = card.travelDay >= 0 && day >= card.travelDay;
      if (day === card.travelDay && time < START + day * DAY + 16 * HOUR) continue;
      const shop = SHOPS[random.weighted(SHOPS.map(({ share }) => share))] as (typeof SHOPS)[number];
      const amount = Math.max(0.5, round(random.logNormal(shop.median, shop.sigma), 2));
      const place = isAway ? card.away : card.home;
      const merchant = `${shop.name} ${random.integer(1, 40)}`;
      // Some online shops pass for shops at their head office: innocent, yet it looks like travel.
      const headOffice = !shop.present && random.chance(0.006);
      const city = headOffice ? random.pick(CITIES) : place;
      const present = shop.present || headOffice;
      addCharge(scene, random, { id: card.id, time, amount, merchant, city, present });
    }
  }
}

interface Charge {
  readonly id: string;
  readonly time: number;
  readonly amount: number;
  readonly merchant: string;
  readonly city: City;
  readonly present: boolean;
}

function addCharge(scene: Scene, random: Random, charge: Charge): void {
  const { id, time, amount, merchant, city, present } = charge;
  const lat = round(city.lat + random.between(-0.08, 0.08), 4);
  const lon = round(city.lon + random.between(-0.08, 0.08), 4);
  scene.add('CardCharge', time, {
    card: id,
    amount,
    merchant,
    country: city.country,
    present,
    lat: present ? lat : null,
    lon: present ? lon : null,
    ts: Math.round(time),
  });
}

/** An account's ordinary days: payouts, now and then a change, nearly always with a second factor. */
function banking(account: string, scene: Scene, random: Random): void {
  for (let n = random.poisson(0.7); n > 0; n--) {
    payout(
      scene,
      account,
      randomTime(random),
      round(random.logNormal(180, 0.9), 2),
      `payee-${random.integer(1, 300)}`,
    );
  }
  if (!random.chance(0.08)) return;
  const time = randomTime(random);
  change(scene, account, time, random.pick(['password', 'mail address', 'telephone number']));
  // The customer in a hurry: an innocent payout right after the change, without a second factor.
  const hurried = random.chance(0.08);
  if (!hurried) stepUp(scene, account, time + random.between(1, 4) * MINUTE, true);
  if (hurried || random.chance(0.3))
    payout(
      scene,
      account,
      time + random.between(5, 40) * MINUTE,
      round(random.between(120, 600), 2),
      'landlord',
    );
}

function testCard(card: Card, scene: Scene, random: Random): void {
  const times = series(randomTime(random), random.integer(3, 6), random);
  tests(card, times, scene, random);
  const last = (times.at(-1) as number) + random.between(2, 45) * MINUTE;
  const amount = round(random.between(180, 1400), 2);
  addCharge(scene, random, {
    id: card.id,
    time: last,
    amount,
    merchant: 'Electronics 9',
    city: card.home,
    present: false,
  });
  const at = Math.round(last);
  scene.incident('card-testing', { card: card.id }, at, at, `${times.length} tests, then ${amount}`);
}

/** The copy is used in another city while the holder shops at home. */
function copyCard(card: Card, scene: Scene, random: Random): void {
  const time = randomTime(random);
  const far = CITIES.filter(
    (city) => Math.abs(city.lon - card.home.lon) > 30 && Math.abs(city.lon - card.away.lon) > 30,
  );
  const city = random.pick(far);
  const here = card.travelDay >= 0 && time >= START + card.travelDay * DAY ? card.away : card.home;
  addCharge(scene, random, {
    id: card.id,
    time,
    amount: 31.4,
    merchant: 'Grocer 3',
    city: here,
    present: true,
  });
  const copy = time + random.between(8, 100) * MINUTE;
  const amount = round(random.between(90, 700), 2);
  addCharge(scene, random, { id: card.id, time: copy, amount, merchant: 'Jeweller 1', city, present: true });
  // The holder's next charge, at home again, is the same incident.
  scene.incident('impossible-travel', { card: card.id }, copy, copy + DAY, `copy used in ${city.country}`);
}

function takeOver(account: string, scene: Scene, random: Random): void {
  const time = randomTime(random);
  change(scene, account, time, 'password');
  if (random.chance(0.5)) change(scene, account, time + 3 * MINUTE, 'mail address');
  if (random.chance(0.4)) stepUp(scene, account, time + 4 * MINUTE, false);
  const out = time + random.between(6, 55) * MINUTE;
  payout(scene, account, out, round(random.between(800, 9000), 2), `mule-${random.integer(1, 9)}`);
  const at = Math.round(out);
  scene.incident('payout-after-change', { account }, at, at, 'taken over');
}

/** Close to an incident, but none. */
function nearMiss(i: number, card: Card, account: string, scene: Scene, random: Random): void {
  const time = randomTime(random);
  const large = { id: card.id, amount: 420, merchant: 'Furniture 2', city: card.home, present: false };
  if (i % 3 === 0) {
    tests(card, series(time, 2, random), scene, random);
    addCharge(scene, random, { ...large, time: time + 25 * MINUTE });
  } else if (i % 3 === 1) {
    tests(card, series(time, 4, random), scene, random);
  } else {
    const times = series(time, 3, random);
    tests(card, times, scene, random);
    addCharge(scene, random, { ...large, time: (times.at(-1) as number) + 65 * MINUTE });
  }
  change(scene, account, time, 'password');
  if (i % 2 === 0) stepUp(scene, account, time + 2 * MINUTE, true);
  payout(scene, account, time + (i % 2 === 0 ? 30 : 61) * MINUTE, 1500, 'builder');
}

/** Times of small charges, each within minutes of the one before. */
function series(from: number, count: number, random: Random): number[] {
  const times: number[] = [];
  for (let i = 0, time = from; i < count; i++, time += random.between(20, 240) * SECOND) times.push(time);
  return times;
}

function tests(card: Card, times: readonly number[], scene: Scene, random: Random): void {
  for (const time of times) {
    const amount = round(random.between(0.5, 2.9), 2);
    const merchant = `Apps ${random.integer(1, 40)}`;
    addCharge(scene, random, { id: card.id, time, amount, merchant, city: card.home, present: false });
  }
}

function change(scene: Scene, account: string, time: number, what: string): void {
  scene.add('CredentialChange', time, { account, what, ts: Math.round(time) });
}

function stepUp(scene: Scene, account: string, time: number, passed: boolean): void {
  scene.add('StepUp', time, { account, passed, ts: Math.round(time) });
}

function payout(scene: Scene, account: string, time: number, amount: number, beneficiary: string): void {
  scene.add('Payout', time, { account, amount, beneficiary, ts: Math.round(time) });
}

/** A time of the sample that leaves room for a story. */
function randomTime(random: Random): number {
  const day = random.integer(0, DAYS - 1);
  return START + day * DAY + Math.min(20, random.weighted(RHYTHM)) * HOUR + random.next() * HOUR;
}

/**
 * Puts lines that are no events between the others: cut off, of a wrong type, without time, of an unknown
 * type.
 */
function damage(lines: readonly string[], count: number, random: Random): string[] {
  const damaged = [...lines];
  for (let i = 0; i < count; i++) {
    const at = random.integer(1, damaged.length - 1);
    const line = random.pick(lines);
    const bad = [
      line.slice(0, Math.floor(line.length / 2)),
      line.replace(/"ts":\d+/, '"ts":"yesterday"'),
      line.replace(/,"ts":\d+/, ''),
      line.replace(/"type":"\w+"/, '"type":"Ping"'),
    ];
    damaged.splice(at, 0, bad[i % bad.length] as string);
  }
  return damaged;
}
