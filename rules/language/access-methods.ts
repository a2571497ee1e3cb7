import {
  type EventType,
  TYPE_BOOLEAN,
  TYPE_INT,
  TYPE_LONG,
  TYPE_STRING,
  typeName,
  type ValueType,
} from '../../engine/event/types.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import { canCompare } from '../../engine/expr/type-rules.ts';
import type { AggregatePlan, ViewArg } from '../../engine/plan/query-plan.ts';
import type { ChainLink } from './ast.ts';
import { eventValueType } from './scope.ts';

/** A method on what an aggregate holds: `sorted(x).firstKey()`, `window(*).countEvents()`. */
export interface AccessMethod {
  /** Name in the plan: `sorted.firstkey`. */
  readonly name: string;
  /** Type of its value for the arguments, or what is wrong with them. */
  check(args: readonly Expr[]): { readonly type: ValueType } | { readonly error: string };
}

/** The method that a link after an aggregate names; undefined when it is a field or another method. */
export function accessMethod(
  plan: AggregatePlan,
  link: ChainLink,
  eventType: EventType | null,
): AccessMethod | undefined {
  if (link.args === null || link.indexes.length > 0 || link.distinct) return undefined;
  const name = link.name.text.toLowerCase();
  if (plan.name === 'window' && plan.star && eventType !== null) return windowMethod(name, eventType);
  if (plan.name === 'countminsketch') return sketchMethod(name);
  if (plan.name === 'sorted' && eventType !== null) return sortedMethod(name, plan, eventType);
  return undefined;
}

function windowMethod(name: string, eventType: EventType): AccessMethod | undefined {
  const event = eventValueType(eventType);
  switch (name) {
    case 'listreference':
      return method('window.listreference', [], { kind: 'array', element: event });
    case 'countevents':
      return method('window.countevents', [], TYPE_INT);
    case 'first':
    case 'last':
      return method(`window.${name}`, [], event);
    default:
      return undefined;
  }
}

function sketchMethod(name: string): AccessMethod | undefined {
  switch (name) {
    case 'countminsketchfrequency':
      return method('countminsketch.frequency', [TYPE_STRING], TYPE_LONG);
    case 'countminsketchtopk':
      return method('countminsketch.topk', [], { kind: 'array', element: FREQUENT });
    default:
      return undefined;
  }
}

const FREQUENT: ValueType = {
  kind: 'row',
  fields: [
    { name: 'value', type: TYPE_STRING },
    { name: 'frequency', type: TYPE_LONG },
  ],
};

const NEIGHBOUR = /^(?:floor|lower|ceiling|higher|get)(event|events|key)$/;
const END = /^(?:first|last)(event|events|key)$/;

function sortedMethod(name: string, plan: AggregatePlan, eventType: EventType): AccessMethod | undefined {
  const event = eventValueType(eventType);
  const events: ValueType = { kind: 'array', element: event };
  const key = keyType(plan.args);
  const results: Readonly<Record<string, ValueType>> = { event, events, key };
  const full = `sorted.${name}`;
  const end = END.exec(name)?.[1];
  if (end !== undefined) return method(full, [], results[end] as ValueType);
  const neighbour = NEIGHBOUR.exec(name)?.[1];
  if (neighbour !== undefined && name !== 'getkey')
    return method(full, [key], results[neighbour] as ValueType);
  switch (name) {
    case 'containskey':
      return method(full, [key], TYPE_BOOLEAN);
    case 'countevents':
    case 'countkeys':
      return method(full, [], TYPE_INT);
    case 'eventsbetween':
      return method(full, [key, TYPE_BOOLEAN, key, TYPE_BOOLEAN], events);
    case 'submap':
      return method(full, [key, TYPE_BOOLEAN, key, TYPE_BOOLEAN], { kind: 'object' });
    case 'navigablemapreference':
      return method(full, [], { kind: 'object' });
    case 'listreference':
      return method(full, [], events);
    default:
      return undefined;
  }
}

/** The key of one criterion is its value, of several the array of their values. */
function keyType(criteria: readonly ViewArg[]): ValueType {
  const [only, second] = criteria;
  if (only !== undefined && second === undefined) return only.expr.type;
  return { kind: 'array', element: { kind: 'object' } };
}

function method(name: string, params: readonly ValueType[], type: ValueType): AccessMethod {
  return {
    name,
    check(args) {
      if (args.length !== params.length) {
        const count =
          params.length === 0 ? 'no arguments' : `${params.length} argument${params.length > 1 ? 's' : ''}`;
        return { error: `takes ${count}, not ${args.length}` };
      }
      const at = params.findIndex((param, i) => !fits((args[i] as Expr).type, param));
      if (at < 0) return { type };
      const [wanted, given] = [typeName(params[at] as ValueType), typeName((args[at] as Expr).type)];
      return { error: `argument ${at + 1} must be ${wanted}, not ${given}` };
    },
  };
}

function fits(given: ValueType, wanted: ValueType): boolean {
  if (wanted.kind === 'array' || given.kind === 'null')
    return given.kind === wanted.kind || given.kind === 'null';
  return given.kind === wanted.kind || canCompare(given, wanted);
}
