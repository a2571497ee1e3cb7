import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Alert, AlertEvent } from '../../engine/alert/alert.ts';
import { alertBlock, alertLine } from './alert-block.ts';
import { JsonLinesAlertSink, JsonLinesRowSink } from './json-lines.ts';
import { makePainter } from './painter.ts';
import { clip, printable, textWidth } from './printable.ts';
import type { PrintedRow } from './sink.ts';
import { TerminalAlertSink, TerminalRowSink } from './terminal.ts';
import { TextOutput } from './text-output.ts';

const plain = makePainter('never', new PassThrough());
const colored = makePainter('always', new PassThrough());
const look = (width: number, paint = plain) => ({ paint, width, timeUnit: 'milliseconds' }) as const;

function event(offset: number, fields: AlertEvent['fields'], time = offset * 1000): AlertEvent {
  return { type: 'Txn', time, split: 'day.jsonl', offset, fields: { ...fields, ts: time } };
}

function alert(extra: Partial<Alert> = {}): Alert {
  return {
    id: 'alrt_abc',
    rule: 'card-testing',
    fingerprint: 'f00d',
    severity: 'high',
    key: { card: 'c12' },
    time: 2000,
    summary: '2 small charges on c12',
    description: null,
    tags: {},
    to: ['fraud-desk'],
    file: 'fraud.epl',
    line: 7,
    values: { card: 'c12' },
    events: [event(1, { card: 'c12', amount: 0.5 }), event(12, { card: 'c12', amount: 10, place: 'Köln' })],
    eventsOmitted: 0,
    ...extra,
  };
}

test('an alert is a block with its evidence as an aligned table', () => {
  expect(alertBlock(alert(), look(100))).toBe(
    [
      'HIGH  1970-01-01T00:00:02.000Z  card-testing',
      '  2 small charges on c12',
      '  card=c12 · to fraud-desk · fraud.epl:7 · alrt_abc',
      '    time                      event  at            card  amount  place',
      '    1970-01-01T00:00:01.000Z  Txn    day.jsonl:1   c12      0.5',
      '    1970-01-01T00:00:12.000Z  Txn    day.jsonl:12  c12       10  Köln',
      '',
    ].join('\n'),
  );
});

test('of many events some from the start and the end are shown, the others counted', () => {
  const events = Array.from({ length: 30 }, (_, i) => event(i + 1, { card: 'c12' }));
  const text = alertBlock(alert({ events, eventsOmitted: 70 }), look(100));
  expect(text.match(/day\.jsonl:\d+/g)?.map((at) => Number(at.slice(10)))).toEqual([
    1, 2, 3, 4, 5, 6, 7, 28, 29, 30,
  ]);
  expect(text).toContain('jsonl:7   c12\n    … 90 more events …\n');
});

test('a table too wide for the terminal leaves out fields and says how many', () => {
  const wide = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`field${i}`, 'x'.repeat(50)]));
  const lines = alertBlock(alert({ events: [event(1, wide)] }), look(120)).split('\n');
  expect(lines[3]).toMatch(/at +field0 +\+19 more$/);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(120);
  expect(lines[4]).toContain(`${'x'.repeat(31)}…`);
});

test('colour adds styles and no text', () => {
  const text = alertBlock(alert(), look(100, colored));
  expect(text).toContain('\x1b[1m\x1b[31mHIGH');
  expect(stripVTControlCharacters(text)).toBe(alertBlock(alert(), look(100)));
  expect(alertBlock(alert({ severity: 'low' }), look(100, colored))).toContain('\x1b[36mLOW');
  expect(makePainter('auto', new PassThrough())('red', 'x')).toBe('x');
});

test('text from events and rules cannot reach the terminal raw', () => {
  const evil = fc.string({ unit: 'binary', maxLength: 30 });
  const fields = fc.dictionary(evil, fc.oneof(evil, fc.jsonValue()), { maxKeys: 4 });
  fc.assert(
    fc.property(evil, fields, (text, some) => {
      const one = alert({
        summary: text,
        severity: text,
        rule: text,
        file: text,
        to: [text],
        key: { [text]: text },
        events: [{ type: text, split: text, time: 0, offset: 1, fields: some as AlertEvent['fields'] }],
      });
      for (const shown of [alertBlock(one, look(300)), alertLine(one, look(80))]) {
        // Line breaks are the block's own.
        expect(shown.replaceAll('\n', '')).toMatch(/^[^\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]*$/u);
      }
    }),
  );
});

