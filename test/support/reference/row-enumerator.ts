/** A row pattern as data, as written. */
export type RowTree =
  | ({ readonly op: 'variable'; readonly name: string } & Repeat)
  | ({ readonly op: 'group'; readonly child: RowTree } & Repeat)
  | { readonly op: 'sequence' | 'choice' | 'permute'; readonly children: readonly RowTree[] };

/** What follows an element; counts are 1 and more, `low` null for `{,high}`, `high` null for `{low,}`. */
export interface Repeat {
  readonly sign: '' | '*' | '+' | '?' | '*?' | '+?' | '??';
  readonly bounds: { readonly low: number | null; readonly high: number | null } | null;
}

/** One way to take rows: for each row the variable it was taken for, with the place of that in the pattern. */
export interface Way {
  readonly names: readonly string[];
  readonly places: readonly string[];
}

/** Whether a row, by its index, can be a variable. */
export type CanBe = (name: string, row: number) => boolean;

/**
 * Every way in which a pattern takes the rows from `begin` to `end`, both included, without a gap: tried one by one, with
 * no states. Two ways are the same when they take each row for the same place of the pattern. Null when there are too many
 * to try.
 */
export function waysToTake(
  pattern: RowTree,
  begin: number,
  end: number,
  canBe: CanBe,
): readonly Way[] | null {
  const start: Taken = { at: begin, names: [], places: [] };
  try {
    return take(pattern, '', [start], { end, canBe }).filter(({ at }) => at === end + 1);
  } catch (error) {
    if (error instanceof TooMany) return null;
    throw error;
  }
}

class TooMany extends Error {}

const WAYS_MAX = 120;

interface Taken extends Way {
  /** The next row. */
  readonly at: number;
}

interface Rows {
  readonly end: number;
  readonly canBe: CanBe;
}

/** Goes on from each way. */
type Step = (from: readonly Taken[]) => readonly Taken[];

function take(node: RowTree, place: string, from: readonly Taken[], rows: Rows): readonly Taken[] {
  const within = (child: RowTree, i: number | string): Step => {
    return (start) => take(child, `${place}/${i}`, start, rows);
  };
  switch (node.op) {
    case 'variable':
      return repeated(node, place, from, (copy) => (start) => one(node.name, copy, start, rows));
    case 'group':
      return repeated(node, place, from, (copy) => (start) => take(node.child, copy, start, rows));
    case 'choice':
      return unique(node.children.flatMap((child, i) => within(child, i)(from)));
    case 'sequence':
      return inOrder(node.children.map(within), from);
    case 'permute':
      return unique(
        orders(node.children.map((_, i) => i)).flatMap((order) => {
          const steps = order.map((i) => within(node.children[i] as RowTree, `${order.join('')}-${i}`));
          return inOrder(steps, from);
        }),
      );
  }
}

function one(name: string, place: string, from: readonly Taken[], { end, canBe }: Rows): readonly Taken[] {
  return from.flatMap(({ at, names, places }) => {
    if (at > end || !canBe(name, at)) return [];
    return [{ at: at + 1, names: [...names, name], places: [...places, place] }];
  });
}

function inOrder(steps: readonly Step[], from: readonly Taken[]): readonly Taken[] {
  return steps.reduce((ways, step) => unique(step(ways)), from);
}

/** `X{2,}` is `X X X*`: each copy has a place of its own. */
function repeated(
  { sign, bounds }: Repeat,
  place: string,
  from: readonly Taken[],
  of: (copy: string) => Step,
): readonly Taken[] {
  const can = { none: sign.startsWith('*') || sign.startsWith('?'), more: /^[*+]/.test(sign) };
  if (bounds === null) return times(of(place), from, can);
  const low = bounds.low ?? 0;
  const steps: Step[] = [];
  for (let i = 0; i < (bounds.high ?? low + 1); i++) {
    const isBeyond = i >= low;
    const more = can.more || (isBeyond && bounds.high === null);
    steps.push((start) => times(of(`${place}#${i}`), start, { none: can.none || isBeyond, more }));
  }
  return inOrder(steps, from);
}

/** A step once; not at all, or again and again, where that is allowed. A further round takes a row at least. */
function times(
  step: Step,
  from: readonly Taken[],
  can: { readonly none: boolean; readonly more: boolean },
): readonly Taken[] {
  let round = unique(step(from));
  let all = can.none ? [...from, ...round] : [...round];
  if (!can.more) return unique(all);
  for (;;) {
    const before = unique(all).length;
    round = unique(step(round));
    all = [...unique([...all, ...round])];
    if (all.length === before) return all;
  }
}

/** Two ways are one when they take each row for the same place. */
function unique(ways: readonly Taken[]): readonly Taken[] {
  const found = new Map(ways.map((way) => [`${way.at}:${way.places.join(' ')}`, way]));
  if (found.size > WAYS_MAX) throw new TooMany();
  return [...found.values()];
}

function orders(of: readonly number[]): number[][] {
  if (of.length === 0) return [[]];
  return of.flatMap((first) => orders(of.filter((one) => one !== first)).map((rest) => [first, ...rest]));
}

/** The text of a pattern. */
export function rowPatternText(node: RowTree): string {
  switch (node.op) {
    case 'variable':
      return node.name + repeatText(node);
    case 'group':
      return `(${rowPatternText(node.child)})${repeatText(node)}`;
    case 'sequence':
      return node.children.map(rowPatternText).join(' ');
    case 'choice':
      return node.children.map(rowPatternText).join(' | ');
    case 'permute':
      return `match_recognize_permute(${node.children.map(rowPatternText).join(', ')})`;
  }
}

function repeatText({ sign, bounds }: Repeat): string {
  if (bounds === null) return sign;
  const { low, high } = bounds;
  return `${sign}{${low !== null && low === high ? low : `${low ?? ''},${high ?? ''}`}}`;
}
