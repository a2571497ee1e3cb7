import type { EventRecord } from '../../event/record.ts';
import type { Slot } from '../../expr/evaluate.ts';
import { holdsAny } from '../held-events.ts';
import type { MapKey } from '../program.ts';
import {
  type EventReader,
  type EventWriter,
  readSlots,
  type SlotsSnapshot,
  writeSlots,
} from '../snapshot.ts';
import type { AtomStates, Waiting } from './atom-states.ts';
import { type NodeSnapshot, type Parent, StateNode, type TreeContext } from './node.ts';

/** A filter that waits for its event. The fields of waiting belong to `AtomStates`. */
export class FilterState extends StateNode {
  slots: readonly Slot[] = [];
  waiting: Waiting | null = null;
  prevWaiting: FilterState | null = null;
  nextWaiting: FilterState | null = null;
  waitKey: MapKey | null = null;
  /** What the tag keeps of the event this state was collected for; set only between the two phases of an event. */
  hitBy: Slot = null;
  private readonly tree: TreeContext;
  private readonly states: AtomStates;
  /** Place in the order in which filters of the pattern began to wait; kept by snapshots. */
  private sequence = 0;
  private active = false;

  constructor(parent: Parent, tree: TreeContext, states: AtomStates) {
    super(parent);
    this.tree = tree;
    this.states = states;
  }

  override get isFilter(): boolean {
    return true;
  }

  override start(slots: readonly Slot[]): void {
    this.slots = slots;
    this.active = true;
    this.sequence = this.tree.nextFilter();
    this.states.add(this, this.tree.host.env);
  }

  /** An event this state was collected for acts now; ignored when the state has ended meanwhile. */
  hit(): void {
    const event = this.hitBy;
    this.hitBy = null;
    if (!this.active) return;
    const slot = this.states.atom.node.slot;
    let slots = this.slots;
    if (slot >= 0) {
      const bound = slots.slice();
      bound[slot] = event;
      slots = bound;
    }
    const quitted = !this.parent.keepsFilter;
    if (quitted) this.quit();
    this.parent.onTrue(slots, this, quitted);
  }

  override quit(): void {
    this.active = false;
    this.states.remove(this);
  }

  override discard(events: ReadonlySet<EventRecord>): void {
    if (!this.active || !holdsAny(this.slots, events)) return;
    this.quit();
    this.parent.onFalse(this, true);
  }

  override snapshot(writer: EventWriter): NodeSnapshot {
    return { slots: writeSlots(this.slots, writer), sequence: this.sequence };
  }

  override restore(snapshot: NodeSnapshot, reader: EventReader): void {
    this.slots = readSlots(snapshot.slots as SlotsSnapshot, reader);
    this.sequence = snapshot.sequence as number;
    this.active = true;
    this.tree.restored.push(this);
  }

  /** Waits again after a restore; called for all filters in the order of their sequence. */
  resume(): void {
    this.states.add(this, this.tree.host.env);
  }

  /** Filters with conditions come before those without. */
  get rank(): number {
    return this.states.rank;
  }

  /** See `FilterNode`. */
  get consume(): number {
    return this.states.atom.node.consume;
  }

  /** See `sequence`. */
  get order(): number {
    return this.sequence;
  }
}
