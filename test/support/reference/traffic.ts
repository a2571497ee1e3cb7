import {
  type Detector,
  type Finding,
  groupBy,
  HOUR,
  kmBetween,
  MINUTE,
  type PlainEvent,
} from './plain-event.ts';

/** Follows each vehicle from a change of moving to standing. */
export const stoppedVehicle: Detector = (events) => {
  const findings: Finding[] = [];
  for (const reports of groupBy(events, ['VehiclePosition'], 'vehicle')) {
    for (let i = 1; i < reports.length; i++) {
      const [before, stop] = [reports[i - 1] as PlainEvent, reports[i] as PlainEvent];
      if (!(before.fields.speedKmh >= 5 && stop.fields.speedKmh < 5)) continue;
      const due = stop.time + 5 * MINUTE;
      const stands = ({ fields }: PlainEvent) =>
        fields.speedKmh < 5 && kmBetween(stop.fields.lat, stop.fields.lon, fields.lat, fields.lon) <= 0.05;
      const after = reports.slice(i + 1);
      const confirming = after.find(({ time }) => time >= due);
      if (!after.filter(({ time }) => time < due).every(stands)) continue;
      if (confirming !== undefined && confirming.time < due + 2 * MINUTE && stands(confirming)) {
        const key = { vehicle: stop.fields.vehicle };
        findings.push({ rule: 'stopped-vehicle', time: confirming.time, key });
      }
    }
  }
  return findings;
};

/** The beginnings of queues, by a switch for each detector that only free flow sets. */
function queueStarts(events: readonly PlainEvent[]): PlainEvent[] {
  const armed = new Set<string>();
  return events.filter(({ type, fields }) => {
    if (type !== 'DetectorReading') return false;
    const detector = `${fields.road} ${fields.detector}`;
    if (fields.speedKmh >= 50) armed.add(detector);
    const queued = fields.speedKmh < 30 && fields.occupancy >= 25;
    return queued && armed.delete(detector);
  });
}

/** Looks for the next beginning of a queue at the same detector or the one before it. */
export const queueSpillBack: Detector = (events) => {
  const findings: Finding[] = [];
  for (const starts of groupBy(queueStarts(events), ['DetectorReading'], 'road')) {
    starts.forEach((down, i) => {
      const at = down.fields.position;
      const next = starts
        .slice(i + 1)
        .find(({ fields }) => fields.position === at || fields.position === at - 1);
      if (next === undefined || next.fields.position === at) return;
      if (next.time - down.time < 15 * MINUTE)
        findings.push({ rule: 'queue-spill-back', time: next.time, key: { road: down.fields.road } });
    });
  }
  return findings;
};

/** Looks at the next passage of the same vehicle and segment after each entry. */
export const travelTime: Detector = (events, end) => {
  const findings: Finding[] = [];
  for (const passages of groupBy(events, ['SegmentPassage'], 'vehicle', 'segment')) {
    passages.forEach((entry, i) => {
      if (entry.fields.gate !== 'entry') return;
      const key = { vehicle: entry.fields.vehicle, segment: entry.fields.segment };
      const limit = entry.fields.limitSec * 1000;
      const next = passages[i + 1];
      if ((next?.time ?? Number.POSITIVE_INFINITY) >= entry.time + limit && entry.time + limit <= end)
        findings.push({ rule: 'travel-time-exceeded', time: entry.time + limit, key });
      if (next?.fields.gate !== 'exit') return;
      const needed = next.time - entry.time;
      if (needed >= limit && needed < 4 * HOUR) findings.push({ rule: 'late-exit', time: next.time, key });
    });
  }
  return findings;
};
