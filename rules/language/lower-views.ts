import { type EventType, type Field, TYPE_DOUBLE, TYPE_LONG } from '../../engine/event/types.ts';
import { childrenOf } from '../../engine/expr/analyze.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import type { Retain, ViewArg, ViewPlan } from '../../engine/plan/query-plan.ts';
import type { StreamViews, ViewUse } from './ast.ts';
import { columnName } from './column-name.ts';
import { nearest } from './hints.ts';
import { lowerExpression } from './lower-expression.ts';
import { lowerViewArgs } from './lower-view-args.ts';
import type { Reporter } from './reporter.ts';
import { currentEntry, fieldExpr, type Lowering, type Scope } from './scope.ts';
import type { Hints } from './statement-hints.ts';
import { type KnownView, STATISTICS, VIEW_FORMS, type ViewForm } from './view-forms.ts';

/** The views of a stream, and what the clauses around them see. */
export interface LoweredViews {
  readonly views: readonly ViewPlan[];
  readonly retain: Retain;
  /** The scope of the stream, or that of the statistics which the last view gives on. */
  readonly scope: Scope;
}

/** Lowers the views of a stream or pattern; null after reporting a mistake. `own` names the stream. */
export function lowerViews(
  item: StreamViews,
  own: string,
  scope: Scope,
  lowering: Lowering,
): LoweredViews | null {
  const retain = item.retain ?? 'intersection';
  if (item.views.length === 0) return { views: [], retain, scope };
  const known = item.views.map((use) => findView(use, lowering));
  if (known.includes(null)) return null;
  const all = known as KnownView[];
  const errorsBefore = lowering.report.errorCount;
  checkCombination(all, retain, lowering);
  const views: ViewPlan[] = [];
  let seen = scope;
  let keys: readonly Column[] = [];
  for (const one of all) {
    const args = lowerViewArgs(one, seen, lowering);
    if (args === null) return null;
    refuseTables(one, args.args, lowering);
    let derived = -1;
    let ownArgs: readonly ViewArg[] = args.args;
    if (one.form.kind === 'group') keys = args.args.map(({ expr }, i) => keyColumn(one.use, i, expr));
    if (one.form.kind === 'merge') keys = [];
    if (one.form.kind === 'derived') {
      const extra = extraColumns(one, args.args, seen, lowering);
      if (extra === null) return null;
      const taken = [...extra.map(({ name }) => name), ...(STATISTICS[one.name] ?? []).map(([name]) => name)];
      extra.push(...keys.filter(({ name }) => !taken.includes(name)));
      const further = extra.map(({ expr }) => ({ expr, descending: false }));
      ownArgs = [...args.args.slice(0, numbersOf(one)), ...further];
      const type = deriveType(one.name, own, extra, lowering);
      derived = lowering.catalog.indexOf(type.name);
      seen = { catalog: seen.catalog, entries: [currentEntry(own, type)], alias: null };
      keys = [];
    }
    views.push({ name: one.name, args: ownArgs, derived, aggregates: args.aggregates });
  }
  return lowering.report.errorCount > errorsBefore ? null : { views, retain, scope: seen };
}

/** As in Esper a view does not look at tables, which change without telling it. */
function refuseTables({ use }: KnownView, args: readonly ViewArg[], { report }: Lowering): void {
  const readsTable = (expr: Expr): boolean => TABLE_READS.has(expr.op) || childrenOf(expr).some(readsTable);
  args.forEach(({ expr }, i) => {
    if (!readsTable(expr)) return;
    report.error(
      'E0472',
      `an argument of \`#${use.name.text}\` cannot read a table`,
      use.args[i]?.span ?? use.span,
      ['a variable can be read'],
    );
  });
}

const TABLE_READS: ReadonlySet<Expr['op']> = new Set<Expr['op']>(['tableRow', 'tableKeys']);

/** Gives the views of a stream the hint `reclaim_group_aged`: seconds after which `groupwin` forgets an idle key. */
export function withReclaim<T extends { readonly views: readonly ViewPlan[] }>(
  input: T,
  hints: Hints,
  report: Reporter,
): T {
  const [first, ...rest] = input.views;
  const aged = hints.get('reclaim_group_aged');
  if (first?.name !== 'groupwin' || aged === undefined) return input;
  const frequency = hints.get('reclaim_group_freq') ?? aged;
  const [agedMs, frequencyMs] = [aged, frequency].map(({ value, span }) => {
    const seconds = Number(value ?? Number.NaN);
    if (!(seconds > 0)) report.notImplemented(`a hint with \`${value}\` for seconds`, span);
    return seconds * 1000;
  }) as [number, number];
  return { ...input, views: [{ ...first, reclaim: { agedMs, frequencyMs } }, ...rest] };
}

