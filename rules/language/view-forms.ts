import type { ViewUse } from './ast.ts';

/** A view as written, with its name in lower case and its form. */
export interface KnownView {
  readonly use: ViewUse;
  readonly name: string;
  readonly form: ViewForm;
}

/**
 * Every view of the language: its arguments, and what it may be combined with. Names are those of Esper; the old ones
 * with a namespace, `win:time`, mean the same.
 */
export interface ViewForm {
  /** Namespace of the old form: `win`, `std`, `ext`, `stat`. */
  readonly namespace: string;
  /** `window` keeps items; `batch` too, and gives them on in batches; `derived` gives statistics on; `group` groups. */
  readonly kind: 'window' | 'batch' | 'derived' | 'group' | 'merge';
  /** Ways to write the arguments, in a fixed order; the first that fits counts. */
  readonly args: readonly (readonly ArgKind[])[];
  /** For readers: `time(duration)`. */
  readonly signature: string;
  /** Whether `prev` can look into it. */
  readonly hasPrevious: boolean;
}

/**
 * What an argument may be. `size`: a positive whole number without fields; `duration`: a period or seconds without
 * fields; `interval`: one that is not zero, `fixed`: and without months, `calendar`: of months alone, or without;
 * `reference`: ms without fields; `time`: long from an event; `number`: a number from an event; `key`, `sort`:
 * any value of an event, `sort` with `desc`; `flow`, `flag`, `zone`: a constant. With `+` one or more, with `*` any number;
 * `columns*` are further columns of statistics, `*` for all fields.
 */
export type ArgKind =
  | 'size'
  | 'duration'
  | 'interval'
  | 'fixed'
  | 'calendar'
  | 'reference'
  | 'time'
  | 'number'
  | 'key'
  | 'key+'
  | 'key*'
  | 'sort+'
  | 'condition'
  | 'flow'
  | 'flag'
  | 'zone'
  | 'columns*';

const form = (
  namespace: string,
  kind: ViewForm['kind'],
  signature: string,
  args: ViewForm['args'],
  hasPrevious = false,
): ViewForm => ({ namespace, kind, args, signature, hasPrevious });

const PREVIOUS = true;

/** The views by their names. */
export const VIEW_FORMS: ReadonlyMap<string, ViewForm> = new Map(
  Object.entries({
    length: form('win', 'window', 'length(size)', [['size']], PREVIOUS),
    length_batch: form('win', 'batch', 'length_batch(size)', [['size']], PREVIOUS),
    time: form('win', 'window', 'time(duration)', [['duration']], PREVIOUS),
    ext_timed: form('win', 'window', 'ext_timed(time, duration)', [['time', 'duration']], PREVIOUS),
    time_batch: form(
      'win',
      'batch',
      'time_batch(duration[, reference][, flow])',
      [['interval'], ['interval', 'flow'], ['interval', 'reference'], ['interval', 'reference', 'flow']],
      PREVIOUS,
    ),
    ext_timed_batch: form(
      'win',
      'batch',
      'ext_timed_batch(time, duration[, reference])',
      [
        ['time', 'interval'],
        ['time', 'interval', 'reference'],
      ],
      PREVIOUS,
    ),
    time_length_batch: form(
      'win',
      'batch',
      'time_length_batch(duration, size[, flow])',
      [
        ['interval', 'size'],
        ['interval', 'size', 'flow'],
      ],
      PREVIOUS,
    ),
    time_accum: form('win', 'window', 'time_accum(duration)', [['duration']], PREVIOUS),
    keepall: form('win', 'window', 'keepall', [[]], PREVIOUS),
    sort: form('ext', 'window', 'sort(size, value [desc], …)', [['size', 'sort+']], PREVIOUS),
    rank: form('ext', 'window', 'rank(key, …, size, value [desc], …)', [['key+', 'size', 'sort+']], PREVIOUS),
    time_order: form('ext', 'window', 'time_order(time, duration)', [['time', 'duration']], PREVIOUS),
    timetolive: form('ext', 'window', 'timetolive(time)', [['time']], PREVIOUS),
    unique: form('std', 'window', 'unique(key, …)', [['key+']]),
    firstunique: form('std', 'window', 'firstunique(key, …)', [['key+']]),
    lastevent: form('std', 'window', 'lastevent', [[]]),
    firstevent: form('std', 'window', 'firstevent', [[]]),
    firstlength: form('win', 'window', 'firstlength(size)', [['size']]),
    firsttime: form('win', 'window', 'firsttime(duration)', [['duration']]),
    expr: form('win', 'window', 'expr(condition)', [['condition']], PREVIOUS),
    expr_batch: form(
      'win',
      'batch',
      'expr_batch(condition[, including])',
      [['condition'], ['condition', 'flag']],
      PREVIOUS,
    ),
    session: form('win', 'window', 'session(key, gap)', [['key', 'interval']]),
    hop: form('win', 'batch', 'hop(size, slide)', [['fixed', 'fixed']], PREVIOUS),
    tumble: form(
      'win',
      'batch',
      'tumble(size[, offset[, zone]])',
      [['calendar'], ['calendar', 'duration'], ['calendar', 'duration', 'zone']],
      PREVIOUS,
    ),
    groupwin: form('std', 'group', 'groupwin(key, …)', [['key+']]),
    merge: form('std', 'merge', 'merge(key, …)', [['key*']]),
    size: form('std', 'derived', 'size([column, …])', [['columns*']]),
    uni: form('stat', 'derived', 'uni(number[, column, …])', [['number', 'columns*']]),
    linest: form('stat', 'derived', 'linest(x, y[, column, …])', [['number', 'number', 'columns*']]),
    correl: form('stat', 'derived', 'correl(x, y[, column, …])', [['number', 'number', 'columns*']]),
    weighted_avg: form('stat', 'derived', 'weighted_avg(value, weight[, column, …])', [
      ['number', 'number', 'columns*'],
    ]),
  }),
);

/** Windows that do not keep every event they are given: in an intersection only what all keep enters. */
export const CHOOSY_WINDOWS: ReadonlySet<string> = new Set([
  'firstlength',
  'firsttime',
  'firstevent',
  'firstunique',
]);

/** Columns of the events that statistics make, in the order of their type. */
export const STATISTICS: Readonly<
  Record<string, readonly (readonly [name: string, kind: 'long' | 'double'])[]>
> = {
  size: [['size', 'long']],
  uni: [
    ['datapoints', 'long'],
    ['total', 'double'],
    ['stddev', 'double'],
    ['stddevpa', 'double'],
    ['variance', 'double'],
    ['average', 'double'],
  ],
  linest: [
    ['slope', 'double'],
    ['YIntercept', 'double'],
    ['XAverage', 'double'],
    ['XStandardDeviationPop', 'double'],
    ['XStandardDeviationSample', 'double'],
    ['XSum', 'double'],
    ['XVariance', 'double'],
    ['YAverage', 'double'],
    ['YStandardDeviationPop', 'double'],
    ['YStandardDeviationSample', 'double'],
    ['YSum', 'double'],
    ['YVariance', 'double'],
    ['dataPoints', 'long'],
    ['n', 'long'],
    ['sumX', 'double'],
    ['sumXSq', 'double'],
    ['sumXY', 'double'],
    ['sumY', 'double'],
    ['sumYSq', 'double'],
  ],
  correl: [['correlation', 'double']],
  weighted_avg: [['average', 'double']],
};
