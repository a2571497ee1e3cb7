import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Alert } from '../../engine/alert/alert.ts';
import { sampleAlert } from '../../test/support/sample-alert.ts';
import { VirtualClock } from '../../test/support/virtual-clock.ts';
import {
  type Answer,
  type Received,
  startRawServer,
  statuses,
  WebhookReceiver,
} from '../../test/support/webhook-receiver.ts';
import { Secret } from './secret.ts';
import { WebhookDelivery } from './webhook-delivery.ts';
import type { DeliveryNotice, WebhookOptions } from './webhook-options.ts';

const SECRET_TEXT = `whsec_${randomBytes(32).toString('base64')}`;
const OLD_SECRET_TEXT = `whsec_${randomBytes(24).toString('base64')}`;
const SECRETS = [SECRET_TEXT, OLD_SECRET_TEXT].map((text) => Secret.tryParse(text) as Secret);

let folder = '';
let deadLetterFile = '';
let clock: VirtualClock;
let notices: DeliveryNotice[] = [];
const atEnd: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cepheid-delivery-'));
  deadLetterFile = join(folder, 'dead.jsonl');
  clock = new VirtualClock();
  notices = [];
});
afterEach(async () => {
  for (const end of atEnd.splice(0).reverse()) await end();
  await rm(folder, { recursive: true });
});

async function receiver(answer: Answer): Promise<WebhookReceiver> {
  const started = await WebhookReceiver.start(answer);
  atEnd.push(() => started.kill());
  return started;
}

function deliveryTo(url: string, extra: Partial<WebhookOptions> = {}): WebhookDelivery {
  const delivery = new WebhookDelivery({
    url,
    deadLetterFile,
    version: '1.2.3',
    replay: true,
    secrets: SECRETS,
    allowPrivate: ['127.0.0.0/8'],
    clock,
    onNotice: (notice) => notices.push(notice),
    ...extra,
  });
  atEnd.push(() => delivery.close().catch(() => {}));
  return delivery;
}

interface DeadLine {
  readonly id: string;
  readonly reason: string;
  readonly status: number | null;
  readonly attempts: number;
  readonly at: string;
  readonly endpoint: string;
  readonly answer: string;
  readonly alert: Alert;
}

