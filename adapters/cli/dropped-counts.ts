import type { Notice } from '../../engine/core/notice.ts';
import type { Plan } from '../../engine/plan/plan.ts';
import { printable } from '../sinks/printable.ts';

/** Notices of one kind about one rule that are shown. */
const SHOWN_MAX = 8;

const FAILED = 'expression-failed';

interface Latest {
  readonly statement: number;
  readonly count: number;
  readonly code: string;
}

/** Shows the notices of a run and keeps the counts of what limits dropped and of expressions without a value. */
export class DroppedCounts {
  private readonly plan: Plan;
  private readonly isQuiet: boolean;
  /** Latest count by worker, rule and limit. */
  private readonly latest = new Map<string, Latest>();

  /** Notices shown, by rule and code. */
  private readonly shown = new Map<string, number>();

  constructor(plan: Plan, isQuiet: boolean) {
    this.plan = plan;
    this.isQuiet = isQuiet;
  }

  add({ code, statement, count, text }: Notice, worker: number): void {
    if (text !== '' && !this.isQuiet && this.mayShow(`${statement} ${code}`)) {
      process.stderr.write(`cepheid: ${printable(text)}\n`);
    }
    if (statement !== null && count !== undefined)
      this.latest.set(`${worker} ${statement} ${code}`, { statement, count, code });
  }

  private mayShow(kind: string): boolean {
    const shown = (this.shown.get(kind) ?? 0) + 1;
    this.shown.set(kind, shown);
    return shown <= SHOWN_MAX;
  }

  /** What limits dropped, by rule, in the order of the rules. */
  byRule(): ReadonlyMap<string, number> {
    return this.sums((code) => code !== FAILED);
  }

  /** How often an expression had no value, by rule, in the order of the rules. */
  failedByRule(): ReadonlyMap<string, number> {
    return this.sums((code) => code === FAILED);
  }

  private sums(isMeant: (code: string) => boolean): ReadonlyMap<string, number> {
    const all = [...this.latest.values()]
      .filter(({ code }) => isMeant(code))
      .sort((a, b) => a.statement - b.statement);
    const counts = new Map<string, number>();
    for (const { statement, count } of all) {
      const name = this.plan.statements[statement]?.name ?? String(statement);
      counts.set(name, (counts.get(name) ?? 0) + count);
    }
    return counts;
  }
}
