import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { fileClash } from '../adapters/cli/file-clash.ts';
import { accountOf, cepheid, ROOT } from './support/replay-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'cepheid-misuse-'));
afterAll(() => rmSync(folder, { recursive: true }));
const RULES = ['--rules', 'rules/packs/fraud'];
const SAMPLE = 'samples/fraud/events.jsonl';
const LINES = readFileSync(join(ROOT, SAMPLE));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('files that are not what they should be', () => {
  test.each<[string, () => string, number, string]>([
    ['a folder', () => 'samples/fraud', 1, 'is a directory; name the files in it'],
    ['no gzip', () => file('plain.jsonl.gz', LINES), 1, 'the compressed file is damaged'],
    ['a cut gzip', () => file('cut.jsonl.gz', gzipSync(LINES).subarray(0, 200)), 1, 'ends too early'],
    ['an empty file', () => file('empty.jsonl', ''), 0, '0 events read'],
    ['binary', () => file('random.jsonl', Buffer.from([0xff, 0xfe, 10, 0, 0, 10, 200])), 0, '3 rejected'],
    ['a line without end', () => file('long.jsonl', `{"x":"${'x'.repeat(3e6)}`), 0, 'longer than'],
    ['deep nesting', () => file('deep.jsonl', `${'['.repeat(1e5)}\n${'{"a":'.repeat(2e4)}`), 0, '2 rejected'],
  ])('%s', (_, make, code, message) => {
    const result = cepheid(['replay', ...RULES, make()]);
    expect(result.err).toContain(message);
    expect(result.code).toBe(code);
    expect(result.err).not.toContain('internal error');
  });

  test('of a compressed file that is cut short what there is counts', () => {
    const lines = Array.from({ length: 5000 }, (_, i) => `{"type":"T","ts":${i},"x":"${i * 7919}"}\n`).join(
      '',
    );
    const rules = file('t.epl', 'create schema T(ts long) starttimestamp ts;');
    for (const [name, bytes] of [
      ['part.jsonl.gz', gzipSync(lines)],
      ['part.jsonl.zst', zstdCompressSync(lines)],
    ] as const) {
      const { code, err } = cepheid(['replay', '--rules', rules, file(name, bytes.subarray(0, -1000))]);
      expect([code, accountOf(err).admitted > 1000]).toEqual([1, true]);
      expect(err).toContain('ended early');
      expect(err).toContain('the compressed file ends too early');
    }
  });

  test.each(['.gz', '.zst'])('compressed files one after the other are one: %s', (extension) => {
    const pack = extension === '.gz' ? gzipSync : zstdCompressSync;
    const rules = file('t.epl', 'create schema T(ts long) starttimestamp ts;');
    const parts = [0, 1, 2].map((part) =>
      pack(Array.from({ length: 9000 }, (_, i) => `{"ts":${part * 9000 + i}}\n`).join('')),
    );
    const { code, err } = cepheid([
      'replay',
      '--rules',
      rules,
      file(`all${extension}`, Buffer.concat(parts)),
    ]);
    expect([code, accountOf(err)]).toMatchObject([0, { read: 27_000, admitted: 27_000 }]);
    const broken = file(`rest${extension}`, Buffer.concat([...parts, Buffer.from('and more')]));
    expect(cepheid(['replay', '--rules', rules, broken])).toMatchObject({
      code: 1,
      err: expect.stringContaining('the compressed file is damaged'),
    });
  });

  test('links that lead nowhere', () => {
    const [dangling, circle] = ['dangling', 'circle'].map((name) => join(folder, `${name}.epl`)) as [
      string,
      string,
    ];
    symlinkSync('nowhere', dangling);
    symlinkSync('circle.epl', circle);
    const none = { code: 1, err: `cepheid: ${dangling}: cannot be read (ENOENT)\n` };
    expect(cepheid(['check', dangling])).toMatchObject(none);
    expect(cepheid(['check', circle]).err).toBe(`cepheid: ${circle}: cannot be read (ELOOP)\n`);
    expect(cepheid(['replay', ...RULES, circle]).err).toContain(`cannot read ${circle}: its symbolic links`);
    expect(cepheid(['replay', ...RULES, dangling]).err).toContain(`cannot read ${dangling}: no such file`);
  });

  test.runIf(existsSync('/dev/zero'))('a rule file without end is not read to it', () => {
    const { code, err } = cepheid(['check', '/dev/zero']);
    expect([code, err]).toEqual([1, expect.stringContaining('/dev/zero: a rule file has at most')]);
  });

  test('an unknown event type before the path is told before anything is read', () => {
    const { code, err } = cepheid(['replay', ...RULES, `Nope=${SAMPLE}`]);
    expect([code, err]).toEqual([2, expect.stringMatching(/^cepheid: Nope=.* there is no event type Nope/)]);
  });

  test('an event file named twice is told, a rule file named twice counts once', () => {
    const events = file('double.jsonl', LINES);
    const rules = join(ROOT, 'rules/packs/fraud');
    const { code, err } = cepheid(['replay', ...RULES, '--rules', rules, events, `${folder}/./double.jsonl`]);
    expect(err).toContain(`${events} and ${folder}/./double.jsonl are one file: its events come twice`);
    expect([code, accountOf(err).read]).toEqual([0, 28]);
  });

  test.each([
    ['--rules', ['--rules', '', SAMPLE]],
    ['events', [...RULES, '']],
    ['--out', [...RULES, SAMPLE, '--out', '']],
  ])('an empty path for %s', (_, args) => {
    const { code, err } = cepheid(['replay', ...args]);
    expect([code, err]).toEqual([2, 'cepheid: a path is empty\n']);
  });

  test('rules without an event type say so for every line', () => {
    const { err } = cepheid(['replay', '--rules', file('none.epl', ''), SAMPLE]);
    expect(err).toContain('the rules declare no event type');
    expect(accountOf(err).rejected).toBe(LINES.toString().trimEnd().split('\n').length);
  });
});

