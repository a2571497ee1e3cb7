import { assert } from '../../core/assert.ts';
import {
  childrenOf,
  conjuncts,
  dependsOnlyOnItem,
  isFieldPath,
  mapChildren,
  STEADY,
  usesSlots,
} from '../../expr/analyze.ts';
import { CURRENT, type Expr } from '../../expr/ir.ts';
import type { JoinPlan } from '../../plan/join-plan.ts';
import { type LinkTree, linkTree } from '../../plan/link-tree.ts';
import type { QueryPlan } from '../../plan/plan.ts';
import { listAsLookedUp } from './plan-list.ts';
import { type FoundRange, rangeOf } from './plan-range.ts';
import type {
  IndexProgram,
  JoinProgram,
  LookUp,
  Probe,
  ProbeBranch,
  ProbeStep,
  SequenceProbe,
} from './program.ts';

/** A query that joins. */
export type JoinQuery = Pick<QueryPlan, 'inputs' | 'where'> & { readonly join: JoinPlan };

/**
 * Plans a join. An event of a stream is joined with the present events of the others. In an inner join the stream that
 * equalities tie best to those known is looked up next, by an index over the equal expressions; in an outer join the
 * order follows the links.
 */
export function planJoin(query: JoinQuery): JoinProgram {
  return new Planner(query).plan();
}

/** A condition with the streams it reads. */
interface Term {
  readonly expr: Expr;
  readonly slots: ReadonlySet<number>;
  /** Whether it is an equality of `on`. */
  readonly isLink: boolean;
  /** An equality that holds of two nulls. */
  readonly matchesNull: boolean;
}

class Planner {
  private readonly query: JoinQuery;
  private readonly isOuter: boolean;
  private readonly matchesNull: boolean;
  /** The conditions joined by `and`: those of `on`, then those of `where`. */
  private readonly terms: readonly Term[];
  private readonly indexes: IndexProgram[][];
  private isLopsided = false;

  constructor(query: JoinQuery) {
    this.query = query;
    this.indexes = query.inputs.map(() => []);
    this.isOuter = query.join.links.some(({ kind }) => kind !== 'inner');
    this.matchesNull = this.isOuter || isDriven(query);
    const equalities = query.join.links.flatMap(({ on }) =>
      on.map(({ left, right }) => equality(left, right)),
    );
    const where = query.where === null ? [] : conjuncts(query.where);
    const all = new Set(query.inputs.keys());
    this.terms = [...equalities, ...where].map((expr, i) => {
      const slots = readsStreamsOnly(expr) ? usesSlots(expr) : all;
      const isLink = i < equalities.length;
      return { expr, slots, isLink, matchesNull: this.matchesNull && isLink };
    });
  }

  plan(): JoinProgram {
    const { inputs, join } = this.query;
    const drivers = join.unidirectional.filter(Boolean).length;
    const probes = inputs.map((_, root): Probe | null => {
      if (drivers === inputs.length) return { kind: 'alone', root, condition: this.query.where };
      if (drivers > 0 && join.unidirectional[root] !== true) return null;
      return this.isOuter ? this.tree(root) : this.sequence(root);
    });
    const { isLopsided } = this;
    return { tables: this.indexes.map((indexes) => ({ indexes })), probes, isLopsided };
  }

  private tree(root: number): Probe {
    const { join, where } = this.query;
    const tree = linkTree(join, root);
    assert(tree !== null, 'a join that links its streams in no order is refused before');
    const branch = ({ stream, isRequired, children }: LinkTree, from: number): ProbeBranch => {
      const known = new Set([from]);
      const ties = this.terms.flatMap((term) => tieOf(term, stream, known) ?? []);
      const unique = this.uniqueTies(stream, ties);
      const range = unique === null ? this.rangeBetween(from, stream) : null;
      const lookUp = this.lookUp(
        stream,
        unique ?? firstOfFields(ties.filter(({ term }) => term.isLink)),
        range,
      );
      return { ...lookUp, isRequired, branches: children.map((child) => branch(child, stream)) };
    };
    const branches = tree.children.map((child) => branch(child, root));
    return { kind: 'tree', root, branches, condition: where };
  }

  /**
   * A range of `where` over two streams of an outer join. What does not lie within makes no row in the end, with a null in
   * its place neither.
   */
  private rangeBetween(from: number, stream: number): FoundRange | null {
    const terms = this.terms.filter(({ slots, isLink }) => {
      return !isLink && [...slots].every((slot) => slot === from || slot === stream);
    });
    return rangeOf(
      terms.map(({ expr }) => expr),
      stream,
    );
  }

