import type { AlertPlan } from '../../engine/plan/alert-plan.ts';
import type { Access } from '../../engine/plan/declared-plan.ts';
import type { ColumnPlan } from '../../engine/plan/plan.ts';
import type { Annotation, AnnotationValue } from './ast.ts';
import type { Span } from './diagnostics.ts';
import { nearest } from './hints.ts';
import type { Reporter } from './reporter.ts';

/** What the annotations of a statement say. */
export interface Annotations {
  readonly name: string | null;
  readonly description: string | null;
  readonly tags: readonly { readonly name: string; readonly value: string }[];
  readonly alert: Annotation | null;
  readonly priority: number;
  readonly drop: boolean;
  readonly iterable: boolean;
  /** `@JsonSchema(dynamic=true)`: events of the schema keep properties that it does not declare. */
  readonly isDynamic: boolean;
  /** `@buseventtype`: events of the schema come from outside. */
  readonly isBusEventType: boolean;
}

const KNOWN = ['Name', 'Description', 'Tag', 'Alert', 'Priority', 'Drop', 'IterableUnbound'];
/** Annotations of Esper that do not change what a statement answers here. */
const HARMLESS = [
  'public',
  'protected',
  'private',
  'EventRepresentation',
  'Audit',
  'Hint',
  'Hook',
  'NoLock',
  'AvroSchemaField',
];
/** What Esper's annotations take; others may take anything. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  name: ['value'],
  description: ['value'],
  tag: ['name', 'value'],
  priority: ['value'],
  drop: [],
  iterableunbound: [],
  nolock: [],
  public: [],
  protected: [],
  private: [],
  buseventtype: [],
  eventrepresentation: ['value'],
  audit: ['value'],
  hint: ['value', 'applies', 'model'],
};
const LATER = ['DiscardPartialsOnMatch', 'SuppressOverlappingMatches', 'JsonSchemaField'];

/** Severities an alert may have, from the least on; others are kept and warned about. */
export const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'];

/** Reads the annotations; unknown ones are warned about. */
export function readAnnotations(annotations: readonly Annotation[], report: Reporter): Annotations {
  let name: string | null = null;
  let description: string | null = null;
  let alert: Annotation | null = null;
  let priority = 0;
  let drop = false;
  let iterable = false;
  let isDynamic = false;
  let isBusEventType = false;
  const tags: { name: string; value: string }[] = [];
  for (const annotation of annotations) {
    checkArguments(annotation, report);
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
      case 'priority':
        priority = wholeNumber(annotation, report);
        break;
      case 'drop':
        drop = true;
        break;
      case 'iterableunbound':
        iterable = true;
        break;
      case 'buseventtype':
        isBusEventType = true;
        break;
      case 'jsonschema':
        isDynamic = readJsonSchema(annotation, report);
        break;
      default:
        other(annotation, report);
    }
  }
  return { name, description, tags, alert, isDynamic, isBusEventType, priority, drop, iterable };
}

/** Reports arguments that an annotation does not take, and those given twice. */
function checkArguments({ name, args }: Annotation, report: Reporter): void {
  const known = ARGUMENTS[name.text.toLowerCase()];
  if (known === undefined) return;
  const seen = new Set<string>();
  for (const { name: given, value } of args) {
    const argument = given?.text ?? 'value';
    const span = given?.span ?? value.span;
    if (!known.includes(argument.toLowerCase())) {
      const notes = known.length === 0 ? ['it takes no arguments'] : [`it takes ${known.join(', ')}`];
      report.error('E0401', `@${name.text} has no argument \`${argument}\``, span, notes);
    } else if (seen.has(argument)) {
      report.error('E0401', `@${name.text} has the argument \`${argument}\` twice`, span);
    }
    seen.add(argument);
  }
}

/** Who may see what a statement declares. */
export function accessOf(annotations: readonly Annotation[]): Access {
  const names = annotations.map((one) => one.name.text.toLowerCase());
  if (names.includes('public')) return 'public';
  return names.includes('private') ? 'private' : 'default';
}

/** The number of `@Priority(10)`. */
function wholeNumber(annotation: Annotation, report: Reporter): number {
  const [arg] = annotation.args;
  const value = arg?.value.kind === 'constant' ? arg.value.value : null;
  if (annotation.args.length === 1 && typeof value === 'number' && Number.isInteger(value)) return value;
  report.error('E0401', `@${annotation.name.text} takes one whole number`, annotation.span, [
    `for example @${annotation.name.text}(10)`,
  ]);
  return 0;
}

