import { EventRecord, fieldKey, type RecordClass, setField, type Value } from '../event/record.ts';
import type { EventType } from '../event/types.ts';
import {
  type Backend,
  compileExpr,
  compilePredicate,
  type Env,
  type Evaluator,
  type Predicate,
  type Slot,
} from '../expr/evaluate.ts';
import type { ContainedPlan } from '../plan/contained-plan.ts';

/** Makes events of the plan's types. */
export interface EventMaker {
  readonly types: readonly EventType[];
  recordClass(type: number): RecordClass;
}

interface Level {
  readonly source: Evaluator;
  readonly where: Predicate | null;
  readonly type: number;
  readonly wraps: boolean;
}

/** Contained-event selection ready to run: an event in, the events inside it out, in their order. Keeps no state. */
export class ContainedSelection {
  private readonly levels: readonly Level[];
  private readonly columns: readonly Evaluator[] | null;
  private readonly type: number;
  private readonly maker: EventMaker;

  constructor(plan: ContainedPlan, backend: Backend, maker: EventMaker) {
    this.levels = plan.levels.map(({ source, where, type, wraps }) => ({
      source: compileExpr(source, backend),
      where: where === null ? null : compilePredicate(where, backend),
      type,
      wraps,
    }));
    this.columns = plan.columns?.map((column) => compileExpr(column, backend)) ?? null;
    this.type = plan.type;
    this.maker = maker;
  }

  /** The events inside; they take the time and the origins of the outer one. */
  select(event: EventRecord, env: Env): readonly EventRecord[] {
    const found: EventRecord[] = [];
    this.descend([event], env, found);
    return found;
  }

  private descend(path: readonly Slot[], env: Env, into: EventRecord[]): void {
    const level = this.levels[path.length - 1];
    const outer = path[0] as EventRecord;
    if (level === undefined) {
      into.push(this.columns === null ? (path.at(-1) as EventRecord) : this.row(path, env));
      return;
    }
    const value = level.source(null, path, env);
    if (value === null) return;
    for (const element of Array.isArray(value) ? value : [value]) {
      if (element === null) continue;
      const inner = this.inner(element, level, outer);
      const longer = [...path, inner];
      if (level.where === null || level.where(null, longer, env)) this.descend(longer, env, into);
    }
  }

  /** An event of the level: a copy with the outer event's time, or one made of a plain value. */
  private inner(element: Value, { type, wraps }: Level, outer: EventRecord): EventRecord {
    const of = element instanceof EventRecord ? element.type : type;
    const record = new (this.maker.recordClass(of))(of, outer.time, -1, -1);
    record.origins = outer.origins ?? [outer];
    const { fields } = this.maker.types[of] as EventType;
    if (element instanceof EventRecord) {
      const [from, to] = [element, record] as unknown as Record<string, Value>[];
      for (let i = 0; i < fields.length; i++) {
        const key = fieldKey(i);
        (to as Record<string, Value>)[key] = from?.[key] ?? null;
      }
    } else if (wraps && isMap(element)) {
      fields.forEach(({ name }, i) => {
        setField(record, i, Object.hasOwn(element, name) ? (element[name] ?? null) : null);
      });
    } else setField(record, 0, element);
    return record;
  }

  private row(path: readonly Slot[], env: Env): EventRecord {
    const outer = path[0] as EventRecord;
    const record = new (this.maker.recordClass(this.type))(this.type, outer.time, -1, -1);
    record.origins = outer.origins ?? [outer];
    this.columns?.forEach((column, i) => {
      setField(record, i, column(null, path, env));
    });
    return record;
  }
}

function isMap(value: Value): value is { readonly [key: string]: Value } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