  private sequence(root: number): SequenceProbe {
    const known = new Set([root]);
    let open = this.terms.filter((term) => !isKnown(term, known));
    const condition = joined(this.terms.filter((term) => isKnown(term, known)).map(({ expr }) => expr));
    const steps: ProbeStep[] = [];
    while (known.size < this.query.inputs.length) {
      const { stream, ties: all } = this.next(known, open);
      const unique = this.matchesNull ? this.uniqueTies(stream, all) : null;
      if (unique !== null) open = open.filter((term) => !all.some((tie) => tie.term === term && term.isLink));
      const ties = unique ?? (this.matchesNull ? firstOfFields(all) : all);
      if (this.matchesNull)
        open = open.filter(
          (term) => !term.isLink || all.every((tie) => tie.term !== term || ties.includes(tie)),
        );
      const used = new Set(ties.map(({ term }) => term));
      known.add(stream);
      const rest = open.filter((term) => !used.has(term) && isKnown(term, known));
      const from = steps.at(-1)?.stream ?? root;
      const narrowed = this.terms.flatMap(({ expr }) => rangeAsLookedUp(expr, from, stream));
      open = open.filter((term) => !used.has(term) && !isKnown(term, known));
      const exprs = rest.map(({ expr }) => expr);
      const range = unique === null ? rangeOf([...exprs, ...narrowed], stream) : null;
      const isLoose = this.query.inputs.length === 2 && ties.length === 0 && range === null;
      const list = isLoose ? listAsLookedUp(exprs, from, stream) : null;
      const isPart = narrowed.length > 0 || list !== null;
      if (isPart && !this.matchesNull) this.isLopsided = true;
      const conditions = [...exprs, ...narrowed, ...(list === null ? [] : [list])];
      const lookUp = this.lookUp(stream, ties, range);
      steps.push({ ...lookUp, condition: joined(conditions) });
    }
    return { kind: 'sequence', root, condition, steps };
  }

  /** The stream that most equalities tie to the known ones, then one by a range; of several the first. */
  private next(known: ReadonlySet<number>, open: readonly Term[]): { stream: number; ties: readonly Tie[] } {
    let best: { stream: number; ties: readonly Tie[] } | null = null;
    let most = -1;
    for (let stream = 0; stream < this.query.inputs.length; stream++) {
      if (known.has(stream)) continue;
      const ties = open.flatMap((term) => tieOf(term, stream, known) ?? []);
      const closed = open.filter((term) => isKnown(term, new Set([...known, stream])));
      const isNarrowed =
        rangeOf(
          closed.map(({ expr }) => expr),
          stream,
        ) !== null;
      const worth = 2 * ties.length + (isNarrowed ? 1 : 0);
      if (worth <= most) continue;
      most = worth;
      best = { stream, ties };
    }
    return best as { stream: number; ties: readonly Tie[] };
  }

  /**
   * Where a stream has a window by unique keys and equalities for all of them, Esper looks it up by these alone: further
   * equalities of `on` that are no conditions besides do not count (recorded). Null: no such window.
   */
  private uniqueTies(stream: number, ties: readonly Tie[]): readonly Tie[] | null {
    const view = this.query.inputs[stream]?.views.find(
      ({ name }) => name === 'unique' || name === 'firstunique',
    );
    const isGrouped = this.query.inputs[stream]?.views[0]?.name === 'groupwin';
    if (view === undefined || isGrouped) return null;
    const found = view.args.map(({ expr }) => {
      const text = JSON.stringify(expr);
      return ties.find(({ own }) => JSON.stringify(rebased(own, stream)) === text);
    });
    return found.includes(undefined) ? null : (found as Tie[]);
  }

  /** Makes sure that a stream has an index over the keys. */
  private lookUp(stream: number, ties: readonly Tie[], range: FoundRange | null = null): LookUp {
    const index: IndexProgram = {
      keys: ties.map(({ own }) => rebased(own, stream)),
      sort: range === null ? null : rebased(range.sort, stream),
    };
    const list = this.indexes[stream] as IndexProgram[];
    const text = JSON.stringify(index);
    const found = list.findIndex((one) => JSON.stringify(one) === text);
    const at = found >= 0 ? found : list.push(index) - 1;
    return {
      ...{ stream, index: at, bounds: range?.bounds ?? null },
      keys: ties.map(({ other }) => other),
      matchesNull: ties.map((tie) => tie.matchesNull),
    };
  }
}