/** `@JsonSchema(dynamic=true)`; what names a class of Java is refused. */
function readJsonSchema(annotation: Annotation, report: Reporter): boolean {
  for (const { name, value } of annotation.args) {
    if (name?.text.toLowerCase() !== 'dynamic' || value.kind !== 'constant') {
      report.notImplemented(`\`${name?.text ?? 'value'}\` of \`@JsonSchema\``, value.span);
    } else if (value.value === true) return true;
  }
  return false;
}

const ALERT_KEYS = ['severity', 'key', 'summary', 'to'];

/** Reads `@Alert(…)` against the columns of its statement. */
export function readAlert(
  annotation: Annotation,
  columns: readonly ColumnPlan[],
  report: Reporter,
): AlertPlan {
  for (const { name, value } of annotation.args) {
    if (name !== null && ALERT_KEYS.includes(name.text)) continue;
    if (name !== null) {
      report.unknown('E0401', 'argument of @Alert', name.text, name.span, ALERT_KEYS);
    } else
      report.error('E0401', 'the arguments of @Alert need names', value.span, [`for example key='card'`]);
  }
  const severity = text(annotation, 'severity', report, true) ?? 'info';
  if (!SEVERITIES.includes(severity)) {
    const span = argumentOf(annotation, 'severity')?.span ?? annotation.span;
    const notes = [`the usual ones are ${SEVERITIES.join(', ')}`];
    report.warning('W0602', `the severity \`${severity}\` is not one of the usual ones`, span, notes);
  }
  const known = columns.map((one) => one.name);
  const columnOf = (key: string, name: string): number => {
    const at = known.indexOf(name);
    if (at >= 0) return at;
    const span = placeInside(argumentOf(annotation, key), name) ?? annotation.span;
    const notes = [`the columns are ${known.map((one) => `\`${one}\``).join(', ')}`];
    report.unknown('E0402', 'select column', name, span, known, ` for the ${key} of @Alert`, notes);
    return 0;
  };
  const list = (key: string) => parts(text(annotation, key, report, true) ?? '');
  const keyColumns = list('key').map((name) => columnOf('key', name));
  const template = text(annotation, 'summary', report, true) ?? '';
  const summary = template
    .split(/(\{[^{}]*\})/)
    .filter((part) => part !== '')
    .map((part) => {
      if (!/^\{[^{}]*\}$/.test(part)) return part;
      return { column: columnOf('summary', part.slice(1, -1).trim()) };
    });
  return { severity, keyColumns, summary, to: list('to') };
}

/** Elements of a comma separated list. */
function parts(list: string): string[] {
  return list
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

/** Place of a word inside a string value, where the text has no escapes; else of the value. */
function placeInside(value: AnnotationValue | undefined, word: string): Span | null {
  if (value?.kind !== 'constant' || typeof value.value !== 'string') return null;
  const { start, end } = value.span;
  const at = value.value.indexOf(word);
  if (end - start !== value.value.length + 2 || at < 0 || word === '') return value.span;
  const begin = start + 1 + at;
  return { start: begin, end: begin + word.length };
}

function argumentOf(annotation: Annotation, key: string): AnnotationValue | undefined {
  return annotation.args.find((one) => (one.name?.text ?? 'value') === key)?.value;
}

/** Text of an argument; of the only one when `key` is null. Null when missing or, after a report, not a string. */
function text(annotation: Annotation, key: string | null, report: Reporter, optional = false): string | null {
  const value = argumentOf(annotation, key ?? 'value');
  if (value === undefined && optional) return null;
  if (value?.kind === 'constant' && typeof value.value === 'string') return value.value;
  const wanted = key === null ? 'one string' : `a string \`${key}\``;
  const span = value?.span ?? annotation.span;
  report.error('E0403', `@${annotation.name.text} takes ${wanted}`, span);
  return null;
}

function other(annotation: Annotation, report: Reporter): void {
  const name = annotation.name.text;
  const isOne = (one: string) => one.toLowerCase() === name.toLowerCase();
  if (HARMLESS.some(isOne)) return;
  if (LATER.some(isOne)) return report.notImplemented(`\`@${name}\``, annotation.span);
  const near = nearest(name, [...KNOWN, ...HARMLESS, ...LATER]);
  const notes = near === null ? [] : [`did you mean \`@${near}\`?`];
  report.warning(
    'W0601',
    `the annotation \`@${name}\` is unknown and has no effect`,
    annotation.name.span,
    notes,
  );
}
