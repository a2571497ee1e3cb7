import type { Writable } from 'node:stream';
import { styleText } from 'node:util';
import { type Diagnostic, type RuleSource, renderDiagnostics } from '../../rules/index.ts';

/** Diagnostics as text for a stream, in colour where the stream and the environment want it. */
export function diagnosticsText(
  diagnostics: readonly Diagnostic[],
  sources: readonly RuleSource[],
  stream: Writable,
): string {
  const color = styleText('bold', 'x', { stream }) !== 'x';
  const texts = new Map(sources.map(({ file, text }) => [file, text]));
  return `${renderDiagnostics(diagnostics, (file) => texts.get(file), { color })}\n`;
}

/** `3 errors, 1 warning`. */
export function countText(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter((one) => one.severity === 'error').length;
  return `${plural(errors, 'error')}, ${plural(diagnostics.length - errors, 'warning')}`;
}

/** A count with its noun. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
