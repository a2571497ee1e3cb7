import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { sampleAlert } from '../../test/support/sample-alert.ts';
import { VirtualClock } from '../../test/support/virtual-clock.ts';
import { startRawServer, statuses, WebhookReceiver } from '../../test/support/webhook-receiver.ts';
import { AddressPolicy, type AllowPrivate } from './addresses.ts';
import { type Endpoint, parseEndpoint, type Resolve } from './endpoint.ts';
import { makeAgent } from './guarded-agent.ts';
import { startPost } from './post.ts';
import { WebhookDelivery } from './webhook-delivery.ts';

const NOTHING = new AddressPolicy(false);

/** Hosts that are or may lead to the inside of a network, in every spelling a URL parser accepts. */
const INSIDE_HOSTS = [
  ...['127.0.0.1', '127.1', '127.0.1', '0x7f.1', '0x7f000001', '2130706433', '017700000001', '0177.0.0.1'],
  ...['127.0.0.1.', '１２７.0.0.1', '①②⑦.0.0.1', '127。0。0。1', '127.255.255.254', '%31%32%37.0.0.1'],
  ...['0', '0.0.0.0', '0.1.2.3', '10.0.0.1', '10.255.255.255', '012.0.0.1', '0xa.0.0.1', '167772161'],
  ...['100.64.0.1', '100.127.255.255', '169.254.169.254', '0xa9fea9fe', '2852039166', '169.254.0.1'],
  ...['172.16.0.1', '172.31.255.255', '192.168.0.1', '192.168.255.255', '0xc0a80001', '3232235521'],
  ...['192.0.0.8', '192.0.2.1', '192.88.99.1', '198.18.0.1', '198.19.255.255', '198.51.100.7', '203.0.113.9'],
  ...['224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255', '4294967295', '0xffffffff'],
  ...['[::]', '[::1]', '[0:0:0:0:0:0:0:1]', '[::0001]', '[::127.0.0.1]', '[::7f00:1]', '[::10.0.0.1]'],
  ...['[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[0:0:0:0:0:ffff:127.0.0.1]', '[::ffff:10.0.0.1]'],
  ...['[::ffff:169.254.169.254]', '[::ffff:0:127.0.0.1]', '[::ffff:0.0.0.0]', '[::ffff:192.168.1.1]'],
  ...['[64:ff9b::127.0.0.1]', '[64:ff9b::7f00:1]', '[64:ff9b:1::1]', '[2002:7f00:1::]', '[2002:a00:1::1]'],
  ...['[2001::1]', '[2001:0:53aa:64c:0:0:80ff:fffe]', '[2001:db8::1]', '[3fff::1]', '[5f00::1]', '[100::1]'],
  ...[
    '[fc00::1]',
    '[fd00::1]',
    '[fdff:ffff::1]',
    '[fe80::1]',
    '[febf::1]',
    '[fec0::1]',
    '[ff02::1]',
    '[ff0e::1]',
  ],
  ...['[1::1]', '[4000::1]', '[8000::1]', '[e000::1]'],
  ...['localhost', 'LOCALHOST', 'localhost.', 'ｌｏｃａｌｈｏｓｔ', 'hook.localhost', 'a.b.localhost.'],
];

test.each(INSIDE_HOSTS)('%s is refused', (host) => {
  for (const scheme of ['http', 'https', 'HTTP', 'https']) {
    for (const rest of ['', ':8080/x?y', '/hook']) {
      const result = parseEndpoint(`${scheme}://${host}${rest}`, NOTHING);
      expect(result).toHaveProperty('refusal');
      expect((result as { refusal: string }).refusal).toMatch(/is refused: /);
    }
  }
});

test.each([
  'https://example.com/hook',
  'https://93.184.215.14/hook',
  'https://[2606:2800:220:1:248:1893:25c8:1946]/',
  'https://1.1.1.1:8443/',
  'https://172.15.255.255/',
  'https://172.32.0.1/',
  'https://100.63.255.255/',
  'https://100.128.0.1/',
  'https://223.255.255.255/',
  'https://[::ffff:8.8.8.8]/',
  'https://bücher.example/',
  'https://notlocalhost/',
])('%s is allowed', (url) => {
  expect(parseEndpoint(url, NOTHING)).toMatchObject({ isPlain: false });
});

