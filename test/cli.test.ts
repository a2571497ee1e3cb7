import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'cepheid-'));
afterAll(() => rmSync(folder, { recursive: true }));
const SAMPLE = join(root, 'samples', 'fraud', 'events.jsonl');
const RULES = ['--rules', join(root, 'rules', 'packs', 'fraud')];

function cepheid(args: readonly string[], input = ''): { code: number | null; out: string; err: string } {
  const result = spawnSync(process.execPath, [join(root, 'bin', 'cepheid.mjs'), ...args], {
    input,
    encoding: 'utf8',
  });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('limits of patterns', () => {
  const rules = file(
    'limits.epl',
    `create schema A(id string, ts long) starttimestamp ts;
     @Name('waits') @Alert(key='id') select a.id as id from pattern [every a=A -> A(id = a.id)];`,
  );
  const lines = Array.from({ length: 30 }, (_, i) => JSON.stringify({ type: 'A', id: `k${i % 15}`, ts: i }));
  const events = file('limits.jsonl', `${lines.join('\n')}\n`);

  test('fail ends the run and names the rule and the key', () => {
    const { code, err } = cepheid(['replay', '--rules', rules, '--max-open-runs', '5', events]);
    expect(code).toBe(1);
    expect(err).toContain('the rule `waits` has 5 open runs, now for the key `k5`');
    expect(err).toContain('where timer:within');
  });

  // Each worker has the bound to itself: of 15 keys 5 wait in one process, 5 in each of two.
  test.each([
    [1, 5, 20],
    [2, 10, 10],
  ])('what is dropped is told and counted, with %i workers', (workers, alerts, dropped) => {
    const args = ['replay', '--rules', rules, '--workers', String(workers), '--summary', 'json', events];
    const { code, err } = cepheid([...args, '--max-open-runs', '5', '--on-limit', 'drop-newest']);
    expect(code).toBe(0);
    expect(err).toMatch(/cepheid: the rule `waits` has 5 open runs, now for the key `k\d+` .* 1 so far/);
    expect(JSON.parse(err.trimEnd().split('\n').at(-1) as string)).toMatchObject({
      alerts,
      droppedByRule: { waits: dropped },
    });
  });

  test('partitions of a context that are dropped are told and counted', () => {
    const keyed = file(
      'partitions.epl',
      `create schema A(id string, ts long) starttimestamp ts;
       @Name('cards') create context C partition by id from A;
       @Alert(key='id') context C select id, count(*) as n from A having count(*) = 2;`,
    );
    const args = ['replay', '--rules', keyed, '--summary', 'json', '--max-partitions', '5', events];
    const { code, err } = cepheid([...args, '--on-limit', 'drop-newest']);
    expect(code).toBe(0);
    expect(err).toMatch(/cepheid: the context `C` has 5 partitions at .* the newest is dropped, 1 so far/);
    expect(JSON.parse(err.trimEnd().split('\n').at(-1) as string)).toMatchObject({
      alerts: 5,
      droppedByRule: { cards: 20 },
    });
    expect(cepheid(args)).toMatchObject({
      code: 1,
      err: expect.stringContaining('end them with `terminated`'),
    });
  });
});

test('rows of windows and groups that find no room are told and counted', () => {
  const rules = file(
    'rows.epl',
    `create schema A(id string, ts long) starttimestamp ts;
     @Name('rows') @Alert select count(*) as n from A#time(1 hour) having count(*) > 5;
     @Name('groups') @Alert(key='id') select id, count(*) as n from A group by id;`,
  );
  const lines = Array.from({ length: 30 }, (_, i) => JSON.stringify({ type: 'A', id: `k${i % 15}`, ts: i }));
  const events = file('rows.jsonl', `${lines.join('\n')}\n`);
  const args = ['replay', '--rules', rules, '--summary', 'json', '--max-window-rows', '5', events];
  const { code, err } = cepheid([...args, '--max-groups', '10', '--on-limit', 'drop-newest']);
  expect(code).toBe(0);
  expect(err).toMatch(
    /cepheid: the rule `rows` has 5 rows in one data window at .* the newest is dropped, 1 so far/,
  );
  expect(err).toMatch(/cepheid: the rule `groups` has 10 groups at .* the newest is dropped, 1 so far/);
  expect(JSON.parse(err.trimEnd().split('\n').at(-1) as string)).toMatchObject({
    alerts: 20,
    droppedByRule: { rows: 25, groups: 10 },
  });
  expect(cepheid(args)).toMatchObject({ code: 1, err: expect.stringContaining('or raise the limit') });
});

test.each([1, 2])(
  'an expression without a value is told a few times and counted, with %i workers',
  (workers) => {
    const rules = file(
      'failing.epl',
      `create schema A(id string, n int, ts long) starttimestamp ts;
     @Name('rest') @Alert(key='id') select id, 10 % n as v from A;`,
    );
    const lines = Array.from({ length: 30 }, (_, i) =>
      JSON.stringify({ type: 'A', id: `k${i}`, n: i % 3, ts: i }),
    );
    const events = file('failing.jsonl', `${lines.join('\n')}\n`);
    const args = ['replay', '--rules', rules, '--workers', String(workers), '--summary', 'json', events];
    const { code, err } = cepheid(args);
    expect(code).toBe(0);
    const told = err.split('\n').filter((line) => line.includes('rest: at '));
    // Notices of several processes come in any order; each keeps its own.
    const times = told.map((line) => Number(/at (\d+)/.exec(line)?.[1]));
    expect(times.filter((time) => time % 3 !== 0)).toEqual([]);
    if (workers === 1) expect(times[0]).toBe(0);
    expect(told[0]).toMatch(
      /^cepheid: rest: at \d+ an expression has no value, so there is no row: the remainder of a division by zero$/,
    );
    expect(told.length).toBeLessThanOrEqual(8);
    expect(JSON.parse(err.trimEnd().split('\n').at(-1) as string)).toMatchObject({
      alerts: 20,
      failedByRule: { rest: 10 },
      droppedByRule: {},
    });
  },
);

describe('replay', () => {
  test('finds the incidents of the sample and accounts for every line', () => {
    const { code, out, err } = cepheid(['replay', ...RULES, SAMPLE]);
    const alerts = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(alerts.map((alert) => [alert.rule, alert.key, alert.time])).toEqual([
      ['card-testing', { card: 'c1' }, 1767225800000],
      ['payout-after-change', { account: 'a7' }, 1767226100000],
      ['impossible-travel', { card: 'c2' }, 1767229200000],
    ]);
    expect(alerts[0].events.map((event: { offset: number }) => event.offset)).toEqual([1, 3, 6, 7]);
    expect(err).toContain('14 events read = 13 admitted + 0 late + 1 rejected + 0 quarantined');
    expect(err).toContain('events.jsonl:13: rejected: CardCharge.amount is "a lot", expected double');
    expect(code).toBe(0);
  });

  test('gives the same bytes from compressed files and from disordered ones within the bound', () => {
    const text = readFileSync(SAMPLE, 'utf8');
    const straight = cepheid(['replay', ...RULES, file('events.jsonl', text)]).out;
    for (const [name, bytes] of [
      ['gz/events.jsonl.gz', gzipSync(text)],
      ['zst/events.jsonl.zst', zstdCompressSync(text)],
    ] as const) {
      const { out } = cepheid(['replay', ...RULES, file(name.replace('/', '-'), bytes)]);
      const withoutSplit = (lines: string) =>
        lines.replace(/"split":"[^"]*"/g, '').replace(/"id":"[^"]*"/g, '');
      expect(withoutSplit(out)).toBe(withoutSplit(straight));
    }
    const lines = text.trimEnd().split('\n');
    [lines[0], lines[1]] = [lines[1] as string, lines[0] as string];
    const shuffled = cepheid(['replay', ...RULES, '--out-of-order', '1m', '-'], lines.join('\n'));
    expect(shuffled.out.match(/"rule":"[^"]*"/g)).toEqual(straight.match(/"rule":"[^"]*"/g));
    expect(cepheid(['replay', ...RULES, '-'], lines.join('\n')).err).toContain('1 late');
  });

  test('keeps what it leaves out, with place and reason', () => {
    const rejects = join(folder, 'rejects.jsonl');
    const input =
      '{"type":"CardCharge"\n[1]\n{"type":"Nope"}\n{"type":"CardCharge","ts":9007199254740993}\n\n';
    const { code } = cepheid(['replay', ...RULES, '--rejects', rejects, '--max-bad', '3', '-'], input);
    const kept = readFileSync(rejects, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(kept.map((one) => one.line)).toEqual([1, 2, 3, 4]);
    expect(kept[2].reason).toContain('unknown event type "Nope"');
    expect(kept[3].reason).toContain('CardCharge.ts');
    expect(code).toBe(4);
  });
});

describe('rules that share a variable, in a time zone', () => {
  const rules = `
    create schema T(k string, n int, ts long) starttimestamp ts;
    create variable int most = 0;
    on T(n > most) set most = n;
    @Name('hours') @Alert select k, ts.getHourOfDay() as hour, most from T;
  `;
  const lines = Array.from({ length: 40 }, (_, i) =>
    JSON.stringify({ type: 'T', k: `k${i % 7}`, n: (i * 13) % 29, ts: 1_600_000_000_000 + i * 3_600_000 }),
  );

  test('any number of processes gives the same alerts; the zone moves the hour', () => {
    const args = ['replay', '--rules', file('shared.epl', rules), '-'];
    const [one, four, berlin] = [[], ['--workers', '4'], ['--zone', 'Europe/Berlin']].map((more) => {
      const { out } = cepheid([...args, ...more], lines.join('\n'));
      return out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).values);
    });
    expect(one).toHaveLength(40);
    expect(four).toEqual(one);
    expect(one?.[0]).toEqual({ k: 'k0', hour: 12, most: 0 });
    expect(one?.at(-1).most).toBe(28);
    expect(berlin?.[0].hour).toBe(14);
  });
});

