/**
 * Every bound of the engine and what happens on reaching it.
 *
 * | name | on reaching it |
 * |---|---|
 * | `regexpPatternCharsMax` | the rule is refused, or a pattern made at run time never matches |
 * | `regexpInputCharsMax` | a longer text never matches |
 * | `patternCacheMax` | the oldest compiled run-time pattern is dropped and compiled again when needed |
 * | `shapeCacheMax` | the oldest generated function is dropped from the cache; rules that have it keep it |
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
 * | `openRunsMax` | a pattern with more partial matches than this stops the run: its steps need deadlines |
 * | `groupsMax` | the run stops with an error naming the rule: `group by` over keys without end |
 * | `distinctValuesMax` | as above: so many different values (or entries of a sketch) in all groups of one aggregate |
 * | `outputRowsMax` | the run stops with an error naming the rule: too many rows wait for the next output |
 * | `reorderEventsMax` | the run stops with an error: the out-of-order bound is too wide for the memory |
 * | `windowRowsMax` | the run stops with an error that names the rule whose data window holds more rows |
 * | `windowGroupsMax` | the run stops with an error that names the rule whose `groupwin` has more keys |
 */
export const LIMITS = {
  regexpPatternCharsMax: 1024,
  regexpInputCharsMax: 65_536,
  patternCacheMax: 256,
  shapeCacheMax: 4096,
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
  openRunsMax: 16_777_216,
  groupsMax: 20_000_000,
  distinctValuesMax: 50_000_000,
  outputRowsMax: 10_000_000,
  reorderEventsMax: 20_000_000,
  windowRowsMax: 50_000_000,
  windowGroupsMax: 10_000_000,
} as const;

/** A bound was reached where going on would be wrong; the text is for the user. */
export class LimitError extends Error {
  constructor(text: string) {
    super(text);
    this.name = 'LimitError';
  }
}