test.each([
  ['http://example.com/', 'http is only for private addresses'],
  ['http://93.184.215.14/', 'http is only for private addresses'],
  ['https://user@example.com/', 'user name or password'],
  ['https://:pass@example.com/', 'user name or password'],
  ['https://example.com@127.0.0.1/', 'user name or password'],
  ['ftp://example.com/', 'starts with ftp:'],
  ['file:///etc/passwd', 'starts with file:'],
  ['javascript:alert(1)', 'starts with javascript:'],
  ['example.com/hook', 'is not a URL'],
  ['https://', 'is not a URL'],
  ['https://1.2.3.4.5/', 'is not a URL'],
  ['https://127.0.0.1%00.example.com/', 'is not a URL'],
  ['https://[fe80::1%25eth0]/', 'is not a URL'],
  ['', 'is not a URL'],
])('%j is refused: %s', (url, reason) => {
  expect((parseEndpoint(url, NOTHING) as { refusal: string }).refusal).toContain(reason);
});

test('a backslash, a fragment or a path cannot hide the host', () => {
  expect(parseEndpoint('https://127.0.0.1\\@example.com/', NOTHING)).toHaveProperty('refusal');
  expect(parseEndpoint('https://example.com\\@127.0.0.1/', NOTHING)).toMatchObject({ host: 'example.com' });
  expect(parseEndpoint('https://example.com#@127.0.0.1/', NOTHING)).toMatchObject({ host: 'example.com' });
  expect(parseEndpoint(' https://127.0.0.1/\n', NOTHING)).toHaveProperty('refusal');
});

test.each<[AllowPrivate, string, boolean]>([
  [true, 'http://127.0.0.1/', true],
  [true, 'http://[::1]/', true],
  [true, 'http://localhost:9093/', true],
  [true, 'https://10.1.2.3/', true],
  [true, 'http://[fd12::1]/', true],
  [true, 'http://100.64.1.1/', true],
  [true, 'http://[::ffff:192.168.1.1]/', true],
  [true, 'http://169.254.169.254/', false],
  [true, 'http://0.0.0.0/', false],
  [true, 'http://224.0.0.1/', false],
  [true, 'http://[::127.0.0.1]/', false],
  [true, 'http://93.184.215.14/', false],
  [['10.0.0.0/8'], 'http://10.1.2.3/', true],
  [['10.0.0.0/8'], 'http://11.1.2.3/', false],
  [['10.0.0.0/8'], 'http://127.0.0.1/', false],
  [['10.0.0.0/8'], 'http://localhost/', false],
  [['10.0.0.0/8'], 'http://alertmanager.internal/', true],
  [['127.0.0.1'], 'http://127.0.0.1/', true],
  [['127.0.0.1'], 'http://127.0.0.2/', false],
  [['::ffff:127.0.0.1'], 'http://127.0.0.1/', true],
  [['fd00::/8', '::1/128'], 'http://[::1]/', true],
  [['fd00::/8'], 'http://[fc00::1]/', false],
  [['169.254.169.254/32'], 'http://169.254.169.254/', true],
  [['0.0.0.0/0'], 'http://192.168.1.1/', true],
  [[], 'http://127.0.0.1/', false],
  [false, 'http://127.0.0.1/', false],
])('with %j allowed, %s: %s', (allow, url, isAllowed) => {
  expect('refusal' in parseEndpoint(url, new AddressPolicy(allow))).toBe(!isAllowed);
});

test.each(['10.0.0.0/33', '10.0.0/8', 'fd00::/129', '10.0.0.0/-1', '10.0.0.0/', 'all', '', '10.0.0.0/8/8'])(
  '%j is no range',
  (text) => {
    expect(() => new AddressPolicy([text])).toThrow(`"${text}" is no address range`);
  },
);

test('an address that is none is refused', () => {
  for (const text of ['', 'example.com', '127.1', '1.2.3.4.5']) {
    expect(new AddressPolicy(true).judge(text)).toMatchObject({ allowed: false });
  }
  expect(new AddressPolicy(true).judge('fe80::1%eth0')).toMatchObject({ allowed: false });
});

let folder = '';
let canary: WebhookReceiver;
const atEnd: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cepheid-endpoint-'));
  canary = await WebhookReceiver.start(statuses(200));
});
afterEach(async () => {
  for (const end of atEnd.splice(0)) await end();
});
afterAll(async () => {
  await canary.kill();
  await rm(folder, { recursive: true });
});