test('a text that doubles with every event ends at a bound', () => {
  const rules = file(
    'doubles.epl',
    `create schema A(ts long) starttimestamp ts; create variable string v = 'x';
     on A set v = v || v; @Name('size') select v.length() as n from A;`,
  );
  const events = file('doubles.jsonl', Array.from({ length: 40 }, (_, i) => `{"ts":${i}}\n`).join(''));
  const { code, out, err } = cepheid(['replay', '--rules', rules, '--statement', 'size', events]);
  expect(code).toBe(0);
  expect(out.trimEnd().split('\n').at(-1)).toContain('"n":1048576');
  expect(err).toContain('a text cannot have 2097152 characters, at most 1048576');
});

describe('exit codes and messages', () => {
  test.each<[string, string[], number, string]>([
    ['unknown option', ['check', '--nope', 'x'], 2, 'unknown option'],
    ['no rules', ['replay', 'x.jsonl'], 2, 'cepheid: --rules PATH is missing'],
    ['an option nearly right', ['replay', '--ruls', 'x', SAMPLE], 2, '(Did you mean --rules?)'],
    ['where the help is', ['explain', '--nope', 'x'], 2, '`cepheid explain --help` shows the options'],
    ['an unknown command', ['reply'], 2, "cepheid: unknown command 'reply'"],
    ['missing events', ['replay', ...RULES, 'nowhere.jsonl'], 1, 'nowhere.jsonl: no such file'],
    ['missing rules', ['check', 'nowhere'], 1, 'nowhere: no such file'],
    ['bad duration', ['replay', ...RULES, '--out-of-order', 'soon', SAMPLE], 2, '250ms'],
    ['bad zone', ['replay', ...RULES, '--zone', 'Mars/Base', SAMPLE], 2, 'Europe/Berlin'],
    [
      'a secret for nothing',
      ['replay', ...RULES, '--webhook-secret-env', 'S', SAMPLE],
      2,
      'goes with --webhook',
    ],
    [
      'nothing to deliver to',
      ['replay', ...RULES, '--deliver', SAMPLE],
      2,
      '--deliver goes with --webhook URL',
    ],
    ['unknown statement', ['replay', ...RULES, '--statement', 'nope', SAMPLE], 2, 'nope'],
  ])('%s', (_, args, code, message) => {
    const result = cepheid(args);
    expect(result.err).toContain(message);
    expect(result.code).toBe(code);
  });

  test('a broken rule shows its place and exits with 1', () => {
    const path = file('broken.epl', 'create schema P(amount double);\nselect * from P(amout > 1);\n');
    const { code, err } = cepheid(['check', path]);
    expect(err).toContain('broken.epl:2:17: error E0204: `P` has no field `amout`');
    expect(err).toContain('did you mean `amount` (double)?');
    expect(code).toBe(1);
    const json = JSON.parse(cepheid(['check', '--format', 'json', path]).out);
    expect(json.diagnostics[0]).toMatchObject({ code: 'E0204', line: 2, column: 17 });
  });

  test('help begins with examples', () => {
    expect(cepheid(['replay', '--help']).out).toMatch(/^Examples:/);
  });
});
