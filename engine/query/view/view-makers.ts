import { assert } from '../../core/assert.ts';
import type { ViewPlan } from '../../plan/query-plan.ts';
import { ticksOf, timeBase } from '../../time/time-base.ts';
import { AlignedIntervals } from './aligned.ts';
import { LengthBatchWindow, TimeBatchWindow, TimeLengthBatchWindow } from './batch.ts';
import { ExpressionBatchWindow, ExpressionWindow } from './expression-windows.ts';
import { ExternallyTimedBatchWindow } from './ext-timed-batch.ts';
import { FirstLengthWindow, FirstTimeWindow } from './first.ts';
import { HopWindow } from './hop.ts';
import { KeepAllWindow } from './keep-all.ts';
import { LengthWindow } from './length.ts';
import { SessionWindow } from './session.ts';
import { FirstEventWindow, LastEventWindow } from './single-item.ts';
import { RankWindow, SortWindow } from './sort.ts';
import { Span } from './span.ts';
import { ExternallyTimedWindow, TimeWindow } from './time.ts';
import { TimeAccumulatingWindow } from './time-accum.ts';
import { TimeOrderWindow } from './time-order.ts';
import { FirstUniqueWindow, UniqueWindow } from './unique.ts';
import { ViewArguments } from './view-arguments.ts';
import type { Window, WindowHost } from './window.ts';

/** Whether a view is a data window: it keeps items, rather than groups them or derives statistics. */
export function isWindow({ name }: ViewPlan): boolean {
  return Object.hasOwn(MAKERS, name);
}

/** Computes the arguments of a data window and gives what makes it, for each key of a group anew. */
export function makerOf(plan: ViewPlan, host: WindowHost): () => Window {
  const prepare = MAKERS[plan.name];
  assert(prepare !== undefined, `no data window ${plan.name}`);
  return prepare(new ViewArguments(plan, host), host);
}

type Prepare = (args: ViewArguments, host: WindowHost) => () => Window;

const MAKERS: Readonly<Record<string, Prepare>> = {
  keepall: (_, host) => () => new KeepAllWindow(host),
  lastevent: (_, host) => () => new LastEventWindow(host),
  firstevent: (_, host) => () => new FirstEventWindow(host),
  length: (args, host) => {
    const length = args.size(0);
    return () => new LengthWindow(host, length);
  },
  length_batch: (args, host) => {
    const length = args.size(0);
    return () => new LengthBatchWindow(host, length);
  },
  firstlength: (args, host) => {
    const length = args.size(0);
    return () => new FirstLengthWindow(host, length);
  },
  time: (args, host) => {
    const span = args.span(0);
    return () => new TimeWindow(host, span);
  },
  firsttime: (args, host) => {
    const span = args.span(0);
    return () => new FirstTimeWindow(host, span);
  },
  time_accum: (args, host) => {
    const span = args.span(0);
    return () => new TimeAccumulatingWindow(host, span);
  },
  time_batch: (args, host) => {
    const span = args.interval(0);
    const reference = args.reference(1);
    const flow = args.flow();
    return () => new TimeBatchWindow(host, span, reference, flow);
  },
  time_length_batch: (args, host) => {
    const span = args.interval(0);
    const length = args.size(1);
    const flow = args.flow();
    return () => new TimeLengthBatchWindow(host, span, length, flow);
  },
  ext_timed: (args, host) => {
    const timeOf = args.expression(0);
    const span = args.span(1);
    return () => new ExternallyTimedWindow(host, timeOf, span);
  },
  ext_timed_batch: (args, host) => {
    const timeOf = args.expression(0);
    const span = args.interval(1);
    const reference = args.reference(2);
    return () => new ExternallyTimedBatchWindow(host, timeOf, span, reference);
  },
  time_order: (args, host) => {
    const timeOf = args.expression(0);
    const span = args.span(1);
    return () => new TimeOrderWindow(host, timeOf, span);
  },
  timetolive: (args, host) => {
    const timeOf = args.expression(0);
    const span = new Span({ months: 0, ms: 0 }, args.base);
    return () => new TimeOrderWindow(host, timeOf, span);
  },
  sort: (args, host) => {
    const length = args.size(0);
    const criteria = args.criteria(1);
    return () => new SortWindow(host, length, criteria);
  },
  rank: (args, host) => {
    const at = args.firstFixed();
    const keyOf = args.key(0, at);
    const length = args.size(at);
    const criteria = args.criteria(at + 1);
    return () => new RankWindow(host, length, criteria, keyOf);
  },
  unique: (args, host) => {
    const keyOf = args.key(0, args.count);
    return () => new UniqueWindow(host, keyOf);
  },
  firstunique: (args, host) => {
    const keyOf = args.key(0, args.count);
    return () => new FirstUniqueWindow(host, keyOf);
  },
  expr:
    ({ plan }, host) =>
    () =>
      new ExpressionWindow(host, plan),
  expr_batch: (args, host) => {
    const including = args.count < 2 || args.constant(1) === true;
    return () => new ExpressionBatchWindow(host, args.plan, including);
  },
  session: (args, host) => {
    const keyOf = args.expression(0);
    const gap = args.interval(1);
    return () => new SessionWindow(host, keyOf, gap);
  },
  hop: (args, host) => {
    const [size, slide] = [args.period(0), args.period(1)];
    args.checkPositive(size);
    args.checkPositive(slide);
    const intervals = new AlignedIntervals(slide, 0, timeBase(args.base.unit, 'UTC'));
    return () => new HopWindow(host, ticksOf(size.ms, args.base), intervals);
  },
  tumble: (args, host) => {
    const size = args.period(0);
    args.checkPositive(size);
    const offset = args.count > 1 ? ticksOf(args.period(1).ms, args.base) : 0;
    const zone = args.count > 2 ? String(args.constant(2)) : args.base.zone;
    const intervals = new AlignedIntervals(size, offset, timeBase(args.base.unit, zone));
    return () => new TimeBatchWindow(host, intervals, 0, { forced: false, eager: false });
  },
};
