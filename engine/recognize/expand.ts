import type { RowBounds, RowPattern, RowQuantifier, RowTimes } from '../plan/recognize-plan.ts';

/**
 * A pattern without counts: `A{2,3}` is written out as `A A A?`, and `match_recognize_permute(A, B)` as `(A B) | (B A)`.
 * What is written out takes the place of the element in the sequence around it, as in Esper: the order in which matches
 * are preferred depends on it.
 */
export type PlainPattern =
  | {
      readonly op: 'variable';
      readonly variable: number;
      readonly times: RowTimes;
      readonly reluctant: boolean;
    }
  | {
      readonly op: 'group';
      readonly child: PlainPattern;
      readonly times: RowTimes;
      readonly reluctant: boolean;
    }
  | { readonly op: 'sequence'; readonly children: readonly PlainPattern[] }
  | { readonly op: 'choice'; readonly children: readonly PlainPattern[] };

/** Writes a pattern out; null when it would have more than `most` elements. */
export function expandPattern(pattern: RowPattern, most: number): PlainPattern | null {
  if (sizeOf(pattern, false) > most) return null;
  const elements = expand(pattern, false);
  return elements.length === 1 ? (elements[0] as PlainPattern) : { op: 'sequence', children: elements };
}

/** Number of variables once written out. */
function sizeOf(pattern: RowPattern, isPermuted: boolean): number {
  switch (pattern.op) {
    case 'variable':
      return copiesOf(pattern.quantifier, isPermuted).length;
    case 'group':
      return copiesOf(pattern.quantifier, isPermuted).length * sizeOf(pattern.child, isPermuted);
    case 'permute': {
      const once = pattern.children.reduce((sum, child) => sum + sizeOf(child, true), 0);
      return once * pattern.children.reduce((product, _, i) => product * (i + 1), 1);
    }
    default:
      return pattern.children.reduce((sum, child) => sum + sizeOf(child, isPermuted), 0);
  }
}

/** The elements that take the place of a part. As in Esper counts inside `match_recognize_permute` are passed over. */
function expand(pattern: RowPattern, isPermuted: boolean): PlainPattern[] {
  switch (pattern.op) {
    case 'variable':
      return copiesOf(pattern.quantifier, isPermuted).map((times) => ({
        op: 'variable',
        variable: pattern.variable,
        times,
        reluctant: pattern.quantifier.reluctant,
      }));
    case 'group': {
      const child = whole(pattern.child, isPermuted);
      const { reluctant } = pattern.quantifier;
      return copiesOf(pattern.quantifier, isPermuted).map((times) => ({
        op: 'group',
        child,
        times,
        reluctant,
      }));
    }
    case 'sequence':
      return [{ op: 'sequence', children: pattern.children.flatMap((child) => expand(child, isPermuted)) }];
    case 'choice':
      return [{ op: 'choice', children: pattern.children.map((child) => whole(child, isPermuted)) }];
    case 'permute': {
      const children = pattern.children.map((child) => whole(child, true));
      const orders = permutations(children.length);
      const sequences = orders.map((order): PlainPattern => {
        return { op: 'sequence', children: order.map((at) => children[at] as PlainPattern) };
      });
      return [{ op: 'choice', children: sequences }];
    }
  }
}

function whole(pattern: RowPattern, isPermuted: boolean): PlainPattern {
  const elements = expand(pattern, isPermuted);
  return elements.length === 1 ? (elements[0] as PlainPattern) : { op: 'sequence', children: elements };
}

/** How often each copy of an element comes: `A{2,}` is `A A A*`. */
function copiesOf({ times, bounds }: RowQuantifier, isPermuted: boolean): readonly RowTimes[] {
  if (bounds === null || isPermuted) return [times];
  const [low, high] = limitsOf(bounds);
  const needed = new Array<RowTimes>(low).fill(times);
  if (high === null) return [...needed, ENDLESS[times]];
  return [...needed, ...new Array<RowTimes>(Math.max(high - low, 0)).fill(OPTIONAL[times])];
}

function limitsOf(bounds: RowBounds): readonly [low: number, high: number | null] {
  return 'count' in bounds ? [bounds.count, bounds.count] : [bounds.low ?? 0, bounds.high];
}

const OPTIONAL: Readonly<Record<RowTimes, RowTimes>> = {
  one: 'optional',
  optional: 'optional',
  many: 'any',
  any: 'any',
};
const ENDLESS: Readonly<Record<RowTimes, RowTimes>> = {
  one: 'any',
  optional: 'any',
  many: 'any',
  any: 'any',
};

/** All orders of the numbers below `count`, in lexicographic order. */
function permutations(count: number): number[][] {
  let all: number[][] = [[]];
  for (let length = 0; length < count; length++) {
    all = all.flatMap((start) => {
      const rest = Array.from({ length: count }, (_, i) => i).filter((i) => !start.includes(i));
      return rest.map((next) => [...start, next]);
    });
  }
  return all;
}