test.each([
  ['\x1b[2J\x1b]52;c;aGk=\x07', '\\x1b[2J\\x1b]52;c;aGk=\\x07'],
  ['a\nb\tc\rd', 'a\\nb\\tc\\rd'],
  ['\u009b31m', '\\x9b31m'],
  ['safe\u202egnp.exe', 'safe\\u202egnp.exe'],
  ['\ud800x', '\\ud800x'],
  ['\u{e0041}', '\\u{e0041}'],
  ['Köln 東京 😀', 'Köln 東京 😀'],
])('%j is shown as %j', (text, shown) => {
  expect(printable(text)).toBe(shown);
});

test('width counts columns of the terminal, and clipping keeps within them', () => {
  expect(textWidth('abc')).toBe(3);
  expect(textWidth('東京')).toBe(4);
  expect(textWidth('e\u0301')).toBe(1);
  expect(clip('東京都', 5)).toBe('東京…');
  expect(clip('abc', 3)).toBe('abc');
});

test('after the detailed alerts come lines', async () => {
  const text = await collect(async (output) => {
    const sink = new TerminalAlertSink(output, { ...look(100), detailed: 2 });
    for (let i = 0; i < 4; i++) await sink.write(alert({ id: `alrt_${i}`, events: [] }));
    await sink.close();
  });
  const lines = text.split('\n').filter((line) => line !== '');
  expect(lines).toEqual([
    ...alertBlock(alert({ id: 'alrt_0', events: [] }), look(100))
      .trimEnd()
      .split('\n'),
    ...alertBlock(alert({ id: 'alrt_1', events: [] }), look(100))
      .trimEnd()
      .split('\n'),
    'further alerts in short:',
    'HIGH  1970-01-01T00:00:02.000Z  card-testing  2 small charges on c12',
    'HIGH  1970-01-01T00:00:02.000Z  card-testing  2 small charges on c12',
  ]);
});

test('alerts as JSON Lines read back as they were', async () => {
  const alerts = [alert(), alert({ summary: 'line\nbreak \u2028', time: 3 })];
  const text = await collect(async (output) => {
    const sink = new JsonLinesAlertSink(output);
    for (const one of alerts) await sink.write(one);
    await sink.close();
  });
  const lines = text.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual(alerts);
});

function row(
  statement: string,
  time: number,
  values: PrintedRow['values'],
  kind: PrintedRow['kind'] = 'insert',
) {
  return { statement, time, kind, values };
}

const [ZERO, FIVE] = ['1970-01-01T00:00:00.000Z', '1970-01-01T00:00:00.005Z'];
const ROWS: readonly PrintedRow[] = [
  row('fast', 1000, { n: 1, at: ZERO }),
  row('fast', 2000, { n: 22.5, at: null }, 'remove'),
  row('slow', 2000, { n: 'NaN', at: FIVE }),
];

test('rows as JSON Lines', async () => {
  const text = await collect(async (output) => {
    const sink = new JsonLinesRowSink(output);
    for (const one of ROWS) await sink.write(one);
    await sink.close();
  });
  expect(text).toBe(
    '{"statement":"fast","time":1000,"kind":"insert","values":{"n":1,"at":"1970-01-01T00:00:00.000Z"}}\n' +
      '{"statement":"fast","time":2000,"kind":"remove","values":{"n":22.5,"at":null}}\n' +
      '{"statement":"slow","time":2000,"kind":"insert","values":{"n":"NaN","at":"1970-01-01T00:00:00.005Z"}}\n',
  );
});

test('rows as tables, one per statement', async () => {
  const text = await collect(async (output) => {
    const sink = new TerminalRowSink(output, look(100));
    for (const one of ROWS) await sink.write(one);
    await sink.close();
  });
  expect(text).toBe(
    [
      'fast',
      'time                            n  at',
      '1970-01-01T00:00:01.000Z  +     1  1970-01-01T00:00:00.000Z',
      '1970-01-01T00:00:02.000Z  -  22.5  null',
      '',
      'slow',
      'time                      n    at',
      '1970-01-01T00:00:02.000Z  NaN  1970-01-01T00:00:00.005Z',
      '',
    ].join('\n'),
  );
});

test('a long table keeps its heading once and every row', async () => {
  const text = await collect(async (output) => {
    const sink = new TerminalRowSink(output, look(100));
    for (let i = 0; i < 1234; i++) await sink.write(row('fast', i, { n: i, at: ZERO }));
    await sink.close();
  });
  expect(text.match(/^fast$/gm)).toHaveLength(1);
  expect(text.trimEnd().split('\n')).toHaveLength(1234 + 2);
});

async function collect(run: (output: TextOutput) => Promise<void>): Promise<string> {
  const stream = new PassThrough();
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  await run(TextOutput.toStream(stream, 'pipe'));
  await new Promise((resolve) => stream.end(resolve));
  return text;
}
