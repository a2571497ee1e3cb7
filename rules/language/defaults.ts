/** What rules mean where they do not say it, as Esper's settings of the same meaning. */
export interface LanguageDefaults {
  /** Rows of a `select` without `istream`, `rstream` or `irstream`; default `istream`. */
  readonly selector?: 'istream' | 'rstream' | 'irstream';
  /** How events of a `create schema` without a kind are held; default `map`. */
  readonly representation?: 'map' | 'objectarray' | 'json';
  /** Whether the aggregate functions are those that Esper has without `extendedAggregation`. */
  readonly isAggregationStandard?: boolean;
}
