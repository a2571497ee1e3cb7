import { expect, test } from 'vitest';
import { compileRules } from '../../../rules/index.ts';
import { EventRecord } from '../../event/record.ts';
import { createEnv } from '../../expr/evaluate.ts';
import { ItemBinder } from '../item.ts';
import { JoinComposer } from './composer.ts';
import { type JoinQuery, planJoin } from './planner.ts';

test('more rows by one event than the limit stop the run and name the rule', () => {
  const { plan } = compileRules([
    { file: 'a.epl', text: 'create schema A(n int); select * from A#keepall a, A#lastevent b;' },
  ]);
  const query = plan?.statements[0]?.query as unknown as JoinQuery;
  const composer = new JoinComposer(planJoin(query), {
    rule: 'pairs',
    rowsMax: 3,
    binder: new ItemBinder('match', createEnv(0), 'codegen'),
    backend: 'codegen',
    wantsRemoved: true,
    forgets: [false, false],
    live: [null, null],
    setInsert() {},
  });
  const events = [0, 1, 2, 3].map((offset) => new EventRecord(0, 0, 0, offset));
  composer.compose({ added: [events.slice(0, 3), null], removed: [null, null] });
  const [one, other] = [new EventRecord(0, 0, 0, 8), new EventRecord(0, 0, 0, 9)];
  expect(composer.compose({ added: [null, [one]], removed: [null, null] }).added).toHaveLength(3);
  composer.compose({ added: [[events[3] as EventRecord], null], removed: [null, null] });
  expect(() => composer.compose({ added: [null, [other]], removed: [null, [one]] })).toThrow(
    '`pairs`: one event joins',
  );
});
