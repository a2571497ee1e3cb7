import type { Admission, Rejection } from '../../engine/event/admission.ts';
import type { EventRecord } from '../../engine/event/record.ts';
import type { Decode, DecoderOptions } from './decoder.ts';

/** Decodes lines of JSON objects, the event type in a field or the same for the whole split. A key twice: the last counts. */
export function jsonDecoder(split: number, admission: Admission, options: DecoderOptions): Decode {
  return (text, line): EventRecord | Rejection => {
    let fields: unknown;
    try {
      fields = JSON.parse(text);
    } catch (error) {
      return { code: 'json', reason: `not JSON: ${error instanceof Error ? error.message : String(error)}` };
    }
    if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
      return { code: 'json', reason: 'the line is JSON, but not an object' };
    }
    const record = fields as { readonly [name: string]: unknown };
    const type = options.typeOf(
      Object.hasOwn(record, options.typeField) ? record[options.typeField] : undefined,
    );
    return typeof type === 'number' ? admission.admit(type, record, split, line) : type;
  };
}
