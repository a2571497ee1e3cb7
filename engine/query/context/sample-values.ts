import { setField, type Value } from '../../event/record.ts';
import type { EventType, ValueType } from '../../event/types.ts';
import { type ContextPlan, contextProperties } from '../../plan/context-plan.ts';
import type { StatementHost } from '../statement.ts';

/**
 * Values such as a partition could have. With them a statement is made once that never runs, to learn its filters: its
 * windows and outputs may take their sizes from `context.…`, and a size must be a number greater than 0.
 */
export function sampleValues(context: ContextPlan, host: StatementHost): Value[] {
  const values = new Array<Value>(context.values).fill(null);
  for (const { index, type } of contextProperties(context, host.types))
    if (index >= 0) values[index] = sampleOf(type, host);
  return values;
}

function sampleOf(type: ValueType, host: StatementHost): Value {
  if (type.kind === 'array') return [sampleOf(type.element, host)];
  if (type.kind !== 'event') return sampleScalar(type);
  const index = host.types.findIndex(({ name }) => name === type.typeName);
  const event = new (host.recordClass(index))(index, host.env.now, -1, -1);
  (host.types[index] as EventType).fields.forEach((field, i) => {
    setField(event, i, sampleScalar(field.type));
  });
  return event;
}

function sampleScalar({ kind }: ValueType): Value {
  if (kind === 'boolean') return false;
  if (kind === 'string' || kind === 'char') return '';
  return NUMBERS.has(kind) ? 1 : null;
}

const NUMBERS: ReadonlySet<string> = new Set(['byte', 'short', 'int', 'long', 'float', 'double', 'date']);