async function deadLetters(): Promise<DeadLine[]> {
  const text = await readFile(deadLetterFile, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** Delivers some alerts to an answering receiver and says what became of them. */
async function run(answer: Answer, count = 1, extra: Partial<WebhookOptions> = {}) {
  const target = await receiver(answer);
  const delivery = deliveryTo(target.url, extra);
  for (let i = 0; i < count; i++) await delivery.enqueue(sampleAlert(i));
  const summary = await delivery.drain();
  return { summary, received: target.received, dead: await deadLetters(), delivery };
}

test('the Standard Webhooks library verifies a request, by the new and by the old secret', async () => {
  const { summary, received } = await run(statuses(200));
  expect(summary).toEqual({ delivered: 1, dead: 0, attempts: 1 });
  const request = received[0] as Received;
  expect(request).toMatchObject({
    method: 'POST',
    path: '/hook',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'cepheid/1.2.3',
      'webhook-id': sampleAlert(0).id,
      'idempotency-key': sampleAlert(0).id,
    },
  });
  for (const secret of [SECRET_TEXT, OLD_SECRET_TEXT]) {
    const verified = new Webhook(secret).verify(request.body, request.headers);
    expect(verified).toMatchObject({ type: 'alert.firing', data: { replay: true } });
  }
  const changed = request.body.replace('small', 'smalL');
  expect(() => new Webhook(SECRET_TEXT).verify(changed, request.headers)).toThrow('No matching signature');
});

test('without a secret a request is not signed', async () => {
  const { received } = await run(statuses(204), 1, { secrets: [] });
  expect(received[0]?.headers).not.toHaveProperty('webhook-signature');
});

test('a failing receiver is tried again with the same id and bytes and a new signature', async () => {
  const { summary, received } = await run(statuses(500, 503, 200));
  expect(summary).toEqual({ delivered: 1, dead: 0, attempts: 3 });
  expect(new Set(received.map((request) => request.body)).size).toBe(1);
  expect(new Set(received.map((request) => request.headers['idempotency-key'])).size).toBe(1);
  expect(new Set(received.map((request) => request.headers['webhook-id'])).size).toBe(1);
  expect(clock.pauses).toEqual([500, 1000]);
  const times = received.map((request) => Number(request.headers['webhook-timestamp']));
  expect((times[2] as number) - (times[0] as number)).toBeGreaterThanOrEqual(1);
  expect(received[0]?.headers['webhook-signature']).not.toBe(received[2]?.headers['webhook-signature']);
  for (const { body, headers } of received) new Webhook(SECRET_TEXT).verify(body, headers);
});

test.each([408, 409, 425, 429, 500, 502, 504])('status %d is tried again', async (status) => {
  const { summary } = await run(statuses(status, 200));
  expect(summary).toEqual({ delivered: 1, dead: 0, attempts: 2 });
});

test.each([400, 401, 403, 404, 413, 422])('status %d is final', async (status) => {
  const { summary, dead } = await run(statuses(status), 2);
  expect(summary).toEqual({ delivered: 0, dead: 2, attempts: 2 });
  expect(dead.map((line) => [line.status, line.attempts, line.reason])).toEqual([
    [status, 1, `status ${status}`],
    [status, 1, `status ${status}`],
  ]);
});

test.each([301, 302, 307, 308])('a redirect (%d) is not followed', async (status) => {
  const target = await receiver(statuses(200));
  const { summary, dead } = await run(statuses([status, { location: target.url }]));
  expect(summary).toEqual({ delivered: 0, dead: 1, attempts: 1 });
  expect(target.received).toEqual([]);
  expect(dead[0]?.reason).toBe(`status ${status}: redirects are not followed, configure the final URL`);
});

test('Retry-After is obeyed, as seconds and as a date, up to a limit', async () => {
  const now = Math.floor(Date.now() / 1000) * 1000;
  clock = new VirtualClock(now);
  const date = new Date(now + 7000 + 20_000).toUTCString();
  const { summary } = await run(
    statuses(
      [429, { 'retry-after': '7' }],
      [503, { 'retry-after': date }],
      [503, { 'retry-after': '999999' }],
      200,
    ),
    1,
    { retry: { retryAfterMsMax: 60_000 } },
  );
  expect(summary.delivered).toBe(1);
  expect(clock.now() - now).toBe(7000 + 20_000 + 60_000);
  expect(clock.pauses.slice(0, 1)).toEqual([7000]);
});

test('Retry-After holds all alerts back', async () => {
  const { summary, received } = await run(statuses([429, { 'retry-after': '30' }], 200), 5, {
    concurrency: 1,
  });
  expect(summary).toEqual({ delivered: 5, dead: 0, attempts: 6 });
  const times = received.map((request) => Number(request.headers['webhook-timestamp']));
  expect(times.map((time) => time - (times[0] as number))).toEqual([0, 30, 30, 30, 30, 30]);
});

test('a receiver that does not answer in time is tried again', async () => {
  const target = await receiver((_, response, index) => {
    if (index > 0) response.end();
  });
  const delivery = deliveryTo(target.url);
  await delivery.enqueue(sampleAlert(0));
  await target.arrived(1);
  clock.expireDeadlines();
  expect(await delivery.drain()).toEqual({ delivered: 1, dead: 0, attempts: 2 });
  expect(notices[0]?.text).toContain('no answer within 15000 ms; attempt 1 of 8');
});

test('headers that drip slowly do not outlast the deadline', async () => {
  const server = await startRawServer((socket, index) => {
    if (index > 0) socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
    else socket.write('HTTP/1.1 200', () => clock.expireDeadlines());
  });
  atEnd.push(() => server.stop());
  const delivery = deliveryTo(server.url);
  await delivery.enqueue(sampleAlert(0));
  expect(await delivery.drain()).toEqual({ delivered: 1, dead: 0, attempts: 2 });
});

test('the status decides when the body breaks off or is too long', async () => {
  const server = await startRawServer((socket, index) => {
    const head = `HTTP/1.1 ${index === 0 ? 500 : 200} X\r\ncontent-length: 9999999\r\n\r\n`;
    if (index < 2) socket.write(`${head}drip`, () => socket.destroy());
    else socket.write(head + 'x'.repeat(200_000));
  });
  atEnd.push(() => server.stop());
  const delivery = deliveryTo(server.url);
  await delivery.enqueue(sampleAlert(0));
  expect(await delivery.drain()).toEqual({ delivered: 1, dead: 0, attempts: 2 });
  await delivery.enqueue(sampleAlert(1));
  expect(await delivery.drain()).toEqual({ delivered: 2, dead: 0, attempts: 3 });
});

test('a body without end is cut off', async () => {
  let sent = 0;
  let closed: Promise<unknown> = Promise.resolve();
  const { summary } = await run((_, response) => {
    const pour = () => {
      if (response.destroyed) return;
      sent += 65_536;
      response.write(Buffer.alloc(65_536), pour);
    };
    closed = new Promise((resolve) => response.on('close', resolve));
    pour();
  });
  await closed;
  expect(summary).toEqual({ delivered: 1, dead: 0, attempts: 1 });
  expect(sent).toBeLessThan(50_000_000);
});

test.each([
  ['nothing', ''],
  ['noise', '\x00\x01\x02 not http at all\r\n\r\n'],
  ['half a status line', 'HTTP/1.1 20'],
  ['a header that never ends', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}`],
  ['a switch of protocols', 'HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'],
])('an answer that is %s is a failure', async (_, bytes) => {
  const server = await startRawServer((socket) => socket.end(bytes));
  atEnd.push(() => server.stop());
  const delivery = deliveryTo(server.url, { retry: { attempts: 2 } });
  await delivery.enqueue(sampleAlert(0));
  const summary = await delivery.drain();
  expect(summary).toMatchObject({ delivered: 0, dead: 1 });
  expect((await deadLetters())[0]?.reason).toMatch(/\S/);
});

test('410 ends deliveries to the receiver', async () => {
  const { summary, received, dead, delivery } = await run(statuses(200, 410), 5, { concurrency: 1 });
  expect(summary).toEqual({ delivered: 1, dead: 4, attempts: 2 });
  expect(received).toHaveLength(2);
  expect(dead.map((line) => line.attempts).sort()).toEqual([0, 0, 0, 1]);
  await delivery.enqueue(sampleAlert(9));
  expect(await delivery.drain()).toEqual({ delivered: 1, dead: 5, attempts: 2 });
  expect((await deadLetters()).at(-1)?.reason).toBe('status 410: the receiver wants no more alerts');
  expect(notices.map((notice) => notice.code)).toContain('endpoint-disabled');
});

test('an alert that fails to the end is kept whole in the dead-letter file', async () => {
  const { summary, dead } = await run(
    (_, response) => response.writeHead(500).end('{"error":"no /hook here"}'),
    1,
    { retry: { attempts: 3 } },
  );
  expect(summary).toEqual({ delivered: 0, dead: 1, attempts: 3 });
  const [line] = dead;
  expect({ ...line, endpoint: '', at: '' }).toEqual({
    id: sampleAlert(0).id,
    reason: 'status 500',
    status: 500,
    attempts: 3,
    at: '',
    endpoint: '',
    answer: '{"error":"no /… here"}',
    alert: sampleAlert(0),
  });
  expect(line?.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/…$/);
});

test('a receiver that is not there', async () => {
  const target = await receiver(statuses(200));
  const { url } = target;
  await target.stop();
  const delivery = deliveryTo(url, { retry: { attempts: 3 } });
  await delivery.enqueue(sampleAlert(0));
  expect(await delivery.drain()).toEqual({ delivered: 0, dead: 1, attempts: 3 });
  expect((await deadLetters())[0]?.reason).toContain('ECONNREFUSED');
});

test('alerts of one rule and key arrive in order, whatever fails; none is lost', async () => {
  let seed = 7;
  const chance = () => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    return seed / 2 ** 31;
  };
  clock = new VirtualClock(Date.now(), chance);
  const taken: string[] = [];
  const bodies = new Map<string, string>();
  const target = await receiver((request, response) => {
    const id = request.headers['webhook-id'] as string;
    if ((bodies.get(id) ?? request.body) !== request.body) throw new Error('another body for one id');
    bodies.set(id, request.body);
    const fate = chance();
    if (fate < 0.1) response.socket?.destroy();
    else if (fate < 0.2) response.writeHead(503, { 'retry-after': '1' }).end();
    else if (fate < 0.3) response.writeHead(500).end();
    else {
      taken.push(id);
      // The alert is taken, and the sender does not hear of it.
      if (fate < 0.35) response.socket?.destroy();
      else response.end();
    }
  });
  const delivery = deliveryTo(target.url, { retry: { attempts: 30 }, concurrency: 4, queueMax: 50 });
  const total = 600;
  for (let i = 0; i < total; i++) await delivery.enqueue(sampleAlert(i, { key: { card: `c${i % 7}` } }));
  const summary = await delivery.drain();
  expect(summary).toMatchObject({ delivered: total, dead: 0 });
  expect(summary.attempts).toBe(target.received.length);
  const first = new Map<string, number>();
  for (const [i, id] of taken.entries()) if (!first.has(id)) first.set(id, i);
  for (let key = 0; key < 7; key++) {
    const order: (number | undefined)[] = [];
    for (let i = key; i < total; i += 7) order.push(first.get(sampleAlert(i).id));
    expect(order).not.toContain(undefined);
    expect(order).toEqual(order.toSorted((a, b) => (a as number) - (b as number)));
  }
});

test('a full queue makes the caller wait', async () => {
  const held: (() => void)[] = [];
  const target = await receiver((_, response) => held.push(() => response.end()));
  const delivery = deliveryTo(target.url, { queueMax: 3, concurrency: 2 });
  for (let i = 0; i < 3; i++) await delivery.enqueue(sampleAlert(i));
  let isIn = false;
  const fourth = delivery.enqueue(sampleAlert(3)).then(() => {
    isIn = true;
  });
  await target.arrived(2);
  expect(isIn).toBe(false);
  held.shift()?.();
  await fourth;
  for (let count = 3; count <= 4; count++) {
    await target.arrived(count);
    while (held.length > 0) held.shift()?.();
  }
  expect(await delivery.drain()).toEqual({ delivered: 4, dead: 0, attempts: 4 });
});

test('the circuit opens after straight failures, probes once, and closes on success', async () => {
  const started = clock.now();
  const sentAt: number[] = [];
  const { summary } = await run(
    (_, response, index) => {
      sentAt.push(clock.now() - started);
      response.writeHead(index < 4 ? 500 : 200).end();
    },
    20,
    { breaker: { failures: 3, openMs: 100_000 }, concurrency: 1, retry: { baseMs: 1, capMs: 1 } },
  );
  expect(summary).toEqual({ delivered: 20, dead: 0, attempts: 24 });
  const gaps = sentAt.map((at, i) => at - (sentAt[i - 1] ?? 0)).filter((gap) => gap > 1000);
  expect(gaps.map((gap) => Math.round(gap / 1000))).toEqual([100, 100]);
  expect(notices.map((notice) => notice.code).filter((code) => code.startsWith('circuit'))).toEqual([
    'circuit-open',
    'circuit-closed',
  ]);
});

test('an open circuit lets nothing but its probe through', async () => {
  let whileProbing = 0;
  const target = await receiver(async (_, response, index) => {
    if (index === 1) {
      // Anything sent beside the probe arrives while these turns pass.
      for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
      whileProbing = target.received.length;
    }
    response.writeHead(index === 0 ? 500 : 200).end();
  });
  const delivery = deliveryTo(target.url, {
    breaker: { failures: 1 },
    onNotice: ({ code }) => {
      if (code !== 'circuit-open') return;
      for (let i = 1; i < 5; i++) void delivery.enqueue(sampleAlert(i));
    },
  });
  await delivery.enqueue(sampleAlert(0));
  expect(await delivery.drain()).toEqual({ delivered: 5, dead: 0, attempts: 6 });
  expect(whileProbing).toBe(2);
});

test('a receiver that fails for long without a success is given up', async () => {
  const { summary, dead } = await run(statuses(500), 50, {
    retry: { attempts: 1000 },
    giveUpAfterMs: 3_600_000,
    concurrency: 3,
  });
  expect(summary).toMatchObject({ delivered: 0, dead: 50 });
  expect(dead.map((line) => line.id).toSorted()).toEqual(
    Array.from({ length: 50 }, (_, i) => sampleAlert(i).id).toSorted(),
  );
  expect(dead[0]?.reason).toMatch(/^the receiver has failed for 3\d\d\d s \(status 500\)/);
});

test('a drain with a limit ends in the dead-letter file, in order', async () => {
  const target = await receiver(() => {});
  const delivery = deliveryTo(target.url);
  for (let i = 0; i < 4; i++) await delivery.enqueue(sampleAlert(i, { key: {} }));
  await target.arrived(1);
  expect(await delivery.drain(5000)).toEqual({ delivered: 0, dead: 4, attempts: 1 });
  const dead = await deadLetters();
  expect(dead.map((line) => line.id)).toEqual([0, 1, 2, 3].map((i) => sampleAlert(i).id));
  expect(dead.map((line) => line.reason)).toEqual([
    'the time to deliver ran out; last attempt: delivery was stopped during an attempt',
    ...new Array(3).fill('the time to deliver ran out'),
  ]);
});

test('close keeps what is left and leaves no connection and no timer behind', async () => {
  const target = await receiver((request, response) => {
    if (request.body.includes('"c0"')) response.end();
    else if (request.body.includes('"c1"')) response.writeHead(500).end();
  });
  const delivery = deliveryTo(target.url, { retry: { baseMs: 1e9, capMs: 1e9 } });
  for (let i = 0; i < 5; i++) await delivery.enqueue(sampleAlert(i));
  await target.arrived(5);
  const { delivered, dead } = await delivery.close();
  expect(delivered + dead).toBe(5);
  expect((await deadLetters()).length).toBe(dead);
  expect(dead).toBeGreaterThanOrEqual(3);
  expect(clock.pending).toBe(0);
  await target.stop();
  await expect(delivery.enqueue(sampleAlert(9))).rejects.toThrow('the delivery is closed');
});

test('a process that has drained and closed its delivery ends by itself', async () => {
  const target = await receiver(statuses(500, [429, { 'retry-after': '0' }], 200));
  const module = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
  const program = `
    import { WebhookDelivery } from ${module('./webhook-delivery.ts')};
    import { sampleAlert } from ${module('../../test/support/sample-alert.ts')};
    const delivery = new WebhookDelivery({
      url: ${JSON.stringify(target.url)}, deadLetterFile: ${JSON.stringify(deadLetterFile)},
      version: '0', replay: true, allowPrivate: true, retry: { baseMs: 1 },
    });
    for (let i = 0; i < 20; i++) await delivery.enqueue(sampleAlert(i));
    await delivery.drain(60_000);
    const failed = Promise.withResolvers();
    const pausing = new WebhookDelivery({
      url: 'http://127.0.0.1:1/', deadLetterFile: ${JSON.stringify(deadLetterFile)},
      version: '0', replay: true, allowPrivate: true, retry: { baseMs: 1e9, capMs: 1e9 },
      onNotice: failed.resolve,
    });
    await pausing.enqueue(sampleAlert(0));
    await failed.promise;
    await pausing.close();
    process.stdout.write(JSON.stringify(await delivery.close()));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  atEnd.push(async () => child.kill('SIGKILL'));
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const [code] = await once(child, 'close');
  expect({ code, output }).toEqual({ code: 0, output: '{"delivered":20,"dead":0,"attempts":22}' });
  expect(await deadLetters()).toHaveLength(1);
});

test('an alert that can be neither delivered nor kept is an error', async () => {
  await writeFile(join(folder, 'file'), '');
  const target = await receiver(statuses(400));
  const delivery = deliveryTo(target.url, { deadLetterFile: join(folder, 'file', 'dead.jsonl') });
  await delivery.enqueue(sampleAlert(0));
  await expect(delivery.drain()).rejects.toThrow('cannot write the dead-letter file');
  await expect(delivery.enqueue(sampleAlert(1))).rejects.toThrow('would be lost');
});

test('no secret shows in errors, notices, files or objects', async () => {
  const target = await receiver((request, response) => {
    const echo = JSON.stringify(request.headers) + request.path;
    response.writeHead(request.body.includes('"c0"') ? 400 : 500).end(echo);
  });
  const token = 'tok_5ecret5ecret5ecret';
  const delivery = deliveryTo(`${target.url}/${token}?key=${token}`, { retry: { attempts: 2 } });
  for (let i = 0; i < 3; i++) await delivery.enqueue(sampleAlert(i));
  await delivery.drain();
  const refused = [
    `https://user:${token}@example.com/`,
    `http://10.0.0.1/${token}`,
    `ftp://example.com/${token}`,
    `http://93.184.215.14/${token}?${token}`,
    `::${token}`,
  ].map((url) => {
    try {
      deliveryTo(url);
      return 'accepted';
    } catch (error) {
      return inspect(error);
    }
  });
  expect(refused.every((text) => text.startsWith('WebhookError'))).toBe(true);
  const shown = [
    inspect(SECRETS, { depth: 10, showHidden: true }),
    JSON.stringify(SECRETS),
    String(SECRETS),
    `${SECRETS[0]}`,
    JSON.stringify(notices),
    await readFile(deadLetterFile, 'utf8'),
    ...refused,
  ].join('\n');
  expect(notices.length).toBeGreaterThan(3);
  const keys = [SECRET_TEXT, OLD_SECRET_TEXT].map((text) => text.slice('whsec_'.length));
  for (const secret of [...keys, ...keys.map((key) => Buffer.from(key, 'base64').toString('hex')), token]) {
    expect(shown).not.toContain(secret);
  }
  expect(inspect((delivery as unknown as { options: unknown }).options)).not.toContain(keys[0]);
});
