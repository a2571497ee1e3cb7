import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { cepheid } from './support/replay-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'cepheid-why-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const RULES = file(
  'rules.epl',
  `create schema Txn(card string, amount double, ts long) starttimestamp ts;
create schema Ok(card string, ts long) starttimestamp ts;
@Name('jump') @Alert(key='card')
select a.card as card, b.amount as amount
from pattern [every a=Txn(amount < 3) -> (b=Txn(card = a.card, amount > 400) and not Ok(card = a.card)) where timer:within(60 sec)]
where b.amount < 5000;
@Name('silent') @Alert(key='card')
select a.card as card from pattern [every a=Txn(amount > 9000) -> (timer:interval(30 sec) and not Txn(card = a.card))];
`,
);
const SECOND = 1000;
const EVENTS = file(
  'events.jsonl',
  [
    { type: 'Txn', card: 'hit', amount: 1, ts: 0 },
    { type: 'Txn', card: 'slow', amount: 2, ts: 1 * SECOND },
    { type: 'Txn', card: 'fine', amount: 2, ts: 2 * SECOND },
    { type: 'Txn', card: 'near', amount: 2.5, ts: 3 * SECOND },
    { type: 'Ok', card: 'fine', ts: 4 * SECOND },
    { type: 'Txn', card: 'hit', amount: 500, ts: 10 * SECOND },
    { type: 'Txn', card: 'near', amount: 399, ts: 20 * SECOND },
    { type: 'Txn', card: 'big', amount: 1, ts: 21 * SECOND },
    { type: 'Txn', card: 'big', amount: 6000, ts: 22 * SECOND },
    { type: 'Txn', card: 'quiet', amount: 9500, ts: 30 * SECOND },
    { type: 'Txn', card: 'slow', amount: 700, ts: 61 * SECOND },
  ]
    .map((event) => `${JSON.stringify(event)}\n`)
    .join(''),
);

function alertOf(rule: string): { id: string } {
  const { out } = cepheid(['replay', '--rules', RULES, EVENTS]);
  const alerts = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  return alerts.find((one) => one.rule === rule);
}

function whyNot(key: string, ...more: string[]) {
  const { code, out, err } = cepheid([
    'explain',
    RULES,
    '--why-not',
    key,
    '--format',
    'json',
    ...more,
    EVENTS,
  ]);
  expect(err).toBe('');
  expect(code).toBe(0);
  return JSON.parse(out).statements;
}

describe('explain --why', () => {
  test('tells the steps of an alert with events, values, guards and what did not come', () => {
    const { id } = alertOf('jump');
    const { code, out } = cepheid(['explain', RULES, '--why', id, '--format', 'json', EVENTS]);
    expect(code).toBe(0);
    const { alert, steps, tags } = JSON.parse(out);
    expect(alert).toMatchObject({ id, rule: 'jump', key: { card: 'hit' }, time: 10_000 });
    expect(steps.map((step: { text: string }) => step.text)).toEqual([
      'a=Txn(amount < 3)',
      'b=Txn(card = a.card, amount > 400)',
    ]);
    expect(steps[0].ended.event).toMatchObject({ type: 'Txn', at: 'events.jsonl:1', time: 0 });
    expect(steps[1]).toMatchObject({
      began: 0,
      ended: { time: 10_000, event: { at: 'events.jsonl:6' } },
      conditions: [
        { text: 'card = a.card', holds: true, values: ['hit', 'hit'] },
        { text: 'amount > 400', holds: true, values: [500, 400] },
      ],
      guards: [{ text: 'where timer:within(60 second)', until: 60_000 }],
      absent: ['Ok(card = a.card)'],
    });
    expect(tags.b.fields).toEqual({ card: 'hit', amount: 500, ts: 10_000 });
  });

  test('tells of a timer, as text', () => {
    const { id } = alertOf('silent');
    const { code, out } = cepheid(['explain', RULES, '--why', id, EVENTS]);
    expect(code).toBe(0);
    expect(out).toBe(`${id}: silent at 1970-01-01T00:01:00.000Z, card=quiet
  1. 1970-01-01T00:00:30.000Z  a=Txn(amount > 9000)
       events.jsonl:10 Txn 1970-01-01T00:00:30.000Z {"card":"quiet","amount":9500,"ts":30000}
       amount > 9000: 9500 and 9000
  2. 1970-01-01T00:01:00.000Z  timer:interval(30 second)
       waited 30s
       nothing came of: Txn(card = a.card)
`);
  });

  test('says when there is no such alert', () => {
    const { code, err } = cepheid(['explain', RULES, '--why', 'alrt_nothing', EVENTS]);
    expect(code).toBe(1);
    expect(err).toContain('there is no alert alrt_nothing: none of the 2 alerts of these events has it');
  });
});

