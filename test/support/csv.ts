import { readText } from './sample-files.ts';

/**
 * The rows of a CSV file by column name, every cell as text. Quotes are taken off; cells hold no line breaks.
 */
export function readCsv(
  path: string,
  options: { readonly separator?: string; readonly columns?: readonly string[] } = {},
): Record<string, string>[] {
  const separator = options.separator ?? ',';
  const lines = readText(path).trimEnd().split(/\r?\n/);
  const header = options.columns ?? splitLine(lines.shift() as string, separator);
  if (options.columns !== undefined) lines.shift();
  return lines.map((line) => {
    const cells = splitLine(line, separator);
    return Object.fromEntries(header.map((name, i) => [name, cells[i] ?? '']));
  });
}

function splitLine(line: string, separator: string): string[] {
  if (!line.includes('"')) return line.split(separator);
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (const char of line) {
    if (char === '"') quoted = !quoted;
    else if (char === separator && !quoted) {
      cells.push(cell);
      cell = '';
    } else cell += char;
  }
  return [...cells, cell];
}
