import { assert } from '../../engine/core/assert.ts';
import { CODES } from './codes.ts';

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

/** A place with a short text under its caret. */
/** A place that a diagnostic points to. */
export interface Label {
  readonly span: Span;
  /** Short text under the caret, e.g. ``did you mean `amount` (double)?``; may be empty. */
  readonly text: string;
}

/** A diagnostic with its severity and kind from the registry. */
export function makeDiagnostic(
  code: string,
  file: string,
  title: string,
  place: Span,
  more: { readonly label?: string; readonly notes?: readonly string[] } = {},
): Diagnostic {
  const entry = CODES[code];
  assert(entry !== undefined, `the diagnostic code ${code} is not in the registry`);
  const { severity, kind } = entry;
  const labels = [{ span: { start: place.start, end: place.end }, text: more.label ?? '' }];
  return { code, severity, kind, title, file, labels, notes: more.notes ?? [] };
}

/** 1-based line and column (in UTF-16 units) of an offset. */
export function lineColumn(text: string, offset: number): { line: number; column: number } {
  const starts = lineStarts(text);
  let low = 0;
  for (let high = starts.length; high - low > 1; ) {
    const middle = (low + high) >> 1;
    if ((starts[middle] as number) <= offset) low = middle;
    else high = middle;
  }
  return { line: low + 1, column: offset - (starts[low] as number) + 1 };
}

/** Of the text asked for last: a file is asked for thousands of places in turn. */
let latest: { readonly text: string; readonly starts: readonly number[] } = { text: '', starts: [0] };

/** Where the lines of a text begin. */
function lineStarts(text: string): readonly number[] {
  if (latest.text !== text) {
    const starts = [0];
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    latest = { text, starts };
  }
  return latest.starts;
}
