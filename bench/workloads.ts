import type { MatcherChoice } from '../engine/pattern/planner.ts';
import { Shard } from '../engine/runtime/shard.ts';
import { compileRules } from '../rules/index.ts';
import { makeEvents, TXN } from './stream.ts';

/** A workload: its rules, and the rows every engine must give at 400,000 events and its number of keys. */
export interface Workload {
  readonly epl: string;
  readonly golden: number;
  /** Keys of the stream when none are asked for; 10,000 when left out. */
  readonly keys?: number;
}

/** Keys of the stream of a workload when none are asked for. */
export const keysOf = ({ keys = 10_000 }: Workload): number => keys;

const pattern = (columns: string, text: string) => `select ${columns} from pattern [${text}];`;

/** Workloads the language can say so far. */
export const WORKLOADS: Readonly<Record<string, Workload>> = {
  filter: { epl: 'select * from Txn(amount > 990);', golden: 4005 },
  follow: {
    epl: pattern(
      'a.card as card, b.amount as amount',
      'every a=Txn(amount > 900) -> b=Txn(card = a.card, amount > 900) where timer:within(60 sec)',
    ),
    golden: 2347,
  },
  seq4: {
    epl: pattern(
      'a.card as card',
      'every a=Txn(ok = false) -> b=Txn(card = a.card, ok = false) -> c=Txn(card = a.card, ok = false) -> ' +
        'd=Txn(card = a.card, ok = true, amount > 500) where timer:within(300 sec)',
    ),
    golden: 64_474,
  },
  rising: {
    epl: pattern(
      'a.card as card',
      "every a=Txn(kind = 'pos') -> b=Txn(kind = 'web', amount > a.amount + 900) where timer:within(10 sec)",
    ),
    golden: 13_011,
  },
  twokey: {
    epl: pattern(
      'a.card as card, c.device as device',
      'every a=Txn(amount > 800) -> b=Txn(card = a.card, amount > 800) -> c=Txn(device = b.device, amount > 950) where timer:within(60 sec)',
    ),
    golden: 18_943,
  },
  absence: {
    epl: pattern('a.card as card', 'every a=Txn -> (timer:interval(30 sec) and not Txn(card = a.card))'),
    golden: 289_376,
  },
  total: {
    epl: 'select card, sum(amount) as total, count(*) as n from Txn#time(60 sec) group by card having sum(amount) > 2500;',
    golden: 4018,
  },
  range: {
    epl:
      'select card, min(amount) as low, max(amount) as high from Txn#time(60 sec) group by card ' +
      'having max(amount) - min(amount) > 995;',
    golden: 13,
  },
  join: {
    epl:
      "select a.card as card from Txn(kind = 'pos')#time(60 sec) as a, Txn(kind = 'web')#time(60 sec) as b " +
      'where a.card = b.card and b.amount > a.amount + 900;',
    golden: 279,
  },
  hour: {
    epl:
      'select card, sum(amount) as total, avg(amount) as mean, min(amount) as low, max(amount) as high ' +
      'from Txn#time(1 hour) group by card having max(amount) - min(amount) > 997;',
    golden: 839,
  },
  recognize: {
    epl:
      'select * from Txn match_recognize (partition by card ' +
      'measures A.amount as a0, last(B.amount) as b1, C.amount as c1 pattern (A B+ C) ' +
      'define B as B.amount < prev(B.amount), C as C.amount > 900);',
    golden: 17_552,
  },
  rules: {
    epl: Array.from(
      { length: 1000 },
      (_, i) => `select * from Txn(card = 'c${i}', amount > ${500 + (i % 400)});`,
    ).join('\n'),
    golden: 12_752,
  },
  merge: {
    keys: 50_000,
    epl:
      'create window Counter#keepall as (card string, n long);\n' +
      'on Txn as t merge Counter as c where c.card = t.card when matched then update set n = c.n + 1 ' +
      'when not matched then insert select t.card as card, 1L as n;',
    golden: 1_500_036,
  },
  table: {
    keys: 50_000,
    epl:
      'create table T(card string primary key, total sum(double), n count(*));\n' +
      'into table T select sum(amount) as total, count(*) as n from Txn group by card;\n' +
      'select card, T[b.card].total as total from Txn as b where T[b.card].n > 10;',
    golden: 421_366,
  },
  context: {
    keys: 100_000,
    epl:
      'create context Card partition by card from Txn;\n' +
      'context Card select card, sum(amount) as total from Txn having sum(amount) > 5000;',
    golden: 2234,
  },
  subquery: {
    keys: 50_000,
    epl:
      'create window Newest#unique(card) as (card string, amount double);\n' +
      "insert into Newest select card, amount from Txn(kind = 'pos');\n" +
      "select card, (select n.amount from Newest as n where n.card = t.card) as newest from Txn(kind = 'web') as t;",
    golden: 486_610,
  },
};

/** Runs a workload over events made before the clock starts; rows and seconds of each repetition. */
export function runWorkload(
  name: string,
  events: number,
  keys: number,
  repetitions: number,
  matcher: MatcherChoice = 'auto',
): { rows: number; seconds: number[] } {
  const { plan } = compileRules([{ file: 'bench.epl', text: `${TXN}\n${WORKLOADS[name]!.epl}` }]);
  if (plan === null) throw new Error(`the workload ${name} does not compile`);
  const stream = makeEvents(plan, events, keys);
  let rows = 0;
  const seconds: number[] = [];
  for (let i = 0; i < repetitions; i++) {
    rows = 0;
    const shard = new Shard({
      plan,
      startTime: 0,
      matcher,
      onRow: () => {
        rows++;
      },
    });
    const start = performance.now();
    for (const event of stream) shard.onEvent(event);
    seconds.push((performance.now() - start) / 1000);
  }
  return { rows, seconds };
}
