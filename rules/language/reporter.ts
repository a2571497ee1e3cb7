import { assert } from '../../engine/core/assert.ts';
import { type EventType, typeName } from '../../engine/event/types.ts';
import { CODES } from './codes.ts';
import type { Diagnostic, Span } from './diagnostics.ts';
import { nearest } from './hints.ts';

/** Where no known name is near, these list what there is. */
const LISTED: ReadonlySet<string> = new Set(['E0201', 'E0205']);
const LISTED_MAX = 16;

function listOf(known: readonly string[]): readonly string[] {
  if (known.length === 0) return [];
  const more = known.length > LISTED_MAX ? ` and ${known.length - LISTED_MAX} more` : '';
  return [`there are ${known.slice(0, LISTED_MAX).join(', ')}${more}`];
}

/** Collects the diagnostics of one file. */
export class Reporter {
  readonly diagnostics: Diagnostic[] = [];
  private readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  /** A mistake in the text; `label` stands under the caret. */
  error(code: string, title: string, span: Span, notes: readonly string[] = [], label = ''): void {
    this.add(code, title, span, notes, label);
  }

  /** Advice: the text is legal. */
  warning(code: string, title: string, span: Span, notes: readonly string[] = []): void {
    this.add(code, title, span, notes, '');
  }

  /** EPL that this version cannot run. */
  notImplemented(what: string, span: Span): void {
    this.error('E0500', `${what} is not implemented yet`, span);
  }

  /** A name that is not known, with the nearest known one. */
  unknown(
    code: string,
    what: string,
    name: string,
    span: Span,
    known: readonly string[],
    where = '',
    notes: readonly string[] = [],
  ): void {
    const near = nearest(name, known);
    const label = near === null ? '' : `did you mean \`${near}\`?`;
    const listed = near === null && notes.length === 0 && LISTED.has(code) ? listOf(known) : notes;
    this.error(code, `there is no ${what} \`${name}\`${where}`, span, listed, label);
  }

  /** A field that an event type does not have; `others` are further names that would fit the place. */
  unknownField(type: EventType, name: string, span: Span, others: readonly string[]): void {
    const near = nearest(name, [...type.fields.map((field) => field.name), ...others]);
    const field = type.fields.find((one) => one.name === near);
    const known = field === undefined ? '' : ` (${typeName(field.type)})`;
    const label = near === null ? '' : `did you mean \`${near}\`${known}?`;
    this.error('E0204', `\`${type.name}\` has no field \`${name}\``, span, [], label);
  }

  /** Number of errors so far, to see whether a part of the text added any. */
  get errorCount(): number {
    return this.diagnostics.filter((one) => one.severity === 'error').length;
  }

  private add(code: string, title: string, span: Span, notes: readonly string[], label: string): void {
    const info = CODES[code];
    assert(info !== undefined, `the code ${code} is not registered`);
    const { severity, kind } = info;
    this.diagnostics.push({
      code,
      severity,
      kind,
      title,
      file: this.file,
      labels: [{ span, text: label }],
      notes,
    });
  }
}
