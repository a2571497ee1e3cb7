import { childrenOf, conjuncts, dependsOnlyOnItem, mapChildren, usesSlots } from '../../expr/analyze.ts';
import { CURRENT, type Expr } from '../../expr/ir.ts';
import type { JoinPlan } from '../../plan/join-plan.ts';
import type { QueryPlan } from '../../plan/plan.ts';
import type { IndexProgram, JoinProgram, Probe, ProbeStep } from './program.ts';

/** A query that joins. */
export type JoinQuery = Pick<QueryPlan, 'inputs' | 'where'> & { readonly join: JoinPlan };

/**
 * Plans a join. Each event of a stream is joined with the present events of the others: the stream that equalities tie
 * best to those known is looked up next, by an index over the equal expressions.
 */
export function planJoin(query: JoinQuery): JoinProgram {
  return new Planner(query).plan();
}

/** A condition with the streams it reads. */
interface Term {
  readonly expr: Expr;
  readonly slots: ReadonlySet<number>;
}

class Planner {
  private readonly query: JoinQuery;
  private readonly terms: readonly Term[];
  private readonly indexes: IndexProgram[][];

  constructor(query: JoinQuery) {
    this.query = query;
    this.indexes = query.inputs.map(() => []);
    const equalities = query.join.links.flatMap(({ on }) =>
      on.map(({ left, right }): Expr => {
        return { op: 'equal', type: BOOLEAN, negated: false, nullSafe: false, left, right };
      }),
    );
    const where = query.where === null ? [] : conjuncts(query.where);
    const all = new Set(query.inputs.keys());
    this.terms = [...equalities, ...where].map((expr) => {
      return { expr, slots: readsStreamsOnly(expr) ? usesSlots(expr) : all };
    });
  }

  plan(): JoinProgram {
    const { inputs, join } = this.query;
    const driver = join.unidirectional.indexOf(true);
    const probes = inputs.map((_, root) => (driver < 0 || driver === root ? this.probe(root) : null));
    return { tables: this.indexes.map((indexes) => ({ indexes })), probes };
  }

  private probe(root: number): Probe {
    const known = new Set([root]);
    let open = this.terms.filter((term) => !isKnown(term, known));
    const condition = joined(this.terms.filter((term) => isKnown(term, known)));
    const steps: ProbeStep[] = [];
    while (known.size < this.query.inputs.length) {
      const { stream, ties } = this.next(known, open);
      const used = new Set(ties.map(({ term }) => term));
      known.add(stream);
      const rest = open.filter((term) => !used.has(term) && isKnown(term, known));
      open = open.filter((term) => !used.has(term) && !isKnown(term, known));
      steps.push({
        stream,
        index: this.indexOf(
          stream,
          ties.map(({ own }) => rebased(own, stream)),
        ),
        keys: ties.map(({ other }) => other),
        condition: joined(rest),
      });
    }
    return { root, condition, steps };
  }

  /** The stream that most equalities tie to the known ones; of several the first. */
  private next(known: ReadonlySet<number>, open: readonly Term[]): { stream: number; ties: readonly Tie[] } {
    let best: { stream: number; ties: readonly Tie[] } | null = null;
    for (let stream = 0; stream < this.query.inputs.length; stream++) {
      if (known.has(stream)) continue;
      const ties = open.flatMap((term) => tieOf(term, stream, known) ?? []);
      if (best === null || ties.length > best.ties.length) best = { stream, ties };
    }
    return best as { stream: number; ties: readonly Tie[] };
  }

  private indexOf(stream: number, keys: readonly Expr[]): number {
    const list = this.indexes[stream] as IndexProgram[];
    const text = JSON.stringify(keys);
    const found = list.findIndex((one) => JSON.stringify(one.keys) === text);
    return found >= 0 ? found : list.push({ keys }) - 1;
  }
}

/** Whether nothing in it needs the whole row, as `prev` does, which looks for other events of a stream. */
function readsStreamsOnly(expr: Expr): boolean {
  return dependsOnlyOnItem(expr) || (PLAIN.has(expr.op) && childrenOf(expr).every(readsStreamsOnly));
}

const PLAIN: ReadonlySet<Expr['op']> = new Set<Expr['op']>([
  ...([
    'literal',
    'field',
    'slot',
    'member',
    'at',
    'key',
    'negate',
    'arithmetic',
    'bitwise',
    'concat',
  ] as const),
  ...(['compare', 'equal', 'and', 'or', 'not', 'in', 'range', 'like', 'regexp', 'case', 'coalesce'] as const),
  ...(['cast', 'array', 'period', 'call', 'now', 'variable', 'local', 'lambda', 'let', 'param'] as const),
  ...(['method', 'nested', 'dynamic', 'exists', 'typeof', 'instanceof', 'required', 'quantified'] as const),
  ...(['row', 'sizedArray'] as const),
]);

const BOOLEAN = { kind: 'boolean' } as const;

/** An equality that finds events of a stream: an expression over it is equal to one over known streams. */
interface Tie {
  readonly term: Term;
  readonly own: Expr;
  readonly other: Expr;
}

function tieOf(term: Term, stream: number, known: ReadonlySet<number>): Tie | null {
  const { expr } = term;
  if (expr.op !== 'equal' || expr.negated || expr.nullSafe) return null;
  if (!dependsOnlyOnItem(expr)) return null;
  const isOwn = (side: Expr) => {
    const slots = usesSlots(side);
    return slots.size === 1 && slots.has(stream);
  };
  const isOther = (side: Expr) => [...usesSlots(side)].every((slot) => known.has(slot));
  if (isOwn(expr.left) && isOther(expr.right)) return { term, own: expr.left, other: expr.right };
  if (isOwn(expr.right) && isOther(expr.left)) return { term, own: expr.right, other: expr.left };
  return null;
}

/** Whether a condition reads known streams only. */
function isKnown({ slots }: Term, known: ReadonlySet<number>): boolean {
  for (const slot of slots) if (!known.has(slot)) return false;
  return true;
}

function joined(terms: readonly Term[]): Expr | null {
  const exprs = terms.map(({ expr }) => expr);
  return exprs.length <= 1 ? (exprs[0] ?? null) : { op: 'and', type: BOOLEAN, operands: exprs };
}

/** The expression with the events of a stream as `CURRENT`. */
function rebased(expr: Expr, stream: number): Expr {
  if ((expr.op === 'field' || expr.op === 'slot') && expr.slot === stream) return { ...expr, slot: CURRENT };
  return mapChildren(expr, (child) => rebased(child, stream));
}
