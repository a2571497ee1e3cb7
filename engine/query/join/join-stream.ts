import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { InputPlan } from '../../plan/plan.ts';
import { type Item, ItemBinder } from '../item.ts';
import { createSource, type QuerySource, type SourceOwner } from '../query-source.ts';
import type { ResultFrame } from '../result/result-frame.ts';
import type { StatementHost } from '../statement.ts';
import { createViewChain } from '../view/create-view.ts';
import type { PreviousItems } from '../view/previous.ts';
import type { View, ViewChild } from '../view/view.ts';
import { viewHostOf } from '../view/view-host.ts';

/** What the streams of a join share. */
export interface JoinStreamContext {
  readonly owner: SourceOwner;
  readonly host: StatementHost;
  readonly frame: ResultFrame;
  readonly previous: PreviousItems | null;
}

/** One input of a join with its windows. Keeps what came and went until the join takes it. */
export class JoinStream {
  readonly source: QuerySource;
  /** Whether it is a named window or table, whose rows may be there already. */
  readonly isStore: boolean;
  private readonly showsSize: boolean;
  private readonly view: View | null;
  private entered: Item[] = [];
  private left: Item[] = [];

  constructor(at: number, { owner, host, frame, previous }: JoinStreamContext) {
    const { plan } = owner;
    const input = plan.query.inputs[at] as InputPlan;
    this.isStore = input.kind === 'store';
    this.showsSize = input.views.at(-1)?.name === 'size';
    const collect: ViewChild = {
      update: (added, removed) => {
        for (const item of added) this.entered.push(item);
        for (const item of removed) this.left.push(item);
      },
    };
    const after = previous?.follow(at, input.views.length > 0 || input.kind === 'store', collect) ?? collect;
    this.view = null;
    if (input.views.length > 0) {
      const binder = new ItemBinder('event', host.env, host.backend, frame);
      const chain = createViewChain(input.views, input.retain, viewHostOf(plan, host, binder), after);
      previous?.observe(at, chain);
      this.view = chain;
    }
    const first = this.view ?? after;
    this.source = createSource(input, owner, host, (added, removed) => first.update(added, removed));
  }

  get hasChanged(): boolean {
    return this.entered.length > 0 || this.left.length > 0;
  }

  /** What entered since the last call; null: nothing. */
  takeEntered(): readonly Item[] | null {
    if (this.entered.length === 0) return null;
    const { entered } = this;
    this.entered = [];
    return entered;
  }

  /** What left since the last call; null: nothing. */
  takeLeft(): readonly Item[] | null {
    if (this.left.length === 0) return null;
    const { left } = this;
    this.left = [];
    return left;
  }

  /** What a `#size` shows before any event came: as in Esper that is joined, too, and never leaves. */
  initial(): readonly Item[] | null {
    return this.showsSize && this.view !== null ? [...this.view.items()] : null;
  }

  stop(): void {
    this.source.stop();
    this.view?.stop();
  }

  snapshot(writer: EventWriter): unknown {
    return { source: this.source.snapshot(writer), view: this.view?.snapshot(writer) ?? null };
  }

  restore(state: unknown, reader: EventReader): void {
    const { source, view } = state as Record<string, unknown>;
    this.source.restore(source, reader);
    this.view?.restore(view, reader);
  }
}
