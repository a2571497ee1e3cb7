import { EventRecord } from '../../event/record.ts';
import type { Found } from '../index/bucket.ts';
import type { Item } from '../item.ts';
import type { JoinTable } from './join-table.ts';
import {
  type KnownItems,
  type Prober,
  type ProbeSetup,
  prepareLookUp,
  RowDraft,
  type RowTarget,
} from './prober.ts';
import type { AloneProbe, SequenceProbe } from './program.ts';

/** Rows of an inner join, found stream by stream. Of a row with several new events only the first finds it. */
export class SequenceProber implements Prober {
  private readonly root: number;
  private readonly draft: RowDraft;
  private readonly condition: (() => boolean) | null;
  private readonly steps: readonly Step[];
  private target: RowTarget = () => {};
  private known: KnownItems | null = null;

  constructor({ root, condition, steps }: SequenceProbe, tables: readonly JoinTable[], setup: ProbeSetup) {
    const draft = new RowDraft(tables.length, setup.binder);
    this.root = root;
    this.draft = draft;
    this.condition = draft.condition(condition);
    this.steps = steps.map((step) => ({
      stream: step.stream,
      find: prepareLookUp(step, tables, draft.slots, setup),
      condition: draft.condition(step.condition),
    }));
  }

  run(item: Item, known: KnownItems | null, target: RowTarget): void {
    this.target = target;
    this.known = known;
    this.draft.slots[this.root] = item;
    if (this.condition === null || this.condition()) this.extend(0);
    this.draft.slots[this.root] = null;
  }

  private extend(at: number): void {
    const step = this.steps[at];
    if (step === undefined) {
      this.target(this.draft.made());
      return;
    }
    const { stream } = step;
    const found = step.find();
    const known = stream < this.root ? (this.known?.[stream] ?? null) : null;
    if (found === null) return;
    if (found instanceof EventRecord) this.pair(step, at, found, known);
    else if (Array.isArray(found)) {
      for (let i = 0; i < found.length; i++) this.pair(step, at, found[i] as Item, known);
    } else for (const item of found) this.pair(step, at, item, known);
    this.draft.slots[stream] = null;
  }

  private pair(step: Step, at: number, item: Item, known: ReadonlySet<Item> | null): void {
    if (known?.has(item) === true) return;
    this.draft.slots[step.stream] = item;
    if (step.condition === null || step.condition()) this.extend(at + 1);
  }
}

interface Step {
  readonly stream: number;
  readonly find: () => Found;
  readonly condition: (() => boolean) | null;
}

/** A row with one event alone. */
export class AloneProber implements Prober {
  private readonly root: number;
  private readonly draft: RowDraft;
  private readonly condition: (() => boolean) | null;

  constructor({ root, condition }: AloneProbe, tables: readonly JoinTable[], { binder }: ProbeSetup) {
    this.root = root;
    this.draft = new RowDraft(tables.length, binder);
    this.condition = this.draft.condition(condition);
  }

  run(item: Item, _known: KnownItems | null, target: RowTarget): void {
    this.draft.slots[this.root] = item;
    if (this.condition === null || this.condition()) target(this.draft.made());
  }
}
