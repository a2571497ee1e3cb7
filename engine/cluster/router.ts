import { type EventRecord, getField } from '../event/record.ts';
import type { Plan } from '../plan/plan.ts';
import { keyText, partitionOf, workerOf } from './partition-key.ts';
import type { ShardSpec } from './placement.ts';

/** The way of events of one type to one shard. */
export interface Route {
  /** The shard as a bit. */
  readonly bit: number;
  /** The key field; −1: the shard runs on worker 0 only. */
  readonly field: number;
}

/** The routes of every event type, in the order of the plan's types; plain data. */
export type Routes = readonly (readonly Route[])[];

/** The routes that the shards of a plan need. */
export function deriveRoutes(plan: Plan, shards: readonly ShardSpec[]): Routes {
  return plan.types.map((_, type) =>
    shards
      .filter((shard) => shard.types.includes(type))
      .map((shard) => ({ bit: 1 << shard.index, field: shard.keys?.get(type) ?? -1 })),
  );
}

/** Says to which workers an event goes and for which of their shards. */
export class Router {
  private readonly routes: Routes;
  private readonly masks: Uint32Array;

  constructor(routes: Routes, workers: number) {
    this.routes = routes;
    this.masks = new Uint32Array(workers);
  }

  /**
   * The shards (bits) of each worker that get the event; valid until the next call. An event that no shard consumes has no
   * bits.
   */
  route(event: EventRecord): Uint32Array {
    const { masks } = this;
    masks.fill(0);
    const routes = this.routes[event.type] as readonly Route[];
    for (let i = 0; i < routes.length; i++) {
      const { bit, field } = routes[i] as Route;
      const worker = field < 0 ? 0 : workerOf(partitionOf(keyText(getField(event, field))), masks.length);
      masks[worker] = (masks[worker] as number) | bit;
    }
    return masks;
  }
}
