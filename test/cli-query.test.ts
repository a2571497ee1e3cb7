import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { cepheid } from './support/replay-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'cepheid-query-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const RULES = file(
  'sales.epl',
  `create schema Sale(shop string, amount double, ts long) starttimestamp ts;
   create table Totals(shop string primary key, total sum(double), sales count(*));
   into table Totals select sum(amount) as total, count(*) as sales from Sale group by shop;`,
);
const EVENTS = file(
  'sales.jsonl',
  [
    { type: 'Sale', shop: 'a', amount: 5, ts: 1000 },
    { type: 'Sale', shop: 'b', amount: 50, ts: 3000 },
    { type: 'Sale', shop: 'a', amount: 15, ts: 2000 },
  ]
    .map((one) => `${JSON.stringify(one)}\n`)
    .join(''),
);
const TOTALS = 'select * from Totals order by total desc';
const ARGS = ['replay', '--quiet', '--out-of-order', '5s', '--rules', RULES];

test('queries are run at the end, in their order, after what they change', () => {
  const remove = "delete from Totals where shop = 'b'";
  const { code, out } = cepheid([...ARGS, '--query', TOTALS, '--query', remove, '--query', TOTALS, EVENTS]);
  expect(code).toBe(0);
  expect(out).toBe(
    [
      '{"statement":"query#1","time":3000,"kind":"insert","values":{"shop":"b","total":50,"sales":1}}',
      '{"statement":"query#1","time":3000,"kind":"insert","values":{"shop":"a","total":20,"sales":2}}',
      '{"statement":"query#3","time":3000,"kind":"insert","values":{"shop":"a","total":20,"sales":2}}',
      '',
    ].join('\n'),
  );
});

test('rows of queries look as the format says', () => {
  const { out } = cepheid([...ARGS, '--format', 'pretty', '--query', `@Name('top') ${TOTALS}`, EVENTS]);
  expect(out.split('\n').slice(0, 3)).toEqual([
    'top',
    'time                      shop  total  sales',
    '1970-01-01T00:00:03.000Z  b        50      1',
  ]);
});

test.each<[string, readonly string[], number, string]>([
  ['a mistake is shown with its place', ['--query', 'select * from Nope'], 2, 'query#1:1:15: error E0490'],
  ['one process is asked', ['--workers', '2', '--query', TOTALS], 2, 'leave out --workers'],
  [
    'a key that is taken fails',
    ['--query', "insert into Totals(shop) values ('a')"],
    1,
    'primary key already',
  ],
])('%s', (_, args, code, text) => {
  const result = cepheid([...ARGS, ...args, EVENTS]);
  expect([result.code, result.out]).toEqual([code, '']);
  expect(result.err).toContain(text);
});
