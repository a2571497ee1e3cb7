import type { EventRecord, Value } from '../../event/record.ts';
import type { Env, QueryFrame } from '../../expr/evaluate.ts';
import type { SubqueryRead } from '../../expr/ir-subquery.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { SourceOwner } from '../query-source.ts';
import type { StatementAtom, StatementHost, StatementSubqueries } from '../statement.ts';
import { Subquery } from './subquery.ts';

/** All subqueries of a running statement. */
export class Subqueries implements StatementSubqueries {
  readonly atoms: readonly StatementAtom[];
  readonly frame: QueryFrame = new SubqueryFrame(this);
  private readonly env: Env;
  private isOpen = false;
  private readonly all: readonly Subquery[];
  /** For each atom its subquery, and the number of the atom there. */
  private readonly owners: readonly { readonly subquery: Subquery; readonly atom: number }[];

  constructor(owner: SourceOwner, host: StatementHost) {
    this.env = host.env;
    this.all = owner.plan.query.subqueries.map((one) => new Subquery(one, owner, host));
    this.owners = this.all.flatMap((subquery) => subquery.atoms.map((_, atom) => ({ subquery, atom })));
    this.atoms = this.all.flatMap(({ atoms }) => atoms);
  }

  open(): void {
    if (this.isOpen) return;
    this.isOpen = true;
    for (const subquery of this.all) subquery.open();
  }

  start(): void {
    for (const subquery of this.all) subquery.start();
  }

  onAtom(atom: number, event: EventRecord): void {
    const owner = this.owners[atom] as (typeof this.owners)[number];
    owner.subquery.onAtom(owner.atom, event);
  }

  flush(): void {
    for (const subquery of this.all) subquery.flush();
  }

  /** The expressions of a subquery have a frame of their own: that of the statement is put back afterwards. */
  answer(index: number, read: SubqueryRead, operand: Value): Value {
    const { env } = this;
    const { frame } = env;
    const value = (this.all[index] as Subquery).answer(read, operand);
    env.frame = frame;
    return value;
  }

  stop(): void {
    for (const subquery of this.all) subquery.stop();
  }

  snapshot(writer: EventWriter): unknown {
    return this.all.map((subquery) => subquery.snapshot(writer));
  }

  restore(state: unknown, reader: EventReader): void {
    for (const [i, subquery] of this.all.entries())
      subquery.restore((state as readonly unknown[])[i], reader);
  }
}

/** What the expressions of a statement read that has no clauses but subqueries. */
class SubqueryFrame implements QueryFrame {
  private readonly subqueries: Subqueries;

  constructor(subqueries: Subqueries) {
    this.subqueries = subqueries;
  }

  subquery(index: number, read: SubqueryRead, operand: Value): Value {
    return this.subqueries.answer(index, read, operand);
  }

  aggregate(): Value {
    return null;
  }

  previous(): Value {
    return null;
  }

  isSummedOver(): boolean {
    return false;
  }

  local(): Value {
    return null;
  }
}
