import type { Admission, Rejection } from '../../engine/event/admission.ts';
import type { EventRecord } from '../../engine/event/record.ts';
import type { Plan } from '../../engine/plan/plan.ts';
import { csvDecoder } from './csv-codec.ts';
import { jsonDecoder } from './json-codec.ts';

/** Makes an event of a record's text, or says why it is none. `line` is its position in the split. */
export type Decode = (text: string, line: number) => EventRecord | Rejection | null;

/** What decoders of a split need besides the split. */
export interface DecoderOptions {
  readonly plan: Plan;
  /** Field or column that names the event type. */
  readonly typeField: string;
  /** Index of the event type for the value of the type field (undefined: there is none), or why there is none. */
  readonly typeOf: (name: unknown) => number | Rejection;
}

/** The part of a split that decides how it is read. */
export interface Encoded {
  readonly index: number;
  readonly format: 'jsonl' | 'csv';
  /** Event type of all its records; null: the type field says. */
  readonly type: string | null;
}

/** Tells the event type of records by the value of the type field. */
export function typeResolver(
  split: Encoded,
  admission: Admission,
  plan: Plan,
  typeField: string,
): DecoderOptions['typeOf'] {
  const declared = plan.types.flatMap((type, i) => (type.origin === 'schema' ? [i] : []));
  const names = declared.map((type) => plan.types[type]?.name).join(', ');
  const known = names === '' ? 'the rules declare no event type' : `the rules know ${names}`;
  return (name) => {
    if (split.type === null && name === undefined && declared.length === 1) return declared[0] as number;
    const wanted = split.type ?? name;
    const type = typeof wanted === 'string' ? admission.typeIndex(wanted) : -1;
    if (type >= 0) return type;
    const what =
      wanted === undefined ? `no field \`${typeField}\`` : `unknown event type ${JSON.stringify(wanted)}`;
    return { code: 'unknown-type', reason: `${what}; ${known}` };
  };
}

/**
 * The decoder of a split. Records must come in order: the first record of CSV is its header, for which the decoder
 * gives null. Without a type of its own and without a type field, a record is of the only declared type, if there is
 * just one.
 */
export function makeDecoder(split: Encoded, admission: Admission, plan: Plan, typeField: string): Decode {
  const options = decoderOptions(split, admission, plan, typeField);
  return split.format === 'csv'
    ? csvDecoder(split.index, admission, options)
    : jsonDecoder(split.index, admission, options);
}

/** What decoders of a split need besides the split. */
export function decoderOptions(
  split: Encoded,
  admission: Admission,
  plan: Plan,
  typeField: string,
): DecoderOptions {
  return { plan, typeField, typeOf: typeResolver(split, admission, plan, typeField) };
}
