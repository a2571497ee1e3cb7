import { assert } from '../core/assert.ts';
import { LIMITS } from '../core/limits.ts';
import type { EventRecord } from '../event/record.ts';
import {
  type Json,
  type JsonObject,
  type JsonRenderer,
  rendererOf,
  rowConverter,
  setOwn,
} from '../event/to-json.ts';
import type { AlertPlan } from '../plan/alert-plan.ts';
import type { Plan, StatementPlan } from '../plan/plan.ts';
import type { Row } from '../runtime/row.ts';
import type { Alert, AlertEvent } from './alert.ts';
import { AlertIds, type AlertIdsSnapshot } from './alert-id.ts';
import { renderSummary } from './summary.ts';

/**
 * Makes alerts of the rows of statements that carry `@Alert`. Rows must come in the canonical order
 * (`compareRows`), merged from all shards: the ids of alerts that agree in everything are told apart by that
 * order.
 */
export class AlertBuilder {
  private readonly plan: Plan;
  private readonly splitName: (split: number) => string;
  private readonly renderer: JsonRenderer;
  private readonly statements: (StatementForm | undefined)[] = [];
  private readonly ids = new AlertIds();

  /** `splitName`: name of a source split by index; part of alert ids, so it must be the same on every run. */
  constructor(plan: Plan, splitName: (split: number) => string) {
    this.plan = plan;
    this.splitName = splitName;
    this.renderer = rendererOf(plan);
  }

  /** The alert of a row. The row's statement must have an alert plan. Cost: o for o contributing events. */
  build(row: Row): Alert {
    const { statement, alert, convert, tags } = this.form(row.statement);
    const values = convert(row.values);
    const names = statement.query.columns;
    const columns = names.map((column) => values[column.name] as Json);
    const key: Record<string, Json> = {};
    for (const column of alert.keyColumns) {
      setOwn(key, names[column]?.name as string, columns[column] as Json);
    }
    const events = this.evidence(row.origins);
    return {
      id: this.ids.next({
        rule: statement.name,
        fingerprint: statement.fingerprint,
        key: alert.keyColumns.map((column) => columns[column] as Json),
        time: row.time,
        kind: row.kind,
        positions: this.positions(row.origins),
      }),
      rule: statement.name,
      fingerprint: statement.fingerprint,
      severity: alert.severity,
      key,
      time: row.time,
      summary: renderSummary(alert.summary, columns, statement.name, key),
      description: statement.description,
      tags,
      to: alert.to,
      file: statement.file,
      line: statement.line,
      values,
      events,
      eventsOmitted: row.origins.length - events.length,
    };
  }

  /** The part of the state that ids depend on, as JSON. */
  snapshot(): AlertIdsSnapshot {
    return this.ids.snapshot();
  }

  restore(snapshot: AlertIdsSnapshot): void {
    this.ids.restore(snapshot);
  }

  private form(index: number): StatementForm {
    const known = this.statements[index];
    if (known !== undefined) return known;
    const statement = this.plan.statements[index];
    assert(statement !== undefined, `row of statement ${index}, the plan has ${this.plan.statements.length}`);
    assert(statement.alert !== null, `row of statement ${statement.name}, which raises no alerts`);
    const tags: Record<string, string> = {};
    for (const tag of statement.tags) setOwn(tags, tag.name, tag.value);
    const convert = rowConverter(statement.query.columns, this.plan);
    const form = { statement, alert: statement.alert, convert, tags };
    this.statements[index] = form;
    return form;
  }

  private positions(origins: readonly EventRecord[]): (string | number)[] {
    const positions: (string | number)[] = [];
    for (const event of origins) positions.push(this.nameOf(event.split), event.offset);
    return positions;
  }

  private evidence(origins: readonly EventRecord[]): AlertEvent[] {
    const max = LIMITS.evidenceEventsMax;
    if (origins.length <= max) return origins.map((event) => this.alertEvent(event));
    const half = max >> 1;
    const shown = [...origins.slice(0, max - half), ...origins.slice(-half)];
    return shown.map((event) => this.alertEvent(event));
  }

  private alertEvent(event: EventRecord): AlertEvent {
    return {
      type: this.plan.types[event.type]?.name as string,
      time: event.time,
      split: this.nameOf(event.split),
      offset: event.offset,
      fields: this.renderer.event(event),
    };
  }

  private nameOf(split: number): string {
    return split < 0 ? '' : this.splitName(split);
  }
}

/**
 * The alert as one line of JSON (without a line break), keys in a fixed order: the same bytes on every run.
 * Reading it with `JSON.parse` gives the alert back.
 */
export function alertToLine(alert: Alert): string {
  return JSON.stringify({
    id: alert.id,
    rule: alert.rule,
    fingerprint: alert.fingerprint,
    severity: alert.severity,
    key: alert.key,
    time: alert.time,
    summary: alert.summary,
    description: alert.description,
    tags: alert.tags,
    to: alert.to,
    file: alert.file,
    line: alert.line,
    values: alert.values,
    events: alert.events.map(({ type, time, split, offset, fields }) => ({
      type,
      time,
      split,
      offset,
      fields,
    })),
    eventsOmitted: alert.eventsOmitted,
  });
}

/** What is fixed for all rows of a statement. */
interface StatementForm {
  readonly statement: StatementPlan;
  readonly alert: AlertPlan;
  readonly convert: (values: Row['values']) => JsonObject;
  readonly tags: { readonly [name: string]: string };
}
