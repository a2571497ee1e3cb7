import type { Expr } from '../../engine/expr/ir.ts';
import type { ContextCondition, SpanLevel } from '../../engine/plan/context-plan.ts';
import type { SpanBody } from './ast-context.ts';
import { ConditionLowering } from './lower-context-condition.ts';
import { lowerExpression } from './lower-expression.ts';
import { currentEntry, type Lowering } from './scope.ts';

/** Start time and expected end time come before the tags. */
const TAGS_FROM = 2;

/** Lowers `start … end …` and `initiated … terminated …`; null after reporting what is wrong. */
export function lowerSpan(name: string, body: SpanBody, base: number, lowering: Lowering): SpanLevel | null {
  const { report } = lowering;
  const errorsBefore = report.errorCount;
  if (body.now !== null && body.now.text.toLowerCase() !== 'now') {
    report.error('E0101', `did not expect \`@${body.now.text}\` here`, body.now.span, ['it is `@now`']);
  }
  if (body.overlapping && body.now !== null && body.start?.kind === 'filter') {
    const title = '`@now` goes with a pattern or a time, not with an event';
    report.error('E0425', title, body.now.span, ['write the event as a pattern: `pattern [every A]`']);
  }
  const conditions = new ConditionLowering(TAGS_FROM, lowering);
  const start = body.start === null ? null : startOf(conditions.start(body.start), body.overlapping);
  const distinct = body.distinct === null ? null : lowerDistinct(body, lowering);
  const end = body.end === null ? null : conditions.end(body.end);
  if (report.errorCount > errorsBefore) return null;
  const { overlapping } = body;
  const now = body.now !== null;
  return { kind: 'span', name, base, overlapping, now, start, end, distinct, tags: conditions.tags };
}

/** As in Esper partitions that may overlap get the events of the pattern that began them in any case. */
function startOf(start: ContextCondition | null, overlapping: boolean): ContextCondition | null {
  return start?.kind === 'pattern' && overlapping ? { ...start, inclusive: true } : start;
}

function lowerDistinct(body: SpanBody, { catalog, report }: Lowering): readonly Expr[] | null {
  const { start } = body;
  const keys = body.distinct ?? [];
  if (keys.length === 0) {
    report.error('E0425', '`distinct` needs keys', body.span, [
      'for example initiated by distinct(a.k) A as a',
    ]);
    return null;
  }
  if (start?.kind !== 'filter' || start.alias === null) {
    const title = '`distinct` needs an event with a name';
    report.error('E0425', title, start?.span ?? body.span, ['for example initiated by distinct(a.k) A as a']);
    return null;
  }
  const entry = currentEntry(start.alias.text, catalog.get(start.filter.type.text) ?? null);
  const scope = { catalog, entries: [entry], alias: null };
  const lowered = keys.map((key) => lowerExpression(key, scope, report));
  return lowered.includes(null) ? null : (lowered as Expr[]);
}
