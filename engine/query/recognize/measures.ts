import { assert } from '../../core/assert.ts';
import type { Value } from '../../event/record.ts';
import {
  type Backend,
  compileExpr,
  type Env,
  type Evaluator,
  type QueryFrame,
  type Slot,
} from '../../expr/evaluate.ts';
import type { RecognizePlan } from '../../plan/recognize-plan.ts';
import { UNGROUPED } from '../aggregate/group-key.ts';
import { AggregationService } from '../aggregate/service.ts';
import { ItemBinder, MatchRecord } from '../item.ts';

/** The aggregates over the rows of one variable. */
interface VariableAggregates {
  readonly variable: number;
  readonly service: AggregationService;
}

/** Computes the measures of matches. Aggregates are made anew for each match, over the rows of their variable. */
export class Measures implements QueryFrame {
  private readonly env: Env;
  private readonly measures: readonly Evaluator[];
  private readonly aggregates: readonly VariableAggregates[];
  /** Where each aggregate of the plan is found. */
  private readonly places: readonly (readonly [service: AggregationService, index: number])[];
  private readonly isMultiple: readonly boolean[];

  constructor(plan: RecognizePlan, statementName: string, env: Env, backend: Backend) {
    this.env = env;
    this.measures = plan.measures.map((measure) => compileExpr(measure, backend));
    this.isMultiple = plan.variables.map((one) => one.isMultiple);
    const binder = new ItemBinder('match', env, backend, this);
    const variables = [...new Set(plan.aggregates.map((one) => one.variable))];
    const own = (variable: number) => plan.aggregates.filter((one) => one.variable === variable);
    this.aggregates = variables.map((variable) => {
      const aggregates = own(variable).map((one) => one.plan);
      const host = { statementName, binder };
      return { variable, service: new AggregationService({ aggregates, groupBy: null }, host) };
    });
    this.places = plan.aggregates.map((one) => {
      const { service } = this.aggregates[variables.indexOf(one.variable)] as VariableAggregates;
      return [service, own(one.variable).indexOf(one)] as const;
    });
  }

  /** The values of all measures for the rows of a match, by variable. */
  values(slots: readonly Slot[]): Value[] {
    for (const { variable, service } of this.aggregates) {
      const rows = slots[variable] ?? null;
      if (Array.isArray(rows))
        for (const row of rows) service.enter(this.itemOf(slots, variable, row), UNGROUPED);
      service.select(UNGROUPED);
    }
    const { env, measures } = this;
    const values = new Array<Value>(measures.length);
    for (let i = 0; i < measures.length; i++) {
      env.frame = this;
      values[i] = (measures[i] as Evaluator)(null, slots, env);
    }
    for (const { service } of this.aggregates) service.clear();
    return values;
  }

  aggregate(index: number, args?: readonly Value[]): Value {
    const [service, at] = this.places[index] as (typeof this.places)[number];
    return service.value(at, args);
  }

  previous(): Value {
    assert(false, 'a measure reads another row by `prev`');
  }

  isSummedOver(): boolean {
    return false;
  }

  local(name: string): Value {
    assert(false, `a measure has no value ${name}`);
  }

  /** What an aggregate sees of one row: the row as its variable, and the variables of one row. */
  private itemOf(slots: readonly Slot[], variable: number, row: Slot): MatchRecord {
    const seen = slots.map((slot, i) => (i === variable ? row : this.isMultiple[i] === true ? null : slot));
    return new MatchRecord(seen, this.env.now);
  }
}
