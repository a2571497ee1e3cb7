import { FRAUD_BOUND_MS, generateFraud } from './fraud.ts';
import type { Sample, SampleOptions } from './scene.ts';
import { generateSensor, SENSOR_BOUND_MS } from './sensor.ts';
import { generateTraffic, TRAFFIC_BOUND_MS } from './traffic.ts';

/** A domain that samples can be made for. */
export interface SampleDomain {
  generate(options: SampleOptions): Sample;
  /** The out-of-order bound its events keep, ms. */
  readonly boundMs: number;
  /** How the recorded sample beside this folder was made. */
  readonly recorded: SampleOptions;
}

/** The domains by name. */
export const SAMPLES: ReadonlyMap<string, SampleDomain> = new Map<string, SampleDomain>([
  ['fraud', { generate: generateFraud, boundMs: FRAUD_BOUND_MS, recorded: { events: 1800, seed: 7 } }],
  ['traffic', { generate: generateTraffic, boundMs: TRAFFIC_BOUND_MS, recorded: { events: 5000, seed: 11 } }],
  ['sensor', { generate: generateSensor, boundMs: SENSOR_BOUND_MS, recorded: { events: 8000, seed: 23 } }],
]);