describe('outputs', () => {
  test.each<[string, string[], string]>([
    ['the events', ['--out', 'EVENTS'], '--out and the events are one file'],
    ['a link to them', ['--rejects', 'LINK'], '--rejects and the events are one file'],
    ['the rules', ['--late-file', 'RULES'], '--late-file and the rules are one file'],
    ['another output', ['--out', 'NEW', '--rejects', 'NEW'], '--rejects and --out are one file'],
  ])('are never written over %s', (_, args, message) => {
    const events = file('events.jsonl', LINES);
    const rules = file('rules.epl', 'create schema P(ts long) starttimestamp ts;');
    const link = join(folder, 'link.jsonl');
    rmSync(link, { force: true });
    symlinkSync(events, link);
    const names = { EVENTS: events, LINK: link, RULES: rules, NEW: join(folder, 'new.jsonl') };
    const paths = args.map((one) => names[one as keyof typeof names] ?? one);
    const { code, err } = cepheid(['replay', '--rules', rules, events, ...paths]);
    expect(err).toContain(message);
    expect(code).toBe(2);
    expect(readFileSync(events)).toEqual(LINES);
  });

  test('devices may be named often', () => {
    const sink = { role: '--out', path: '/dev/null' };
    expect(fileClash([sink, { role: '--rejects', path: '/dev/null' }], [])).toBeNull();
  });

  test.runIf(existsSync('/dev/full'))(
    'a full disk ends the run with 1, as file and as standard output',
    () => {
      const toFile = cepheid(['replay', ...RULES, SAMPLE, '--out', '/dev/full']);
      expect([toFile.code, toFile.err.includes('the disk is full')]).toEqual([1, true]);
      const command = `"${process.execPath}" bin/cepheid.mjs replay ${RULES.join(' ')} ${SAMPLE} > /dev/full`;
      const toStdout = spawnSync('sh', ['-c', command], { cwd: ROOT, encoding: 'utf8' });
      expect([toStdout.status, toStdout.stderr.includes('the disk is full')]).toEqual([1, true]);
    },
  );

  test
    .runIf(existsSync('/dev/full'))
    .each(['--help', 'check --plan rules/packs/fraud', 'explain rules/packs/fraud'])(
    'a full disk is told in one line: %s',
    (args) => {
      const command = `"${process.execPath}" bin/cepheid.mjs ${args} > /dev/full`;
      const { status, stderr } = spawnSync('sh', ['-c', command], { cwd: ROOT, encoding: 'utf8' });
      expect(stderr.split('\n').at(-2)).toMatch(/^cepheid: cannot write to stdout: the disk is full/);
      expect(stderr).not.toContain('    at ');
      expect(status).toBe(1);
    },
  );

  test.runIf(existsSync('/dev/full'))('standard error that cannot be written ends nothing', () => {
    const command = `"${process.execPath}" bin/cepheid.mjs replay ${RULES.join(' ')} ${SAMPLE} 2> /dev/full`;
    const { status, stdout } = spawnSync('sh', ['-c', command], { cwd: ROOT, encoding: 'utf8' });
    expect([status, stdout.trimEnd().split('\n').length]).toEqual([0, 3]);
  });

  test.runIf(existsSync('/dev/full'))('one that fails does not keep another from its lines', () => {
    const path = join(folder, 'kept.jsonl');
    const args = ['replay', ...RULES, SAMPLE, '--format', 'jsonl', '--out', path].join(' ');
    const command = `"${process.execPath}" bin/cepheid.mjs ${args} > /dev/full`;
    const { status } = spawnSync('sh', ['-c', command], { cwd: ROOT, encoding: 'utf8' });
    expect([status, readFileSync(path, 'utf8').trimEnd().split('\n').length]).toEqual([1, 3]);
  });

  test.each([1, 2])('a run that fails accounts for what it read, with %i workers', (workers) => {
    const args = ['replay', ...RULES, SAMPLE, '--on-bad', 'fail', '--workers', String(workers)];
    const text = cepheid(args);
    expect(text.code).toBe(4);
    expect(accountOf(text.err)).toMatchObject({ read: 14, rejected: 1 });
    expect(text.err).toContain('ended early');
    expect(text.err.split('\n').at(-2)).toMatch(/^cepheid: .*events\.jsonl:13: rejected: .*--on-bad fail/);
    const [json] = cepheid([...args, '--summary', 'json']).err.split('\n');
    expect(JSON.parse(json as string)).toMatchObject({ read: 14, isComplete: false });
    expect(JSON.parse(json as string).failure).toContain('events.jsonl:13: rejected');
  });

  test('a reader that goes away ends the run without an error', () => {
    const rule = file('all.epl', "create schema T(ts long) starttimestamp ts; @Name('t') select * from T;");
    const events = file('many.jsonl', Array.from({ length: 50_000 }, (_, i) => `{"ts":${i}}\n`).join(''));
    const command = `"${process.execPath}" bin/cepheid.mjs replay --rules ${rule} --statement t ${events} | head -1`;
    const { stdout, stderr } = spawnSync('sh', ['-c', command], { cwd: ROOT, encoding: 'utf8' });
    expect(stdout).toContain('"statement":"t"');
    expect(stderr).not.toMatch(/error|EPIPE/);
  });

  test('NO_COLOR and a pipe are without colours', () => {
    const env = { ...process.env, FORCE_COLOR: undefined, NO_COLOR: '1' };
    const args = ['bin/cepheid.mjs', 'replay', '--format', 'pretty', ...RULES, SAMPLE];
    const { stdout } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8', env });
    expect(stdout).toContain('card-testing');
    expect(stdout).not.toContain('\u001b');
  });
});

