import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { cepheid } from './support/replay-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'cepheid-language-'));
afterAll(() => rmSync(folder, { recursive: true }));

const rules = join(folder, 'rules.epl');
writeFileSync(
  rules,
  `create schema P(price BigDecimal, parts int, ts long) starttimestamp ts;
  @Name('part') select price / parts as each, parts / 2 as half from P#lastevent;`,
);
const events = join(folder, 'events.jsonl');
writeFileSync(events, '{"price":1.50,"parts":3,"ts":1}\n{"price":10.00,"parts":3,"ts":2}\n');

const values = (...args: string[]) => {
  const all = [
    'replay',
    '--rules',
    rules,
    '--statement',
    'part',
    '--format',
    'jsonl',
    '--quiet',
    ...args,
    events,
  ];
  const { out, err, code } = cepheid(all);
  expect([err, code]).toEqual(['', 0]);
  return out
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { values: unknown }).values);
};

test('a math context rounds, whole numbers divide whole', () => {
  expect(values('--math-context', '5:HALF_UP', '--whole-division')).toEqual([
    { each: '0.50', half: 1 },
    { each: '3.3333', half: 1 },
  ]);
});

test('a select gives what leaves its window', () => {
  expect(values('--math-context', '4', '--default-stream', 'rstream')).toEqual([{ each: '0.50', half: 1.5 }]);
});

test.each(['', '0', 'x', '5:UPWARDS', '5:UP:UP', '-1'])('a math context is not %j', (text) => {
  const { code, err } = cepheid(['check', rules, `--math-context=${text}`]);
  expect(err).toContain('A math context is written 10 or 10:HALF_UP');
  expect(code).toBe(2);
});
