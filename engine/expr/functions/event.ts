import { EventRecord, type Value } from '../../event/record.ts';
import { TYPE_BOOLEAN } from '../../event/types.ts';
import { shownEvent } from '../properties.ts';
import type { FunctionDef } from './definition.ts';

/** Functions on whole events. */
export const EVENT_FUNCTIONS: readonly FunctionDef[] = [
  {
    name: 'event_identity_equals',
    signature: 'event_identity_equals(a, b)',
    check: () => ({ type: TYPE_BOOLEAN }),
    evaluate: ([a, b]) => isSameEvent(a ?? null, b ?? null),
  },
];

/** Whether both are one event, in whatever layout; null when one is missing. */
function isSameEvent(a: Value, b: Value): boolean | null {
  if (!(a instanceof EventRecord && b instanceof EventRecord)) return null;
  return shownEvent(a) === shownEvent(b);
}
