import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { partitionOf, workerOf } from '../../engine/cluster/partition-key.ts';
import { frame, readFrames } from './frames.ts';
import {
  decodeFrame,
  readDecode,
  readRows,
  readTake,
  readTimes,
  rowsFrame,
  takeFrame,
  timesFrame,
} from './messages.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'cepheid-workers-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('frames', () => {
  test('come out as they went in, however the pipe cuts them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }),
        fc.integer({ min: 1, max: 9 }),
        (parts, size) => {
          const bytes = Buffer.concat(parts.map((part, i) => frame(i, part)));
          const seen: [number, number[]][] = [];
          const stream = new PassThrough();
          readFrames(stream, (kind, content) => seen.push([kind, [...content]]));
          for (let at = 0; at < bytes.length; at += size) stream.emit('data', bytes.subarray(at, at + size));
          expect(seen).toEqual(parts.map((part, i) => [i, [...part]]));
        },
      ),
    );
  });

  test('carry batches, times and rows', () => {
    const batch = {
      split: 2,
      bytes: Buffer.from('onetwo'),
      starts: Int32Array.of(0, 3, 6),
      ends: Int32Array.of(3, 6, 5),
      lines: Float64Array.of(1, 2, 3),
      count: 3,
    };
    const content = (bytes: Buffer) => bytes.subarray(5);
    expect(readDecode(content(Buffer.concat(decodeFrame(7, batch))))).toEqual({
      chunk: 7,
      batch,
    });
    const masks = Uint32Array.of(1, 3, 0x40000000);
    expect(readTake(content(Buffer.concat(takeFrame(batch, masks))))).toEqual({
      batch,
      masks,
    });
    const decoded = {
      times: Float64Array.of(5, Number.NaN),
      rejected: [{ record: 1, reason: 'no' }],
      shares: [
        { places: Int32Array.of(), masks: Uint32Array.of() },
        { places: Int32Array.of(0), masks: Uint32Array.of(1) },
      ],
    };
    expect(readTimes(content(timesFrame(7, decoded)))).toEqual({ chunk: 7, ...decoded });
    const rows = [{ key: Float64Array.of(1, 2), statement: 3, alert: '{}', printed: null }];
    expect(readRows(content(rowsFrame(4, rows)))).toEqual({ advance: 4, rows });
  });
});

const RULES = `create schema Txn(card string, device string, amount double, ts long) starttimestamp ts;
@Name('by-card') @Alert(key='card')
select a.card as card from pattern [every a=Txn(amount > 5) -> b=Txn(card = a.card, amount < 5) where timer:within(5 sec)];
@Name('by-device') @Alert(key='device')
select a.device as device from pattern [every a=Txn(amount > 7) -> (timer:interval(1 sec) and not Txn(device = a.device))];
@Name('of-all') @Alert(key='card')
select a.card as card from pattern [every (a=Txn(amount > 9) -> Txn(amount < 1))];
`;
const rules = join(folder, 'rules.epl');
writeFileSync(rules, RULES);

/** A stream with two keys, disorder, late and broken lines; the same on every run. */
function makeEvents(count: number): string {
  let state = 7;
  const draw = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * below);
  };
  const lines = Array.from({ length: count }, (_, i) => {
    if (draw(50) === 0)
      return ['{"type":"Txn"', '[]', '{"type":"Txn","amount":"x","ts":5}', '{"type":"No"}'][draw(4)];
    const ts = i * 20 - draw(draw(20) === 0 ? 3000 : 400);
    return JSON.stringify({
      type: 'Txn',
      card: `c${draw(40)}`,
      device: `d${draw(9)}`,
      amount: draw(100) / 10,
      ts,
    });
  });
  return `${lines.join('\n')}\n`;
}
const events = join(folder, 'events.jsonl');
writeFileSync(events, makeEvents(20_000));

interface Run {
  readonly code: number | null;
  readonly err: string;
}

