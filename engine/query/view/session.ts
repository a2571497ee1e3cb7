import type { Value } from '../../event/record.ts';
import { equalityKey } from '../../expr/evaluate.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { Item, ItemEvaluator } from '../item.ts';
import { ItemDeque } from './item-deque.ts';
import type { Span } from './span.ts';
import { NO_ITEMS } from './view.ts';
import { isEmpty, ViewTimer, type ViewTimerSnapshot, Window, type WindowHost } from './window.ts';

/** The open session of a key, in a ring by the time of the last item, the oldest after the head. */
interface Session {
  readonly key: Value;
  readonly items: ItemDeque;
  last: number;
  before: Session;
  after: Session;
}

interface SessionSnapshot {
  readonly timer: ViewTimerSnapshot;
  readonly sessions: readonly (readonly [last: number, items: readonly number[]])[];
}

/**
 * `session(key, gap)`: the items of each key since it last was quiet for the gap. A session closes exactly the gap
 * after its last item, before an item of that very time, and all its items leave; sessions that close at one time leave
 * together. O(1) an item: a session that gets one moves to the end of the ring, and the timer waits for its front.
 */
export class SessionWindow extends Window {
  private readonly keyOf: ItemEvaluator;
  private readonly gap: Span;
  private readonly sessions = new Map<Value, Session>();
  private readonly head: Session;
  private readonly timer: ViewTimer;
  private rows = 0;

  constructor(host: WindowHost, keyOf: ItemEvaluator, gap: Span) {
    super(host);
    this.keyOf = keyOf;
    this.gap = gap;
    this.timer = new ViewTimer(host, () => this.close());
    const head = { key: null, items: new ItemDeque(), last: 0 } as unknown as Session;
    head.before = head;
    head.after = head;
    this.head = head;
  }

  update(added: readonly Item[], removed: readonly Item[]): void {
    const out: Item[] = [];
    for (const item of removed) {
      const session = this.sessions.get(equalityKey(this.keyOf(item)));
      if (session?.items.remove(item) !== true) continue;
      out.push(item);
      this.rows--;
      if (session.items.size === 0) this.forget(session);
    }
    for (const item of added) this.add(item, this.now);
    this.checkRows(this.rows);
    if (!this.timer.isSet) this.schedule();
    if (!isEmpty(added, out)) this.emit(added, out);
  }

  override get size(): number {
    return this.rows;
  }

  *items(): Iterable<Item> {
    for (let one = this.head.after; one !== this.head; one = one.after) yield* one.items;
  }

  override stop(): void {
    this.timer.cancel();
  }

  snapshot(writer: EventWriter): SessionSnapshot {
    const sessions: (readonly [number, readonly number[]])[] = [];
    for (let one = this.head.after; one !== this.head; one = one.after) {
      sessions.push([one.last, one.items.snapshot(writer)]);
    }
    return { timer: this.timer.snapshot(), sessions };
  }

  restore(state: unknown, reader: EventReader): void {
    const { timer, sessions } = state as SessionSnapshot;
    this.timer.restore(timer);
    this.sessions.clear();
    this.head.before = this.head;
    this.head.after = this.head;
    this.rows = 0;
    for (const [last, ids] of sessions) for (const id of ids) this.add(reader.event(id), last);
  }

  private add(item: Item, time: number): void {
    const key = equalityKey(this.keyOf(item));
    let session = this.sessions.get(key);
    if (session === undefined) {
      session = { key, items: new ItemDeque(), last: time, before: this.head, after: this.head };
      this.sessions.set(key, session);
    } else unlink(session);
    session.last = time;
    session.items.push(item);
    this.rows++;
    session.before = this.head.before;
    session.after = this.head;
    session.before.after = session;
    this.head.before = session;
  }

  private close(): void {
    const out: Item[] = [];
    for (let one = this.head.after; one !== this.head; one = this.head.after) {
      if (this.gap.after(one.last) > this.now) break;
      for (const item of one.items) out.push(item);
      this.forget(one);
    }
    this.rows -= out.length;
    if (out.length > 0) this.emit(NO_ITEMS, out);
    this.schedule();
  }

  private forget(session: Session): void {
    unlink(session);
    this.sessions.delete(session.key);
  }

  private schedule(): void {
    if (this.head.after !== this.head) this.timer.set(this.gap.after(this.head.after.last));
  }
}

function unlink(session: Session): void {
  session.before.after = session.after;
  session.after.before = session.before;
}
