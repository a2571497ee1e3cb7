import type { Slot } from '../../expr/evaluate.ts';
import type { MapKey } from '../program.ts';
import { type RunBudget, type TicketState, ticketState } from '../run-budget.ts';
import type { Ticket } from '../run-list.ts';
import {
  type EventReader,
  type EventWriter,
  readSlots,
  type SlotsSnapshot,
  writeSlots,
} from '../snapshot.ts';
import type { Deadlines } from './deadline-list.ts';
import type { SeenKeys } from './held-by-run.ts';
import type { ReadyState } from './moves.ts';
import { FREE, type RunTable } from './run-table.ts';
import type { WaitIndex } from './wait-index.ts';

/** The whole state of a linear matcher as JSON. Runs are numbered by their place in `runs`. */
export interface LinearSnapshot {
  readonly runs: readonly RunSnapshot[];
  /** For each atom the waiting runs, in the order in which they began to wait. */
  readonly waits: readonly (readonly number[])[];
  /** For each clock the runs and when they are due (ticks), in that order. */
  readonly deadlines: readonly (readonly (readonly [run: number, due: number])[])[];
  /** Keys an `every-distinct` has passed on, with the time until which they do not pass again; null: for good. */
  readonly seen: readonly (readonly [run: number, keys: readonly SeenKeySnapshot[]])[];
  /** Which runs are counted, oldest first. */
  readonly tickets: readonly TicketSnapshot[];
}

/** A run with the ticket that counts it. */
type TicketSnapshot = readonly [run: number, ticket: TicketState];
type RunSnapshot = readonly [state: number, count: number, slots: SlotsSnapshot];
type SeenKeySnapshot = readonly [key: KeySnapshot, until: number | null];
/** A number that JSON cannot say stands in a list as text. */
type KeySnapshot = MapKey | null | readonly [string];

/** The parts of a matcher that change. */
export interface LinearState {
  readonly table: RunTable;
  readonly states: readonly ReadyState[];
  readonly waits: readonly WaitIndex[];
  readonly deadlines: readonly Deadlines[];
  readonly seen: Map<number, SeenKeys>;
  readonly budget: RunBudget;
}

/** Writes a matcher between two events. */
export function writeRuns(
  { table, waits, deadlines, seen }: LinearState,
  writer: EventWriter,
): LinearSnapshot {
  const numbers = new Map<number, number>();
  const runs: RunSnapshot[] = [];
  for (let run = 0; run < table.end; run++) {
    const state = table.stateOf(run);
    if (state === FREE) continue;
    const slots = table.slots.map((column) => column[run] ?? null);
    numbers.set(run, runs.length);
    runs.push([state, table.countOf(run), writeSlots(slots, writer)]);
  }
  const number = (run: number) => numbers.get(run) as number;
  return {
    runs,
    waits: waits.map((index) => index.waiting().map(number)),
    deadlines: deadlines.map((list) => list.entries().map(([run, due]) => [number(run), due] as const)),
    seen: [...seen].map(([run, keys]) => {
      const written = [...keys].map(([key, until]): SeenKeySnapshot => {
        const isPlain = typeof key !== 'number' || Number.isFinite(key);
        return [isPlain ? key : [String(key)], Number.isFinite(until) ? until : null];
      });
      return [number(run), written] as const;
    }),
    tickets: ticketsOf(table.tickets, numbers),
  };
}

/** Fills a fresh matcher from a snapshot. */
export function readRuns(snapshot: LinearSnapshot, into: LinearState, reader: EventReader): void {
  const { table, waits, deadlines, seen, budget } = into;
  const runs = snapshot.runs.map(([state, count, slots]) => {
    const run = table.allocate();
    table.setState(run, state);
    table.setCount(run, count);
    readSlots(slots, reader).forEach((slot, i) => {
      (table.slots[i] as Slot[])[run] = slot;
    });
    return run;
  });
  snapshot.waits.forEach((waiting, atom) => {
    for (const number of waiting) waits[atom]?.link(runs[number] as number);
  });
  snapshot.deadlines.forEach((entries, clock) => {
    for (const [number, due] of entries) deadlines[clock]?.restore(runs[number] as number, due);
  });
  for (const [number, keys] of snapshot.seen) {
    const entries = keys.map(([key, until]) => {
      const value = typeof key === 'object' && key !== null ? Number(key[0]) : key;
      return [value, until ?? Number.POSITIVE_INFINITY] as const;
    });
    seen.set(runs[number] as number, new Map(entries));
    budget.hold(entries.length);
  }
  for (const [number, ticket] of snapshot.tickets) {
    const run = runs[number] as number;
    table.tickets[run] = budget.adopt(run, ticket);
  }
}

/** Counted runs, oldest first. */
function ticketsOf(
  tickets: readonly (Ticket | null)[],
  numbers: ReadonlyMap<number, number>,
): TicketSnapshot[] {
  const all = [...numbers].flatMap(([run, number]) => {
    const ticket = tickets[run] ?? null;
    return ticket === null ? [] : [[number, ticketState(ticket)] as const];
  });
  return all.sort((a, b) => a[1][0] - b[1][0]);
}