describe('explain --why-not', () => {
  test('a guard whose time was up: the event came a moment too late', () => {
    const [jump] = whyNot('card=slow', '--statement', 'jump');
    expect(jump).toMatchObject({ rule: 'jump', matches: 0, events: 2 });
    expect(jump.furthest).toMatchObject({
      waitsFor: 'b=Txn(card = a.card, amount > 400)',
      since: 1000,
      guards: [{ text: 'where timer:within(60 second)', until: 61_000 }],
      end: { time: 61_000, event: null, by: { kind: 'guard', text: 'where timer:within(60 second)' } },
    });
    expect(jump.furthest.steps).toHaveLength(1);
  });

  test('an event that must not come', () => {
    const [jump] = whyNot('card=fine', '--statement', 'jump');
    expect(jump.furthest.end).toMatchObject({
      time: 4000,
      event: { type: 'Ok', at: 'events.jsonl:5' },
      by: { kind: 'event', text: 'Ok(card = a.card)' },
    });
  });

  test('the closest event and the condition that failed, with its values', () => {
    const [jump] = whyNot('card=near', '--statement', 'jump');
    expect(jump.furthest.closest).toMatchObject({
      event: { at: 'events.jsonl:7' },
      failed: [{ text: 'amount > 400', holds: false, values: [399, 400] }],
    });
  });

  test('a match that `where` left out', () => {
    const [jump] = whyNot('card=big', '--statement', 'jump');
    expect(jump).toMatchObject({
      matches: 0,
      leftOut: { count: 1, last: 22_000, failed: [{ text: 'b.amount < 5000', values: [6000, 5000] }] },
    });
  });

  test('no run at all, all rules that raise alerts, as text', () => {
    const { code, out } = cepheid(['explain', RULES, '--why-not', 'card=quiet', EVENTS]);
    expect(code).toBe(0);
    expect(out).toContain(
      'jump, card=quiet: no match; 1 of the events it looked at have the key\nno run began\n',
    );
    expect(out).toContain('         not so: amount < 3: 9500 and 3\n');
    expect(out).toContain('silent, card=quiet: 1 match, the last at 1970-01-01T00:01:00.000Z\n');
  });

  test('how things stood at a time', () => {
    const [early] = whyNot('card=slow', '--statement', 'jump', '--at', '30000');
    expect(early.furthest.end).toBeNull();
    const [before] = whyNot('card=hit', '--statement', 'jump', '--at', '9000');
    expect(before).toMatchObject({ matches: 0, furthest: { since: 0, end: null } });
    const [after] = whyNot('card=hit', '--statement', 'jump', '--at', '10000');
    expect(after).toMatchObject({ matches: 1, lastMatch: 10_000 });
  });

  test.each([
    [['--why-not', 'card', EVENTS], '--why-not wants KEY=VALUE'],
    [
      ['--why-not', 'crad=hit', EVENTS],
      'no pattern looks at events with a field `crad`; there are card, amount, ts',
    ],
    [['--why-not', 'card=hit'], 'name the rules first, then the events'],
    [['--why-not', 'card=hit', '-'], 'cannot come from standard input'],
    [['--why-not', 'card=hit', '--plan', EVENTS], 'ask for one of --plan, --why and --why-not'],
    [['--why', 'alrt_x', '--at', '0', EVENTS], '--at goes with --why-not'],
    [['--why', 'alrt_x', '--format', 'dot', EVENTS], '--format dot draws the plan'],
  ])('%s is a mistake of use', (args, message) => {
    const { code, err } = cepheid(['explain', RULES, ...args]);
    expect(err).toContain(message);
    expect(code).toBe(2);
  });
});
