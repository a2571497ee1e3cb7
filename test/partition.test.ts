import { describe, expect, test } from 'vitest';
import { derivePartitions } from '../engine/plan/partition.ts';
import { compileRules } from '../rules/index.ts';

const SCHEMAS = `
create schema T(card string, device string, amount double, ts long) starttimestamp ts;
create schema U(card string, n int, ts long) starttimestamp ts;
`;

const TABLE = 'create table K(card string primary key, s sum(double));';

/** The keys of the first group, `T.card`, or why there is none. */
function keyOf(rules: string): string {
  const { plan, diagnostics } = compileRules([{ file: 'rules.epl', text: SCHEMAS + rules }]);
  if (plan === null) throw new Error(diagnostics.map(({ title }) => title).join('; '));
  const [group] = derivePartitions(plan).groups;
  if (group === undefined || group.keys === null) return group?.reason ?? 'no group';
  if (group.anyKey === true) return 'any';
  return [...group.keys]
    .map(([type, field]) => `${plan.types[type]?.name}.${plan.types[type]?.fields[field]?.name}`)
    .join(' ');
}

describe('queries that are spread by a key', () => {
  test.each([
    ['select * from T where amount > 5', 'any'],
    ['select distinct card from T order by card limit 5', 'any'],
    ['select card, sum(amount) from T#time(60 sec) group by card', 'T.card'],
    ['select card, device, sum(amount) from T group by card, device', 'T.card'],
    ['select irstream * from T#time(60 sec)', 'T.card'],
    ['select * from T#unique(device)', 'T.device'],
    ['select card, count(*) from T#groupwin(card)#length(5) group by card', 'T.card'],
    ['select card, count(*) from T#session(card, 1 min) group by card', 'T.card'],
    ['select card, count(*) from T#time(1 min)#unique(card) group by card', 'T.card'],
    ['select card, count(*) from T#tumble(1 hour) group by card', 'T.card'],
    ['select card, count(*) from T#hop(1 hour, 5 min) group by card', 'T.card'],
    ['select card, sum(amount) from T#time(1 min) group by card output first every 10 min', 'T.card'],
    ['select card, sum(amount, group_by: (card, device)) from T#time(1 min) group by card', 'T.card'],
    ['select card, device, count(*) from T group by card, rollup(device)', 'T.card'],
    [
      'insert into S select card, amount from T; select card, max(amount) from S#time(9) group by card',
      'T.card',
    ],
    ['select * from pattern [every-distinct(a.card) a=T -> b=T(card = a.card)]', 'T.card'],
    [
      'select a.card, count(*) from pattern [every a=T -> b=U(card = a.card)]#time(9) group by a.card',
      'T.card U.card',
    ],
    ['select * from T#time(9) a, U#time(9) b where a.card = b.card and a.amount > b.n', 'T.card U.card'],
    ['select * from T#time(9) a inner join T#unique(card) b on a.card = b.card', 'T.card'],
    ['select * from T a unidirectional left outer join U#keepall b on a.card = b.card', 'T.card U.card'],
    [
      'select a.card, count(*) from T#time(9) a left outer join U#time(9) b on a.card = b.card group by a.card',
      'T.card U.card',
    ],
    [
      'insert into S select a.card as c, n from T#time(9) a, U#time(9) b where b.card = a.card; select c, sum(n) from S#time(9) group by c',
      'T.card U.card',
    ],
    ['create context C partition by card from T; context C select count(*) from T#length(3)', 'T.card'],
    ['select (select n from U#time(9) as b where b.card = a.card) as x from T as a', 'T.card U.card'],
    ['select * from T as a where exists (select * from T#unique(card) as b where b.card = a.card)', 'T.card'],
    [
      'select card, sum(amount), (select max(n) from U#keepall as b where b.card = a.card) from T#time(9) as a group by card',
      'T.card U.card',
    ],
    [
      `create context C partition by card, device from T terminated after 1 day;
       context C insert into S select device as d, sum(amount) as s from T; select d, max(s) from S group by d`,
      'T.device',
    ],
    [
      `create context C partition by card from T, card from U; context C create variable int n = 0;
       context C on U set n = 1; context C select a.ts, n from pattern [every a=T -> b=U]`,
      'T.card U.card',
    ],
    ['update istream T set card = device; select sum(amount) from T#time(9) group by device', 'T.device'],
    [`${TABLE} into table K select sum(amount) as s from T#time(9) group by card`, 'T.card'],
    [
      `${TABLE} into table K select sum(amount) as s from T group by card; select K[u.card].s from U(K[card].s > 3) as u`,
      'T.card U.card',
    ],
    [
      `create table K(n int primary key, card string primary key, c count(*), note string);
       into table K select count(*) as c from U group by n, card; insert into K select 1 as n, card from T;
       select K[n, card].c from U`,
      'T.card U.card',
    ],
  ])('%s', (rules, key) => {
    expect(keyOf(rules)).toBe(key);
  });
});

