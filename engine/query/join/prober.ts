import { compileExpr, type Env, type Evaluator, type Slot } from '../../expr/evaluate.ts';
import { type Item, type ItemBinder, type ItemPredicate, MatchRecord } from '../item.ts';
import { type Bag, EMPTY_BAG, type HashIndex, type ItemList, keyOf } from './join-index.ts';
import type { JoinTable } from './join-table.ts';
import type { Probe, ProbeStep } from './program.ts';

/** Events by stream that come (or go) together; null where a stream has none. */
export type Batch = readonly (readonly Item[] | null)[];

/** Gets the rows of a join. */
export type RowTarget = (row: MatchRecord) => void;

/** Finds the rows of an inner join that hold a given event. */
export class Prober {
  private readonly root: number;
  private readonly steps: readonly Step[];
  private readonly condition: ItemPredicate | null;
  private readonly env: Env;
  /** The row at work; filled step by step. */
  private readonly slots: Slot[];
  private readonly row: MatchRecord;
  private target: RowTarget = () => {};
  private batch: Batch | null = null;

  constructor(
    probe: Probe,
    tables: readonly JoinTable[],
    binder: ItemBinder,
    backend: 'codegen' | 'interpreter',
  ) {
    this.root = probe.root;
    this.env = binder.env;
    this.slots = new Array<Slot>(tables.length).fill(null);
    this.row = new MatchRecord(this.slots, 0);
    this.condition = probe.condition === null ? null : binder.predicate(probe.condition);
    this.steps = probe.steps.map((step) => prepareStep(step, tables, binder, backend));
  }

  /**
   * Gives on all rows with an event of the root stream. Rows with an event that `batch` has for an earlier stream were
   * found with that event, and are left out.
   */
  run(item: Item, batch: Batch | null, target: RowTarget): void {
    this.target = target;
    this.batch = batch;
    this.slots[this.root] = item;
    if (this.condition === null || this.condition(this.row)) this.extend(0);
    this.slots[this.root] = null;
  }

  private extend(at: number): void {
    const step = this.steps[at];
    if (step === undefined) {
      this.target(new MatchRecord(this.slots.slice(), this.env.now));
      return;
    }
    const { stream } = step;
    const found = this.find(step);
    const known = stream < this.root ? (this.batch?.[stream] ?? null) : null;
    if (Array.isArray(found)) {
      for (let i = 0; i < found.length; i++) this.pair(step, at, found[i] as Item, known);
    } else for (const item of found) this.pair(step, at, item, known);
    this.slots[stream] = null;
  }

  private pair(step: Step, at: number, item: Item, known: readonly Item[] | null): void {
    if (known?.includes(item) === true) return;
    this.slots[step.stream] = item;
    if (step.condition === null || step.condition(this.row)) this.extend(at + 1);
  }

  private find({ index, keys }: Step): Bag {
    if (keys.length === 0) return (index as ItemList).all();
    const key = keyOf(keys, null, this.slots, this.env);
    return key === null ? EMPTY_BAG : (index as HashIndex).find(key);
  }
}

interface Step {
  readonly stream: number;
  readonly index: HashIndex | ItemList;
  readonly keys: readonly Evaluator[];
  readonly condition: ItemPredicate | null;
}

function prepareStep(
  { stream, index, keys, condition }: ProbeStep,
  tables: readonly JoinTable[],
  binder: ItemBinder,
  backend: 'codegen' | 'interpreter',
): Step {
  return {
    stream,
    index: (tables[stream] as JoinTable).indexes[index] as HashIndex | ItemList,
    keys: keys.map((key) => compileExpr(key, backend)),
    condition: condition === null ? null : binder.predicate(condition),
  };
}
