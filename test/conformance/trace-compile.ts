import { EMPTY_PLAN } from '../../engine/plan/empty-plan.ts';
import type { Plan, StatementPlan } from '../../engine/plan/plan.ts';
import { compileQuery, compileRules, type Diagnostic } from '../../rules/index.ts';
import type { ParameterValues } from '../../rules/language/parameters.ts';
import type { Trace } from './trace-case.ts';
import { readTypes, type TraceTypes, variablesText } from './trace-types.ts';

/** How a trace ended before its last step. */
export class Ended extends Error {
  readonly result: 'failed' | 'unsupported';

  constructor(result: 'failed' | 'unsupported', detail: string) {
    super(detail);
    this.result = result;
  }
}

/** The plan with a module of the trace added. A module that must compile and does not ends the trace. */
export function compileStep(
  text: string,
  base: Plan,
  { opaque, division, defaults }: TraceTypes,
  params: ParameterValues = [],
): Plan {
  const settings = { base, division, defaults, params };
  const { plan, diagnostics } = compileRules([{ file: 'trace.epl', text }], settings);
  if (plan !== null) return plan;
  const errors = diagnostics.filter((one) => one.severity === 'error');
  const touched = [...opaque].find((name) => new RegExp(`\\b${name}\\b`).test(text));
  if (touched !== undefined) throw new Ended('unsupported', `a value of a type that is only carried`);
  // A construct that cannot run yet may bring other errors with it: names that it would declare.
  const later = errors.filter(isLater);
  if (later.length > 0) throw new Ended('unsupported', titles(later));
  throw new Ended('failed', titles(errors));
}

/** A query compiled against the plan. One that must compile and does not ends the trace. */
export function compileQueryStep(text: string, base: Plan, params: ParameterValues): StatementPlan {
  const { query, diagnostics } = compileQuery(text, base, { params });
  if (query !== null) return query;
  const errors = diagnostics.filter((one) => one.severity === 'error');
  const later = errors.filter(isLater);
  throw later.length > 0 ? new Ended('unsupported', titles(later)) : new Ended('failed', titles(errors));
}

/** A query that Esper refused must be refused for a reason of its own. */
export function mustRefuseQuery(text: string, base: Plan): void {
  const { query, diagnostics } = compileQuery(text, base);
  if (query !== null) throw new Ended('failed', `compiles, but must not: ${text}`);
  const errors = diagnostics.filter((one) => one.severity === 'error');
  if (errors.every(isLater)) throw new Ended('unsupported', titles(errors));
}

/** A module that Esper refused must be refused for a reason of its own. */
export function mustRefuse(text: string, base: Plan, { division, defaults }: TraceTypes): void {
  const settings = { base, division, defaults };
  const { plan, diagnostics } = compileRules([{ file: 'trace.epl', text }], settings);
  if (plan !== null) throw new Ended('failed', `compiles, but must not: ${text}`);
  const errors = diagnostics.filter((one) => one.severity === 'error');
  if (errors.every(isLater)) throw new Ended('unsupported', titles(errors));
}

const isLater = (one: Diagnostic): boolean => one.kind === 'not-implemented';

const titles = (list: readonly Diagnostic[]): string =>
  [...new Set(list.map((one) => (isLater(one) ? one.title : `${one.code} ${one.title}`)))].join('; ');

/**
 * Everything that a trace needs and this version cannot run: what the modules use, whatever came before them, and kinds
 * of steps. For counting; a trace ends at the first of them.
 */
export function missingParts(trace: Trace): readonly string[] {
  const { types } = readTypes(trace);
  let base: Plan = { ...EMPTY_PLAN, types };
  const missing = new Set<string>();
  const texts = trace.steps.map((step) => step.deploy ?? step.compiles).filter((text) => text !== undefined);
  for (const text of [variablesText(trace), ...texts]) {
    const { plan, diagnostics } = compileRules([{ file: 'trace.epl', text }], { base });
    for (const one of diagnostics) if (isLater(one)) missing.add(one.title);
    base = plan ?? base;
  }
  return [...missing];
}
