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
  unknown(code: string, what: string, name: string, span: Span, known: readonly string[], where = ''): void {
    const near = nearest(name, known);
    const label = near === null ? '' : `did you mean \`${near}\`?`;
    this.error(code, 'name', `there is no ${what} \`${name}\`${where}`, span, [], label);
  }

  /** Drops errors that may only follow from a construct this version cannot run, when there is one. */
  keepCauses(): void {
    if (!this.diagnostics.some((one) => one.kind === 'not-implemented')) return;
    const causes = this.diagnostics.filter(
      (one) => one.kind === 'not-implemented' || one.severity === 'warning',
    );
    this.diagnostics.splice(0, this.diagnostics.length, ...causes);
  }

  get hasErrors(): boolean {
    return this.diagnostics.some((one) => one.severity === 'error');
  }
}
