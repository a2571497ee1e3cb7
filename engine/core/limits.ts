/**
 * Every bound of the engine and what happens on reaching it.
 *
 * | name | on reaching it |
 * |---|---|
 * | `regexpPatternCharsMax` | the rule is refused, or a pattern made at run time never matches |
 * | `regexpInputCharsMax` | a longer text never matches |
 * | `patternCacheMax` | the oldest compiled run-time pattern is dropped and compiled again when needed |
 * | `shapeCacheMax` | the oldest generated function is dropped from the cache; rules that have it keep it |
 * | `textCharsMax` | `repeat`, `replaceAll` and their kin give null instead of a longer text; a longer one of `||` has no value |
 * | `numberDigitsMax` | a bigger biginteger or bigdecimal is rejected, or has no value: the event makes no row |
 * | `arrayElementsMax` | `new type[n]` of more elements fails: the event makes no row |
 * | `expressionDepthMax` | the rule is refused |
 * | `expansionsMax` | the rule is refused: its declared expressions use each other too often |
 * | `nestingMax` | rule text nested deeper is refused; an event nested deeper is rejected |
 * | `ruleFileCharsMax` | a longer rule file is refused |
 * | `statementTokensMax` | a statement of more words and signs is refused |
 * | `syntaxDepthMax` | a statement whose tree is deeper is refused, so that no pass over it can exhaust the stack |
 * | `eventBytesMax` | a longer line is rejected |
 * | `evidenceEventsMax` | an alert shows this many of its events and the count of the rest |
 * | `summaryCharsMax` | a longer alert summary is cut and ends in `…` |
 * | `derivedEventsMax` | an event that makes more events than this stops the run: streams feed each other without end |
 * | `queryRowsMax` | a query that inserts more rows is refused |
 * | `openRunsMax` | open runs (partial matches) of a rule on the linear matcher: as the limit policy says |
 * | `treeNodesMax` | state nodes of the open runs of a rule on the tree matcher: as the limit policy says |
 * | `openRunsTotalMax` | runs of all rules of a shard, on the tree matcher by their nodes: as the limit policy says |
 * | `repeatEventsMax` | events of one repeat: as the limit policy says |
 * | `distinctKeysMax` | keys of one `every-distinct`: as the limit policy says |
 * | `heldTotalMax` | events of repeats, sides of `and` and keys of `every-distinct` in a process: as the limit policy says |
 * | `matchesPerEventMax` | matches of a rule by one event or timer: the run stops, or as the policy says the rest is dropped |
 * | `limitKeysMax` | a further key is not counted by the bound per key until one is free |
 * | `groupsMax` | groups of one query: as the limit policy says; of a join, and rows of a table: the run stops |
 * | `distinctValuesMax` | as above: so many different values (or entries of a sketch) in all groups of one aggregate |
 * | `outputRowsMax` | the run stops with an error naming the rule: too many rows wait for the next output |
 * | `reorderEventsMax` | the run stops with an error: the out-of-order bound is too wide for the memory |
 * | `windowRowsMax` | rows of one data window: as the limit policy says |
 * | `windowGroupsMax` | keys of one `groupwin`: as the limit policy says; `groupsMax` of the options bounds them too |
 * | `joinRowsMax` | the run stops with an error that names the rule whose streams give more rows by one event or timer |
 * | `rowStatesMax` | a pattern of `match_recognize` that is larger once its counts are written out is refused |
 * | `rowLinksMax` | likewise, for the ways from one element to another |
 * | `rowRunsMergedAt` | more partial matches that begin with one row: those that can only go on alike become one |
 * | `rowRunsMax` | partial matches of a rule with `match_recognize`: as the limit policy says |
 * | `rowPartitionsMax` | the run stops with an error that names the rule with more keys of `partition by` |
 * | `contextPartitionsMax` | partitions of a context that events or timers begin: as the limit policy says |
 */
export const LIMITS = {
  regexpPatternCharsMax: 1024,
  regexpInputCharsMax: 65_536,
  patternCacheMax: 256,
  shapeCacheMax: 4096,
  textCharsMax: 1_048_576,
  numberDigitsMax: 10_000,
  arrayElementsMax: 1_000_000,
  expressionDepthMax: 200,
  expansionsMax: 1000,
  nestingMax: 64,
  ruleFileCharsMax: 1_048_576,
  statementTokensMax: 20_000,
  syntaxDepthMax: 1_000,
  eventBytesMax: 262_144,
  evidenceEventsMax: 100,
  summaryCharsMax: 1024,
  derivedEventsMax: 1_000_000,
  queryRowsMax: 1000,
  openRunsMax: 16_777_216,
  treeNodesMax: 2_000_000,
  openRunsTotalMax: 20_000_000,
  repeatEventsMax: 1_000_000,
  distinctKeysMax: 1_000_000,
  heldTotalMax: 8_000_000,
  matchesPerEventMax: 1_000_000,
  limitKeysMax: 1_000_000,
  groupsMax: 20_000_000,
  distinctValuesMax: 50_000_000,
  outputRowsMax: 10_000_000,
  reorderEventsMax: 20_000_000,
  windowRowsMax: 50_000_000,
  windowGroupsMax: 10_000_000,
  joinRowsMax: 10_000_000,
  rowStatesMax: 5_000,
  rowLinksMax: 1_000_000,
  rowRunsMergedAt: 256,
  rowRunsMax: 4_000_000,
  rowPartitionsMax: 10_000_000,
  contextPartitionsMax: 20_000_000,
} as const;

/** A bound was reached where going on would be wrong; the text is for the user. */
export class LimitError extends Error {
  constructor(text: string) {
    super(text);
    this.name = 'LimitError';
  }
}

/** What happens at a limit on what rules keep: the run stops, or the oldest or the newest of it is dropped. */
export type LimitPolicy = 'fail' | 'drop-oldest' | 'drop-newest';

/** Bounds on what rules keep. Null: the default of `LIMITS`. */
export interface RuleLimits {
  /** Open runs of one rule. */
  readonly openRunsMax: number | null;
  /** Open runs of one rule with one key; null: not bounded. */
  readonly openRunsPerKeyMax: number | null;
  /** Open runs of all rules of a shard. */
  readonly openRunsTotalMax: number | null;
  /** Events of one repeat. */
  readonly repeatEventsMax: number | null;
  /** Keys of one `every-distinct`. */
  readonly distinctKeysMax: number | null;
  /** Events of repeats, sides of `and` and keys of `every-distinct` of all rules of a shard. */
  readonly heldTotalMax: number | null;
  /** Partitions of one context. */
  readonly contextPartitionsMax: number | null;
  /** Rows of one data window, with `groupwin` of each key. */
  readonly windowRowsMax: number | null;
  /** Groups of one query, in a context in each partition. */
  readonly groupsMax: number | null;
  readonly onLimit: LimitPolicy;
}

/** The bounds where none are given: the engine's own, and a rule that reaches one stops the run. */
export const DEFAULT_RULE_LIMITS: RuleLimits = {
  openRunsMax: null,
  openRunsPerKeyMax: null,
  openRunsTotalMax: null,
  repeatEventsMax: null,
  distinctKeysMax: null,
  heldTotalMax: null,
  contextPartitionsMax: null,
  windowRowsMax: null,
  groupsMax: null,
  onLimit: 'fail',
};
