import { usesSlots } from '../expr/analyze.ts';
import type { JoinLink, JoinPlan } from './join-plan.ts';

/** A stream of an outer join as it is reached from the one above. */
export interface LinkTree {
  readonly stream: number;
  /** Whether there is no row without an event of it. */
  readonly isRequired: boolean;
  readonly children: readonly LinkTree[];
}

/**
 * The order in which an event of stream `root` reaches the other streams of an outer join, as Esper goes: along the
 * links, first the streams that must have an event (the kept side of a link, and inner joins), then those that may have
 * none. An optional stream behind which an inner join stands is not reached. Null when a stream is not reached.
 */
export function linkTree(join: JoinPlan, root: number): LinkTree | null {
  const walk = new Walk(join);
  const tree = walk.from(root, true);
  return walk.reached.size === join.links.length + 1 ? tree : null;
}

/** Two streams with how the first is joined to the second. */
interface Edge {
  readonly one: number;
  readonly other: number;
  readonly kind: JoinLink['kind'];
  readonly hasKeys: boolean;
}

class Walk {
  readonly reached = new Set<number>();
  private readonly edges: readonly Edge[];

  constructor({ links }: JoinPlan) {
    this.edges = links.map(({ kind, on }, i) => {
      const [key] = on;
      if (key === undefined) return { one: i, other: i + 1, kind, hasKeys: false };
      const [one] = usesSlots(key.left);
      const [other] = usesSlots(key.right);
      return { one: one as number, other: other as number, kind, hasKeys: true };
    });
  }

  from(stream: number, isRequired: boolean): LinkTree {
    this.reached.add(stream);
    const near = this.neighbours(stream).filter((other) => !this.reached.has(other));
    const inner = this.innerOf(stream).filter((other) => !this.reached.has(other));
    const optional = near.filter((other) => this.keeps(stream, other) && !this.leadsToInner(other, stream));
    const required = [...new Set([...near.filter((other) => this.keeps(other, stream)), ...inner])]
      .filter((other) => !optional.includes(other))
      .sort((a, b) => a - b);
    for (const other of required) this.reached.add(other);
    const children: LinkTree[] = [];
    for (const other of required) children.push(this.from(other, true));
    for (const other of optional) if (!this.reached.has(other)) children.push(this.from(other, false));
    return { stream, isRequired, children };
  }

  /** Streams that a link joins with a stream, in ascending order. */
  private neighbours(stream: number): number[] {
    const all = this.edges.flatMap(({ one, other }) => {
      if (one === stream) return [other];
      return other === stream ? [one] : [];
    });
    return [...new Set(all)].sort((a, b) => a - b);
  }

  private innerOf(stream: number): number[] {
    return this.edges.flatMap(({ one, other, kind, hasKeys }) => {
      if (kind !== 'inner' || !hasKeys) return [];
      if (one === stream) return [other];
      return other === stream ? [one] : [];
    });
  }

  /** Whether a stream is kept where the other has no event. */
  private keeps(stream: number, other: number): boolean {
    return this.edges.some(({ one, other: two, kind }) => {
      if (kind === 'inner') return false;
      if (one === stream && two === other) return kind !== 'right';
      return one === other && two === stream && kind !== 'left';
    });
  }

  /** Whether an inner join stands at a stream or behind it, seen from `from`. */
  private leadsToInner(stream: number, from: number): boolean {
    const seen = new Set([...this.reached, from]);
    const visit = (at: number): boolean => {
      if (this.innerOf(at).length > 0) return true;
      seen.add(at);
      return this.neighbours(at).some((next) => {
        const isOuter = this.keeps(at, next) || this.keeps(next, at);
        return isOuter && !seen.has(next) && visit(next);
      });
    };
    return visit(stream);
  }
}
