import { unreachable } from '../../core/assert.ts';
import type { EventType } from '../../event/types.ts';
import { CURRENT, type Expr } from '../../expr/ir.ts';
import { type ExprNames, exprText } from '../../expr/print.ts';
import type { InputPlan, QueryPlan } from '../../plan/plan.ts';
import { type JoinQuery, planJoin } from './planner.ts';
import type { BoundsProgram, IndexProgram, LookUp, Probe, ProbeBranch } from './program.ts';

/** How a join runs, for people. */
export interface JoinExplanation {
  /** Each stream with the ways its events are kept; none when it is never looked up. */
  readonly streams: readonly { readonly name: string; readonly indexes: readonly string[] }[];
  /** For an event of a stream, what is looked up one after the other. A stream whose events make no rows is left out. */
  readonly lookUps: readonly { readonly of: string; readonly steps: readonly string[] }[];
}

/** Tells how a query joins its inputs; null when it has only one. */
export function explainJoin(query: QueryPlan, types: readonly EventType[]): JoinExplanation | null {
  if (query.join === null) return null;
  const program = planJoin(query as JoinQuery);
  const names = query.inputs.map((input) => nameOf(input, types));
  const fields = query.inputs.map((input) => types[typeOf(input)]?.fields ?? []);
  const namesOf = (stream: number): ExprNames => ({
    field: (slot, field) => {
      const at = slot === CURRENT ? stream : slot;
      const name = fields[at]?.[field]?.name ?? `${field}`;
      return slot === CURRENT ? name : `${names[slot]}.${name}`;
    },
    slot: (slot) => names[slot === CURRENT ? stream : slot] ?? '',
    member: (type, field) => types.find((one) => one.name === type)?.fields[field]?.name ?? `${field}`,
  });
  const text = (expr: Expr, stream = 0) => exprText(expr, namesOf(stream));
  const lookUp = ({ stream, index, keys, bounds }: LookUp): string => {
    const indexes = program.tables[stream]?.indexes as readonly IndexProgram[];
    const { keys: own, sort } = indexes[index] as IndexProgram;
    const equal = own.map((key, i) => `${text(key, stream)} = ${text(keys[i] as Expr)}`);
    const range = sort === null || bounds === null ? [] : [boundsText(text(sort, stream), bounds, text)];
    const by = [...equal, ...range].join(' and ');
    return by === '' ? `all of ${names[stream]}` : `${names[stream]} by ${by}`;
  };
  const where = (condition: Expr | null) => (condition === null ? '' : ` where ${text(condition)}`);
  return {
    streams: program.tables.map(({ indexes }, stream) => ({
      name: names[stream] as string,
      indexes: indexes.map((index) => indexText(index, (expr) => text(expr, stream))),
    })),
    lookUps: program.probes.flatMap((probe) =>
      probe === null ? [] : [{ of: names[probe.root] as string, steps: stepsOf(probe, lookUp, where) }],
    ),
  };
}

function stepsOf(
  probe: Probe,
  lookUp: (one: LookUp) => string,
  where: (condition: Expr | null) => string,
): string[] {
  const branches = (list: readonly ProbeBranch[]): string[] =>
    list.flatMap((branch) => [
      `${lookUp(branch)}${branch.isRequired ? '' : ', or none'}`,
      ...branches(branch.branches),
    ]);
  const own = where(probe.condition).trimStart();
  const first = own === '' ? [] : [own];
  switch (probe.kind) {
    case 'sequence':
      return [...first, ...probe.steps.map((step) => lookUp(step) + where(step.condition))];
    case 'tree':
      return [...branches(probe.branches), ...first];
    case 'alone':
      return ['a row of its own', ...first];
    default:
      return unreachable(probe);
  }
}

function indexText({ keys, sort }: IndexProgram, text: (expr: Expr) => string): string {
  const parts = [
    ...(keys.length === 0 ? [] : [`by ${keys.map(text).join(', ')}`]),
    ...(sort === null ? [] : [`sorted by ${text(sort)}`]),
  ];
  return parts.length === 0 ? 'as a list' : parts.join(', ');
}

function boundsText(value: string, bounds: BoundsProgram, text: (expr: Expr) => string): string {
  const { low, includesLow, high, includesHigh } = bounds;
  const ends = [
    ...(low === null ? [] : [`${value} ${includesLow ? '>=' : '>'} ${text(low)}`]),
    ...(high === null ? [] : [`${value} ${includesHigh ? '<=' : '<'} ${text(high)}`]),
  ];
  return ends.join(' and ');
}

/** The type of the events that an input gives the join. */
function typeOf(input: InputPlan): number {
  const derived = input.views.findLast((view) => view.derived >= 0)?.derived;
  if (derived !== undefined) return derived;
  if (input.kind === 'pattern') return input.matchType;
  return input.contained?.type ?? input.type;
}

function nameOf(input: InputPlan, types: readonly EventType[]): string {
  if (input.kind !== 'pattern') return input.alias;
  return types[input.matchType]?.name.split('#')[0] ?? 'pattern';
}
