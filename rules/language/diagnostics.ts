/** A place in a rule file. Offsets are UTF-16 indexes into the text, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * A rule author's mistake. `not-implemented` marks constructs that are EPL but that this version cannot run yet;
 * everything else of severity `error` is wrong in the text.
 */
export interface Diagnostic {
  /** Stable code from the registry in `codes.ts`, e.g. `E0204`. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly kind: 'syntax' | 'name' | 'type' | 'meaning' | 'not-implemented' | 'advice';
  /** One line: what is wrong. */
  readonly title: string;
  readonly file: string;
  /** The first label is the place of the mistake; further ones show related places. */
  readonly labels: readonly Label[];
  /** Further lines: why, and how to mend it. */
  readonly notes: readonly string[];
}

export interface Label {
  readonly span: Span;
  /** Short text under the caret, e.g. ``did you mean `amount` (double)?``; may be empty. */
  readonly text: string;
}
