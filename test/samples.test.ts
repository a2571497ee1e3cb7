import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Random } from '../samples/generator/random.ts';
import { SAMPLES, type SampleDomain } from '../samples/generator/samples.ts';
import type { Incident } from '../samples/generator/scene.ts';
import { DETECTORS } from './support/reference/detectors.ts';
import { asLines, type Finding, type PlainEvent } from './support/reference/plain-event.ts';
import { accountOf, cepheid, ROOT } from './support/replay-command.ts';
import { planOf, readRuleFolder, runRules, runSpread } from './support/run-rules.ts';
import { readSample, readText, type SampleContent } from './support/sample-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'cepheid-samples-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Numbers of worker processes to replay with; the same bytes come out of each. */
const WORKERS = cepheid(['replay', '--help']).out.includes('--workers') ? ['1', '2', '4'] : ['none'];

/** What each recorded sample holds, as counted when it was recorded. */
const RECORDED = {
  fraud: {
    files: ['days.jsonl'],
    late: 4,
    rejected: 5,
    incidents: 15,
    // Online shops that pass for shops at their head office.
    falseAlarms: { 'impossible-travel': 2 },
  },
  traffic: {
    files: ['positions.csv', 'detectors.csv', 'passages.csv'],
    late: 5,
    rejected: 0,
    incidents: 46,
    // A stop for fuel; two exits that the gate missed.
    falseAlarms: { 'stopped-vehicle': 1, 'travel-time-exceeded': 2 },
  },
  sensor: {
    files: ['shift.jsonl.gz'],
    late: 10,
    rejected: 0,
    incidents: 28,
    // A device that restarts, and one whose third heartbeat comes a second late.
    falseAlarms: { 'heartbeat-lost': 2 },
  },
} as const;

describe.each(['fraud', 'traffic', 'sensor'] as const)('sample %s', (name) => {
  const domain = SAMPLES.get(name) as SampleDomain;
  const recorded = RECORDED[name];
  const paths = recorded.files.map((file) => join(ROOT, 'samples', name, file));
  const truth = readLines<Incident>(join(ROOT, 'samples', name, 'truth.jsonl'));
  const expectedPath = join(ROOT, 'samples', name, 'expected.alerts.jsonl');

  test('is what its generator makes from the seed, byte by byte', () => {
    const sample = domain.generate(domain.recorded);
    expect(sample.files.map((file) => file.name)).toEqual(recorded.files);
    sample.files.forEach((file, i) => {
      expect(file.text === readText(paths[i] as string), file.name).toBe(true);
    });
    expect(sample.truth).toEqual(truth);
    const other = domain.generate({ ...domain.recorded, seed: domain.recorded.seed + 1 });
    expect(other.files[0]?.text === sample.files[0]?.text).toBe(false);
  });

  test.each(WORKERS)(
    'raises exactly the expected alerts, and accounts for every line (workers %s)',
    (workers) => {
      const out = join(folder, `${name}.alerts.jsonl`);
      const result = cepheid([
        ...['replay', '--rules', `rules/packs/${name}`, '--out-of-order', `${domain.boundMs}ms`],
        ...(workers === 'none' ? [] : ['--workers', workers]),
        ...['--out', out, ...paths],
      ]);
      expect(result.code, result.err).toBe(0);
      const { admitted, late, rejected } = contentOf(name, paths);
      expect({ late, rejected }).toEqual({ late: recorded.late, rejected: recorded.rejected });
      const account = { read: admitted + late + rejected, admitted, late, rejected, quarantined: 0 };
      expect(accountOf(result.err)).toEqual(account);
      if (process.env.CEPHEID_RECORD === '1') copyFileSync(out, expectedPath);
      const [made, expected] = [out, expectedPath].map((path) => readFileSync(path, 'utf8'));
      expect(made === expected, 'the alerts differ from expected.alerts.jsonl').toBe(true);
    },
  );

  test('its expected alerts are what the plain detectors find', () => {
    const { events, end } = contentOf(name, paths);
    const alerts = readLines<Finding>(expectedPath);
    expect(asLines(alerts)).toEqual(asLines(detectAll(name, events, end)));
  });

  test('finds every incident; false alarms are the known ones', () => {
    const alerts = readLines<Finding>(expectedPath);
    expect(truth.length).toBe(recorded.incidents);
    expect(truth.filter((incident) => !alerts.some((alert) => isOf(alert, incident)))).toEqual([]);
    const falseAlarms: Record<string, number> = {};
    for (const alert of alerts) {
      if (truth.some((incident) => isOf(alert, incident))) continue;
      falseAlarms[alert.rule] = (falseAlarms[alert.rule] ?? 0) + 1;
    }
    expect(falseAlarms).toEqual(recorded.falseAlarms);
  });
});

