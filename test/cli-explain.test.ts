import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { cepheid } from './support/replay-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'cepheid-explain-'));
afterAll(() => rmSync(folder, { recursive: true }));

function rules(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const SCHEMA = 'create schema Txn(card string, amount double, ts long) starttimestamp ts;';
const RULES = rules(
  'rules.epl',
  `${SCHEMA}
@Name('follow') select * from pattern [every a=Txn(amount > 900) -> b=Txn(card = a.card, amount > 900) where timer:within(60 sec)];
@Name('rising') select * from pattern [every a=Txn -> b=Txn(amount > a.amount + 900)];
@Name('silent') select * from pattern [every a=Txn -> (timer:interval(30 sec) and not Txn(card = a.card))];
@Name('nested') select * from pattern [every (every a=Txn -> b=Txn)];
@Name('plain') select * from Txn(amount > 5);
@Name('pairs') select a.card as card from Txn(amount > 5)#time(60 sec) as a, Txn#length(9) as b, Txn#lastevent as c
  where a.card = b.card and b.amount > a.amount + 900 and c.ts > b.ts;
@Name('outer') select * from Txn as a unidirectional left outer join Txn#time(1 min) as b on a.card = b.card;
`,
);

describe('explain --plan', () => {
  test('shows operators, automaton, matcher with reason, bound and partition as text', () => {
    const { code, out, err } = cepheid(['explain', RULES, '--plan', '--statement', 'follow']);
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out.replace(folder, 'FOLDER')).toBe(`follow (FOLDER/rules.epl:2)
  pattern
    ->
      every
        a=Txn(amount > 900)
      where timer:within(60 second)
        b=Txn(card = a.card, amount > 900)
  matcher: linear (every run goes its own way through the steps)
  state: the runs opened within 1m; none waits longer
  partition: spread by Txn.card: \`card\` is equal in all filters of \`follow\`
  state 0 (start): waits for a=Txn(amount > 900)
    fork    a=Txn(amount > 900) -> state 1  [runs found by: all]
  state 1: waits for b=Txn(card = a.card, amount > 900); after 1m
    take    b=Txn(card = a.card, amount > 900) -> match  [runs found by: key card = a.card]
    kill    after 1m -> end
`);
  });

  test('shows what the partitions of a context are and who runs in them', () => {
    const path = rules(
      'contexts.epl',
      `${SCHEMA}
@Name('card') create context Card partition by card from Txn terminated after 1 hour;
@Name('big') create context Big initiated by Txn(amount > 900) as t terminated by Txn(amount < 1);
@Name('count') context Card select count(*) as n from Txn;`,
    );
    const { out } = cepheid(['explain', path, '--plan']);
    expect(out.match(/ {2}context: .*/g)).toEqual([
      '  context: a partition for each card of Txn, found by a hash, ended by the clock',
      '  context: partitions, begun by Txn, ended by Txn',
      '  context: in each partition of `Card`',
    ]);
  });

  test('shows how the streams of a join are kept and looked up', () => {
    const { out } = cepheid(['explain', RULES, '--plan', '--statement', 'pairs', '--statement', 'outer']);
    expect(out.replaceAll(folder, 'FOLDER')).toBe(`pairs (FOLDER/rules.epl:7)
  no pattern
  join
    a: kept by card, sorted by amount + 900
    b: kept by card, sorted by amount; sorted by ts
    c: kept sorted by ts
    an event of a:
      b by card = a.card and amount > a.amount + 900 where b.amount > (a.amount + 900)
      c by ts > b.ts where c.ts > b.ts
    an event of b:
      a by card = b.card and amount + 900 < b.amount where b.amount > (a.amount + 900)
      c by ts > b.ts where c.ts > b.ts
    an event of c:
      b by ts < c.ts where c.ts > b.ts
      a by card = b.card and amount + 900 < b.amount where b.amount > (a.amount + 900)
  partition: on one process: \`pairs\`: no equality of fields ties all streams of the join

outer (FOLDER/rules.epl:9)
  no pattern
  join
    a: never looked up
    b: kept by card
    an event of a:
      b by card = a.card, or none
  partition: spread by Txn.card: \`a.card = b.card\` ties the events of all streams that are joined
`);
  });

  test('shows a row pattern: its variables, what is given, and its states', () => {
    const path = rules(
      'rows.epl',
      `${SCHEMA}
@Name('falls') select * from Txn match_recognize (partition by card measures A.amount as a, last(B.amount) as b
  pattern (A B{2,} C | A C?) define B as B.amount < prev(B.amount), C as C.amount > A.amount);`,
    );
    const { code, out, err } = cepheid(['explain', path, '--plan']);
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out.replace(folder, 'FOLDER')).toBe(`falls (FOLDER/rows.epl:2)
  row pattern for each card: A B{2,} C | A C?
    A (one row): every row
    B (several rows): B.amount < prev(B.amount, 1)
    C (one row): C.amount > A.amount
  matches: the preferred match of each first row; the search goes on past its last row
  partition: spread by Txn.card: \`card\` keeps the state of \`falls\` apart
  state 0: waits for A: every row
    take    A -> state 1
  state 1: waits for B: B.amount < prev(B.amount, 1)
    take    B -> state 2
  state 2: waits for B: B.amount < prev(B.amount, 1)
    take    B -> state 4
    take    B -> state 3
  state 3: waits for B: B.amount < prev(B.amount, 1)
    take    B -> state 3
    take    B -> state 4
  state 4: waits for C: C.amount > A.amount
    take    C -> match
  state 5: waits for A: every row
    take    A -> state 6
    take    A -> match
  state 6: waits for C: C.amount > A.amount
    take    C -> match
  state 7 (start): waits for the first row of a match
    fork    any row -> state 0
    fork    any row -> state 5
`);
    for (const format of ['dot', 'mermaid']) {
      const graph = cepheid(['explain', path, '--plan', '--format', format]).out;
      expect(graph).toContain('state 7: the first row of a match');
      expect(graph).toContain('take C');
    }
    const { statements } = JSON.parse(cepheid(['explain', path, '--plan', '--format', 'json']).out);
    expect(statements[0].rowPattern.variables[1]).toEqual({
      name: 'B',
      rows: 'several',
      takes: 'B.amount < prev(B.amount, 1)',
    });
  });

  test('gives the same as JSON', () => {
    const { code, out } = cepheid(['explain', RULES, '--plan', '--format', 'json']);
    expect(code).toBe(0);
    const { statements } = JSON.parse(out);
    const named = Object.fromEntries(statements.map((one: { statement: string }) => [one.statement, one]));
    expect(Object.keys(named)).toEqual([
      ...['follow', 'rising', 'silent', 'nested', 'plain', 'pairs', 'outer'],
    ]);
    expect(named.follow.partition.keys).toEqual({ Txn: 'card' });
    expect(named.follow.pattern.bound).toMatchObject({ kind: 'window', ms: 60_000 });
    expect(named.rising.pattern.automaton.edges.map((edge: { by: string }) => edge.by)).toEqual([
      'all',
      'threshold amount > (a.amount + 900)',
    ]);
    expect(named.rising.pattern.bound).toMatchObject({ kind: 'unbounded', states: [1] });
    expect(named.rising.partition.keys).toBeNull();
    expect(
      named.silent.pattern.automaton.edges.map((edge: object) => Object.values(edge).slice(0, 3)),
    ).toEqual([
      [0, 1, 'fork'],
      [1, 'end', 'kill'],
      [1, 'match', 'timeout'],
    ]);
    expect(named.nested.pattern).toMatchObject({
      matcher: 'tree',
      reason: '`every` stands inside `every`',
      automaton: null,
      bound: { kind: 'unknown' },
    });
    expect(named.plain.pattern).toBeNull();
  });

  test('says how subqueries find their rows', () => {
    const subqueries = rules(
      'subqueries.epl',
      `${SCHEMA}
create table Bound(card string primary key, top double);
@Name('over') select (select top from Bound as l where l.card = t.card) as own,
  (select * from Txn#time(1 hour) as b where b.card = t.card and b.amount > t.amount).countOf() as larger,
  (select top from Bound as l where l.top > t.amount) as above,
  (select avg(amount) from Txn#time(1 hour)) as usual
from Txn as t where amount in (select amount from Txn#length(3));
`,
    );
    const { code, out } = cepheid(['explain', subqueries, '--plan', '--statement', 'over']);
    expect(code).toBe(0);
    expect(out.split('\n').filter((line) => line.startsWith('  subquery over'))).toEqual([
      '  subquery over Txn: the same rows for every event',
      '  subquery over Bound: rows found by card (hash)',
      '  subquery over Txn: rows found by card (hash), amount (sorted)',
      '  subquery over Bound: looks at all rows',
      '  subquery over Txn: aggregates kept as events come and go',
    ]);
  });

  test('draws Graphviz and Mermaid', () => {
    const dot = cepheid([
      'explain',
      RULES,
      '--format',
      'dot',
      '--statement',
      'silent',
      '--statement',
      'nested',
    ]).out;
    expect(dot).toContain('digraph rules {');
    expect(dot).toContain(
      's0_1 -> s0_end [label="kill Txn(card = a.card) by key card = a.card" style=dashed];',
    );
    expect(dot).toContain('s0_1 -> s0_match [label="timeout after 30s"];');
    expect(dot).toContain('s1_0 [label="every" shape=box];');
    const mermaid = cepheid(['explain', RULES, '--format', 'mermaid', '--statement', 'rising']).out;
    expect(mermaid).toContain('flowchart LR');
    expect(mermaid).toContain('s0_0 ==>|"fork a=Txn"| s0_1');
    expect(mermaid).toContain('amount #gt; (a.amount + 900)');
  });

  test('says what is wrong: rules in error, a statement that is not there', () => {
    const broken = cepheid(['explain', rules('broken.epl', 'select x from Nope;'), '--plan']);
    expect(broken.code).toBe(1);
    expect(broken.err).toContain('error E0201');
    expect(broken.err).toContain('there is nothing to explain');
    const unknown = cepheid(['explain', RULES, '--statement', 'folow']);
    expect(unknown.code).toBe(2);
    expect(unknown.err).toContain('there is no statement `folow`; there are follow, rising');
  });

  test('the help starts with examples', () => {
    const { code, out } = cepheid(['explain', '--help']);
    expect(code).toBe(0);
    expect(out.startsWith('Examples:\n  cepheid explain rules/ --plan\n')).toBe(true);
  });
});