/** Delivers one alert to a name that resolves as told; gives the summary and why it failed. */
async function deliver(url: string, allowPrivate: AllowPrivate, resolve: Resolve, count = 1) {
  const deadLetterFile = join(folder, `${Math.random()}.jsonl`);
  const clock = new VirtualClock();
  const options = { url, deadLetterFile, version: '0', replay: false, allowPrivate, resolve, clock };
  const delivery = new WebhookDelivery({ ...options, retry: { attempts: 2 } });
  const summaries: unknown[] = [];
  for (let i = 0; i < count; i++) {
    await delivery.enqueue(sampleAlert(i));
    summaries.push(await delivery.drain());
  }
  await delivery.close();
  const text = await readFile(deadLetterFile, 'utf8').catch(() => '');
  const reasons = text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line).reason as string);
  return { summary: summaries.at(-1), reasons };
}

test.each([
  ['a private address', ['127.0.0.1']],
  ['a private address as IPv6', ['::ffff:127.0.0.1']],
  ['loopback of IPv6', ['::1']],
  ['a public and a private address', ['93.184.215.14', '127.0.0.1']],
  ['a private and a public address', ['127.0.0.1', '93.184.215.14']],
  ['something that is no address', ['canary']],
])('a name that resolves to %s is not connected', async (_, addresses) => {
  const before = canary.received.length;
  const { summary, reasons } = await deliver(
    `https://rebind.test:${canary.port}/`,
    false,
    async () => addresses,
  );
  expect(summary).toEqual({ delivered: 0, dead: 1, attempts: 1 });
  expect(reasons[0]).toMatch(/^rebind\.test resolves to an address that is refused: /);
  expect(canary.received.length).toBe(before);
});

test('http to a name is refused unless every address is private and allowed', async () => {
  const url = `http://mixed.test:${canary.port}/`;
  const { summary, reasons } = await deliver(url, true, async () => ['127.0.0.1', '93.184.215.14']);
  expect(summary).toMatchObject({ dead: 1 });
  expect(reasons[0]).toContain('93.184.215.14 is public and http is only for private ones');
  expect(canary.received).toEqual([]);
});

test('a name that is allowed is delivered to, with its name in the host header', async () => {
  const target = await WebhookReceiver.start(statuses(200));
  atEnd.push(() => target.kill());
  const hosts: string[] = [];
  const { summary } = await deliver(
    `http://alerts.internal:${target.port}/`,
    ['127.0.0.0/8'],
    async (host) => {
      hosts.push(host);
      return ['127.0.0.1'];
    },
  );
  expect(summary).toEqual({ delivered: 1, dead: 0, attempts: 1 });
  expect(target.received[0]?.headers.host).toBe(`alerts.internal:${target.port}`);
  expect(hosts).toEqual(['alerts.internal']);
});

test('each connection is checked anew: a name that moves is refused', async () => {
  const target = await WebhookReceiver.start(statuses([200, { connection: 'close' }]));
  atEnd.push(() => target.kill());
  let asked = 0;
  const { summary, reasons } = await deliver(
    `http://rebind.test:${target.port}/`,
    ['127.0.0.1/32'],
    async () => (asked++ === 0 ? ['127.0.0.1'] : ['127.0.0.2']),
    2,
  );
  expect(summary).toEqual({ delivered: 1, dead: 1, attempts: 2 });
  expect(reasons[0]).toContain('127.0.0.2 is a loopback address');
  expect(target.received).toHaveLength(1);
});

test('a name that cannot be resolved is tried again, then given up', async () => {
  const unknown = async () => {
    throw Object.assign(new Error('getaddrinfo ENOTFOUND nowhere.invalid'), { code: 'ENOTFOUND' });
  };
  for (const resolve of [unknown, async () => []]) {
    const { summary, reasons } = await deliver('https://nowhere.invalid/', false, resolve);
    expect(summary).toEqual({ delivered: 0, dead: 1, attempts: 2 });
    expect(reasons[0]).toContain('ENOTFOUND');
  }
});

test('a connection that reached a refused address is dropped before a byte is sent', async () => {
  let bytes = 0;
  const server = await startRawServer((socket) => {
    bytes += 1;
    socket.destroy();
  });
  atEnd.push(() => server.stop());
  const url = new URL(server.url);
  const endpoint: Endpoint = { url, display: url.origin, host: url.hostname, isPlain: true };
  const clock = new VirtualClock();
  const connection = { endpoint, policy: NOTHING, clock, connectionsMax: 1, timeoutMs: 1000 };
  const agent = makeAgent({ ...connection, resolve: async () => [] });
  const post = startPost({ endpoint, agent, headers: {}, body: '{}', timeoutMs: 1000, clock });
  expect(await post.result).toEqual({
    kind: 'refused',
    reason: 'the connection reached an address that is refused: 127.0.0.1 is a loopback address',
  });
  expect(bytes).toBe(0);
  agent.destroy();
  expect(clock.pending).toBe(0);
});