/**
 * Whether the events of one stream make all rows: a unidirectional one, or where all streams are the same without
 * windows, so that an event is joined with itself.
 */
function isDriven({ inputs, join }: JoinQuery): boolean {
  if (join.unidirectional.includes(true)) return true;
  return inputs.every(({ kind, views }) => kind === 'stream' && views.length === 0);
}

function equality(left: Expr, right: Expr): Expr {
  return { op: 'equal', type: BOOLEAN, negated: false, nullSafe: false, left, right };
}

/** Whether nothing in it needs the whole row, as `prev` does, which looks for other events of a stream. */
function readsStreamsOnly(expr: Expr): boolean {
  return PLAIN.has(expr.op) && childrenOf(expr).every(readsStreamsOnly);
}

const PLAIN: ReadonlySet<Expr['op']> = new Set<Expr['op']>([
  ...STEADY,
  ...(['now', 'variable', 'local', 'lambda', 'let', 'param', 'method', 'nested', 'dynamic'] as const),
  ...(['exists', 'typeof', 'instanceof', 'required', 'quantified', 'row', 'sizedArray'] as const),
]);

const BOOLEAN = { kind: 'boolean' } as const;

/** An equality that finds events of a stream: an expression over it is equal to one over known streams. */
interface Tie {
  readonly term: Term;
  readonly own: Expr;
  readonly other: Expr;
  readonly matchesNull: boolean;
}

function tieOf(term: Term, stream: number, known: ReadonlySet<number>): Tie | null {
  const { expr, matchesNull } = term;
  if (expr.op !== 'equal' || expr.negated || expr.nullSafe) return null;
  if (!dependsOnlyOnItem(expr)) return null;
  const isOwn = (side: Expr) => {
    const slots = usesSlots(side);
    return slots.size === 1 && slots.has(stream);
  };
  const isOther = (side: Expr) => [...usesSlots(side)].every((slot) => known.has(slot));
  if (isOwn(expr.left) && isOther(expr.right))
    return { term, own: expr.left, other: expr.right, matchesNull };
  if (isOwn(expr.right) && isOther(expr.left))
    return { term, own: expr.right, other: expr.left, matchesNull };
  return null;
}

/** As in Esper, of equalities of outer and unidirectional joins with one field of the stream looked up the first counts. */
function firstOfFields(ties: readonly Tie[]): readonly Tie[] {
  const isKept = (tie: Tie, i: number) => {
    const text = JSON.stringify(tie.own);
    const before = ties.slice(0, i).some((one) => one.term.isLink && JSON.stringify(one.own) === text);
    return !tie.term.isLink || !before;
  };
  return ties.filter(isKept);
}

/** Whether a condition reads known streams only. */
function isKnown({ slots }: Term, known: ReadonlySet<number>): boolean {
  for (const slot of slots) if (!known.has(slot)) return false;
  return true;
}

/**
 * What Esper looks for where the range `a.x between b.low and c.high` is known to tie two streams, whatever the range says
 * (recorded: reversed ends find nothing then, and neither does `not between`): `a.x >= b.low` between a and b,
 * `a.x <= c.high` between a and c. With both ends in one stream only as that one is looked up from a.
 */
function rangeAsLookedUp(expr: Expr, from: number, stream: number): readonly Expr[] {
  if (expr.op !== 'range' || ![expr.operand, expr.low, expr.high].every(isFieldPath)) return [];
  const { operand, low, high } = expr;
  const [own, lowOf, highOf] = [operand, low, high].map((one) => [...usesSlots(one)][0] as number);
  const compare = (operator: '>=' | '<=', right: Expr): Expr => {
    return { op: 'compare', type: BOOLEAN, operator, left: operand, right };
  };
  if (lowOf === highOf) {
    return own === from && lowOf === stream ? [compare('>=', low), compare('<=', high)] : [];
  }
  const isPair = (end: number | undefined) =>
    (own === from && end === stream) || (own === stream && end === from);
  return [...(isPair(lowOf) ? [compare('>=', low)] : []), ...(isPair(highOf) ? [compare('<=', high)] : [])];
}

function joined(exprs: readonly Expr[]): Expr | null {
  return exprs.length <= 1 ? (exprs[0] ?? null) : { op: 'and', type: BOOLEAN, operands: exprs };
}

/** The expression with the events of a stream as `CURRENT`. */
function rebased(expr: Expr, stream: number): Expr {
  if ((expr.op === 'field' || expr.op === 'slot') && expr.slot === stream) return { ...expr, slot: CURRENT };
  return mapChildren(expr, (child) => rebased(child, stream));
}
