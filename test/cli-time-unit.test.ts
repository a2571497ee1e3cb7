import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Alert } from '../engine/alert/alert.ts';
import { accountOf, cepheid } from './support/replay-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'cepheid-time-unit-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const lines = (...records: readonly object[]) => records.map((one) => `${JSON.stringify(one)}\n`).join('');

const RULES = file(
  'quotes.epl',
  `create schema Quote(symbol string, price double, ts date) starttimestamp ts;
   create schema Trade(symbol string, price double, ts long) starttimestamp ts;
   @Name('front-run') @Alert(severity='high', key='symbol', summary='{symbol} traded ahead of its quote')
   select t.symbol as symbol, q.ts as quoted
   from pattern [every t=Trade -> q=Quote(symbol = t.symbol, price > t.price) where timer:within(50 microseconds)];
   @Name('recent') select irstream symbol from Trade#time(40 microseconds);`,
);
/** 2026-03-01T04:10:00Z in microseconds. */
const START = 1_772_338_200_000_000;
const TRADES = file(
  'trades.jsonl',
  lines(
    { type: 'Trade', symbol: 'A', price: 10, ts: START + 1 },
    { type: 'Trade', symbol: 'B', price: 10, ts: START + 2 },
    { type: 'Trade', symbol: 'C', price: 10, ts: START + 30 },
  ),
);
const QUOTES = file(
  'quotes.csv',
  [
    'symbol,price,ts',
    'A,11,2026-03-01T04:10:00.000050Z',
    'B,11,2026-03-01T04:10:00.000052Z',
    `C,11,${START + 79}`,
    'A,12,2026-03-01 05:10:00.000081+01:00',
    '',
  ].join('\n'),
);
const EVENTS = [TRADES, `Quote=${QUOTES}`];
const FINE = ['--time-unit', 'microseconds'];
const REPLAY = ['replay', '--rules', RULES, ...FINE];

