import { type EventType, sameType, typeName, type ValueType } from '../../engine/event/types.ts';
import type { AggregatePlan, GroupByPlan } from '../../engine/plan/query-plan.ts';
import type { IntoTablePlan, TableAggregate } from '../../engine/plan/table-plan.ts';
import type { SelectStatement } from './ast.ts';
import type { IntoTable } from './ast-table.ts';
import { isInContextOf } from './context-rules.ts';
import type { Span } from './diagnostics.ts';
import type { SelectColumn } from './lower-select.ts';
import type { Lowering } from './scope.ts';
import type { FoundTable } from './stores.ts';

/** The table that `into table` names; null after reporting that there is none. */
export function findIntoTable({ table }: IntoTable, { catalog, report }: Lowering): FoundTable | null {
  const found = catalog.stores.table(table.text);
  if (found !== undefined) return isInContextOf(found.plan, table.span, { catalog, report }) ? found : null;
  if (!catalog.isExpected(table.text))
    report.unknown('E0217', 'table', table.text, table.span, catalog.stores.tableNames());
  return null;
}

/** The lowered parts of a query with `into table`. */
export interface IntoTableParts {
  readonly columns: readonly SelectColumn[];
  readonly aggregates: readonly AggregatePlan[];
  readonly groupBy: GroupByPlan | null;
}

/** Finds the column of the table for each aggregate, by the name of the select column that it is; null after mistakes. */
export function lowerIntoTable(
  select: SelectStatement,
  table: FoundTable,
  parts: IntoTableParts,
  lowering: Lowering,
): IntoTablePlan | null {
  const { report } = lowering;
  const into = select.intoTable as IntoTable;
  const errorsBefore = report.errorCount;
  const binding = new Binding(select, table, lowering);
  if (parts.aggregates.length === 0) {
    report.error('E0471', '`into table` needs an aggregate function among the columns', into.span);
  }
  binding.checkKeys(parts.groupBy);
  const columns = parts.aggregates.map((aggregate, i) => binding.columnOf(aggregate, i, parts));
  return report.errorCount > errorsBefore ? null : { table: table.index, columns };
}

class Binding {
  private readonly select: SelectStatement;
  private readonly table: FoundTable;
  private readonly type: EventType;
  private readonly lowering: Lowering;

  constructor(select: SelectStatement, table: FoundTable, lowering: Lowering) {
    this.select = select;
    this.table = table;
    this.lowering = lowering;
    this.type = lowering.catalog.types[table.plan.type] as EventType;
  }

  /** The keys of `group by` are the primary key. */
  checkKeys(groupBy: GroupByPlan | null): void {
    const { plan } = this.table;
    const given = groupBy?.keys ?? [];
    const span = this.select.groupBy?.span ?? (this.select.intoTable as IntoTable).span;
    if (given.length !== plan.keys.length) {
      const names = plan.keys.map((column) => `\`${this.type.fields[column]?.name}\``).join(', ');
      const wanted = names === '' ? 'has no primary key' : `has the primary key ${names}`;
      this.wrong('E0472', `the table \`${plan.name}\` ${wanted}: \`group by\` must have as many keys`, span);
      return;
    }
    for (const [i, key] of given.entries()) {
      const field = this.type.fields[plan.keys[i] as number] as EventType['fields'][number];
      if (sameType(key.type, field.type)) continue;
      const title = `the key \`${field.name}\` of \`${plan.name}\` is ${typeName(field.type)}, not ${typeName(key.type)}`;
      this.wrong('E0472', title, span);
    }
  }

