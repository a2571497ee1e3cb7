import type { EventRecord } from '../../event/record.ts';
import { conjuncts, usesSlots } from '../../expr/analyze.ts';
import { type Backend, compileExpr, type Env, type Evaluator, equalityKey } from '../../expr/evaluate.ts';
import { CURRENT, type Expr } from '../../expr/ir.ts';
import { WITHOUT_KEY } from './condition.ts';
import { NO_SLOTS } from './level.ts';
import type { Partition } from './partition.ts';

type Key = string | number | boolean;

/**
 * Finds the partitions whose values a filter demands to be equal to something of the event: `user = context.l.user`.
 * Without it an event would be tested in every partition.
 */
export class PartitionIndex {
  private readonly ofEvent: Evaluator;
  private readonly ofPartition: Evaluator;
  private readonly byKey = new Map<Key, Set<Partition>>();

  private constructor(ofEvent: Expr, ofPartition: Expr, backend: Backend) {
    this.ofEvent = compileExpr(ofEvent, backend);
    this.ofPartition = compileExpr(ofPartition, backend);
  }

  /** An index for a filter; null when it demands no such equality. */
  static of(filter: Expr | null, backend: Backend): PartitionIndex | null {
    for (const part of filter === null ? [] : conjuncts(filter)) {
      if (part.op !== 'equal' || part.negated || part.nullSafe) continue;
      const { left, right } = part;
      if (WITHOUT_KEY.has(left.type.kind) || WITHOUT_KEY.has(right.type.kind)) continue;
      if (isOfEvent(left) && isOfPartition(right)) return new PartitionIndex(left, right, backend);
      if (isOfEvent(right) && isOfPartition(left)) return new PartitionIndex(right, left, backend);
    }
    return null;
  }

  add(partition: Partition): void {
    const key = equalityKey(this.ofPartition(null, NO_SLOTS, partition.env));
    if (key === null) return;
    const known = this.byKey.get(key);
    if (known === undefined) this.byKey.set(key, new Set([partition]));
    else known.add(partition);
  }

  remove(partition: Partition): void {
    const key = equalityKey(this.ofPartition(null, NO_SLOTS, partition.env));
    const known = key === null ? undefined : this.byKey.get(key);
    known?.delete(partition);
    if (key !== null && known?.size === 0) this.byKey.delete(key);
  }

  /** Partitions that may get the event, in the order they began. */
  find(event: EventRecord, env: Env): Iterable<Partition> {
    const key = equalityKey(this.ofEvent(event, NO_SLOTS, env));
    return (key === null ? undefined : this.byKey.get(key)) ?? [];
  }
}

function isOfEvent(expr: Expr): boolean {
  return expr.op === 'field' && usesSlots(expr).has(CURRENT);
}

/** A value that a partition has from its beginning to its end. */
function isOfPartition(expr: Expr): boolean {
  return expr.op === 'context' || (expr.op === 'member' && isOfPartition(expr.target));
}
