import { cardTesting, impossibleTravel, payoutAfterChange } from './fraud.ts';
import type { Detector } from './plain-event.ts';
import { heartbeatLost, sustainedOverLimit, twoSensorsAgree } from './sensor.ts';
import { queueSpillBack, stoppedVehicle, travelTime } from './traffic.ts';

/** The detectors of each rule pack; together they find what the pack's rules must find. */
export const DETECTORS: ReadonlyMap<string, readonly Detector[]> = new Map<string, readonly Detector[]>([
  ['fraud', [cardTesting, impossibleTravel, payoutAfterChange]],
  ['traffic', [stoppedVehicle, queueSpillBack, travelTime]],
  ['sensor', [heartbeatLost, sustainedOverLimit, twoSensorsAgree]],
]);