  /** −1 after reporting that there is no column, or that it is of another kind. */
  columnOf(aggregate: AggregatePlan, index: number, { columns, aggregates }: IntoTableParts): number {
    const isSelected = (at: number) =>
      columns.find(({ expr }) => expr.op === 'aggregate' && expr.index === at);
    // `having` and `order by` read the column of an equal call.
    const text = JSON.stringify(aggregate);
    const equal = aggregates.findIndex(
      (other, at) => JSON.stringify(other) === text && isSelected(at) !== undefined,
    );
    const selected = isSelected(index) ?? isSelected(equal);
    const span = selected?.span ?? (this.select.intoTable as IntoTable).span;
    const { plan } = this.table;
    if (selected === undefined) {
      const title = `an aggregate \`${aggregate.name}\` is no column by itself, so \`into table\` cannot keep it`;
      return this.wrong('E0471', title, span, ['select it as a column of the table: `… as column`']);
    }
    const name = this.nameOf(selected);
    const column = this.type.fields.findIndex((field) => field.name === name);
    const declared = plan.columns[column];
    if (column < 0) {
      this.lowering.report.unknownField(this.type, name, span, []);
      return -1;
    }
    if (declared == null)
      return this.wrong('E0471', `the column \`${name}\` of \`${plan.name}\` is no aggregate`, span);
    const difference = differenceOf(declared, aggregate, this.lowering);
    if (difference === null) return column;
    return this.wrong('E0471', `the column \`${name}\` of \`${plan.name}\` ${difference}`, span);
  }

  /** A declared expression without a name of its own has that of the expression. */
  private nameOf({ name, span }: SelectColumn): string {
    for (const item of this.select.items) {
      if (item.kind !== 'expression' || item.span.start !== span.start || item.alias !== null) continue;
      const { expression } = item;
      const [link, more] = expression.kind === 'chain' ? expression.links : [];
      if (link === undefined || more !== undefined || link.args === null) continue;
      if (this.lowering.catalog.declared.expression(link.name.text) !== undefined) return link.name.text;
    }
    return name;
  }

  private wrong(code: string, title: string, span: Span, notes: string[] = []): -1 {
    this.lowering.report.error(code, title, span, notes);
    return -1;
  }
}

const CRITERIA: ReadonlySet<string> = new Set(['sorted', 'maxbyever', 'minbyever']);

/** In what an aggregate is not the one that a column declares; null when it is. */
function differenceOf(
  { plan: declared, isFiltered }: TableAggregate,
  given: AggregatePlan,
  { catalog }: Lowering,
): string | null {
  if (declared.name !== given.name) {
    const bounded = given.name === `${declared.name}ever` ? ' over a data window' : '';
    return `is a \`${declared.name}\`${bounded}, not a \`${given.name}\``;
  }
  const has = (yes: boolean, what: string) => `is declared ${yes ? 'with' : 'without'} ${what}`;
  if (given.groupBy !== null) return 'has the groups of the table: leave out `group_by:`';
  if (declared.distinct !== given.distinct) return has(declared.distinct, '`distinct`');
  if (declared.name === 'countminsketch') return null;
  const holdsEvents = declared.name === 'window' || CRITERIA.has(declared.name);
  if (!holdsEvents && isFiltered !== (given.filter !== null)) return has(isFiltered, 'a filter');
  if (CRITERIA.has(declared.name)) return heldDifference(declared.type, given.type, catalog.types);
  if (declared.star !== given.star) return has(declared.star, '`*`');
  if (declared.name === 'window') return heldDifference(declared.type, given.type, catalog.types);
  if (declared.args.length !== given.args.length) return 'takes another number of arguments';
  for (const [i, { expr }] of declared.args.entries()) {
    const other = given.args[i]?.expr;
    if (expr.op !== 'field' && expr.op !== 'slot') {
      if (JSON.stringify(expr) !== JSON.stringify(other)) return 'is declared with another constant';
    } else if (other === undefined || !isSame(expr.type, other.type, catalog.types)) {
      return `takes ${typeName(expr.type)}, not ${other === undefined ? 'nothing' : typeName(other.type)}`;
    }
  }
  return null;
}

function heldDifference(declared: ValueType, given: ValueType, types: readonly EventType[]): string | null {
  const [wanted, other] = [declared, given].map((type) => (type.kind === 'array' ? type.element : type)) as [
    ValueType,
    ValueType,
  ];
  return isSame(wanted, other, types) ? null : `holds events of ${typeName(wanted)}, not ${typeName(other)}`;
}

/** Whether values of a type may stand for those of another: the same type, or events of a subtype. */
function isSame(wanted: ValueType, given: ValueType, types: readonly EventType[]): boolean {
  if (sameType(wanted, given)) return true;
  if (wanted.kind !== 'event' || given.kind !== 'event') return false;
  return types.some(
    ({ name, supertypes }) => name === given.typeName && supertypes.includes(wanted.typeName),
  );
}
