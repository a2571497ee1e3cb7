import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleAlert } from '../../test/support/sample-alert.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { BODY_BYTES_MAX, webhookBody } from './envelope.ts';
import { labelFingerprint } from './fingerprint.ts';
import type { PostResult } from './post.ts';
import { backoffMs, DEFAULT_RETRY, retryAfterMs } from './retry.ts';
import {
  Secret,
  type SecretsResult,
  signatures,
  tryReadSecretFile,
  tryReadSecretVariable,
} from './secret.ts';

test('fingerprints are those of Alertmanager', () => {
  const labels = { severity: 'critical', alertname: 'CardVelocity', card: 'c12' };
  expect(labelFingerprint(labels)).toBe('2a857da4ae4e4abb');
  expect(labelFingerprint({})).toBe('cbf29ce484222325');
});

test('the body is a Standard Webhooks envelope and an Alertmanager notification', () => {
  const labels = { alertname: 'card-testing', severity: 'high', card: 'c3', team: 'fraud' };
  expect(
    JSON.parse(webhookBody(sampleAlert(3), { replay: true, rulesUrl: 'https://git.test/rules/' })),
  ).toEqual({
    type: 'alert.firing',
    timestamp: '2026-03-01T04:10:00.003Z',
    version: '4',
    status: 'firing',
    receiver: 'fraud-desk',
    groupKey: '{}/{rule="card-testing"}:{card="c3"}',
    truncatedAlerts: 0,
    groupLabels: { alertname: 'card-testing' },
    commonLabels: labels,
    commonAnnotations: { summary: '4 small charges on c3' },
    externalURL: '',
    alerts: [
      {
        status: 'firing',
        labels,
        annotations: { summary: '4 small charges on c3' },
        startsAt: '2026-03-01T04:10:00.003Z',
        endsAt: '0001-01-01T00:00:00Z',
        generatorURL: 'https://git.test/rules/fraud.epl#L7',
        fingerprint: labelFingerprint(labels),
      },
    ],
    data: {
      id: sampleAlert(3).id,
      rule: {
        name: 'card-testing',
        hash: 'sha256:f00d',
        file: 'fraud.epl',
        line: 7,
        tags: { team: 'fraud' },
      },
      severity: 'high',
      key: { card: 'c3' },
      match: {
        time: '2026-03-01T04:10:00.003Z',
        values: { card: 'c3', count: 4, total: 3.5 },
        events: [
          {
            id: 'Txn@day.jsonl:1041',
            ts: '2026-03-01T04:09:00.000Z',
            fields: { card: 'c3', amount: 0.5 },
          },
        ],
        eventsOmitted: 0,
      },
      replay: true,
    },
  });
});

test('the times of a body have six digits where alerts count microseconds', () => {
  const [event] = sampleAlert(0).events;
  const time = 1_772_338_200_000_050;
  const alert = sampleAlert(0, { time, events: event === undefined ? [] : [{ ...event, time: time - 49 }] });
  const body = JSON.parse(webhookBody(alert, { replay: true, timeUnit: 'microseconds' }));
  expect(body.timestamp).toBe('2026-03-01T04:10:00.000050Z');
  expect(body.alerts[0].startsAt).toBe(body.timestamp);
  expect(body.data.match.events[0].ts).toBe('2026-03-01T04:10:00.000001Z');
});

test('labels have valid names and texts, the rule and its severity first', () => {
  const key = { severity: 'mine', 'a.card': 'x', '9lives': 2.5, missing: null, 'a card': 'y', flag: true };
  const { alerts } = JSON.parse(webhookBody(sampleAlert(0, { key, tags: {} }), { replay: false }));
  expect(alerts[0].labels).toEqual({
    alertname: 'card-testing',
    severity: 'high',
    a_card: 'x',
    _9lives: '2.5',
    flag: 'true',
  });
});

test('much evidence is cut to the size receivers take, and counted', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 2000 }), (count, size) => {
      const event = { type: 'Txn', time: 0, split: 's', offset: 1, fields: { text: 'é'.repeat(size) } };
      const events = Array.from({ length: count }, (_, i) => ({ ...event, offset: i }));
      const body = webhookBody(sampleAlert(0, { events, eventsOmitted: 5 }), { replay: false });
      const { match } = JSON.parse(body).data;
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(BODY_BYTES_MAX);
      expect(match.events.length + match.eventsOmitted).toBe(count + 5);
      expect(match.events.map((one: { id: string }) => one.id)).toEqual(
        events.slice(0, match.events.length).map((one) => `Txn@s:${one.offset}`),
      );
      const nextBytes = 2 * size + 100;
      if (match.events.length < count) {
        expect(Buffer.byteLength(body) + nextBytes).toBeGreaterThan(BODY_BYTES_MAX);
      }
    }),
  );
});

test('signatures of any body verify, and of no changed one', () => {
  const bytes = fc.uint8Array({ minLength: 24, maxLength: 64 });
  fc.assert(
    fc.property(bytes, fc.string({ unit: 'grapheme', minLength: 1 }), (key, text) => {
      const secretText = `whsec_${Buffer.from(key).toString('base64')}`;
      const body = JSON.stringify(text);
      const timestamp = Math.floor(Date.now() / 1000);
      const signature = signatures([Secret.tryParse(secretText) as Secret], 'alrt_x', timestamp, body);
      const headers = {
        'webhook-id': 'alrt_x',
        'webhook-timestamp': String(timestamp),
        'webhook-signature': signature,
      };
      const webhook = new Webhook(secretText);
      expect(webhook.verify(body, headers)).toBe(text);
      expect(() => webhook.verify(`${body} `, headers)).toThrow();
      expect(() => webhook.verify(body, { ...headers, 'webhook-id': 'alrt_y' })).toThrow();
    }),
    { numRuns: 300 },
  );
});

