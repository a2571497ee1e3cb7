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
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < lineStart; at = text.indexOf('\n', at + 1)) line++;
  return { line, column: offset - lineStart + 1 };
}
