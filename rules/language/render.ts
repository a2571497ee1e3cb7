import { styleText } from 'node:util';
import type { Diagnostic } from './diagnostics.ts';

/** 1-based line and column of an offset. */
export function lineColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

/** Diagnostics for people: place, title, the line with a caret, notes. */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  textOf: (file: string) => string | undefined,
  options: { readonly color: boolean },
): string {
  const paint = (style: 'red' | 'yellow' | 'bold', text: string) =>
    options.color ? styleText(style, text, { validateStream: false }) : text;
  return diagnostics
    .map((one) => {
      const text = textOf(one.file) ?? '';
      const span = one.labels[0]?.span ?? { start: 0, end: 0 };
      const { line, column } = lineColumn(text, span.start);
      const severity = paint(one.severity === 'error' ? 'red' : 'yellow', `${one.severity} ${one.code}`);
      const source = visible((text.split('\n')[line - 1] ?? '').replaceAll('\t', ' '));
      const width = Math.max(1, Math.min(span.end - span.start, source.length - column + 1));
      const label = one.labels[0]?.text ?? '';
      const gutter = `  ${line} | `;
      const caret =
        `${' '.repeat(gutter.length - 2)}| ${' '.repeat(column - 1)}${'^'.repeat(width)} ${label}`.trimEnd();
      const notes = one.notes.map((note) => `\n  = ${visible(note)}`).join('');
      return `${one.file}:${line}:${column}: ${severity}: ${visible(one.title)}\n${gutter}${source}\n${caret}${notes}\n`;
    })
    .join('\n');
}

/** One diagnostic as JSON, with 1-based positions. */
export function diagnosticToJson(one: Diagnostic, text: string): Readonly<Record<string, unknown>> {
  const span = one.labels[0]?.span ?? { start: 0, end: 0 };
  const start = lineColumn(text, span.start);
  const end = lineColumn(text, span.end);
  const { code, severity, kind, title, file, notes } = one;
  const labels = one.labels.map((label) => ({ ...lineColumn(text, label.span.start), text: label.text }));
  return {
    code,
    severity,
    kind,
    title,
    file,
    ...start,
    endLine: end.line,
    endColumn: end.column,
    labels,
    notes,
  };
}

/** Control characters of a rule text must not reach a terminal. */
function visible(text: string): string {
  return text.replace(/\p{Cc}/gu, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
