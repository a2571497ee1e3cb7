import type { RuleLimits } from '../../engine/core/limits.ts';
import type { Notice } from '../../engine/core/notice.ts';
import { createRecordClass, setField } from '../../engine/event/record.ts';
import type { Plan } from '../../engine/plan/plan.ts';
import { Shard } from '../../engine/runtime/shard.ts';
import { compileRules } from '../../rules/index.ts';

/** An event of `E(k string, v int)`. */
export type Sent = readonly [time: number, k: string, v: number];

/** What a run under limits gave. */
export interface Limited {
  /** Rows of the statement `out`. */
  readonly rows: readonly { readonly kind: 'insert' | 'remove'; readonly text: string }[];
  readonly notices: readonly Notice[];
  /** Rows that a pull from `out` gives at the end. */
  readonly open: number;
  /** What the limits dropped. */
  readonly dropped: number;
}

/** Runs rules over events of `E` under limits; with `restoring` through a snapshot and a fresh engine after each event. */
export function runLimited(
  rules: string,
  events: readonly Sent[],
  ruleLimits: Partial<RuleLimits>,
  restoring = false,
): Limited {
  const text = `create schema E(k string, v int);\n${rules}`;
  const { plan, diagnostics } = compileRules([{ file: 'limits.epl', text }]);
  if (plan === null) throw new Error(JSON.stringify(diagnostics));
  const rows: Limited['rows'][number][] = [];
  const notices: Notice[] = [];
  const out = plan.statements.findIndex(({ name }) => name === 'out');
  const make = () =>
    new Shard({
      plan,
      startTime: 0,
      ruleLimits,
      onRow: ({ statement, values, kind }) => {
        if (statement === out) rows.push({ kind, text: values.join(' ') });
      },
      onNotice: (notice) => notices.push(notice),
    });
  let shard = make();
  const type = plan.types.findIndex(({ name }) => name === 'E');
  const recordClass = createRecordClass(plan.types[type] as Plan['types'][number], true);
  let dropped = 0;
  events.forEach(([time, k, v], i) => {
    const event = new recordClass(type, time, 0, i);
    setField(event, 0, k);
    setField(event, 1, v);
    shard.onEvent(event);
    if (!restoring) return;
    const snapshot = JSON.parse(JSON.stringify(shard.snapshot()));
    dropped += shard.dropped[0]?.count ?? 0;
    shard = make();
    shard.restore(snapshot);
  });
  dropped += shard.dropped[0]?.count ?? 0;
  return { rows, notices, open: shard.rows(out)?.length ?? 0, dropped };
}
