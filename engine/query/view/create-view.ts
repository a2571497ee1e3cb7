import { assert } from '../../core/assert.ts';
import type { Value } from '../../event/record.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { Retain, ViewPlan } from '../../plan/query-plan.ts';
import { periodOf } from '../../time/duration.ts';
import type { Item, ItemEvaluator } from '../item.ts';
import { KeepAllWindow } from './keep-all.ts';
import { LengthWindow } from './length.ts';
import { FirstEventWindow, LastEventWindow } from './single-item.ts';
import { Span } from './span.ts';
import { ExternallyTimedWindow, TimeWindow } from './time.ts';
import type { View, ViewChild, ViewHost } from './view.ts';
import type { Window } from './window.ts';

/** The views of one input as one: what it takes in goes to the first, what the last gives on to the child. */
export function createViewChain(
  views: readonly ViewPlan[],
  _retain: Retain,
  host: ViewHost,
  child: ViewChild,
): View {
  return new ViewChain(
    views.map((plan) => createView(plan, host)),
    child,
  );
}

/** Views one after the other. */
class ViewChain implements View {
  private readonly views: readonly Window[];
  private readonly first: Window;
  private readonly last: Window;

  constructor(views: readonly Window[], child: ViewChild) {
    const [first] = views;
    assert(first !== undefined, 'a chain without views');
    this.views = views;
    this.first = first;
    this.last = views[views.length - 1] as Window;
    views.forEach((view, i) => {
      view.child = views[i + 1] ?? child;
    });
  }

  update(added: readonly Item[], removed: readonly Item[]): void {
    this.first.update(added, removed);
  }

  items(): Iterable<Item> {
    return this.last.items();
  }

  stop(): void {
    for (const view of this.views) view.stop();
  }

  snapshot(writer: EventWriter): unknown {
    return this.views.map((view) => view.snapshot(writer));
  }

  restore(state: unknown, reader: EventReader): void {
    this.views.forEach((view, i) => {
      view.restore((state as readonly unknown[])[i], reader);
    });
  }
}

function createView(plan: ViewPlan, host: ViewHost): Window {
  const make = MAKERS[plan.name];
  assert(make !== undefined, `no view ${plan.name}`);
  return make(new ViewArguments(plan, host), host);
}

type Maker = (args: ViewArguments, host: ViewHost) => Window;

const MAKERS: Readonly<Record<string, Maker>> = {
  keepall: (_, host) => new KeepAllWindow(host),
  length: (args, host) => new LengthWindow(host, args.count(0)),
  time: (args, host) => new TimeWindow(host, args.span(0)),
  ext_timed: (args, host) => new ExternallyTimedWindow(host, args.expression(0), args.span(1)),
  lastevent: (_, host) => new LastEventWindow(host),
  firstevent: (_, host) => new FirstEventWindow(host),
};

/** Arguments of a view: those that need no item are computed as the view starts. */
export class ViewArguments {
  readonly plan: ViewPlan;
  private readonly host: ViewHost;

  constructor(plan: ViewPlan, host: ViewHost) {
    this.plan = plan;
    this.host = host;
  }

  constant(at: number): Value {
    const arg = this.plan.args[at];
    assert(arg !== undefined, `${this.plan.name} has no argument ${at}`);
    return this.host.binder.constant(arg.expr);
  }

  count(at: number): number {
    return this.constant(at) as number;
  }

  span(at: number): Span {
    return new Span(periodOf(this.constant(at)), this.host.binder.env.zone);
  }

  expression(at: number): ItemEvaluator {
    const arg = this.plan.args[at];
    assert(arg !== undefined, `${this.plan.name} has no argument ${at}`);
    return this.host.binder.evaluator(arg.expr);
  }
}
