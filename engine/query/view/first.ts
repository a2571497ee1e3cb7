import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { Item } from '../item.ts';
import { ArrivalWindow } from './keep-all.ts';
import type { Span } from './span.ts';
import { isEmpty, ViewTimer, type ViewTimerSnapshot, type WindowHost } from './window.ts';

/** Windows that keep what comes first and pass by the rest. */
abstract class FirstWindow extends ArrivalWindow {
  /** As in Esper room is made for later ones only: what takes the place of an item in a full window does not enter. */
  update(added: readonly Item[], removed: readonly Item[]): void {
    const taken: Item[] = [];
    for (const item of added) {
      if (!this.isOpen) break;
      this.held.push(item);
      taken.push(item);
    }
    const out = removed.filter((item) => this.held.remove(item));
    this.checkRows(this.held.size);
    if (!isEmpty(taken, out)) this.emit(taken, out);
  }

  protected abstract get isOpen(): boolean;
}

/** `firstlength(n)`: the first n; there is room again when one is taken out. */
export class FirstLengthWindow extends FirstWindow {
  private readonly length: number;

  constructor(host: WindowHost, length: number) {
    super(host);
    this.length = length;
  }

  protected get isOpen(): boolean {
    return this.held.size < this.length;
  }
}

interface FirstTimeSnapshot {
  readonly held: readonly number[];
  readonly timer: ViewTimerSnapshot;
  readonly closed: boolean;
}

/** `firsttime(t)`: what comes within t of the start. */
export class FirstTimeWindow extends FirstWindow {
  private readonly span: Span;
  private readonly timer: ViewTimer;
  private closed = false;

  constructor(host: WindowHost, span: Span) {
    super(host);
    this.span = span;
    this.timer = new ViewTimer(host, () => {
      this.closed = true;
    });
  }

  override start(): void {
    this.timer.set(this.span.after(this.now));
  }

  override stop(): void {
    this.timer.cancel();
  }

  override snapshot(writer: EventWriter): FirstTimeSnapshot {
    return { held: this.held.snapshot(writer), timer: this.timer.snapshot(), closed: this.closed };
  }

  override restore(state: unknown, reader: EventReader): void {
    const { held, timer, closed } = state as FirstTimeSnapshot;
    this.held.restore(held, reader);
    this.timer.restore(timer);
    this.closed = closed;
  }

  protected get isOpen(): boolean {
    return !this.closed;
  }
}
