import { type FunctionDef, numericFunction } from './definition.ts';

/** Mean radius of the earth, km (IUGG). */
const EARTH_RADIUS_KM = 6371.0088;

/** Great-circle distance in km between two points in degrees, by the haversine formula; error below 0.5 %. */
export const GEO_FUNCTIONS: readonly FunctionDef[] = [
  numericFunction('geo.distanceKm', 'lat1, lon1, lat2, lon2', (lat1, lon1, lat2, lon2) => {
    const rad = Math.PI / 180;
    const sinLat = Math.sin(((lat2 - lat1) * rad) / 2);
    const sinLon = Math.sin(((lon2 - lon1) * rad) / 2);
    const a = sinLat * sinLat + Math.cos(lat1 * rad) * Math.cos(lat2 * rad) * sinLon * sinLon;
    return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(a)));
  }),
];
