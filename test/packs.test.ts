import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { derivePartitions } from '../engine/plan/partition.ts';
import type { RuleSource } from '../rules/index.ts';
import { type CaseFile, parseCaseFile, readCaseFolder } from './support/case-file.ts';
import { type AlertRow, planOf, type RunOptions, readRuleFolder, runRules } from './support/run-rules.ts';

const PACKS = join(import.meta.dirname, '../rules/packs');
const NAMES = ['fraud', 'traffic', 'sensor'];

describe.each(NAMES)('rule pack %s', (pack) => {
  const sources = readRuleFolder(join(PACKS, pack));
  const files = readCaseFolder(join(PACKS, pack, 'tests'));
  const plan = planOf(sources);
  const alerting = plan.statements.filter(({ alert }) => alert !== null);

  test('every rule is spread by a key', () => {
    const { groups } = derivePartitions(plan);
    expect(groups.filter(({ keys }) => keys === null).map(({ reason }) => reason)).toEqual([]);
  });

  test('every rule has a summary, a description, receivers and a key', () => {
    for (const { alert, description, name } of alerting) {
      expect(description, name).not.toBeNull();
      expect(alert?.summary.length, name).toBeGreaterThan(1);
      expect(alert?.to.length, name).toBeGreaterThan(0);
      expect(alert?.keyColumns.length, name).toBeGreaterThan(0);
    }
  });

  test('every rule is described, and has a case that raises it and one that raises nothing', () => {
    const readme = readFileSync(join(PACKS, pack, 'README.md'), 'utf8');
    const expected = files.flatMap(({ cases }) => cases.flatMap((one) => one.expected));
    for (const { name } of alerting) {
      expect(readme).toContain(`\`${name}\``);
      expect(expected.map(({ rule }) => rule)).toContain(name);
    }
    for (const { file, cases } of files)
      expect(
        cases.some((one) => one.expected.length === 0),
        file,
      ).toBe(true);
  });

  describe.each(files)('$file', (file) => {
    const filePlan = planOf(pick(sources, file));
    test.each(file.cases)('$name', (one) => {
      const options: RunOptions[] = [{ backend: 'codegen' }, { backend: 'interpreter' }, { restoring: true }];
      for (const option of options) {
        const rows = runRules(filePlan, one.events, { ...option, until: one.until });
        expect(rows, JSON.stringify(option)).toEqual(one.expected);
      }
    });
  });
});

describe('examples in the pages', () => {
  const blocks = (path: string) =>
    [...readFileSync(join(PACKS, path), 'utf8').matchAll(/^ *```\w*\n([\s\S]*?)^ *```/gm)].map(
      (found) => found[1] as string,
    );

  test('a feed with other names goes through the fraud pack', () => {
    const [text = ''] = blocks('fraud/README.md');
    const plan = planOf([...readRuleFolder(join(PACKS, 'fraud')), { file: 'feed.epl', text }]);
    const auth = (time: number, x: number) => {
      const fields = { pan: 'c1', value: 20, time, pos: 'chip', x, y: 51.5 };
      return { type: 'Auth', fields };
    };
    const rows = runRules(plan, [auth(0, -0.1), auth(3_600_000, -74)]);
    expect(rows.map(({ rule, values }) => [rule, values.card])).toEqual([['impossible-travel', 'c1']]);
  });

  test('the case file of the page passes', () => {
    const [text = ''] = blocks('README.md');
    const file = parseCaseFile('README.md', text);
    const plan = planOf(pick(readRuleFolder(join(PACKS, 'sensor')), file));
    for (const { events, until, expected } of file.cases)
      expect(runRules(plan, events, { until })).toEqual(expected);
    expect(file.cases[0]?.expected.length).toBe(1);
  });
});

