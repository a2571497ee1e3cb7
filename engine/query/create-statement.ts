import type { PatternInput, StatementPlan, StreamInput } from '../plan/plan.ts';
import { PatternStatement, type RunningStatement, type StatementHost, StreamStatement } from './statement.ts';
import { UpdateStatement } from './update.ts';

/** Makes a statement ready to run. */
export function createStatement(plan: StatementPlan, host: StatementHost): RunningStatement {
  if (plan.query.update !== null) return new UpdateStatement(plan, host);
  const input = plan.query.inputs[0] as StreamInput | PatternInput;
  return input.kind === 'stream'
    ? new StreamStatement(plan, input, host)
    : new PatternStatement(plan, input, host);
}
