import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { Item } from '../item.ts';
import { NO_ITEMS } from './view.ts';
import { isEmpty, Window } from './window.ts';

/** Windows of one item. */
abstract class SingleItemWindow extends Window {
  protected item: Item | null = null;

  items(): Iterable<Item> {
    return this.item === null ? NO_ITEMS : [this.item];
  }

  snapshot(writer: EventWriter): number | null {
    return this.item === null ? null : writer.event(this.item);
  }

  restore(state: unknown, reader: EventReader): void {
    this.item = state === null ? null : reader.event(state as number);
  }
}

/** `lastevent`: the newest. */
export class LastEventWindow extends SingleItemWindow {
  update(added: readonly Item[], removed: readonly Item[]): void {
    const out: Item[] = [];
    if (added.length > 0) {
      if (this.item !== null) out.push(this.item);
      for (let i = 0; i < added.length - 1; i++) out.push(added[i] as Item);
      this.item = added[added.length - 1] as Item;
    }
    for (const item of removed) {
      if (item !== this.item) continue;
      out.push(item);
      this.item = null;
    }
    this.emit(added, out);
  }
}

/** `firstevent`: the first; what comes later is not in the window. */
export class FirstEventWindow extends SingleItemWindow {
  update(added: readonly Item[], removed: readonly Item[]): void {
    const out: Item[] = [];
    for (const item of removed) {
      if (item !== this.item) continue;
      out.push(item);
      this.item = null;
    }
    let taken: readonly Item[] = NO_ITEMS;
    if (this.item === null && added.length > 0) {
      this.item = added[0] as Item;
      taken = [this.item];
    }
    if (!isEmpty(taken, out)) this.emit(taken, out);
  }
}
