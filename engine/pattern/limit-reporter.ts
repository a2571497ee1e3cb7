import { LimitError, type RuleLimits } from '../core/limits.ts';
import type { Notice } from '../core/notice.ts';
import type { Slot } from '../expr/evaluate.ts';
import type { MapKey } from './program.ts';

/** What the patterns of one shard keep together. */
export interface RunPool {
  runs: number;
  /** What the runs take, in runs of the linear matcher. */
  weight: number;
  held: number;
  /** How often a limit of a rule dropped something. */
  readonly drops: LimitCount[];
}

/** A counter of what limits dropped. */
export interface LimitCount {
  readonly statement: number;
  readonly kind: LimitKind;
  count: number;
}

/** Stable name of the notices of a limit. */
export function limitCode(kind: LimitKind): string {
  return `${kind}-limit`;
}

/** What a limit bounds. */
export type LimitKind =
  | 'runs'
  | 'key-runs'
  | 'total-runs'
  | 'repeat'
  | 'distinct'
  | 'held'
  | 'matches'
  | 'partitions'
  | 'rows'
  | 'groups';

/** How to set up the budget of a rule. */
export interface BudgetSetup {
  readonly limits: RuleLimits;
  readonly pool: RunPool;
  readonly statement: number;
  /** Name of the rule, of partitions that of the context; for messages. */
  readonly rule: string;
  /** Key of a partial match for messages and for the bound per key; null when it is not known yet. */
  keyOf(slots: readonly Slot[]): MapKey | null;
  /** The time, for messages. */
  moment(): string;
  notice(notice: Notice): void;
}

/** Says what a rule does at a limit: an error with the policy `fail`, else a counter and now and then a notice. */
export class LimitReporter {
  private readonly setup: BudgetSetup;

  constructor(setup: BudgetSetup) {
    this.setup = setup;
  }

  /** A limit is reached; `size` is the number it bounds. Throws with `fail`; else something is to be dropped. */
  reach(kind: LimitKind, size: number, slots: readonly Slot[]): void {
    const { limits, statement, rule } = this.setup;
    const whose = kind === 'partitions' ? 'context' : 'rule';
    const what = `the ${whose} \`${rule}\` ${this.describe(kind, size, slots)}`;
    if (limits.onLimit === 'fail') throw new LimitError(`${what}; ${ADVICE[kind]}`);
    const count = ++this.counterOf(kind).count;
    // One notice for the first, the tenth, the hundredth …: a rule at its limit drops something with every event.
    if (!/^10*$/.test(String(count))) return;
    const which = limits.onLimit === 'drop-oldest' ? 'oldest' : 'newest';
    const text = `${what}: the ${which} is dropped, ${count} so far`;
    this.setup.notice({ code: limitCode(kind), statement, count, text });
  }

  private counterOf(kind: LimitKind): LimitCount {
    const { pool, statement } = this.setup;
    const known = pool.drops.find((one) => one.kind === kind && one.statement === statement);
    if (known !== undefined) return known;
    const counter: LimitCount = { statement, kind, count: 0 };
    pool.drops.push(counter);
    return counter;
  }

  private describe(kind: LimitKind, size: number, slots: readonly Slot[]): string {
    const key = this.setup.keyOf(slots);
    const by = key === null ? '' : `, now for the key \`${key}\``;
    const at = ` at ${this.setup.moment()}`;
    switch (kind) {
      case 'runs':
        return `has ${size} open runs${by}${at}`;
      case 'key-runs':
        return `has ${size} open runs for the key \`${key}\`${at}`;
      case 'total-runs':
        return `reaches the limit of all rules together with ${size} open runs${by}${at}`;
      case 'repeat':
        return `has ${size} events in one repeat${by}${at}`;
      case 'distinct':
        return `has ${size} keys in one \`every-distinct\`${by}${at}`;
      case 'held':
        return `reaches the limit of events and keys that all patterns keep, ${size}${by}${at}`;
      case 'matches':
        return `has more than ${size} matches by one event${by}${at}`;
      case 'partitions':
        return `has ${size} partitions${at}`;
      case 'rows':
        return `has ${size} rows in one data window${at}`;
      case 'groups':
        return `has ${size} groups${at}`;
    }
  }
}

const END_WAITS = 'end its waits by time (`where timer:within(…)`), or raise the limit';

const ADVICE: Readonly<Record<LimitKind, string>> = {
  runs: END_WAITS,
  'key-runs': END_WAITS,
  'total-runs': END_WAITS,
  repeat: 'give the repeat an upper bound or an end by time, or raise the limit',
  distinct: 'let keys expire (`every-distinct(key, 1 hour)`), or raise the limit',
  held: 'bound its repeats and let keys of `every-distinct` expire, or raise the limit',
  rows: 'make the window shorter or filter the stream before it, or raise the limit',
  groups: "let idle groups go (`@Hint('reclaim_group_aged=3600')`), or raise the limit",
  partitions: 'end them with `terminated`, or raise the limit',
  matches: 'an `and` of several `every` combines every event of one side with every one of the others',
};