describe('rules with a mistake fail their cases', () => {
  const mistakes: [pack: string, file: string, text: string, wrong: string][] = [
    [
      'fraud',
      'card-testing',
      's2=CardCharge(card = s1.card, amount > 0, amount <= 3)',
      's2=CardCharge(card = s1.card, amount > 0, amount <= 4)',
    ],
    ['fraud', 'card-testing', 'amount >= 150', 'amount > 150'],
    ['fraud', 'card-testing', 'and not CardCharge(card = s1.card, amount > 0, amount <= 3)', ''],
    ['fraud', 'card-testing', 'timer:within(1 hour)', 'timer:within(61 minutes)'],
    ['fraud', 'card-testing', 's3=CardCharge(card = s1.card,', 's3=CardCharge('],
    ['fraud', 'impossible-travel', '900 *', '700 *'],
    ['fraud', 'impossible-travel', 'where geo', 'where 1 = 1 or geo'],
    ['fraud', 'impossible-travel', 'a=CardCharge(present = true)', 'a=CardCharge'],
    ['fraud', 'payout-after-change', ', passed = true', ''],
    ['fraud', 'payout-after-change', 'and not CredentialChange(account = change.account)', ''],
    ['fraud', 'payout-after-change', 'amount >= 100', 'amount >= 99'],
    ['traffic', 'stopped-vehicle', 'timer:interval(5 minutes)', 'timer:interval(6 minutes)'],
    [
      'traffic',
      'stopped-vehicle',
      'and not VehiclePosition(vehicle = moving.vehicle, speedKmh >= 5))',
      'and not VehiclePosition(speedKmh >= 500))',
    ],
    ['traffic', 'stopped-vehicle', 'timer:within(2 minutes)', 'timer:within(9 minutes)'],
    ['traffic', 'queue-spill-back', 'position = down.position - 1)', 'position = down.position + 1)'],
    ['traffic', 'queue-spill-back', 'and not QueueStart(road = down.road, position = down.position)', ''],
    ['traffic', 'queue-spill-back', ', occupancy >= 25', ''],
    ['traffic', 'queue-spill-back', 'speedKmh >= 50))', 'speedKmh >= 40))'],
    ['traffic', 'travel-time', '>= e.limitSec * 1000', '> e.limitSec * 1000'],
    ['traffic', 'travel-time', "segment = e.segment, gate = 'entry'", "segment = e.segment, gate = 'none'"],
    ['sensor', 'heartbeat-lost', '3 * h', '2 * h'],
    ['sensor', 'heartbeat-lost', 'and not DeviceOff(device = h.device)', ''],
    ['sensor', 'sustained-over-limit', 'timer:within(5 minutes)', 'timer:within(20 minutes)'],
    ['sensor', 'two-sensors-agree', ', sensor != a.sensor', ''],
    ['sensor', 'two-sensors-agree', 'and not LimitCrossed(unit = a.unit, sensor = a.sensor)', ''],
  ];
  test.each(mistakes)('%s/%s: %s', (pack, name, text, wrong) => {
    const files = readCaseFolder(join(PACKS, pack, 'tests'));
    const file = files.find((one) => one.file === `${name}.case.json`) as CaseFile;
    const right = pick(readRuleFolder(join(PACKS, pack)), file);
    expect(right.filter((source) => source.text.includes(text)).length).toBe(1);
    const sources = right.map((source) => ({ ...source, text: source.text.replace(text, () => wrong) }));
    const plan = planOf(sources);
    const failed = file.cases.filter(
      (one) => !sameRows(runRules(plan, one.events, { until: one.until }), one.expected),
    );
    expect(failed.length).toBeGreaterThan(0);
  });
});

describe('case files', () => {
  const base = { rules: ['a.epl'], cases: [{ name: 'x', events: [['00:00:00', 'A', {}]], expect: 'none' }] };
  const withCase = (more: object) => JSON.stringify({ ...base, cases: [{ ...base.cases[0], ...more }] });
  test('a case is read with times, defaults and the end of the clock', () => {
    const text = JSON.stringify({
      rules: ['a.epl'],
      defaults: { A: { k: 'one', due: '@@00:00:02' } },
      cases: [
        {
          name: 'x',
          events: [['00:00:01', 'A', { v: 2 }]],
          until: '25:00:00.250',
          expect: [['00:00:01', 'r', { at: '@00:00:01' }]],
        },
      ],
    });
    expect(parseCaseFile('x', text).cases[0]).toEqual({
      name: 'x',
      events: [{ type: 'A', fields: { ts: 1772409601000, k: 'one', due: '2026-03-02T00:00:02.000Z', v: 2 } }],
      until: 1772409600000 + 25 * 3_600_000 + 250,
      expected: [{ rule: 'r', time: 1772409601000, values: { at: 1772409601000 } }],
    });
  });
  test.each([
    [{ expect: [] }, 'expects nothing'],
    [{ expect: undefined }, 'expects nothing'],
    [{ expect: 'nothing' }, 'expects nothing'],
    [{ events: [] }, 'events: must be a list with entries'],
    [{ name: '' }, 'has no name'],
    [{ events: [['0:00', 'A', {}]] }, 'is not a time'],
    [
      {
        events: [
          ['00:00:01', 'A', {}],
          ['00:00:00', 'A', {}],
        ],
      },
      'goes back in time',
    ],
    [{ expected: [] }, 'does not know `expected`'],
    [{ expect: [['00:00:00', 'r']] }, 'must be [time, name, {fields}]'],
  ])('%j is refused', (more, reason) => {
    expect(() => parseCaseFile('x', withCase(more))).toThrow(reason);
  });
});

/** The rule files a case file names, in its order. */
function pick(sources: readonly RuleSource[], file: CaseFile): RuleSource[] {
  return file.rules.map((name) => {
    const source = sources.find((one) => one.file === name);
    if (source === undefined) throw new Error(`${file.file}: there is no rule file ${name}`);
    return source;
  });
}

function sameRows(a: readonly AlertRow[], b: readonly AlertRow[]): boolean {
  const text = (rows: readonly AlertRow[]) =>
    JSON.stringify(rows.map(({ rule, time, values }) => [rule, time, Object.entries(values).sort()]));
  return text(a) === text(b);
}
