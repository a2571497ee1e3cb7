import type { Admission, Rejection } from '../../engine/event/admission.ts';
import { keepsDigits, NumberText } from '../../engine/event/number-text.ts';
import type { EventRecord } from '../../engine/event/record.ts';
import type { Decode, DecoderOptions } from './decoder.ts';

/** Decodes lines of JSON objects, the event type in a field or the same for the whole split. A key twice: the last counts. */
export function jsonDecoder(split: number, admission: Admission, options: DecoderOptions): Decode {
  // Looking at every number takes time, so only where a field keeps every digit.
  const reviver = keepsDigits(options.plan.types) ? (withText as Reviver) : undefined;
  return (text, line): EventRecord | Rejection => {
    let fields: unknown;
    try {
      fields = JSON.parse(text, reviver);
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

/** The standard library's types do not know yet what a reviver is told about the place. */
type Reviver = (key: string, value: unknown) => unknown;

/** A number that its text does not agree with, or may not, with the text: a double has not all its digits or zeros. */
function withText(_key: string, value: unknown, { source }: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || source === undefined) return value;
  const isSure = Number.isSafeInteger(value) || !Number.isInteger(value);
  return isSure && source === String(value) ? value : new NumberText(value, source);
}
