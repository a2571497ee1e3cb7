import type { EventRecord, Value } from '../../event/record.ts';
import { conjuncts, hasSubquery } from '../../expr/analyze.ts';
import { compilePredicate, type Predicate, type Slot } from '../../expr/evaluate.ts';
import type { Expr } from '../../expr/ir.ts';
import { conjunction } from '../../pattern/filter-parts.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { StatementPlan } from '../../plan/plan.ts';
import type { RunningStatement, StatementAtom, StatementHost } from '../statement.ts';
import { Subqueries } from './subqueries.ts';
import { SubqueryHost } from './subquery-host.ts';

const NO_SLOTS: readonly Slot[] = [];

/**
 * A statement with subqueries, around the statement without.
 *
 * The order is Esper's: first all filters of the statement are tested, with the rows of its subqueries as they were;
 * then the event enters the windows of the subqueries; then the statement itself gets it. So a filter never sees the
 * event among the rows of its subquery, and every other clause does.
 */
export class SubqueryStatement implements RunningStatement {
  readonly plan: StatementPlan;
  /** Those of the statement without the conditions that read a subquery, then those of the subqueries. */
  readonly atoms: readonly StatementAtom[];
  private readonly host: StatementHost;
  private readonly subqueries: Subqueries;
  readonly inner: RunningStatement;
  /** By atom of the statement: the rest of its condition. */
  private readonly tests: readonly (Predicate | null)[];
  private passed: { readonly atom: number; readonly event: EventRecord }[] = [];

  constructor(plan: StatementPlan, host: StatementHost, make: (host: StatementHost) => RunningStatement) {
    this.plan = plan;
    this.host = host;
    this.subqueries = new Subqueries(this, host);
    this.inner = make(new SubqueryHost(host, this.subqueries));
    this.subqueries.open();
    const split = this.inner.atoms.map((atom) => splitCondition(atom.own));
    this.tests = split.map(({ asks }) => (asks === null ? null : compilePredicate(asks, host.backend)));
    const own = this.inner.atoms.map((atom, i) => ({ ...atom, own: split[i]?.plain ?? null }));
    this.atoms = [...own, ...this.subqueries.atoms];
  }

  start(): void {
    this.subqueries.start();
    this.enterFrame();
    this.inner.start();
  }

  onAtom(atom: number, event: EventRecord): void {
    const count = this.tests.length;
    if (atom >= count) {
      this.subqueries.onAtom(atom - count, event);
      return;
    }
    const test = this.tests[atom] ?? null;
    if (test !== null) {
      this.enterFrame();
      if (!test(event, NO_SLOTS, this.host.env)) return;
    }
    this.passed.push({ atom, event });
  }

  onEvent(): void {
    this.subqueries.flush();
    const { passed } = this;
    if (passed.length === 0) return;
    this.passed = [];
    this.enterFrame();
    for (const { atom, event } of passed) this.inner.onAtom(atom, event);
    this.inner.onEvent();
  }

  onTimers(): void {
    this.subqueries.flush();
    this.enterFrame();
    this.inner.onTimers();
  }

  onTerminated(): void {
    this.inner.onTerminated?.();
  }

  stop(): void {
    this.inner.stop();
    this.subqueries.stop();
  }

  rows(): readonly (readonly Value[])[] {
    this.enterFrame();
    return this.inner.rows?.() ?? [];
  }

  snapshot(writer: EventWriter): unknown {
    return { subqueries: this.subqueries.snapshot(writer), inner: this.inner.snapshot(writer) };
  }

  restore(state: unknown, reader: EventReader): void {
    const { subqueries, inner } = state as Record<string, unknown>;
    this.subqueries.restore(subqueries, reader);
    this.enterFrame();
    this.inner.restore(inner, reader);
  }

  private enterFrame(): void {
    this.host.env.frame = this.subqueries.frame;
  }
}

/** The conditions of a filter that need no subquery, which an index may test, and those that ask one. */
function splitCondition(own: Expr | null): { readonly plain: Expr | null; readonly asks: Expr | null } {
  const parts = own === null ? [] : conjuncts(own);
  return {
    plain: conjunction(parts.filter((part) => !hasSubquery(part))),
    asks: conjunction(parts.filter(hasSubquery)),
  };
}
