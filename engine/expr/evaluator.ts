import type { EventRecord, Value } from '../event/record.ts';
import { type TimeBase, timeBase } from '../time/time-base.ts';
import type { SubqueryRead } from './ir-subquery.ts';
import type { TableAccess } from './table-access.ts';
import { VariableWatch } from './variable-watch.ts';

/** What a tag or joined stream holds: one event, the events of a repeat, or nothing. */
export type Slot = EventRecord | readonly EventRecord[] | null;

/** The shard's clock; one object per shard, changed in place. */
export interface Env {
  /** In ticks of the time base. */
  now: number;
  /** What times count, and the zone of calendar arithmetic. */
  readonly timeBase: TimeBase;
  /** What the query at work provides; null outside a query. Whoever evaluates expressions of a query sets it before. */
  frame: QueryFrame | null;
  /** Parameters of the lambdas at work, by place; written before each evaluation of a body. */
  readonly params: Value[];
  /** Values of the plan's variables, by index. */
  readonly variables: readonly Value[];
  /** Tables by their index among the stores of the plan; undefined where there is none. */
  readonly tables: readonly (TableAccess | undefined)[];
  /** Values of the context partition at work; empty outside one. */
  readonly context: Value[];
  /** Who is told when a variable is set. */
  readonly watch: VariableWatch;
  /** Sets a variable; who watches it is told by `watch.notify` afterwards. */
  assign(variable: number, value: Value): void;
  /** From now on a table is found by its index among the stores; undefined: none. */
  setTable(index: number, table: TableAccess | undefined): void;
}

/** Makes the environment of a shard: its clock at `now`, no query at work, no variables. */
export function createEnv(now: number, base: TimeBase = timeBase('milliseconds', 'UTC')): Env {
  const variables: Value[] = [];
  const tables: (TableAccess | undefined)[] = [];
  return {
    now,
    timeBase: base,
    frame: null,
    params: [],
    variables,
    tables,
    context: [],
    watch: new VariableWatch(),
    assign(variable, value) {
      variables[variable] = value;
    },
    setTable(index, table) {
      tables[index] = table;
    },
  };
}

/** What the expressions of a query read besides the item at hand. */
export interface QueryFrame {
  /** Value of an aggregate for the current group; `args` are those known only on reading, none when left out. */
  aggregate(index: number, args?: readonly Value[]): Value;
  /** Value of a `prev…` or `prior` for the current item; `offset` is the number of the call, null when it has none. */
  previous(index: number, offset: Value): Value;
  /** Whether the current row is summed up over a key of `group by`. */
  isSummedOver(key: number): boolean;
  /** Answers a question about the rows of a subquery, of a statement that has any; `operand` is compared with them. */
  subquery?(index: number, read: SubqueryRead, operand: Value): Value;
  /** A value of the surrounding construct by name. */
  local(name: string): Value;
}

/** Computes an expression for an event, tags and clock. */
export type Evaluator = (event: EventRecord | null, slots: readonly Slot[], env: Env) => Value;

/** Tests a condition: true only when it is true, false when it is false or null. */
export type Predicate = (event: EventRecord | null, slots: readonly Slot[], env: Env) => boolean;
