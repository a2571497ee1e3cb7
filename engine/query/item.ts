import { EventRecord, type Value } from '../event/record.ts';
import {
  type Backend,
  compileExpr,
  compilePredicate,
  type Env,
  type QueryFrame,
  type Slot,
} from '../expr/evaluate.ts';
import type { Expr } from '../expr/ir.ts';
import { originsOfSlots } from './origins.ts';

/**
 * What windows hold and queries work on: an event of a stream, or a match of a pattern as a `MatchRecord`. Identity
 * counts: the same item enters and later leaves.
 */
export type Item = EventRecord;

/** A match of a pattern (or a row of a join) as an item: its tags (streams) by slot. */
export class MatchRecord extends EventRecord {
  readonly slots: readonly Slot[];

  /** `time`: when it was complete, ticks. */
  constructor(slots: readonly Slot[], time: number) {
    super(-1, time, -1, -1);
    this.slots = slots;
    this.origins = originsOfSlots(slots);
  }
}

/** Computes an expression of the query for an item. */
export type ItemEvaluator = (item: Item) => Value;

/** Tests a condition of the query for an item; true only when it is true. */
export type ItemPredicate = (item: Item) => boolean;

/** How the items of an input reach expressions: an event as `CURRENT`, or a match by its slots. */
export type ItemKind = 'event' | 'match';

/**
 * Makes expressions of one query ready for its items. While one is evaluated, `env.frame` is the query's frame and
 * `current` the item, which `prev` and `prior` start from.
 */
export class ItemBinder {
  /** The item evaluated last. */
  current: Item | null = null;
  readonly env: Env;
  private readonly kind: ItemKind;
  private readonly backend: Backend;
  private readonly frame: QueryFrame | null;

  constructor(kind: ItemKind, env: Env, backend: Backend, frame: QueryFrame | null = null) {
    this.kind = kind;
    this.env = env;
    this.backend = backend;
    this.frame = frame;
  }

  /** A binder of the same items whose expressions read another frame. */
  withFrame(frame: QueryFrame): ItemBinder {
    return new ItemBinder(this.kind, this.env, this.backend, frame);
  }

  /** A binder for events that views derive from the items. */
  forDerived(): ItemBinder {
    return this.kind === 'event' ? this : new ItemBinder('event', this.env, this.backend, this.frame);
  }

  /** An expression over items. */
  evaluator(expr: Expr): ItemEvaluator {
    const evaluate = compileExpr(expr, this.backend);
    const { env, frame } = this;
    if (this.kind === 'event') {
      return (item) => {
        env.frame = frame;
        this.current = item;
        return evaluate(item, NO_SLOTS, env);
      };
    }
    return (item) => {
      env.frame = frame;
      this.current = item;
      return evaluate(null, (item as MatchRecord).slots, env);
    };
  }

  /** A condition over items; null passes everything. */
  predicate(expr: Expr | null): ItemPredicate {
    if (expr === null) return () => true;
    const test = compilePredicate(expr, this.backend);
    const { env, frame } = this;
    if (this.kind === 'event') {
      return (item) => {
        env.frame = frame;
        this.current = item;
        return test(item, NO_SLOTS, env);
      };
    }
    return (item) => {
      env.frame = frame;
      this.current = item;
      return test(null, (item as MatchRecord).slots, env);
    };
  }

  /** An expression over an event as `CURRENT`, whatever the items are: the event of one stream of a join. */
  eventEvaluator(expr: Expr): (event: EventRecord) => Value {
    const evaluate = compileExpr(expr, this.backend);
    const { env, frame } = this;
    return (event) => {
      env.frame = frame;
      return evaluate(event, NO_SLOTS, env);
    };
  }

  /** A value that needs no item, such as the size of a window; evaluated now. */
  constant(expr: Expr): Value {
    this.env.frame = this.frame;
    return compileExpr(expr, this.backend)(null, NO_SLOTS, this.env);
  }
}

const NO_SLOTS: readonly Slot[] = [];
