import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { VirtualClock } from '../../test/support/virtual-clock.ts';
import { startRawServer } from '../../test/support/webhook-receiver.ts';
import { AddressPolicy } from './addresses.ts';
import { type Endpoint, parseEndpoint } from './endpoint.ts';
import { makeAgent } from './guarded-agent.ts';
import { type Post, startPost } from './post.ts';

const POLICY = new AddressPolicy(true);
const atEnd: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of atEnd.splice(0).reverse()) await end();
});

function post(url: string, clock: VirtualClock, ca?: string): Post {
  const endpoint = parseEndpoint(url, POLICY) as Endpoint;
  const resolve = async () => ['127.0.0.1'];
  const connection = { endpoint, policy: POLICY, clock, resolve, connectionsMax: 1, timeoutMs: 15_000 };
  const agent = makeAgent(ca === undefined ? connection : { ...connection, ca });
  atEnd.push(() => agent.destroy());
  return startPost({ endpoint, agent, headers: {}, body: '{"é":1}', timeoutMs: 15_000, clock });
}

async function answered(one: Post): Promise<void> {
  while (!one.isAnswered) await new Promise(setImmediate);
}

test('a body that drips is cut at the deadline and the status stands', async () => {
  const server = await startRawServer((socket) => {
    socket.write('HTTP/1.1 202 Accepted\r\ncontent-length: 1000\r\n\r\ndrip');
  });
  atEnd.push(() => server.stop());
  const clock = new VirtualClock();
  const one = post(server.url, clock);
  await answered(one);
  clock.expireDeadlines();
  expect(await one.result).toMatchObject({ kind: 'answered', status: 202 });
  expect(clock.pending).toBe(0);
});

test('an aborted POST ends at once, connected or not', async () => {
  let connected = () => {};
  const arrived = new Promise<void>((resolve) => {
    connected = resolve;
  });
  const server = await startRawServer(() => connected());
  atEnd.push(() => server.stop());
  const stopped = { kind: 'failed', reason: 'delivery was stopped during an attempt' };
  const early = post(server.url, new VirtualClock());
  early.abort();
  expect(await early.result).toEqual(stopped);
  const late = post(server.url, new VirtualClock());
  await arrived;
  late.abort();
  expect(await late.result).toEqual(stopped);
});

test.each(['deadline', 'end of the agent'])('a connection that is never made ends at the %s', async (end) => {
  const endpoint = parseEndpoint('http://stuck.test/', POLICY) as Endpoint;
  const clock = new VirtualClock();
  const resolve = () => new Promise<never>(() => {});
  const connection = { endpoint, policy: POLICY, clock, resolve, connectionsMax: 1, timeoutMs: 5 };
  const agent = makeAgent(connection);
  atEnd.push(() => agent.destroy());
  const one = startPost({ endpoint, agent, headers: {}, body: '', timeoutMs: 5, clock });
  await new Promise(setImmediate);
  if (end === 'deadline') clock.expireDeadlines();
  else agent.destroy();
  const reason = end === 'deadline' ? 'no answer within 5 ms' : 'the connection was closed while it was made';
  expect(await one.result).toEqual({ kind: 'failed', reason });
  expect(clock.pending).toBe(0);
});

const run = promisify(execFile);
const hasOpenssl = await run('openssl', ['version']).then(
  () => true,
  () => false,
);

test.runIf(hasOpenssl)('certificates are verified: authority, name and date', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cepheid-tls-'));
  atEnd.push(() => rm(folder, { recursive: true }));
  const make = async (name: string, host: string, ...more: string[]) => {
    const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
    const subject = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
    const form = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    await run('openssl', ['req', ...form, '-keyout', key, '-out', cert, ...subject, ...more]);
    return { key: readFileSync(key), cert: readFileSync(cert, 'utf8') };
  };
  const serve = async (identity: { key: Buffer; cert: string }, options: object = {}) => {
    const names: unknown[] = [];
    const server = createServer({ ...identity, ...options }, (request, response) => {
      names.push((request.socket as TLSSocket).servername);
      request.resume().on('end', () => response.end('ok'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    atEnd.push(() => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    });
    return { port: (server.address() as AddressInfo).port, names };
  };
  const good = await make('good', 'hook.test');
  const other = await make('other', 'other.test');
  const server = await serve(good);
  const clock = new VirtualClock();
  const url = `https://hook.test:${server.port}/`;

  expect(await post(url, clock, good.cert).result).toMatchObject({
    kind: 'answered',
    status: 200,
    excerpt: 'ok',
  });
  // A final dot belongs to the name in DNS, not to the certificate.
  expect(await post(`https://hook.test.:${server.port}/`, clock, good.cert).result).toMatchObject({
    status: 200,
  });
  expect(server.names).toEqual(['hook.test', 'hook.test']);

  const selfSigned = await post(url, clock).result;
  expect(selfSigned).toMatchObject({ kind: 'failed' });
  expect((selfSigned as { reason: string }).reason).toMatch(/SELF_SIGNED/);
  const wrongAuthority = await post(url, clock, other.cert).result;
  expect(wrongAuthority).toMatchObject({ kind: 'failed' });
  const wrongName = await post(`https://else.test:${server.port}/`, clock, good.cert).result;
  expect((wrongName as { reason: string }).reason).toMatch(/altnames|ALTNAME/i);
  const byAddress = await post(`https://127.0.0.1:${server.port}/`, clock, good.cert).result;
  expect((byAddress as { reason: string }).reason).toMatch(/altnames|ALTNAME/i);
  expect(server.names).toEqual(['hook.test', 'hook.test']);

  const oldServer = await serve(good, {
    maxVersion: 'TLSv1.1',
    minVersion: 'TLSv1',
    ciphers: 'DEFAULT@SECLEVEL=0',
  });
  const old = await post(`https://hook.test:${oldServer.port}/`, clock, good.cert).result;
  expect(old).toMatchObject({ kind: 'failed' });
  expect(oldServer.names).toEqual([]);
});
