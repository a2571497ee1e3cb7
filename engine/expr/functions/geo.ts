import { type FunctionDef, numericFunction } from './definition.ts';

/** Mean radius of the earth, km (IUGG). */
const EARTH_RADIUS_KM = 6371.0088;

const RADIANS = Math.PI / 180;

/**
 * Functions on places given in degrees. `geo.distanceKm` is the great-circle distance on a sphere of the earth's mean
 * radius by the haversine formula: exact to rounding on the sphere, within 0.56 % of the ellipsoid.
 */
export const GEO_FUNCTIONS: readonly FunctionDef[] = [
  numericFunction('geo.distanceKm', 'lat1, lon1, lat2, lon2', distanceKm as (...args: number[]) => number),
];

function distanceKm(lat1: number, lon1: number, lat2: number, lon2: number): number {
  const sinLat = Math.sin(((lat2 - lat1) * RADIANS) / 2);
  const sinLon = Math.sin(((lon2 - lon1) * RADIANS) / 2);
  const a = sinLat * sinLat + Math.cos(lat1 * RADIANS) * Math.cos(lat2 * RADIANS) * sinLon * sinLon;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(a)));
}
