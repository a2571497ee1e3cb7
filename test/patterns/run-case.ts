import type { RuleLimits } from '../../engine/core/limits.ts';
import type { Notice } from '../../engine/core/notice.ts';
import { Admission, isRejection } from '../../engine/event/admission.ts';
import { EventRecord, getField, type Value } from '../../engine/event/record.ts';
import type { Backend } from '../../engine/expr/evaluate.ts';
import type { MatcherChoice } from '../../engine/pattern/planner.ts';
import type { Plan, StatementPlan } from '../../engine/plan/plan.ts';
import { Shard } from '../../engine/runtime/shard.ts';
import { compileRules, renderDiagnostics } from '../../rules/index.ts';

/**
 * A pattern, what happens, and its matches.
 *
 * `timeline`: events and pauses in order. `A1` is an event of type A with id `A1`, one second after what stands before
 * it; `A1:7` has the key 7 (else the number of its id); `A1&B1` are events of one time; `+5` lets five seconds pass.
 * `matches`: `3 a=A1 b=B2` is a match at second 3 with these tags, `a=[A1,A2]` of a repeat, `a=-` an empty one.
 */
export interface PatternCase {
  readonly pattern: string;
  readonly timeline: string;
  readonly matches: readonly string[];
  /** Clock at the start, as an ISO 8601 time; default 1970. Seconds of the matches count from it. */
  readonly start?: string;
  readonly zone?: string;
}

/** How to run a case. */
export interface CaseOptions {
  readonly backend: Backend;
  readonly matcher: MatcherChoice;
  /** Takes a snapshot after every event and pause and goes on in a fresh shard. */
  readonly restoring: boolean;
  readonly ruleLimits?: Partial<RuleLimits>;
  readonly onNotice?: (notice: Notice) => void;
}

const SCHEMAS = ['A', 'B', 'C', 'D'].map((name) => `create schema ${name}(id string, k int);`).join(' ');

/** The matches of a case, in the order they came. */
export function runCase(one: PatternCase, options: CaseOptions): string[] {
  const plan = planOf(one);
  const start = one.start === undefined ? 0 : Date.parse(one.start);
  const matches: string[] = [];
  const make = () =>
    new Shard({
      plan,
      startTime: start,
      backend: options.backend,
      matcher: options.matcher,
      ruleLimits: options.ruleLimits ?? {},
      onNotice: options.onNotice ?? (() => {}),
      onRow: ({ time, statement, values }) => {
        const { columns } = (plan.statements[statement] as StatementPlan).query;
        const tags = columns.map((column, i) => ` ${column.name}=${show(values[i] ?? null)}`);
        matches.push(`${(time - start) / 1000}${tags.join('')}`);
      },
    });
  let shard = make();
  const admission = new Admission(plan, { codegen: options.backend === 'codegen' });
  let clock = start;
  for (const [i, step] of one.timeline
    .split(/\s+/)
    .filter((word) => word !== '')
    .entries()) {
    clock += step.startsWith('+') ? Number(step.slice(1)) * 1000 : 1000;
    shard.advanceTo(clock);
    for (const word of step.startsWith('+') ? [] : step.split('&')) {
      const [id = '', key = id.slice(1)] = word.split(':');
      const fields = { id, k: Number(key) };
      const event = admission.admit(admission.typeIndex(id.charAt(0)), fields, 0, i, clock);
      if (isRejection(event)) throw new Error(`${word}: ${event.reason}`);
      shard.onEvent(event);
    }
    if (!options.restoring) continue;
    const snapshot = JSON.parse(JSON.stringify(shard.snapshot()));
    shard = make();
    shard.restore(snapshot);
  }
  return matches;
}

function planOf({ pattern, zone }: PatternCase): Plan {
  const text = `${SCHEMAS} select * from pattern ${pattern}`;
  const { plan, diagnostics } = compileRules(
    [{ file: 'case.epl', text }],
    zone === undefined ? {} : { zone },
  );
  if (plan !== null) return plan;
  throw new Error(renderDiagnostics(diagnostics, () => text, { color: false }));
}

function show(value: Value): string {
  if (value === null) return '-';
  if (Array.isArray(value)) return `[${value.map(show).join()}]`;
  return value instanceof EventRecord ? String(getField(value, 0)) : JSON.stringify(value);
}