describe('explain --query', () => {
  const stores = rules(
    'stores.epl',
    `${SCHEMA} create window W#keepall as Txn; insert into W select * from Txn;
create table T(card string primary key, amount double, n count(*));
create index ByTime on W(ts btree); create unique index ByCard on W(card, ts);
@Name('drop') on Txn(amount < 0) as t delete from W as w where w.card = t.card;
@Name('look') on Txn as t select w.card as card from T as w where w.card = t.card and w.n = t.ts;
`,
  );
  const lines = (...queries: string[]) => {
    const args = queries.flatMap((query) => ['--query', query]);
    const { out, err } = cepheid(['explain', stores, '--statement', 'look', ...args]);
    expect(err).toBe('');
    return out.split('\n').filter((line) => line.includes(' on `') || line.startsWith('query'));
  };

  test('tells the index that finds the rows of a query, as it does for statements', () => {
    expect(
      lines(
        "select * from W where card = 'c'",
        "select * from W where card = 'c' and ts = 5 and amount > 3",
        'delete from W where ts between 3 and 5',
        'select * from W where amount = 2',
        "select * from W as w, T as t where t.card = 'c' and w.card = t.card and w.ts > 7",
        'update T set amount = 1.0 where n = 3',
        'select count(*) from T',
        "insert into T(card) values ('x')",
      ),
    ).toEqual([
      '  select on `T`, rows found by the primary key',
      'query#1',
      '  select on `W`, rows found by the index of `drop` on card',
      'query#2',
      '  select on `W`, rows found by the unique index `ByCard` on card, ts',
      'query#3',
      '  delete on `W`, rows found by the index `ByTime` sorted by ts',
      'query#4',
      '  select on `W`, rows found by trying all rows',
      'query#5',
      '  select on `W`, rows found by the index `ByTime` sorted by ts',
      '  select on `T`, rows found by the primary key',
      'query#6',
      '  update on `T`, rows found by trying all rows',
      'query#7',
      '  select on `T`, rows found by all rows',
      'query#8',
      '  insert on `T`',
    ]);
  });

  test('in JSON, and a query with a mistake is refused', () => {
    const { out } = cepheid(['explain', stores, '--format', 'json', '--query', 'select * from T']);
    expect(JSON.parse(out).queries).toEqual([
      { query: 'query#1', stores: [{ store: 'T', action: 'select', lookup: 'all rows' }] },
    ]);
    const { code, err } = cepheid(['explain', stores, '--query', 'select * from X']);
    expect([code, err.includes('nothing is explained')]).toEqual([2, true]);
  });
});