describe('memory that is used up', () => {
  const schema = 'create schema A(n int, ts long) starttimestamp ts;';
  const lines = Array.from({ length: 450_000 }, (_, i) => `{"type":"A","n":${i},"ts":${i}}\n`).join('');
  test.each([
    ['a window that holds every event', 'select * from A#keepall;', ''],
    [
      'one event that makes ever more',
      `create window W#keepall as A; insert into W select * from A;
       on A as a merge W as w when matched then insert into A select w.*;`,
      '{"type":"A","n":1,"ts":1}\n{"type":"A","n":2,"ts":2}\n',
    ],
  ])('ends the run with an error: %s', (_, rules, events) => {
    const path = file('keep.jsonl', events === '' ? lines : events);
    const args = ['replay', '--rules', file('keep.epl', schema + rules), path];
    const env = { ...process.env, NODE_OPTIONS: '--max-old-space-size=48' };
    const { status, stderr } = spawnSync(process.execPath, ['bin/cepheid.mjs', ...args], {
      cwd: ROOT,
      encoding: 'utf8',
      env,
    });
    expect(stderr).toMatch(/cepheid: the memory is nearly used up \(\d+ of 48 MB\): .*`cepheid check` warns/);
    expect(stderr).toContain('ended early');
    accountOf(stderr);
    expect(status).toBe(1);
  });
});

