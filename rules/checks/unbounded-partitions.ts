import type { ContextBody, CreateContext } from '../language/ast-context.ts';
import type { Reporter } from '../language/reporter.ts';

/** Contexts of which each key, or each event, makes a partition for good. */
export function checkUnboundedPartitions({ levels }: CreateContext, report: Reporter): void {
  for (const { body } of levels) {
    const title = endless(body);
    if (title === null) continue;
    report.warning('W0615', title, body.span, ['end them: `… terminated after 1 day`']);
  }
}

function endless(body: ContextBody): string | null {
  if (body.kind === 'keyed' && body.terminated === null)
    return 'nothing ends the partitions of this context: each new key adds one for good';
  if (body.kind === 'span' && body.overlapping && body.distinct === null && body.end === null)
    return 'nothing ends the partitions of this context: each start adds one for good';
  return null;
}