function replay(
  args: readonly string[],
  input: string,
  onStart: (pid: number) => void = () => {},
): Promise<Run> {
  const all = [
    join(root, 'bin', 'cepheid.mjs'),
    'replay',
    '--rules',
    rules,
    '--out-of-order',
    '1s',
    ...args,
    input,
  ];
  const child = spawn(process.execPath, all, {
    stdio: [input === '-' ? 'pipe' : 'ignore', 'ignore', 'pipe'],
  });
  onStart(child.pid as number);
  return new Promise((resolve) => {
    let err = '';
    child.stderr?.on('data', (chunk) => {
      err += chunk;
    });
    child.on('close', (code) => {
      child.stdin?.destroy();
      resolve({ code, err });
    });
  });
}

describe('replay --workers', () => {
  test('writes the same bytes for 1, 2, 3 and 4 processes: alerts, rejects, late events', async () => {
    const outputs: string[] = [];
    for (const workers of ['1', '2', '3', '4']) {
      const files = ['alerts', 'rejects', 'late'].map((name) => join(folder, `${name}-${workers}.jsonl`));
      const [out, rejects, late] = files as [string, string, string];
      const args = [
        '--workers',
        workers,
        '--out',
        out,
        '--rejects',
        rejects,
        '--late',
        'file',
        '--late-file',
        late,
      ];
      const { code, err } = await replay(args, events);
      expect(code, err).toBe(0);
      outputs.push(files.map((file) => readFileSync(file, 'utf8')).join('\n---\n'));
    }
    const [one, ...others] = outputs as [string, ...string[]];
    for (const rule of ['by-card', 'by-device', 'of-all']) expect(one).toContain(`"rule":"${rule}"`);
    for (const kind of ['late', 'rejected']) expect(one).toContain(`"kind":"${kind}"`);
    for (const other of others) expect(other === one).toBe(true);
  });

  test('a worker that dies ends the run with an error, and nothing is left running', async () => {
    let job = 0;
    const running = replay(['--workers', '2'], '-', (pid) => {
      job = pid;
    });
    const workers = await childrenOf(job, 2);
    process.kill(workers[0] as number, 'SIGKILL');
    const { code, err } = await running;
    expect(err).toContain('0 events read');
    expect(err).toMatch(/cepheid: worker \d was killed \(SIGKILL\); if memory ran out, use fewer --workers/);
    expect(code).toBe(70);
    for (const pid of workers) expect(() => process.kill(pid, 0)).toThrow();
  });

  test('a worker that stands still for a while loses nothing', async () => {
    const card = ['c1', 'c2', 'c3', 'c4', 'c5'].find((key) => workerOf(partitionOf(key), 2) === 0);
    const device = ['d1', 'd2', 'd3', 'd4', 'd5'].find((key) => workerOf(partitionOf(key), 2) === 1);
    const args = ['replay', '--rules', rules, '--workers', '2', '--statement', 'by-card', '-'];
    const child = spawn(process.execPath, [join(root, 'bin', 'cepheid.mjs'), ...args], { stdio: 'pipe' });
    let err = '';
    child.stderr.on('data', (piece) => {
      err += piece;
    });
    const [, second] = await childrenOf(child.pid as number, 2);
    const line = (amount: number, ts: number) =>
      `${JSON.stringify({ type: 'Txn', card, device, amount, ts })}\n`;
    child.stdin.write(line(6, 1));
    // Both have started once the first of them has work.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    process.kill(second as number, 'SIGSTOP');
    child.stdin.write(line(2, 2));
    await new Promise((resolve) => setTimeout(resolve, 1000));
    process.kill(second as number, 'SIGCONT');
    child.stdin.end();
    const [code] = await once(child, 'close');
    expect([code, err]).toEqual([0, expect.stringContaining('2 events read = 2 admitted')]);
  });
});

/** The processes that a process has started, once there are so many of them. */
async function childrenOf(pid: number, count: number): Promise<number[]> {
  for (;;) {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    const pids = text === '' ? [] : text.split(' ').map(Number);
    if (pids.length >= count) return pids;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
