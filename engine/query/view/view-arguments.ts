import { assert } from '../../core/assert.ts';
import type { Period, Value } from '../../event/record.ts';
import { usesSlots } from '../../expr/analyze.ts';
import type { Expr } from '../../expr/ir.ts';
import type { ViewPlan } from '../../plan/query-plan.ts';
import { periodOf } from '../../time/duration.ts';
import { type TimeBase, ticksOf } from '../../time/time-base.ts';
import type { ItemEvaluator } from '../item.ts';
import type { Flow } from './batch.ts';
import type { SortCriteria } from './sort.ts';
import { Span } from './span.ts';
import type { ViewHost } from './view.ts';

/** Arguments of a view: those that need no item are computed as the statement starts. */
export class ViewArguments {
  readonly plan: ViewPlan;
  private readonly host: ViewHost;

  constructor(plan: ViewPlan, host: ViewHost) {
    this.plan = plan;
    this.host = host;
  }

  /** What the durations become ticks of. */
  get base(): TimeBase {
    return this.host.binder.env.timeBase;
  }

  get count(): number {
    return this.plan.args.length;
  }

  /** Whether an argument is there and a number or period, not the text that other forms have in its place. */
  has(at: number): boolean {
    const expr = this.plan.args[at]?.expr;
    return expr !== undefined && expr.type.kind !== 'string';
  }

  /** Place of the first argument that needs no item. */
  firstFixed(): number {
    return this.plan.args.findIndex(({ expr }) => usesSlots(expr).size === 0);
  }

  constant(at: number): Value {
    return this.host.binder.constant(this.expr(at));
  }

  number(at: number): number {
    const value = this.constant(at);
    if (typeof value === 'number') return value;
    throw new TypeError(`the rule ${this.host.rule}: ${this.plan.name} needs a number, not ${String(value)}`);
  }

  /** How many items a window holds: not less than none. */
  size(at: number): number {
    const value = this.number(at);
    if (value >= 0) return value;
    throw new RangeError(`the rule ${this.host.rule}: ${this.plan.name} cannot hold ${value} events`);
  }

  /** A number from which times count; null when it is left out. */
  reference(at: number): number | null {
    return this.has(at) ? this.number(at) : null;
  }

  period(at: number): Period {
    const value = this.constant(at);
    if (value === null) throw new TypeError(`the rule ${this.host.rule}: ${this.plan.name} has no duration`);
    return periodOf(value);
  }

  span(at: number): Span {
    return new Span(this.period(at), this.base);
  }

  /** A duration that intervals are counted in: not zero. */
  interval(at: number): Span {
    this.checkPositive(this.period(at));
    return this.span(at);
  }

  checkPositive({ months, ms }: Period): void {
    if (months > 0 || ticksOf(ms, this.base) > 0) return;
    const least = this.base.unit === 'milliseconds' ? '1 ms' : '1 microsecond';
    throw new RangeError(
      `the rule ${this.host.rule}: ${this.plan.name} needs a duration of ${least} or more`,
    );
  }

  expression(at: number): ItemEvaluator {
    return this.host.binder.evaluator(this.expr(at));
  }

  /** Arguments as one key: the value of one, or the list of several. */
  key(from: number, to: number): ItemEvaluator {
    if (to - from === 1) return this.expression(from);
    const parts = this.plan.args.slice(from, to).map(({ expr }) => this.host.binder.evaluator(expr));
    return (item) => parts.map((part) => part(item));
  }

  criteria(from: number): SortCriteria {
    const args = this.plan.args.slice(from);
    return {
      evaluate: args.map(({ expr }) => this.host.binder.evaluator(expr)),
      descending: args.map(({ descending }) => descending),
    };
  }

  /** The words of flow control, wherever they stand; `start_eager` forces deliveries too. */
  flow(): Flow {
    const words = this.plan.args
      .flatMap(({ expr }) => (expr.op === 'literal' && typeof expr.value === 'string' ? [expr.value] : []))
      .join()
      .toLowerCase();
    const eager = words.includes('start_eager');
    return { forced: eager || words.includes('force_update'), eager };
  }

  private expr(at: number): Expr {
    const arg = this.plan.args[at];
    assert(arg !== undefined, `${this.plan.name} has no argument ${at}`);
    return arg.expr;
  }
}
