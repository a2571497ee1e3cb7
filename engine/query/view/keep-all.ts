import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { Item } from '../item.ts';
import { ItemDeque } from './item-deque.ts';
import { Window } from './window.ts';

/** Windows that hold items in order of arrival. */
export abstract class ArrivalWindow extends Window {
  protected readonly held = new ItemDeque();

  items(): Iterable<Item> {
    return this.held;
  }

  override nth(offset: number): Item | null {
    return this.held.at(this.held.size - 1 - offset);
  }

  override inOrder(): Item[] {
    return this.held.toArray().reverse();
  }

  override get reach(): number {
    return this.held.size;
  }

  override get size(): number {
    return this.held.size;
  }

  snapshot(writer: EventWriter): unknown {
    return this.held.snapshot(writer);
  }

  restore(state: unknown, reader: EventReader): void {
    this.held.restore(state as readonly number[], reader);
  }

  protected addAll(added: readonly Item[]): void {
    for (let i = 0; i < added.length; i++) this.held.push(added[i] as Item);
    this.checkRows(this.held.size);
  }

  protected removeAll(removed: readonly Item[]): void {
    for (let i = 0; i < removed.length; i++) this.held.remove(removed[i] as Item);
    this.held.compactIfSparse();
  }
}

/** `keepall`: everything. */
export class KeepAllWindow extends ArrivalWindow {
  update(added: readonly Item[], removed: readonly Item[]): void {
    this.addAll(added);
    this.removeAll(removed);
    this.emit(added, removed);
  }
}
