import type { Writable } from 'node:stream';
import { styleText } from 'node:util';

/** When to colour: `auto` asks the stream and the environment (`NO_COLOR`, `FORCE_COLOR`, `TERM`). */
export type ColorChoice = 'auto' | 'always' | 'never';

type Style = Parameters<typeof styleText>[0];

/** Styles text, or leaves it as it is where colour is not wanted. */
export type Painter = (style: Style, text: string) => string;

/** Makes the painter for a stream; stdout and stderr need their own. */
export function makePainter(choice: ColorChoice, stream: Writable): Painter {
  const isOn = choice === 'always' || (choice === 'auto' && styleText('bold', 'x', { stream }) !== 'x');
  return isOn ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text;
}

const SEVERITY_STYLES: ReadonlyMap<string, Style> = new Map<string, Style>([
  ...['critical', 'page', 'high', 'error'].map((name) => [name, ['bold', 'red']] as [string, Style]),
  ...['medium', 'warning', 'warn'].map((name) => [name, ['bold', 'yellow']] as [string, Style]),
  ...['low', 'info', 'notice'].map((name) => [name, ['bold', 'cyan']] as [string, Style]),
]);

/** The style of a severity; severities are free text, unknown ones are bold. */
export function severityStyle(severity: string): Style {
  return SEVERITY_STYLES.get(severity.toLowerCase()) ?? 'bold';
}
