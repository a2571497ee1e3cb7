import type { Expr } from '../../engine/expr/ir.ts';
import { isNumeric } from '../../engine/expr/type-rules.ts';
import { parseTimestamp } from '../../engine/time/timestamp.ts';

/**
 * The known name a writer most likely meant; null when none is near. Among equally near ones that of the same length
 * wins: `form` is `from` rather than `for`. Costs O(names × length²).
 */
export function nearest(name: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const longer = Math.abs(candidate.length - name.length) / 100;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase()) + longer;
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/** Edit distance where two neighbours in the wrong order count once; texts over 64 characters count as far apart. */
function editDistance(a: string, b: string): number {
  if (a.length > 64 || b.length > 64) return 64;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let k = 1; k <= b.length; k++) {
      const same = a[i - 1] === b[k - 1] ? 0 : 1;
      let cost = Math.min(
        (last[k] as number) + 1,
        (row[k - 1] as number) + 1,
        (last[k - 1] as number) + same,
      );
      const isSwap = i > 1 && k > 1 && a[i - 1] === b[k - 2] && a[i - 2] === b[k - 1];
      if (isSwap) cost = Math.min(cost, (beforeLast[k - 2] as number) + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] as number;
}

/** What to write for a number or a time in quotes, which beside a number is a text. */
export function quotedNotes(left: Expr, right: Expr): string[] {
  for (const [one, other] of [
    [left, right],
    [right, left],
  ] as const) {
    if (one.op !== 'literal' || typeof one.value !== 'string' || !isNumeric(other.type)) continue;
    if (/^-?\d+(\.\d+)?$/.test(one.value)) return [`a number is written without quotes: ${one.value}`];
    const time = parseTimestamp(one.value, 'milliseconds');
    if (!Number.isNaN(time)) return [`as a number this time is ${time}, in epoch milliseconds`];
  }
  return [];
}
