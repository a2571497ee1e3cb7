import type { Annotation, StreamItem } from './ast.ts';
import type { Reporter } from './reporter.ts';

/** What the annotations of a pattern say. */
export interface PatternMarks {
  readonly suppressOverlapping: boolean;
  readonly discardPartials: boolean;
}

const MARKS = ['@DiscardPartialsOnMatch', '@SuppressOverlappingMatches'];

/** Reads the annotations between `pattern` and its bracket. */
export function readMarks(annotations: readonly Annotation[], report: Reporter): PatternMarks {
  const found = new Set<string>();
  for (const { name, span } of annotations) {
    const mark = MARKS.find((one) => one.toLowerCase() === `@${name.text.toLowerCase()}`);
    if (mark === undefined) report.unknown('E0211', 'annotation of a pattern', `@${name.text}`, span, MARKS);
    else found.add(mark);
  }
  return {
    discardPartials: found.has('@DiscardPartialsOnMatch'),
    suppressOverlapping: found.has('@SuppressOverlappingMatches'),
  };
}

/** Refuses these annotations where matches are no rows: in a join and as what `on` waits for, as in Esper. */
export function refuseMarks(item: StreamItem, report: Reporter): void {
  if (item.kind !== 'pattern') return;
  for (const { name, span } of item.annotations) {
    if (!MARKS.some((mark) => mark.toLowerCase() === `@${name.text.toLowerCase()}`)) continue;
    const title = `\`@${name.text}\` cannot stand in a join or after \`on\``;
    const notes = ['let a statement of its own find the matches: `insert into M select … from pattern …`'];
    report.error('E0211', title, span, notes);
  }
}

/** Level of `@consume` or `@consume(n)` on a filter; 0 without it. */
export function consumeLevel(annotations: readonly Annotation[], report: Reporter): number {
  let level = 0;
  for (const annotation of annotations) {
    const { name, span, args } = annotation;
    if (name.text.toLowerCase() !== 'consume') {
      report.unknown('E0211', 'annotation of a filter', `@${name.text}`, span, ['@consume']);
      continue;
    }
    const [arg] = args;
    const value = arg?.name === null && arg.value.kind === 'constant' ? arg.value.value : null;
    const hasBrackets = span.end > name.span.end;
    if (!hasBrackets) level = 1;
    else if (args.length === 1 && typeof value === 'number' && value >= 0) level = Math.trunc(value);
    else {
      const title = '`@consume` takes a whole number from 0 up';
      report.error('E0401', title, span, ['for example @consume(2); without brackets it is 1']);
    }
  }
  return level;
}
