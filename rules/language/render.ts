import { styleText } from 'node:util';
import { type Diagnostic, type Label, lineColumn } from './diagnostics.ts';

export { lineColumn } from './diagnostics.ts';

type Painter = (style: 'red' | 'yellow' | 'bold' | 'dim', text: string) => string;

/** Diagnostics for people: place, title, the line with carets, related places, notes. */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  textOf: (file: string) => string | undefined,
  options: { readonly color: boolean },
): string {
  const paint: Painter = (style, text) =>
    options.color ? styleText(style, text, { validateStream: false }) : text;
  return diagnostics.map((one) => renderOne(one, textOf(one.file), paint)).join('\n');
}

function renderOne(one: Diagnostic, text: string | undefined, paint: Painter): string {
  const start = one.labels[0]?.span.start ?? 0;
  const { line, column } = lineColumn(text ?? '', start);
  const style = one.severity === 'error' ? 'red' : 'yellow';
  const severity = paint(style, `${one.severity} ${one.code}`);
  const parts = [`${one.file}:${line}:${column}: ${severity}: ${paint('bold', oneLine(one.title))}`];
  if (text !== undefined) {
    const lines = one.labels.map((label) => lineColumn(text, label.span.start).line);
    const gutter = Math.max(0, ...lines.map((number) => String(number).length));
    one.labels.forEach((label, i) => {
      parts.push(...renderLabel(label, text, gutter, i === 0 ? style : 'dim', paint));
    });
  }
  for (const note of one.notes) parts.push(`  = ${oneLine(note)}`);
  return `${parts.join('\n')}\n`;
}

/** The source line of a label and the carets below it; a span over several lines is marked to the end of its first. */
function renderLabel(
  label: Label,
  text: string,
  gutter: number,
  style: 'red' | 'yellow' | 'dim',
  paint: Painter,
): string[] {
  const { start, end } = label.span;
  const { line, column } = lineColumn(text, start);
  const lineStart = start - column + 1;
  const lineEnd = text.indexOf('\n', lineStart);
  const source = text.slice(lineStart, lineEnd < 0 ? text.length : lineEnd).replace(/\r$/, '');
  const width = Math.max(1, Math.min(end - start, source.length - column + 1));
  // Long lines (generated rules) are shown around the place.
  const from = column - 1 > CUT_BEFORE * 2 ? column - 1 - CUT_BEFORE : 0;
  const shown = sameWidth(source.slice(from, from + LINE_COLUMNS));
  const before = from > 0 ? '…' : '';
  const after = source.length > from + LINE_COLUMNS ? '…' : '';
  const carets = '^'.repeat(Math.max(1, Math.min(width, LINE_COLUMNS - (column - 1 - from))));
  const indent = ' '.repeat(column - 1 - from + before.length);
  const number = String(line).padStart(gutter);
  const marker = `${paint(style, carets)} ${oneLine(label.text)}`.trimEnd();
  return [`  ${number} | ${before}${shown}${after}`, `  ${' '.repeat(gutter)} | ${indent}${marker}`];
}

const LINE_COLUMNS = 160;
const CUT_BEFORE = 60;

/** One diagnostic as JSON, with 1-based positions. `text` is the file's text. */
export function diagnosticToJson(one: Diagnostic, text: string): Readonly<Record<string, unknown>> {
  const span = one.labels[0]?.span ?? { start: 0, end: 0 };
  const start = lineColumn(text, span.start);
  const end = lineColumn(text, span.end);
  const { code, severity, kind, title, file, notes } = one;
  const labels = one.labels.map((label) => {
    const labelEnd = lineColumn(text, label.span.end);
    const place = {
      ...lineColumn(text, label.span.start),
      endLine: labelEnd.line,
      endColumn: labelEnd.column,
    };
    return { ...place, text: label.text };
  });
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

/** Control characters of a rule text must not reach a terminal; the columns stay. */
function sameWidth(text: string): string {
  return text.replaceAll('\t', ' ').replace(/\p{Cc}/gu, '·');
}

/** As `sameWidth`, for text where the characters matter more than the columns. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
