import type { Alert, AlertEvent } from '../../engine/alert/alert.ts';
import { readable } from '../../engine/alert/summary.ts';
import { setOwn } from '../../engine/event/to-json.ts';
import type { TimeUnit } from '../../engine/time/time-base.ts';
import { formatTimestamp } from '../../engine/time/timestamp.ts';
import { labelFingerprint } from './fingerprint.ts';

/** Standard Webhooks asks receivers for about 20 kB; evidence beyond that is left out and counted. */
export const BODY_BYTES_MAX = 20_480;
/** What Alertmanager says of an alert that has not ended. */
const NOT_ENDED = '0001-01-01T00:00:00Z';

/** What is the same for all alerts of a delivery. */
export interface EnvelopeOptions {
  /** Whether the events are a recording. */
  readonly replay: boolean;
  /** What the times of alerts count; default milliseconds. */
  readonly timeUnit?: TimeUnit;
  /** Where rule files can be seen, e.g. `https://git.example.com/rules/`; put before file and line. */
  readonly rulesUrl?: string;
}

/**
 * The body of a webhook: a Standard Webhooks envelope (`type`, `timestamp`, `data`) that is an Alertmanager
 * version 4 notification of one alert as well. It depends on the alert alone, so every attempt sends the same
 * bytes.
 *
 * Of an alert with much evidence the oldest events that fit `BODY_BYTES_MAX` stay; `eventsOmitted` counts the
 * rest.
 */
export function webhookBody(alert: Alert, options: EnvelopeOptions): string {
  const whole = render(alert, alert.events.length, options);
  if (Buffer.byteLength(whole) <= BODY_BYTES_MAX) return whole;
  let least = 0;
  let most = alert.events.length - 1;
  while (least < most) {
    const middle = (least + most + 1) >> 1;
    if (Buffer.byteLength(render(alert, middle, options)) <= BODY_BYTES_MAX) least = middle;
    else most = middle - 1;
  }
  return render(alert, least, options);
}

function render(alert: Alert, eventCount: number, options: EnvelopeOptions): string {
  const { timeUnit = 'milliseconds' } = options;
  const time = formatTimestamp(alert.time, timeUnit);
  const labels = labelsOf(alert);
  const annotations = {
    summary: alert.summary,
    ...(alert.description === null ? {} : { description: alert.description }),
  };
  return JSON.stringify({
    type: 'alert.firing',
    timestamp: time,
    version: '4',
    status: 'firing',
    receiver: alert.to.length === 0 ? 'cepheid' : alert.to.join(','),
    groupKey: groupKey(alert),
    truncatedAlerts: 0,
    groupLabels: { alertname: alert.rule },
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: '',
    alerts: [
      {
        status: 'firing',
        labels,
        annotations,
        startsAt: time,
        endsAt: NOT_ENDED,
        generatorURL: `${options.rulesUrl ?? ''}${encodeURI(alert.file)}#L${alert.line}`,
        fingerprint: labelFingerprint(labels),
      },
    ],
    data: {
      id: alert.id,
      rule: {
        name: alert.rule,
        hash: `sha256:${alert.fingerprint}`,
        file: alert.file,
        line: alert.line,
        tags: alert.tags,
      },
      severity: alert.severity,
      key: alert.key,
      match: {
        time,
        values: alert.values,
        events: alert.events.slice(0, eventCount).map((event) => eventJson(event, timeUnit)),
        eventsOmitted: alert.eventsOmitted + alert.events.length - eventCount,
      },
      replay: options.replay,
    },
  });
}

function eventJson(event: AlertEvent, timeUnit: TimeUnit) {
  const { type, split, offset, time, fields } = event;
  return { id: `${type}@${split}:${offset}`, ts: formatTimestamp(time, timeUnit), fields };
}

/**
 * Labels name what the alert is about: rule, severity, key, and the rule's tags. Names are made valid for
 * Prometheus; where two agree, the first of this order stays. A null key has no label.
 */
function labelsOf(alert: Alert): { readonly [name: string]: string } {
  const labels: Record<string, string> = {};
  const add = (name: string, value: string) => {
    const label = name.replace(/[^a-zA-Z0-9_]/g, '_').replace(/^(?=\d)/, '_');
    if (!Object.hasOwn(labels, label)) setOwn(labels, label, value);
  };
  add('alertname', alert.rule);
  add('severity', alert.severity);
  for (const [name, value] of Object.entries(alert.key)) if (value !== null) add(name, readable(value));
  for (const [name, value] of Object.entries(alert.tags)) add(name, value);
  return labels;
}

function groupKey(alert: Alert): string {
  const key = Object.entries(alert.key).map(([name, value]) => `${name}=${JSON.stringify(readable(value))}`);
  return `{}/{rule=${JSON.stringify(alert.rule)}}:{${key.join(',')}}`;
}