describe('replay --time-unit microseconds', () => {
  test('reads numbers and ISO times to the microsecond, the same on one process and on two', () => {
    const [one, two] = [[], ['--workers', '2']].map((more, i) => {
      const out = join(folder, `alerts-${i}.jsonl`);
      const { code, err } = cepheid([...REPLAY, ...more, '--out', out, ...EVENTS]);
      expect(code, err).toBe(0);
      expect(err).toContain('event time 2026-03-01T04:10:00.000001Z to 2026-03-01T04:10:00.000081Z');
      return readFileSync(out, 'utf8');
    });
    expect(two).toBe(one);
    const alerts = (one as string)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Alert);
    // B's quote comes when its 50 microseconds are over.
    expect(alerts.map(({ time, values }) => [time, values])).toEqual([
      [START + 50, { symbol: 'A', quoted: '2026-03-01T04:10:00.000050Z' }],
      [START + 79, { symbol: 'C', quoted: '2026-03-01T04:10:00.000079Z' }],
    ]);
    expect(alerts[0]?.events.map(({ fields }) => fields.ts)).toEqual([
      START + 1,
      '2026-03-01T04:10:00.000050Z',
    ]);
  });

  test('shows times with six digits', () => {
    const { out } = cepheid([...REPLAY, '--quiet', '--format', 'pretty', '--statement', 'recent', ...EVENTS]);
    expect(out).toContain('HIGH  2026-03-01T04:10:00.000050Z  front-run');
    expect(out).toContain('    2026-03-01T04:10:00.000001Z  Trade  trades.jsonl:1  A');
    expect(out.replaceAll(/ +/g, ' ')).toContain('2026-03-01T04:10:00.000041Z - A\n');
  });

  test('the bounds on times are counted in it', () => {
    const path = file(
      'disorder.jsonl',
      lines(
        { type: 'Trade', symbol: 'A', price: 10, ts: START + 100 },
        { type: 'Trade', symbol: 'B', price: 10, ts: START + 80 },
        { type: 'Trade', symbol: 'C', price: 10, ts: START + 79 },
        { type: 'Trade', symbol: 'D', price: 10, ts: START + 1601 },
        { type: 'Trade', symbol: 'E', price: 10, ts: START + 1500 },
        { type: 'Trade', symbol: 'F', price: 10, ts: 2 ** 53 },
      ),
    );
    const [late, rejects] = [join(folder, 'late.jsonl'), join(folder, 'rejects.jsonl')];
    const bounds = ['--out-of-order', '20us', '--max-gap', '1ms500us', '--late-file', late];
    const { err } = cepheid([...REPLAY, ...bounds, '--rejects', rejects, path]);
    expect(accountOf(err)).toEqual({ read: 6, admitted: 3, late: 1, rejected: 1, quarantined: 1 });
    expect(JSON.parse(readFileSync(late, 'utf8'))).toMatchObject({ line: 3, time: START + 79 });
    expect(readFileSync(rejects, 'utf8')).toContain('Trade.ts is 9007199254740992');
  });

  test.each([
    ['2026-03-01T04:10:00.000002Z', '2026-03-01T04:10:00.000052Z'],
    [`${START + 2}`, `${START + 52}`],
  ])('--from %s --to %s', (from, to) => {
    const { err } = cepheid([...REPLAY, '--from', from, '--to', to, ...EVENTS]);
    expect(accountOf(err).admitted).toBe(3);
    expect(err).toContain('besides these, 4 outside of --from and --to');
  });

  test('queries see the clock, and what is printed counts as it does', () => {
    const rules = file(
      'table.epl',
      `create schema Trade(symbol string, price double, ts long) starttimestamp ts;
       create window Kept#keepall as Trade; insert into Kept select * from Trade;`,
    );
    const query = 'select symbol, current_timestamp - ts as age from Kept order by symbol limit 1';
    const { out, err } = cepheid(['replay', '--quiet', '--rules', rules, ...FINE, '--query', query, TRADES]);
    expect(out, err).toBe(
      `{"statement":"query#1","time":${START + 30},"kind":"insert","values":{"symbol":"A","age":29}}\n`,
    );
  });

  test.each<[string, readonly string[], string]>([
    [
      'a unit that there is not',
      ['--time-unit', 'nanoseconds'],
      'A time unit is milliseconds or microseconds.',
    ],
    ['a bound that is too fine for the clock', ['--out-of-order', '20us'], 'needs --time-unit microseconds'],
    [
      'a time that is no number of it',
      [...FINE, '--from', '2300-01-01'],
      '--from 2300-01-01 is further from 1970',
    ],
    ['times in the wrong order', [...FINE, '--from', '5', '--to', '5'], '--from must be before --to'],
  ])('refuses %s', (_, more, message) => {
    const { code, err } = cepheid(['replay', '--rules', RULES, ...more, ...EVENTS]);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  test('without it, times that seem to count microseconds are told', () => {
    const advice = 'then --time-unit microseconds reads them';
    expect(cepheid(['replay', '--rules', RULES, TRADES]).err).toContain(advice);
    expect(cepheid([...REPLAY, TRADES]).err).not.toContain(advice);
  });

  test('an ISO time beyond what microseconds count is rejected with the reason', () => {
    const path = file(
      'far.jsonl',
      lines({ type: 'Quote', symbol: 'A', price: 1, ts: '2300-01-01T00:00:00Z' }),
    );
    const { err } = cepheid([...REPLAY, path]);
    expect(err).toContain('expected an ISO 8601 time, before 2255-06-05');
  });
});

describe('other commands by a clock of microseconds', () => {
  test('check tells where microseconds have no effect', () => {
    expect(cepheid(['check', RULES]).err).toContain('warning W0617');
    const fine = cepheid(['check', '--deny-warnings', ...FINE, RULES]);
    expect([fine.code, fine.err]).toEqual([
      0,
      expect.stringContaining('2 rules in 1 file, 0 errors, 0 warnings'),
    ]);
  });

  test('explain tells times and durations', () => {
    expect(cepheid(['explain', RULES, ...FINE]).out).toContain('the runs opened within 50us');
    const { out } = cepheid([...REPLAY, '--quiet', ...EVENTS]);
    const [{ id }] = out.split('\n').map((line) => (line === '' ? {} : JSON.parse(line))) as [Alert];
    const why = cepheid(['explain', RULES, '--why', id, ...FINE, ...EVENTS]).out;
    expect(why).toContain('front-run at 2026-03-01T04:10:00.000050Z');
    expect(why).toContain('waited 49us');
    const whyNot = ['explain', RULES, '--why-not', 'symbol=B', '--at', `${START + 60}`, ...FINE, ...EVENTS];
    const told = cepheid(whyNot).out;
    expect(told).toContain('until 2026-03-01T04:10:00.000052Z');
    expect(told).toContain('its time was up');
  });
});