describe('queries that run on one shard, and why', () => {
  test.each([
    ['select sum(amount) from T', 'its aggregates are not grouped'],
    ['select card, sum(amount) from T#length(5) group by card', '`#length` holds the events of all keys'],
    [
      'select card, sum(amount) from T#time_batch(5) group by card',
      '`#time_batch` holds the events of all keys',
    ],
    ['select * from T#unique(amount + 1)', '`#unique` holds the events of all keys'],
    ['select * from T#size', '`#size` sums up the events of all keys'],
    ['select card, count(*) from T group by rollup(card)', '`rollup`, `cube` or `grouping sets`'],
    [
      'select card, sum(amount, group_by: device) from T#time(5) group by card',
      'not grouped by a key of its own',
    ],
    ['select card, lastever(amount) from T#time(5) group by card', '`lastever` of a group without events'],
    ['select card from T#time(5) order by card', '`order by` puts the rows of all keys in one order'],
    ['select card from T#time(5) limit 3', '`limit` counts the rows of all keys'],
    ['select distinct card from T#time(5)', '`distinct` compares the rows of all keys'],
    ['select card, count(*) from T group by card output last every 5 sec', '`output` has one pace'],
    ['select prev(1, amount) from T#time(5)', '`prev` counts the events of all keys'],
    ['select * from pattern [every-distinct(a.device) a=T -> b=T(card = a.card)]', '`every-distinct`'],
    [
      'insert into S select amount from T; select card, count(*) from T#time(9) group by card; select sum(amount) from S',
      'its aggregates are not grouped',
    ],
    ['select * from T#time(9) a, U#time(9) b', 'no equality of fields ties all streams of the join'],
    ['select * from T#time(9) a, T#time(9) b where a.card = b.device', 'one event type would need two keys'],
    [
      'select * from T#time(9) a, U#time(9) b where a.amount = b.n',
      'the equal fields are of different types',
    ],
    [
      'select * from T#length(9) a, U#time(9) b where a.card = b.card',
      '`#length` holds the events of all keys',
    ],
    [
      'select * from T#time(9) a left outer join U#time(9) b on a.amount = b.n where a.card = b.card',
      'the equal fields are of different types',
    ],
    [
      'select b.card, count(*) from T#time(9) a left outer join U#time(9) b on a.card = b.card group by b.card',
      'not grouped by a key of its own',
    ],
    [
      'select * from T#time(9) a, U#time(9) b, T#time(9) c where a.card = b.card',
      'no equality of fields ties',
    ],
    ['select * from pattern [every x=T]#time(9) a, U#time(9) b where a.x.card = b.card', 'it joins patterns'],
    ['select (select max(n) from U#keepall) as x from T', 'a subquery is not tied to its event'],
    [
      'select (select n from U#length(9) as b where b.card = a.card) as x from T as a',
      '`#length` holds the events of all keys',
    ],
    [
      'select (select n from U#time(9) as b where b.card = a.card) as x, exists (select * from U#time(9)) as y from T as a',
      'a subquery is not tied to its event',
    ],
    ['update istream T set card = device, device = card, amount = 0, ts = 1', 'it changes every field'],
    [`${TABLE} select K['x'].s from U`, 'it uses the table `K` by no key of its events'],
    [`${TABLE} select K.keys() from U`, 'it uses the table `K` by no key of its events'],
    [
      `${TABLE} into table K select sum(amount) as s from T#length(9) group by card`,
      '`#length` holds the events of all keys',
    ],
    [`${TABLE} select K[device].s, K[card].s from T`, 'it uses the table `K` by no key of its events'],
    [`${TABLE} select K['x'].s`, 'the events of all keys share the rows of `K`'],
    [`${TABLE} select s from U unidirectional, K`, 'it joins patterns or rows'],
    [
      'create context C group by n > 1 as a from U; context C select * from U',
      'the context `C` keeps the partitions',
    ],
    ['create context C partition by card from T; context C select context.id from T', '`context.id` numbers'],
    [
      'create context C partition by card from T terminated by U; context C select count(*) from T',
      '`U` ends partitions of all keys',
    ],
    [
      'create context C partition by card from T; context C select a.ts from pattern [every a=T -> U]',
      'events of `U` go to the partitions of all keys',
    ],
    [
      'create context C partition by card from T; context C select count(*) from T output snapshot every 5 sec',
      '`output` makes rows of many keys',
    ],
    ['create table K(s sum(double)); select K.s from U', 'the events of all keys share the rows of `K`'],
    [
      `${TABLE} into table K select sum(amount) as s from T group by card; into table K select sum(amount) as s from T group by device`,
      'do not agree',
    ],
  ])('%s', (rules, reason) => {
    expect(keyOf(rules)).toContain(reason);
  });

  test('a change of the key reaches every statement of the type, whatever group they were in', () => {
    const rules = `${SCHEMAS} select card, count(*) from T#time(9) group by card; select * from U; update istream T set card = 'x';`;
    const { plan } = compileRules([{ file: 'rules.epl', text: rules }]);
    const groups = derivePartitions(plan as NonNullable<typeof plan>).groups.map(
      ({ statements }) => statements,
    );
    expect(groups).toEqual([[0, 2], [1]]);
  });
});
