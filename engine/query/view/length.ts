import type { Item } from '../item.ts';
import { ArrivalWindow } from './keep-all.ts';
import { joined, type WindowHost } from './window.ts';

/** `length(n)`: the last n. */
export class LengthWindow extends ArrivalWindow {
  private readonly length: number;

  constructor(host: WindowHost, length: number) {
    super(host);
    this.length = length;
  }

  override get isMovedByItems(): boolean {
    return true;
  }

  update(added: readonly Item[], removed: readonly Item[]): void {
    if (removed.length > 0) this.removeAll(removed);
    this.addAll(added);
    const { held } = this;
    let expired: readonly Item[] = removed;
    if (held.size > this.length) {
      const out: Item[] = [];
      while (held.size > this.length) out.push(held.shift() as Item);
      expired = joined(out, removed);
    }
    this.emit(added, expired);
  }
}
