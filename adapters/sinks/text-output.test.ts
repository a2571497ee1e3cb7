import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SinkError } from './sink.ts';
import { TextOutput } from './text-output.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cepheid-output-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('a file gets everything in order, whatever the size of the pieces', async () => {
  const path = join(folder, 'all.txt');
  const output = await TextOutput.toFile(path);
  let expected = '';
  for (let i = 0; i < 20_000; i++) {
    const piece = `${i} ${'é'.repeat(i % 97)}\n`;
    expected += piece;
    await output.write(piece);
  }
  await output.close();
  expect((await readFile(path, 'utf8')) === expected).toBe(true);
});

test('a file is emptied first, or appended to', async () => {
  const path = join(folder, 'twice.txt');
  for (const [text, append] of [
    ['one', false],
    ['two', true],
    ['three', true],
  ] as const) {
    const output = await TextOutput.toFile(path, { append });
    output.write(text);
    await output.close();
  }
  expect(await readFile(path, 'utf8')).toBe('onetwothree');
  await (await TextOutput.toFile(path)).close();
  expect(await readFile(path, 'utf8')).toBe('');
});

test('what is written shows without a flush', async () => {
  const stream = new PassThrough();
  const output = TextOutput.toStream(stream, 'pipe');
  output.write('now');
  const [chunk] = await once(stream, 'data');
  expect(String(chunk)).toBe('now');
  await output.close();
});

test('a slow reader makes the writer wait', async () => {
  const stream = new PassThrough({ highWaterMark: 1024 });
  const output = TextOutput.toStream(stream, 'pipe');
  let size = 0;
  let wait: unknown;
  while (wait === undefined && size < 100_000_000) {
    wait = output.write('x'.repeat(10_000));
    size += 10_000;
  }
  expect(wait).toBeInstanceOf(Promise);
  expect(size).toBeLessThan(3_000_000);
  let read = 0;
  stream.on('data', (chunk: Buffer) => {
    read += chunk.length;
  });
  await wait;
  await output.close();
  expect(read).toBe(size);
});

test('a missing folder, a folder as file, a full disk: place, reason and remedy', async () => {
  const missing = join(folder, 'no', 'such', 'alerts.jsonl');
  await expect(TextOutput.toFile(missing)).rejects.toThrow(
    `cannot write to ${missing}: the folder ${join(folder, 'no', 'such')} does not exist; create it (mkdir -p`,
  );
  const error = await TextOutput.toFile(folder).catch((caught) => caught);
  expect(error).toBeInstanceOf(SinkError);
  expect(error.message).toBe(`cannot write to ${folder}: it is a folder; name a file`);
  expect(error.cause.code).toBe('EISDIR');
});

test.runIf(existsSync('/dev/full'))('a write that fails is told at the next call and at close', async () => {
  const output = await TextOutput.toFile('/dev/full');
  output.write('x');
  await expect(output.flush()).rejects.toThrow('cannot write to /dev/full: the disk is full; free space');
  expect(() => output.write('y')).toThrow(SinkError);
  await expect(output.close()).rejects.toThrow(SinkError);
});

test('a reader that goes away stops the run with success', async () => {
  const module = new URL('./text-output.ts', import.meta.url).href;
  const program = `
    import { TextOutput } from ${JSON.stringify(module)};
    const output = TextOutput.toStream(process.stdout, 'stdout');
    let lines = 0;
    while (!output.stopSignal.aborted) {
      await output.write('line\\n'.repeat(1000));
      if (++lines % 10 === 0) await output.flush();
    }
    await output.write('dropped');
    await output.close();
    process.exitCode = 0;`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  await once(child.stdout, 'data');
  child.stdout.destroy();
  const [code] = await once(child, 'exit');
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
});
