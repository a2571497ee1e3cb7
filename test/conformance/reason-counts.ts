/** Counts what unsupported cases need. */
export class ReasonCounts {
  private readonly counts = new Map<string, { cases: number; alone: number }>();

  /** Everything that one case needs; names that differ from case to case should not be part of it. */
  add(reasons: readonly string[]): void {
    const needed = new Set(reasons.map((one) => one.replace(/^E0500 | is not implemented yet$/g, '')));
    for (const reason of needed) {
      const count = this.counts.get(reason) ?? { cases: 0, alone: 0 };
      count.cases++;
      if (needed.size === 1) count.alone++;
      this.counts.set(reason, count);
    }
  }

  /** One line a reason, most frequent first: cases that need it, cases that need nothing else. */
  toString(): string {
    const lines = [...this.counts].sort(
      ([a, x], [b, y]) => y.cases - x.cases || y.alone - x.alone || (a < b ? -1 : 1),
    );
    return lines
      .map(
        ([reason, { cases, alone }]) =>
          `${String(cases).padStart(6)} ${`(${alone} alone)`.padStart(14)}  ${reason}`,
      )
      .join('\n');
  }
}
