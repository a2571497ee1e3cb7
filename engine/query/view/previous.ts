import type { Value } from '../../event/record.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { PreviousPlan } from '../../plan/query-plan.ts';
import { type Item, type ItemBinder, type ItemEvaluator, MatchRecord } from '../item.ts';
import type { ViewChain } from './create-view.ts';
import { InputAccess } from './input-access.ts';
import { PriorItems } from './prior.ts';
import type { ViewChild } from './view.ts';

/** What `prev…` and `prior` need from their query. */
export interface PreviousHost {
  readonly binder: ItemBinder;
  /** Whether an item of the query joins those of several inputs. */
  readonly isJoin: boolean;
  /** Whether the row at hand is of the insert stream: `prev` of a removed item is null. */
  isInsert(): boolean;
}

interface Call {
  readonly plan: PreviousPlan;
  readonly value: ItemEvaluator | null;
}

/**
 * Other items for the item at hand.
 *
 * As in Esper `prev` asks the window that delivered last: of a sliding or sorted window it counts from its newest (first)
 * item, whatever the item at hand; of a batch window from the item at hand back to the beginning of its batch. With
 * `groupwin` the window that delivered last is that of the item's key. `prior` goes by arrival, and knows the prior items
 * of an item until the delivery after the one with which it left.
 */
export class PreviousItems {
  private readonly host: PreviousHost;
  private readonly calls: readonly Call[];
  private readonly inputs: readonly InputAccess[];
  private readonly priors: readonly (PriorItems | null)[];
  /** Inputs whose items `prior` knows while they leave. */
  private readonly windowed = new Set<number>();

  constructor(plans: readonly PreviousPlan[], inputs: number, host: PreviousHost) {
    this.host = host;
    this.calls = plans.map((plan) => ({
      plan,
      value: plan.value === null ? null : host.binder.evaluator(plan.value),
    }));
    this.inputs = Array.from({ length: inputs }, () => new InputAccess());
    this.priors = this.inputs.map((_, input) => {
      const offsets = plans.flatMap((plan) =>
        plan.kind === 'prior' && plan.input === input ? [plan.offset ?? 0] : [],
      );
      return offsets.length === 0 ? null : new PriorItems(offsets);
    });
  }

  /** What an input's chain delivers to: follows it for `prior`, then hands on. `isWindowed`: items leave again. */
  follow(input: number, isWindowed: boolean, child: ViewChild): ViewChild {
    const prior = this.priors[input] ?? null;
    if (prior === null) return child;
    if (isWindowed) this.windowed.add(input);
    return {
      update(added, removed) {
        prior.update(added, removed, isWindowed);
        child.update(added, removed);
      },
    };
  }

  /** Follows the windows of an input for `prev`. */
  observe(input: number, chain: ViewChain): void {
    const isAsked = this.calls.some(({ plan }) => plan.input === input && plan.kind !== 'prior');
    if (isAsked) (this.inputs[input] as InputAccess).observe(chain);
  }

  /** Value of a call for the item at hand. */
  value(index: number, offset: Value): Value {
    const { plan, value } = this.calls[index] as Call;
    const { binder, isJoin } = this.host;
    const { current } = binder;
    if (current === null) return null;
    const item = isJoin ? ((current as MatchRecord).slots[plan.input] as Item | null) : current;
    if (plan.kind === 'prior') {
      return item === null ? null : this.valueOf(value, this.priorOf(plan, item), plan.input, current);
    }
    if (!this.host.isInsert()) return null;
    const access = this.inputs[plan.input] as InputAccess;
    switch (plan.kind) {
      case 'prevcount':
        return access.count(item);
      case 'prevwindow':
        return access.all(item)?.map((one) => this.valueOf(value, one, plan.input, current)) ?? null;
      default: {
        if (typeof offset !== 'number') return null;
        const other = plan.kind === 'prev' ? access.at(item, offset) : access.fromEnd(item, offset);
        return this.valueOf(value, other, plan.input, current);
      }
    }
  }

  snapshot(writer: EventWriter): unknown {
    return {
      inputs: this.inputs.map((input) => input.snapshot()),
      priors: this.priors.map((prior) => prior?.snapshot(writer) ?? null),
    };
  }

  /** After the windows are restored. */
  restore(state: unknown, reader: EventReader): void {
    const { inputs, priors } = state as { inputs: unknown[]; priors: unknown[] };
    for (const [i, input] of this.inputs.entries()) input.restore(inputs[i]);
    for (const [i, prior] of this.priors.entries()) prior?.restore(priors[i], reader);
  }

  private priorOf(plan: PreviousPlan, item: Item): Item | null {
    const [prior, offset] = [this.priors[plan.input], plan.offset ?? 0];
    if (this.windowed.has(plan.input)) return prior?.find(item, offset) ?? null;
    return this.host.isInsert() ? (prior?.beforeNewest(offset) ?? null) : null;
  }

  /** Computes a value on another item; what is at hand stays at hand. */
  private valueOf(value: ItemEvaluator | null, other: Item | null, input: number, current: Item): Value {
    if (other === null || value === null) return null;
    const { binder, isJoin } = this.host;
    let item = other;
    if (isJoin) {
      const slots = (current as MatchRecord).slots.with(input, other);
      item = new MatchRecord(slots, current.time);
    }
    const result = value(item);
    binder.current = current;
    return result;
  }
}