function findView(use: ViewUse, { report }: Lowering): KnownView | null {
  const name = use.name.text.toLowerCase();
  const form = VIEW_FORMS.get(name);
  const namespace = use.namespace?.text.toLowerCase() ?? null;
  if (form !== undefined && (namespace === null || namespace === form.namespace)) return { use, name, form };
  const near = nearest(name, [...VIEW_FORMS.keys()]);
  const written = namespace === null ? name : `${namespace}:${name}`;
  const label = near === null ? '' : `did you mean \`${near}\`?`;
  report.error('E0220', `there is no data window or view \`${written}\``, use.name.span, [], label);
  return null;
}

/** Which views go together, as in Esper. */
function checkCombination(all: readonly KnownView[], retain: Retain, { report }: Lowering): void {
  const wrong = ({ use }: KnownView, title: string, ...notes: string[]) =>
    report.error('E0420', title, use.span, notes);
  const of = (...kinds: ViewForm['kind'][]) => all.filter(({ form }) => kinds.includes(form.kind));
  const [group, second] = of('group');
  const windows = of('window', 'batch');
  // As in Esper `firsttime` counts as a batch window here: the intersection gives on what it gives on.
  const batches = all.filter(({ form, name }) => form.kind === 'batch' || name === 'firsttime');
  if (second !== undefined) wrong(second, 'a stream can have one `groupwin` only', 'name all keys in it');
  else if (group !== undefined && group !== all[0])
    wrong(group, '`groupwin` must stand first', 'data windows after it are kept for each key');
  else if (group !== undefined && all[1] === undefined)
    wrong(group, '`groupwin` needs a data window or view after it', '`group by` groups the rows of a query');
  const [merge] = of('merge');
  if (merge !== undefined && group === undefined) wrong(merge, '`merge` needs a `groupwin` before it');
  else if (merge !== undefined && windows.length > 1)
    wrong(merge, '`merge` cannot stand beside several data windows');
  if (retain === 'intersection' && windows.length > 1 && batches.length > 1) {
    const notes = batches.some(({ name }) => name === 'firsttime') ? ['`firsttime` counts as one'] : [];
    wrong(batches[1] as KnownView, 'an intersection can have one batch window only', ...notes);
  }
}

interface Column {
  readonly name: string;
  readonly expr: Expr;
}

function keyColumn(use: ViewUse, at: number, expr: Expr): Column {
  return { name: columnName(use.args[at] as ViewUse['args'][number]), expr };
}

const numbersOf = ({ name }: KnownView): number => (name === 'size' ? 0 : name === 'uni' ? 1 : 2);

/** Further columns of statistics: expressions, or `*` for every field of the event. */
function extraColumns(
  { use, name }: KnownView,
  args: readonly ViewArg[],
  scope: Scope,
  lowering: Lowering,
): Column[] | null {
  const first = numbersOf({ use, name } as KnownView);
  const columns: Column[] = [];
  const taken = new Set((STATISTICS[name] ?? []).map(([one]) => one));
  for (const [i, ast] of use.args.entries()) {
    if (i < first) continue;
    if (ast.kind === 'star') {
      const entry = scope.entries[0];
      if (entry?.type === null || entry === undefined) return null;
      for (const [at, field] of entry.type.fields.entries()) {
        if (!taken.has(field.name)) columns.push({ name: field.name, expr: fieldExpr(entry, at, field) });
      }
      continue;
    }
    const expr = args[i]?.expr ?? lowerExpression(ast, scope, lowering.report);
    if (expr === null) return null;
    const column = columnName(ast);
    if (taken.has(column)) {
      lowering.report.error('E0212', `the column \`${column}\` appears twice`, ast.span);
      return null;
    }
    taken.add(column);
    columns.push({ name: column, expr });
  }
  return columns;
}

/** The type of the events of a view, with a name that no user can write. */
function deriveType(name: string, own: string, further: readonly Column[], { catalog }: Lowering): EventType {
  const fields: Field[] = (STATISTICS[name] ?? []).map(([field, kind]) => ({
    name: field,
    type: kind === 'long' ? TYPE_LONG : TYPE_DOUBLE,
  }));
  for (const { name: field, expr } of further) {
    if (!fields.some((one) => one.name === field)) fields.push({ name: field, type: expr.type });
  }
  let number = 1;
  while (catalog.indexOf(`${own}#${name}[${number}]`) >= 0) number++;
  const type: EventType = {
    name: `${own}#${name}[${number}]`,
    fields,
    supertypes: [],
    startField: -1,
    endField: -1,
    origin: 'derived',
  };
  catalog.add(type, '');
  return type;
}