describe('other seeds: rules and plain detectors agree, spread over shards or not, and miss no incident', () => {
  const worlds = [...SAMPLES.keys()].flatMap((name) => [1, 2, 3, 4, 5].map((seed) => ({ name, seed })));
  test.each(worlds)('$name, seed $seed', ({ name, seed }) => {
    const domain = SAMPLES.get(name) as SampleDomain;
    const sample = domain.generate({ events: 3000, seed });
    const paths = sample.files.map((file) => {
      const path = join(folder, `${name}-${seed}-${file.name.replace(/\.gz$/, '')}`);
      writeFileSync(path, file.text);
      return path;
    });
    const { events, end } = contentOf(name, paths);
    const plan = planOf(readRuleFolder(join(ROOT, 'rules/packs', name)));
    const keys = new Map(
      plan.statements.map((one) => [
        one.name,
        one.alert?.keyColumns.map((at) => one.query.columns[at]?.name),
      ]),
    );
    const rows = runRules(plan, events, { until: end });
    for (const width of [2, 3]) expect(runSpread(plan, events, width, end)).toEqual(rows);
    const found: Finding[] = rows.map(({ rule, time, values }) => {
      const columns = keys.get(rule) as string[];
      return { rule, time, key: Object.fromEntries(columns.map((column) => [column, values[column]])) };
    });
    expect(asLines(found)).toEqual(asLines(detectAll(name, events, end)));
    expect(sample.truth.length).toBeGreaterThan(8);
    expect(sample.truth.filter((incident) => !found.some((alert) => isOf(alert, incident)))).toEqual([]);
  });
});

test('a detector that finds nothing would be noticed: each rule of each pack is raised by a sample', () => {
  const rules = ['fraud', 'traffic', 'sensor'].flatMap((name) =>
    readLines<Finding>(join(ROOT, 'samples', name, 'expected.alerts.jsonl')).map(({ rule }) => rule),
  );
  expect([...new Set(rules)].sort()).toEqual([
    ...['card-testing', 'heartbeat-lost', 'impossible-travel', 'late-exit', 'payout-after-change'],
    ...['queue-spill-back', 'stopped-vehicle', 'sustained-over-limit', 'travel-time-exceeded'],
    'two-sensors-agree',
  ]);
});

test('the generator of random numbers is even and repeatable', () => {
  const random = new Random(42);
  const counts = new Array<number>(10).fill(0);
  for (let i = 0; i < 100_000; i++) {
    const at = Math.floor(random.next() * 10);
    counts[at] = (counts[at] as number) + 1;
  }
  expect(Math.min(...counts)).toBeGreaterThan(9_600);
  expect(Math.max(...counts)).toBeLessThan(10_400);
  const [one, again] = [new Random(1), new Random(1)];
  expect(Array.from({ length: 5 }, () => one.next())).toEqual(Array.from({ length: 5 }, () => again.next()));
  expect(new Random(2).next()).not.toBe(new Random(1).next());
});

function readLines<T>(path: string): T[] {
  return readText(path)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

function detectAll(name: string, events: readonly PlainEvent[], end: number): Finding[] {
  return (DETECTORS.get(name) ?? []).flatMap((detect) => detect(events, end));
}

const TYPES: { readonly [name: string]: readonly string[] } = {
  fraud: ['CardCharge', 'CredentialChange', 'StepUp', 'Payout'],
  traffic: ['VehiclePosition', 'DetectorReading', 'SegmentPassage'],
  sensor: ['Heartbeat', 'DeviceOff', 'Reading'],
};

/** What the files of a sample hold. Times of the traffic sample are ISO text, those of the others numbers. */
function contentOf(name: string, paths: readonly string[]): SampleContent {
  const timeOf = ({ ts }: { readonly [field: string]: unknown }) => {
    if (name === 'traffic') return typeof ts === 'string' ? Date.parse(ts) : Number.NaN;
    return typeof ts === 'number' ? ts : Number.NaN;
  };
  return readSample(paths, (SAMPLES.get(name) as SampleDomain).boundMs, timeOf, new Set(TYPES[name]));
}

function isOf(alert: Finding, { rule, key, from, to }: Incident): boolean {
  const sameKey = JSON.stringify(alert.key) === JSON.stringify(key);
  return alert.rule === rule && sameKey && alert.time >= from && alert.time <= to;
}