describe('an interrupt', () => {
  test.each([
    // Two billion timers lie between the two events.
    [
      'many timers',
      'select count(*) as c from pattern [every timer:interval(1 msec)]',
      '{"ts":1}\n{"ts":2000000000}\n',
    ],
    [
      'many matches',
      'select count(*) as c from pattern [every a=A -> every b=A -> every c=A]',
      Array.from({ length: 20_000 }, (_, i) => `{"ts":${i}}\n`).join(''),
    ],
  ])('is heard while one chunk takes long: %s', async (_, select, events) => {
    const rules = file('slow.epl', `create schema A(ts long) starttimestamp ts; ${select};`);
    const args = [
      'bin/cepheid.mjs',
      'replay',
      '--rules',
      rules,
      '--log-level',
      'info',
      file('slow.jsonl', events),
    ];
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] });
    let err = '';
    child.stderr.on('data', (piece) => {
      if (!err.includes('the replay begins')) {
        err += piece;
        if (err.includes('the replay begins')) child.kill('SIGINT');
      } else err += piece;
    });
    const [code] = await once(child, 'exit');
    expect(code).toBe(130);
    expect(err).toContain('ended early');
  });

  test.runIf(existsSync('/dev/zero'))(
    'ends a run that reads a file without lines and without end',
    async () => {
      const args = ['bin/cepheid.mjs', 'replay', ...RULES, '--log-level', 'info', '/dev/zero'];
      const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] });
      let err = '';
      child.stderr.on('data', (piece) => {
        // It is reading from here on.
        if (err === '') child.kill('SIGINT');
        err += piece;
      });
      const [code] = await once(child, 'exit');
      expect(code).toBe(130);
      expect(err).toContain('ended early');
    },
  );

  test.runIf(process.platform === 'linux')('that comes twice at once is one', async () => {
    const pipe = join(folder, 'twice.jsonl');
    spawnSync('mkfifo', [pipe]);
    const args = ['bin/cepheid.mjs', 'replay', ...RULES, '--log-level', 'info', pipe];
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] });
    let err = '';
    child.stderr.on('data', (piece) => {
      // As when the terminal and a parent both send it.
      if (err === '') {
        child.kill('SIGINT');
        child.kill('SIGTERM');
      }
      err += piece;
    });
    const [code] = await once(child, 'exit');
    expect([130, 143]).toContain(code);
    expect(err).toContain('ended early');
  });

  test.runIf(process.platform === 'linux')('ends a run that waits for a writer of a named pipe', async () => {
    const pipe = join(folder, 'pipe.jsonl');
    spawnSync('mkfifo', [pipe]);
    const args = ['bin/cepheid.mjs', 'replay', ...RULES, '--log-level', 'info', pipe];
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] });
    let err = '';
    child.stderr.on('data', (piece) => {
      if (err === '') child.kill('SIGINT');
      err += piece;
    });
    const [code] = await once(child, 'exit');
    expect(code).toBe(130);
    expect(err).toContain('ended early');
  });

  test.runIf(process.platform === 'linux')('a named pipe is read to its end', () => {
    const pipe = join(folder, 'fed.jsonl');
    spawnSync('mkfifo', [pipe]);
    const command = `cat ${SAMPLE} > ${pipe} & ${process.execPath} bin/cepheid.mjs replay ${RULES.join(' ')} ${pipe}`;
    const { stderr } = spawnSync('sh', ['-c', command], { cwd: ROOT, encoding: 'utf8' });
    expect(accountOf(stderr).read).toBe(LINES.toString().trimEnd().split('\n').length);
  });
});
