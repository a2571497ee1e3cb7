/** `@Alert(severity=…, key=…, summary=…, to=…)`. */
export interface AlertPlan {
  /** Free text, default `info`. */
  readonly severity: string;
  /** Indexes of the select columns that make the alert's key, from `key='card'` or `key='card,device'`. */
  readonly keyColumns: readonly number[];
  /** Template: literal texts and column references in order. Empty: a summary is made from rule and key. */
  readonly summary: readonly (string | { readonly column: number })[];
  /** Receivers, from `to='fraud-desk'` (comma separated). */
  readonly to: readonly string[];
}
