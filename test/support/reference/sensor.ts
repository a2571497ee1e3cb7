import { type Detector, type Finding, groupBy, MINUTE, type PlainEvent } from './plain-event.ts';

const LIMITS = new Map([
  ['temperature', 80],
  ['vibration', 7.1],
  ['pressure', 16],
]);

/** Looks at the next word of the device after each heartbeat. */
export const heartbeatLost: Detector = (events, end) => {
  const findings: Finding[] = [];
  for (const words of groupBy(events, ['Heartbeat', 'DeviceOff'], 'device')) {
    words.forEach((word, i) => {
      if (word.type !== 'Heartbeat') return;
      const due = word.time + 3 * word.fields.intervalSec * 1000;
      const next = words[i + 1]?.time ?? Number.POSITIVE_INFINITY;
      if (next >= due && due <= end)
        findings.push({ rule: 'heartbeat-lost', time: due, key: { device: word.fields.device } });
    });
  }
  return findings;
};

/** The limit of a reading: its own, else that of its quantity. */
function limitOf({ fields }: PlainEvent): number {
  return fields.upperLimit ?? LIMITS.get(fields.quantity) ?? Number.NaN;
}

function isOver(reading: PlainEvent): boolean {
  return reading.fields.value > limitOf(reading);
}

function isUnder(reading: PlainEvent): boolean {
  return reading.fields.value <= limitOf(reading);
}

/** Positions of the readings that are over the limit right after one that was not. */
function crossings(readings: readonly PlainEvent[]): number[] {
  return readings.flatMap((reading, i) =>
    i > 0 && isOver(reading) && isUnder(readings[i - 1] as PlainEvent) ? [i] : [],
  );
}

/** Follows each crossing for ten minutes and one reading more. */
export const sustainedOverLimit: Detector = (events) => {
  const findings: Finding[] = [];
  for (const readings of groupBy(events, ['Reading'], 'sensor')) {
    for (const i of crossings(readings)) {
      const due = (readings[i] as PlainEvent).time + 10 * MINUTE;
      const after = readings.slice(i + 1);
      const next = after.find(({ time }) => time >= due);
      if (next === undefined || !after.filter(({ time }) => time < due).every(isOver)) continue;
      if (isOver(next) && next.time < due + 5 * MINUTE) {
        const key = { sensor: next.fields.sensor };
        findings.push({ rule: 'sustained-over-limit', time: next.time, key });
      }
    }
  }
  return findings;
};

/** Looks for the next crossing of the unit that is the same sensor's or the same quantity's. */
export const twoSensorsAgree: Detector = (events) => {
  const findings: Finding[] = [];
  const crossed = new Set(
    groupBy(events, ['Reading'], 'sensor').flatMap((readings) =>
      crossings(readings).map((i) => readings[i] as PlainEvent),
    ),
  );
  for (const story of groupBy(
    events.filter((event) => crossed.has(event)),
    ['Reading'],
    'unit',
  )) {
    story.forEach((first, i) => {
      const { sensor, quantity, unit } = first.fields;
      const next = story
        .slice(i + 1)
        .find(({ fields }) => fields.sensor === sensor || fields.quantity === quantity);
      if (next === undefined || next.fields.sensor === sensor) return;
      if (next.time - first.time < 2 * MINUTE)
        findings.push({ rule: 'two-sensors-agree', time: next.time, key: { unit, quantity } });
    });
  }
  return findings;
};
