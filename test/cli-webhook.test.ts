import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterAll, describe, expect, test } from 'vitest';
import { statuses, WebhookReceiver } from './support/webhook-receiver.ts';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'cepheid-'));
afterAll(() => rmSync(folder, { recursive: true }));
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const secretFile = join(folder, 'secret');
writeFileSync(secretFile, SECRET, { mode: 0o600 });
const dead = join(folder, 'dead.jsonl');

/** Replays the fraud sample with a webhook. */
function replay(url: string, ...more: string[]): Promise<{ code: number | null; err: string }> {
  const rules = join(root, 'rules', 'packs', 'fraud');
  const events = join(root, 'samples', 'fraud', 'events.jsonl');
  const args = ['replay', '--rules', rules, '--webhook', url, '--webhook-secret-file', secretFile];
  const child = spawn(process.execPath, [
    join(root, 'bin', 'cepheid.mjs'),
    ...args,
    '--dead-letters',
    dead,
    ...more,
    events,
  ]);
  return new Promise((resolve) => {
    let err = '';
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    child.stdout.resume();
    child.on('close', (code) => resolve({ code, err }));
  });
}

describe('replay --webhook', () => {
  test('delivers each alert once, signed, with its id as idempotency key', async () => {
    const receiver = await WebhookReceiver.start(statuses(500, 204));
    const { code, err } = await replay(receiver.url, '--deliver', '--allow-private', '127.0.0.0/8');
    await receiver.kill();
    expect(err).toContain('webhook: 3 delivered');
    expect(err).not.toContain(SECRET);
    expect(code).toBe(0);
    const ids = receiver.received.map(({ headers }) => headers['idempotency-key']);
    expect(ids.length).toBe(4);
    expect(new Set(ids).size).toBe(3);
    for (const { body, headers } of receiver.received) {
      expect(new Webhook(SECRET).verify(body, headers)).toMatchObject({ type: 'alert.firing' });
    }
  });

  test('sends nothing without --deliver', async () => {
    const receiver = await WebhookReceiver.start(statuses(204));
    const { code, err } = await replay(receiver.url, '--allow-private', '127.0.0.0/8');
    await receiver.kill();
    expect(err).toContain('nothing sent; with --deliver 3 alerts would go to');
    expect(receiver.received).toEqual([]);
    expect(code).toBe(0);
  });

  test('refuses a private address that is not allowed', async () => {
    const { code, err } = await replay('http://127.0.0.1:9/hook', '--deliver');
    expect(err).toContain('127.0.0.1');
    expect(err).toContain('--allow-private');
    expect(code).toBe(2);
  });

  test('keeps what the receiver refuses for good and exits with 5', async () => {
    const receiver = await WebhookReceiver.start(statuses(400));
    const { code } = await replay(receiver.url, '--deliver', '--allow-private', 'all');
    await receiver.kill();
    expect(code).toBe(5);
    expect(existsSync(dead)).toBe(true);
    expect(readFileSync(dead, 'utf8').trimEnd().split('\n').length).toBe(3);
  });
});
