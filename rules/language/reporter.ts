import { type EventType, typeName } from '../../engine/event/types.ts';
import type { Diagnostic, Span } from './diagnostics.ts';
import { nearest } from './hints.ts';

/** Collects the diagnostics of one file. */
export class Reporter {
  readonly diagnostics: Diagnostic[] = [];
  private readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  /** A mistake in the text. `label` stands under the caret. */
  error(
    code: string,
    kind: Diagnostic['kind'],
    title: string,
    span: Span,
    notes: readonly string[] = [],
    label = '',
  ): void {
    this.diagnostics.push({
      code,
      severity: 'error',
      kind,
      title,
      file: this.file,
      labels: [{ span, text: label }],
      notes,
    });
  }

  warning(code: string, title: string, span: Span, notes: readonly string[] = []): void {
    const labels = [{ span, text: '' }];
    this.diagnostics.push({
      code,
      severity: 'warning',
      kind: 'advice',
      title,
      file: this.file,
      labels,
      notes,
    });
  }

  /** EPL that this version cannot run. */
  notImplemented(what: string, span: Span): void {
    this.error('E0500', 'not-implemented', `${what} is not implemented yet`, span);
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
    this.error(code, 'name', `there is no ${what} \`${name}\`${where}`, span, notes, label);
  }

  /** A field that an event type does not have; `others` are further names that would fit the place. */
  unknownField(type: EventType, name: string, span: Span, others: readonly string[]): void {
    const near = nearest(name, [...type.fields.map((field) => field.name), ...others]);
    const field = type.fields.find((one) => one.name === near);
    const known = field === undefined ? '' : ` (${typeName(field.type)})`;
    const label = near === null ? '' : `did you mean \`${near}\`${known}?`;
    this.error('E0204', 'name', `\`${type.name}\` has no field \`${name}\``, span, [], label);
  }

  /** Number of errors so far, to see whether a part of the text added any. */
  get errorCount(): number {
    return this.diagnostics.filter((one) => one.severity === 'error').length;
  }
}
