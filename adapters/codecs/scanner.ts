import type { Admission } from '../../engine/event/admission.ts';
import type { EventRecord } from '../../engine/event/record.ts';
import type { Plan } from '../../engine/plan/plan.ts';
import { CsvScanner } from './csv-scanner.ts';
import { decoderOptions, type Encoded } from './decoder.ts';
import { JsonScanner } from './json-scanner.ts';

/**
 * The fast way from bytes to an event, for plain records. What it does not take is for the decoder of the split, which
 * decides alone what a record becomes.
 */
export interface Scanner {
  /** Takes the header of CSV, before the first record. */
  header(text: string): void;
  /** The event of the record in these bytes, which must be UTF-8, or null: it is for the decoder. */
  scan(bytes: Buffer, start: number, end: number, line: number): EventRecord | null;
  /** The decoder found this event type. */
  learn(type: number): void;
}

/** The scanner of a split. */
export function makeScanner(split: Encoded, admission: Admission, plan: Plan, typeField: string): Scanner {
  const options = decoderOptions(split, admission, plan, typeField);
  return split.format === 'csv'
    ? new CsvScanner(split, admission, options)
    : new JsonScanner(split, admission, options);
}
