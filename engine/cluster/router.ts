import type { EventType, ValueType } from '../event/types.ts';
import type { Plan } from '../plan/plan.ts';
import { partitionOf, workerOf } from './partition-key.ts';
import type { ShardSpec } from './placement.ts';

/** A key field that routing needs of an event type. */
export interface RouteKey {
  readonly name: string;
  readonly type: ValueType;
}

/**
 * Says to which workers an event goes and for which of their shards. The first worker of an event is its owner: its
 * admission decides, the others wait for the verdict.
 */
export class Router {
  readonly workers: number;
  /** Per event type: the distinct key fields to read. */
  readonly keys: readonly (readonly RouteKey[])[];
  private readonly routes: readonly (readonly Route[])[];
  private readonly masks: Uint32Array;
  private spread = 0;

  constructor(plan: Plan, shards: readonly ShardSpec[], workers: number) {
    this.workers = workers;
    this.masks = new Uint32Array(workers);
    const keys: RouteKey[][] = [];
    const routes: Route[][] = [];
    plan.types.forEach((type, index) => {
      const fields: number[] = [];
      const own: Route[] = [];
      for (const shard of shards) {
        if (!shard.types.includes(index)) continue;
        const field = shard.keys?.get(index);
        if (field === undefined) own.push({ bit: 1 << shard.index, key: -1 });
        else {
          if (!fields.includes(field)) fields.push(field);
          own.push({ bit: 1 << shard.index, key: fields.indexOf(field) });
        }
      }
      keys.push(fields.map((field) => type.fields[field] as EventType['fields'][number]));
      routes.push(own);
    });
    this.keys = keys;
    this.routes = routes;
  }

  /**
   * The shards (bits) of each worker that get the event; valid until the next call. `keyTexts[i]` is the text of
   * `keys[type][i]`. An event that no shard consumes has no bits; it has an owner all the same.
   */
  route(type: number, keyTexts: readonly string[]): Uint32Array {
    this.masks.fill(0);
    for (const { bit, key } of this.routes[type] ?? []) {
      const worker = key < 0 ? 0 : workerOf(partitionOf(keyTexts[key] as string), this.workers);
      this.masks[worker] = (this.masks[worker] as number) | bit;
    }
    return this.masks;
  }

  /** The owner among the masks of `route`; an event for no shard is owned by each worker in turn. */
  owner(masks: Uint32Array): number {
    for (let worker = 0; worker < this.workers; worker++) if (masks[worker] !== 0) return worker;
    this.spread = (this.spread + 1) % this.workers;
    return this.spread;
  }
}

interface Route {
  readonly bit: number;
  /** Position in the type's keys; −1: worker 0. */
  readonly key: number;
}
