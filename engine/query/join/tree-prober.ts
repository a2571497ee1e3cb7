import type { Slot } from '../../expr/evaluate.ts';
import { type Found, rowsIn, sizeOf } from '../index/bucket.ts';
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
import type { ProbeBranch, TreeProbe } from './program.ts';

/**
 * Rows of an outer join. From an event all linked streams are looked up, from what is found the next, and so on; then
 * the rows are put together from the leaves on.
 *
 * An event whose required streams have nothing is not followed further. What comes together at an event are all
 * combinations of the rows behind its links; a link with none is left out of them, null, and as in Esper that also goes
 * for a required one of several, whose events were there but led nowhere. An event with optional links only makes a row
 * by itself when none has any.
 */
export class TreeProber implements Prober {
  private readonly draft: RowDraft;
  private readonly condition: (() => boolean) | null;
  private readonly top: Branch;
  /** Branches with links that must have something, as far as they are required themselves, in their order. */
  private readonly demanding: readonly Branch[];

  constructor({ root, branches, condition }: TreeProbe, tables: readonly JoinTable[], setup: ProbeSetup) {
    const draft = new RowDraft(tables.length, setup.binder);
    this.draft = draft;
    this.condition = draft.condition(condition);
    const prepare = (branch: ProbeBranch): Branch =>
      new Branch(
        branch.stream,
        branch.isRequired,
        prepareLookUp(branch, tables, draft.slots, setup),
        branch.branches.map(prepare),
      );
    this.top = new Branch(root, true, () => null, branches.map(prepare));
    this.demanding = leading(this.top).filter(({ demands }) => demands);
  }

  run(item: Item, _known: KnownItems | null, target: RowTarget): void {
    const { draft, top } = this;
    for (const branch of this.demanding) branch.isPassed = false;
    const rows = this.rowsOf(top, item);
    // Where every event of a required stream led nowhere, so does the event itself.
    const isDead = this.demanding.some((branch) => !branch.isPassed);
    if (isDead) return;
    for (const row of rows) {
      for (let i = 0; i < row.length; i++) draft.slots[i] = row[i] as Slot;
      if (this.condition === null || this.condition()) target(draft.made());
    }
    draft.slots.fill(null);
  }

  private rowsOf(branch: Branch, item: Item): Slot[][] {
    const { slots } = this.draft;
    const { stream, children } = branch;
    if (children.length === 0) return [this.single(stream, item)];
    slots[stream] = item;
    const found = children.map((child) => child.find());
    const passes = children.every((child, i) => !child.isRequired || sizeOf(found[i] as Found) > 0);
    if (passes) branch.isPassed = true;
    const parts = children.map((child, i) => {
      const rows: Slot[][] = [];
      if (passes) for (const one of rowsIn(found[i] as Found)) rows.push(...this.rowsOf(child, one));
      return rows;
    });
    slots[stream] = null;
    const present = parts.filter((rows) => rows.length > 0);
    if (present.length === 0) return branch.demands ? [] : [this.single(stream, item)];
    const rows = present.reduce(combined);
    for (const row of rows) row[stream] = item;
    return rows;
  }

  private single(stream: number, item: Item): Slot[] {
    const row = new Array<Slot>(this.draft.slots.length).fill(null);
    row[stream] = item;
    return row;
  }
}

/** A stream of the tree with the links that go on from it. */
class Branch {
  readonly stream: number;
  readonly isRequired: boolean;
  readonly find: () => Found;
  readonly children: readonly Branch[];
  /** Whether one of its links must have something. */
  readonly demands: boolean;
  /** Whether one of its events had something at all required links. */
  isPassed = false;

  constructor(stream: number, isRequired: boolean, find: () => Found, children: readonly Branch[]) {
    this.stream = stream;
    this.isRequired = isRequired;
    this.find = find;
    this.children = children;
    this.demands = children.some((child) => child.isRequired);
  }
}

/** The branches with links, from the top on in their order, up to the first that is not required. */
function leading(top: Branch): Branch[] {
  const all: Branch[] = [];
  const visit = (branch: Branch): void => {
    if (branch.children.length > 0) all.push(branch);
    for (const child of branch.children) visit(child);
  };
  visit(top);
  const end = all.findIndex((branch) => !branch.isRequired);
  return end < 0 ? all : all.slice(0, end);
}

/** All pairs of rows over different streams. */
function combined(left: readonly Slot[][], right: readonly Slot[][]): Slot[][] {
  return left.flatMap((one) => right.map((other) => one.map((slot, i) => slot ?? (other[i] as Slot))));
}
