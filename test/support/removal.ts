import { createRecordClass, setField } from '../../engine/event/record.ts';
import { createEnv } from '../../engine/expr/evaluator.ts';
import type { StreamInput } from '../../engine/plan/plan.ts';
import { type Item, ItemBinder } from '../../engine/query/item.ts';
import { createViewChain } from '../../engine/query/view/create-view.ts';
import { WindowBound } from '../../engine/query/view/window-bound.ts';
import { TimerQueue } from '../../engine/time/timer-queue.ts';
import { compileRules } from '../../rules/index.ts';

/**
 * Runs the views of a stream `A(id string, k int, v int, at long)` on steps `a` (an event enters: k 1, 2, 1, 2 …, v 1, 2, 3
 * …, at the clock), `-a` (it is taken out), `@500` (the clock moves), and gives what the last view delivers: `+a-b` for
 * each delivery, at `=` what the views hold at the end.
 */
export function removalLog(views: string, steps: string): string {
  const text = `create schema A(id string, k int, v int, at long);\nselect * from A${views}`;
  const { plan } = compileRules([{ file: 'removal.epl', text }]);
  if (plan === null) throw new Error(`${views} does not compile`);
  const input = plan.statements[0]?.query.inputs[0] as StreamInput;
  const classes = plan.types.map((type) => createRecordClass(type, true));
  const env = createEnv(0);
  const timers = new TimerQueue();
  const log: string[] = [];
  const known = new Map<Item, string>();
  const names = (items: Iterable<Item>, sign: string) =>
    Array.from(items, (item) => `${sign}${known.get(item) ?? (item as unknown as { f0: unknown }).f0}`);
  const host = {
    statement: 0,
    timers,
    binder: new ItemBinder('event', env, 'codegen'),
    rule: 'removal',
    bound: new WindowBound(null),
    recordClass: (type: number) => classes[type] as (typeof classes)[number],
  };
  const chain = createViewChain(input.views, input.retain, host, {
    update: (added, removed) => log.push([...names(added, '+'), ...names(removed, '-')].join('')),
  });
  const byName = new Map<string, Item>();
  for (const step of steps.split(' ')) {
    if (step.startsWith('@')) {
      const time = Number(step.slice(1));
      while (timers.nextDue <= time) {
        env.now = timers.nextDue;
        timers.take(env.now)?.target.onTimer();
      }
      env.now = time;
    } else if (step.startsWith('-')) {
      const item = byName.get(step.slice(1));
      if (item !== undefined) chain.update([], [item]);
    } else {
      const item = new (classes[input.type] as (typeof classes)[number])(input.type, env.now, 0, byName.size);
      [step, 1 + (byName.size % 2), byName.size + 1, env.now].forEach((value, i) => {
        setField(item, i, value);
      });
      byName.set(step, item);
      known.set(item, step);
      chain.update([item], []);
    }
  }
  return `${log.join(' ')} =${names(chain.items(), '').join('')}`;
}
