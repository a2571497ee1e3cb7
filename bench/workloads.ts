import type { MatcherChoice } from '../engine/pattern/planner.ts';
import { Shard } from '../engine/runtime/shard.ts';
import { compileRules } from '../rules/index.ts';
import { makeEvents, TXN } from './stream.ts';

/** A workload: its rules, and the rows every engine must give at 400,000 events and 10,000 keys. */
export interface Workload {
  readonly epl: string;
  readonly golden: number;
}

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
