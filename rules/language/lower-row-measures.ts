import type { EventType } from '../../engine/event/types.ts';
import { usesSlots } from '../../engine/expr/analyze.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import type { AggregatePlan } from '../../engine/plan/query-plan.ts';
import type { MeasureAggregate } from '../../engine/plan/recognize-plan.ts';
import type { RowMeasure } from './ast-recognize.ts';
import { lowerExpression } from './lower-expression.ts';
import type { PatternVariable, RowSource } from './lower-recognize.ts';
import type { AggregateScope, Lowering, Scope, ScopeEntry } from './scope.ts';

/** The measures, their aggregates, and the type of the events they make. */
export interface LoweredMeasures {
  readonly exprs: readonly Expr[];
  readonly aggregates: readonly MeasureAggregate[];
  readonly type: EventType;
}

/** Lowers `measures`; null after reporting what is wrong. */
export function lowerMeasures(
  measures: readonly RowMeasure[],
  variables: readonly PatternVariable[],
  source: RowSource,
  lowering: Lowering,
): LoweredMeasures | null {
  const { catalog, report } = lowering;
  const errorsBefore = report.errorCount;
  const rows = variables.map(({ name }, slot): ScopeEntry => {
    return { name, slot, type: source.type, isImplicit: true, isRepeated: false };
  });
  const aggregates = new MeasureAggregates(rows, variables);
  const entries = rows.map((entry, i): ScopeEntry => {
    return { ...entry, isImplicit: false, isRepeated: variables[i]?.isMultiple === true };
  });
  const scope: Scope = { catalog, entries, alias: null, aggregates };
  const fields = new Map<string, Expr>();
  for (const { expression, name, span } of measures) {
    const before = aggregates.plans.length;
    const expr = lowerExpression(expression, scope, report);
    for (const plan of aggregates.plans.slice(before)) {
      if (plan.variable >= 0) continue;
      report.error('E0461', 'an aggregate of a measure goes over the rows of one variable', expression.span, [
        'it reads fields of exactly one variable that stands for several rows, such as `B` in `A B+`',
      ]);
    }
    if (name === null) {
      report.error('E0462', 'a measure needs a name', span, ['write `as` and its name after it']);
    } else if (fields.has(name.text)) {
      report.error('E0212', `the measure \`${name.text}\` appears twice`, name.span);
    } else if (expr !== null) fields.set(name.text, expr);
  }
  if (report.errorCount > errorsBefore) return null;
  const type = rowType(fields, source.name, lowering);
  return { exprs: [...fields.values()], aggregates: aggregates.plans, type };
}

/** Collects the aggregates of measures; inside them a variable of several rows stands for each of its rows. */
class MeasureAggregates implements AggregateScope {
  readonly plans: MeasureAggregate[] = [];
  /** Variables are slots, as the streams of a join are. */
  readonly isJoin = true;
  readonly entries: readonly ScopeEntry[];
  private readonly variables: readonly PatternVariable[];
  private readonly indexes = new Map<string, number>();

  constructor(entries: readonly ScopeEntry[], variables: readonly PatternVariable[]) {
    this.entries = entries;
    this.variables = variables;
  }

  add(plan: AggregatePlan): number {
    const text = JSON.stringify(plan);
    const known = this.indexes.get(text);
    if (known !== undefined) return known;
    this.indexes.set(text, this.plans.length);
    return this.plans.push({ variable: this.variableOf(plan), plan }) - 1;
  }

  /** As in Esper the rows of a match are no data window: `first` and `last` pass over nulls, `window` and `sorted` are refused. */
  isUnbounded(): boolean {
    return true;
  }

  /** The one variable of several rows that it reads; −1 when there is none, or more. */
  private variableOf({ args, filter, groupBy }: AggregatePlan): number {
    if (groupBy !== null) return -1;
    const read = new Set<number>();
    for (const { expr } of args) usesSlots(expr, read);
    if (filter !== null) usesSlots(filter, read);
    const [variable, other] = [...read].filter((slot) => this.variables[slot]?.isMultiple === true);
    return variable === undefined || other !== undefined ? -1 : variable;
  }
}

/** The type of the events made of matches, with a name that no user can write. */
function rowType(fields: ReadonlyMap<string, Expr>, own: string, { catalog }: Lowering): EventType {
  let number = 1;
  while (catalog.indexOf(`${own}#match[${number}]`) >= 0) number++;
  const type: EventType = {
    name: `${own}#match[${number}]`,
    fields: Array.from(fields, ([name, { type }]) => ({ name, type })),
    supertypes: [],
    startField: -1,
    endField: -1,
    origin: 'derived',
  };
  catalog.add(type, '');
  return type;
}
