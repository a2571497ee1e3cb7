import type { AlertPlan, ColumnPlan } from '../../engine/plan/plan.ts';
import type { Annotation, AnnotationValue } from './ast.ts';
import { nearest } from './hints.ts';
import type { Reporter } from './reporter.ts';

/** What the annotations of a statement say. */
export interface Annotations {
  readonly name: string | null;
  readonly description: string | null;
  readonly tags: readonly { readonly name: string; readonly value: string }[];
  readonly alert: Annotation | null;
}

const KNOWN = ['name', 'description', 'tag', 'alert'];
/** Annotations of Esper that do not change what a statement answers here. */
const HARMLESS = [
  'public',
  'protected',
  'private',
  'buseventtype',
  'eventrepresentation',
  'audit',
  'hint',
  'hook',
];
const LATER = ['drop', 'priority', 'discardpartialsonmatch', 'suppressoverlappingmatches', 'iterableunbound'];

/** Reads the annotations; unknown ones are warned about. */
export function readAnnotations(annotations: readonly Annotation[], report: Reporter): Annotations {
  let name: string | null = null;
  let description: string | null = null;
  let alert: Annotation | null = null;
  const tags: { name: string; value: string }[] = [];
  for (const annotation of annotations) {
    switch (annotation.name.text.toLowerCase()) {
      case 'name':
        name = text(annotation, null, report);
        break;
      case 'description':
        description = text(annotation, null, report);
        break;
      case 'tag':
        tags.push({
          name: text(annotation, 'name', report) ?? '',
          value: text(annotation, 'value', report) ?? '',
        });
        break;
      case 'alert':
        alert = annotation;
        break;
      default:
        unknown(annotation, report);
    }
  }
  return { name, description, tags, alert };
}

const ALERT_KEYS = ['severity', 'key', 'summary', 'to'];

/** Reads `@Alert(…)` against the columns of its statement. */
export function readAlert(
  annotation: Annotation,
  columns: readonly ColumnPlan[],
  report: Reporter,
): AlertPlan {
  for (const arg of annotation.args) {
    if (arg.name === null || !ALERT_KEYS.includes(arg.name.text)) {
      const span = (arg.name ?? arg.value).span;
      report.unknown('E0401', 'argument of @Alert', arg.name?.text ?? '', span, ALERT_KEYS);
    }
  }
  const get = (key: string) => text(annotation, key, report, true);
  const column = (name: string): number => {
    const at = columns.findIndex((one) => one.name === name);
    if (at < 0) {
      report.unknown(
        'E0402',
        'select column',
        name,
        annotation.span,
        columns.map((one) => one.name),
        ' for @Alert',
      );
    }
    return Math.max(at, 0);
  };
  const split = (list: string | null) =>
    (list ?? '')
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== '');
  const summary: (string | { column: number })[] = [];
  for (const part of (get('summary') ?? '').split(/(\{[^{}]*\})/)) {
    if (part.startsWith('{') && part.endsWith('}'))
      summary.push({ column: column(part.slice(1, -1).trim()) });
    else if (part !== '') summary.push(part);
  }
  return {
    severity: get('severity') ?? 'info',
    keyColumns: split(get('key')).map(column),
    summary,
    to: split(get('to')),
  };
}

/** Text of an argument; of the only one when `key` is null. */
function text(annotation: Annotation, key: string | null, report: Reporter, optional = false): string | null {
  const arg = annotation.args.find((one) => (one.name?.text ?? 'value') === (key ?? 'value'));
  if (arg === undefined && optional) return null;
  const value: AnnotationValue | undefined = arg?.value;
  if (value?.kind === 'constant' && typeof value.value === 'string') return value.value;
  const wanted = key === null ? 'one string' : `a string \`${key}\``;
  report.error('E0403', 'meaning', `@${annotation.name.text} takes ${wanted}`, annotation.span);
  return null;
}

function unknown(annotation: Annotation, report: Reporter): void {
  const name = annotation.name.text;
  const lower = name.toLowerCase();
  if (HARMLESS.includes(lower)) return;
  if (LATER.includes(lower)) return report.notImplemented(`\`@${name}\``, annotation.span);
  const near = nearest(lower, [...KNOWN, ...HARMLESS]);
  const notes = near === null ? [] : [`did you mean \`@${near}\`?`];
  report.warning('W0601', `the annotation \`@${name}\` is unknown and has no effect`, annotation.span, notes);
}
