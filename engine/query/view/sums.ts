import type { Value } from '../../event/record.ts';

/**
 * Running sums of points (x, y), from which all statistics follow. They are kept by adding and subtracting as Esper
 * does, so that results agree to the last digit but for rounding.
 */
export class Sums {
  n = 0;
  x = 0;
  xx = 0;
  xy = 0;
  y = 0;
  yy = 0;

  add(x: number, y: number, sign: 1 | -1): void {
    this.n += sign;
    if (this.n <= 0 && sign < 0) {
      this.set([0, 0, 0, 0, 0, 0]);
      return;
    }
    this.x += sign * x;
    this.xx += sign * x * x;
    this.xy += sign * x * y;
    this.y += sign * y;
    this.yy += sign * y * y;
  }

  values(): number[] {
    return [this.n, this.x, this.xx, this.xy, this.y, this.yy];
  }

  set([n = 0, x = 0, xx = 0, xy = 0, y = 0, yy = 0]: readonly number[]): void {
    Object.assign(this, { n, x, xx, xy, y, yy });
  }
}

/** Sums of weighted values: x is the value, y the weight. */
export class WeightedSums extends Sums {
  override add(x: number, y: number, sign: 1 | -1): void {
    this.n += sign;
    this.xy += sign * x * y;
    this.y += sign * y;
  }
}

/** Results of each statistics view in the order of its columns. */
export const RESULTS: Readonly<Record<string, (sums: Sums) => readonly Value[]>> = {
  size: ({ n }) => [n],
  uni: ({ n, x, xx }) => {
    const { sample, population, variance } = spread(n, x, xx);
    return [n, x, sample, population, variance, mean(n, x)];
  },
  linest: (sums) => {
    const { n, x, xx, xy, y, yy } = sums;
    const [a, b] = [spread(n, x, xx), spread(n, y, yy)];
    const slope = slopeOf(sums);
    const intercept = Number.isNaN(slope) ? Number.NaN : mean(n, y) - (slope * x) / n;
    const ofX = [mean(n, x), a.population, a.sample, x, a.variance];
    const ofY = [mean(n, y), b.population, b.sample, y, b.variance];
    return [slope, intercept, ...ofX, ...ofY, n, n, x, xx, xy, y, yy];
  },
  correl: ({ n, x, xx, xy, y, yy }) => {
    if (n === 0) return [Number.NaN];
    const dx = xx - (x * x) / n;
    const dy = yy - (y * y) / n;
    if (dx <= 0 || dy <= 0) return [Number.NaN];
    return [(xy - (x * y) / n) / Math.sqrt(dx * dy)];
  },
  weighted_avg: ({ xy, y }) => [y === 0 ? Number.NaN : xy / y],
};

function mean(n: number, sum: number): number {
  return n === 0 ? Number.NaN : sum / n;
}

function spread(n: number, sum: number, squares: number) {
  const rest = squares - (sum * sum) / n;
  const variance = n < 2 ? Number.NaN : rest / (n - 1);
  return { variance, sample: Math.sqrt(variance), population: n === 0 ? Number.NaN : Math.sqrt(rest / n) };
}

function slopeOf({ n, x, xx, xy, y }: Sums): number {
  if (n === 0) return Number.NaN;
  const rest = xx - (x * x) / n;
  return rest === 0 ? Number.NaN : (xy - (x * y) / n) / rest;
}
