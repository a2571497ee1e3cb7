import { parseArgs } from 'node:util';
import { runWorkload, WORKLOADS } from './workloads.ts';

const { values } = parseArgs({
  options: {
    workload: { type: 'string' },
    events: { type: 'string', default: '400000' },
    keys: { type: 'string', default: '10000' },
    repetitions: { type: 'string', default: '5' },
    matcher: { type: 'string', default: 'auto' },
    json: { type: 'boolean', default: false },
  },
});
const events = Number(values.events);
const keys = Number(values.keys);
const names = values.workload === undefined ? Object.keys(WORKLOADS) : [values.workload];
for (const workload of names) {
  if (!(workload in WORKLOADS)) {
    console.error(`bench: no workload \`${workload}\`; there are ${Object.keys(WORKLOADS).join(', ')}`);
    process.exit(2);
  }
  const { rows, seconds: all } = runWorkload(
    workload,
    events,
    keys,
    Number(values.repetitions),
    values.matcher === 'tree' ? 'tree' : 'auto',
  );
  const seconds = [...all].sort((a, b) => a - b)[all.length >> 1]!;
  const eventsPerSecond = Math.round(events / seconds);
  if (values.json) console.log(JSON.stringify({ workload, events, keys, rows, seconds, eventsPerSecond }));
  else
    console.log(
      `${workload.padEnd(10)} ${String(rows).padStart(8)} rows ${eventsPerSecond.toLocaleString('en-US').padStart(12)} events/s`,
    );
  if (events === 400_000 && keys === 10_000 && rows !== WORKLOADS[workload]!.golden) {
    console.error(`bench: ${workload} gave ${rows} rows, expected ${WORKLOADS[workload]!.golden}`);
    process.exitCode = 1;
  }
}