const KEY = randomBytes(32).toString('base64');

test.each([
  ['without its prefix', KEY],
  ['too short', `whsec_${randomBytes(23).toString('base64')}`],
  ['too long', `whsec_${randomBytes(65).toString('base64')}`],
  ['not base64', `whsec_${KEY.slice(0, -4)}!!!!`],
  ['base64 with noise', `whsec_${KEY} `],
  ['empty', 'whsec_'],
])('a secret %s is none', (_, text) => {
  expect(Secret.tryParse(text)).toBeNull();
});

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cepheid-secret-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function secretFile(text: string, mode = 0o600): Promise<SecretsResult> {
  const path = join(folder, 'secret');
  await writeFile(path, text);
  await chmod(path, mode);
  return tryReadSecretFile(path);
}

function read(result: SecretsResult) {
  if ('error' in result) throw new Error(result.error);
  return result;
}

test('a secret file holds the current secret and older ones', async () => {
  const [first, second] = [randomBytes(24), randomBytes(64)].map((key) => `whsec_${key.toString('base64')}`);
  const result = await secretFile(`# for fraud-desk\n${first}\r\n\n  ${second}  \n`);
  expect(result).toMatchObject({ warnings: [] });
  const { secrets } = read(result);
  expect(secrets.map((secret) => secret.sign('x'))).toEqual(
    [first, second].map((text) => Secret.tryParse(text as string)?.sign('x')),
  );
});

test('a secret file others can read is warned of', async () => {
  const result = read(await secretFile(`whsec_${KEY}`, 0o644));
  expect(result.warnings).toEqual([expect.stringContaining('others can read it (mode 644); chmod 600')]);
});

test('errors about secrets name the place and the form, and nothing of the secret', async () => {
  const bad = `whsec_${KEY.slice(1)}`;
  const errors = [
    await secretFile(`whsec_${KEY}\n${bad}\n`),
    await secretFile('# nothing\n'),
    await tryReadSecretFile(join(folder, 'missing')),
    tryReadSecretVariable('CEPHEID_WEBHOOK_SECRET', { CEPHEID_WEBHOOK_SECRET: bad }),
    tryReadSecretVariable('CEPHEID_WEBHOOK_SECRET', {}),
  ].map((result) => (result as { error: string }).error);
  expect(errors[0]).toContain('secret 2 of the webhook secret file');
  expect(errors[1]).toContain('holds no secret; it needs `whsec_`');
  expect(errors[2]).toContain('ENOENT');
  expect(errors[3]).toContain('secret 1 of the environment variable CEPHEID_WEBHOOK_SECRET is not `whsec_`');
  expect(errors[4]).toContain('holds no secret');
  expect(errors.join()).not.toContain(KEY.slice(1, 20));
  const both = { SECRETS: `whsec_${KEY}\n whsec_${KEY}` };
  expect(tryReadSecretVariable('SECRETS', both)).toMatchObject({ secrets: { length: 2 }, warnings: [] });
});

test('pauses grow twofold up to the cap, each a random part', () => {
  const policy = { ...DEFAULT_RETRY, baseMs: 100, capMs: 1000 };
  const full = [1, 2, 3, 4, 5, 60].map((failed) => backoffMs(failed, policy, 0.999999));
  expect(full).toEqual([100, 200, 400, 800, 1000, 1000]);
  expect(backoffMs(5, policy, 0)).toBe(0);
});

test.each<[string | null, number | null]>([
  ['0', 0],
  [' 120 ', 120_000],
  ['99999', 600_000],
  ['Thu, 01 Jan 1970 00:01:40 GMT', 50_000],
  ['Thursday, 01-Jan-70 00:01:40 GMT', 50_000],
  ['Thu, 01 Jan 1970 00:00:10 GMT', 0],
  ['Thu, 01 Jan 2170 00:00:10 GMT', 600_000],
  ['-5', null],
  ['1.5', null],
  ['soon', null],
  ['2026', 600_000],
  ['', null],
  [null, null],
])('Retry-After %j asks for %j ms', (retryAfter, expected) => {
  const result: PostResult = { kind: 'answered', status: 429, retryAfter, excerpt: '' };
  expect(retryAfterMs(result, 50_000, 600_000)).toBe(expected);
});

test('the circuit lets one probe through when its time is over', () => {
  const breaker = new CircuitBreaker({ failures: 2, openMs: 100 });
  const attempt = (now: number, isGood: boolean) => {
    expect(breaker.waitMs(now)).toBe(0);
    const wasProbe = breaker.isOpen;
    breaker.start();
    if (isGood) breaker.succeed();
    else breaker.fail(now, wasProbe);
  };
  attempt(0, false);
  attempt(1, true);
  attempt(2, false);
  expect(breaker.isOpen).toBe(false);
  attempt(3, false);
  expect(breaker.waitMs(50)).toBe(53);
  // An attempt that was under way fails late: the circuit stays open no longer for it.
  breaker.fail(60, false);
  expect(breaker.waitMs(60)).toBe(43);
  expect(breaker.waitMs(103)).toBe(0);
  breaker.start();
  expect(breaker.waitMs(104)).toBeNull();
  breaker.fail(105, true);
  expect(breaker.waitMs(105)).toBe(100);
  attempt(205, true);
  expect(breaker.isOpen).toBe(false);
});
