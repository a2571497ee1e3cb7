import type { Plan } from '../../engine/plan/plan.ts';
import { openSplits, type Split } from '../sources/splits.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';

/** The splits of event files as named on the command line; fails when one is not there or names an unknown event type. */
export function findSplits(
  events: readonly string[],
  format: 'jsonl' | 'csv' | null,
  plan: Plan,
): readonly Split[] {
  const opened = openSplits(events, format);
  if ('missing' in opened) throw new CommandFailure(EXIT.failed, opened.missing.join('\n  '));
  for (const { type, path } of opened.splits) {
    if (type === null || plan.types.some(({ name }) => name === type)) continue;
    const declared = plan.types.filter(({ origin }) => origin === 'schema').map(({ name }) => name);
    const known = declared.length === 0 ? 'declare no event type' : `know ${declared.join(', ')}`;
    throw new CommandFailure(
      EXIT.usage,
      `${type}=${path}: there is no event type ${type}; the rules ${known}`,
    );
  }
  return opened.splits;
}
