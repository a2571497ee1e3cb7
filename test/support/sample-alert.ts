import type { Alert } from '../../engine/alert/alert.ts';

/** An alert for tests of sinks and delivery; `index` makes it one of many. */
export function sampleAlert(index: number, extra: Partial<Alert> = {}): Alert {
  const card = `c${index}`;
  return {
    id: `alrt_${index.toString(32).padStart(26, 'z')}`,
    rule: 'card-testing',
    fingerprint: 'f00d',
    severity: 'high',
    key: { card },
    time: Date.UTC(2026, 2, 1, 4, 10) + index,
    summary: `4 small charges on ${card}`,
    description: null,
    tags: { team: 'fraud' },
    to: ['fraud-desk'],
    file: 'fraud.epl',
    line: 7,
    values: { card, count: 4, total: 3.5 },
    events: [
      {
        type: 'Txn',
        time: Date.UTC(2026, 2, 1, 4, 9),
        split: 'day.jsonl',
        offset: 1041,
        fields: { card, amount: 0.5 },
      },
    ],
    eventsOmitted: 0,
    ...extra,
  };
}
