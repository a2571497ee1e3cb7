import type { EventType } from '../engine/event/types.ts';
import type { Plan, StatementPlan } from '../engine/plan/plan.ts';
import type { TimeUnit } from '../engine/time/time-base.ts';
import { checkGrowingTables } from './checks/growing-tables.ts';
import { checkRowPatterns } from './checks/row-patterns.ts';
import { runChecks } from './checks/run-checks.ts';
import { checkUnboundedGroups } from './checks/unbounded-groups.ts';
import { checkUnboundedPartitions } from './checks/unbounded-partitions.ts';
import { checkUnboundedWindows } from './checks/unbounded-windows.ts';
import { accessOf, readAnnotations } from './language/annotations.ts';
import type { Module, Statement } from './language/ast.ts';
import { isQueryBody } from './language/ast-query.ts';
import { Catalog } from './language/catalog.ts';
import {
  type ConsumingBody,
  isConsuming,
  lowerConsuming,
  sourcesOf,
  storeCreated,
  streamsFed,
  typesRead,
} from './language/consuming.ts';
import { checkPlaceOfContext, checkTypesOfContext } from './language/context-rules.ts';
import { declareSchemas } from './language/declare-schema.ts';
import { declaredNames } from './language/declared-names.ts';
import type { LanguageDefaults } from './language/defaults.ts';
import type { Diagnostic } from './language/diagnostics.ts';
import { checkSubqueryHint } from './language/index-hints.ts';
import { declareExpression } from './language/lower-declared.ts';
import type { DivisionRules } from './language/lower-division.ts';
import {
  placeText,
  type StatementPlace,
  statementOf,
  type UnplacedStatement,
} from './language/lower-statement.ts';
import { lowerVariable } from './language/lower-variable.ts';
import { mentions } from './language/mentions.ts';
import type { ParameterValues } from './language/parameters.ts';
import { parseModule } from './language/parser.ts';
import { Reporter } from './language/reporter.ts';
import { subquerySources } from './language/subquery-sources.ts';
import { OpenEntries } from './open-entries.ts';

/** One rule file. */
export interface RuleSource {
  readonly file: string;
  readonly text: string;
}

/** What compiling a rule set gives. */
export interface CompileResult {
  /** Null when there is any error. */
  readonly plan: Plan | null;
  /** In the order of the files, then of the place. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Settings of a compilation. */
export interface CompileOptions {
  /** A plan to append to: its types are known, its entries keep their indexes. */
  readonly base?: Plan;
  /** Time zone of calendar arithmetic; default that of `base`, else UTC. */
  readonly zone?: string;
  /** What times count; default that of `base`, else milliseconds. Throws a `TimeUnitError` when it is not that of `base`. */
  readonly timeUnit?: TimeUnit;
  /** Event types given from outside the rule text. */
  readonly eventTypes?: readonly EventType[];
  /** Values for the substitution parameters: a list for `?` in the order of the text, an object for `?:name`. */
  readonly params?: ParameterValues;
  /** How `/` divides; default: always as double, by zero ±Infinity or NaN. */
  readonly division?: DivisionRules;
  /** What rules mean where they do not say it. */
  readonly defaults?: LanguageDefaults;
}

/**
 * Compiles rule files to a plan. Never throws on text. Schemas of all files come first, then the other statements; a
 * statement that reads a stream fed further down is looked at after the one that feeds it, but statements keep the
 * order of files and text in the plan.
 */
export function compileRules(sources: readonly RuleSource[], options: CompileOptions = {}): CompileResult {
  const { base } = options;
  const known = new Set(base?.types.map((type) => type.name));
  const given = (options.eventTypes ?? []).filter((type) => !known.has(type.name));
  const catalog = new Catalog([...(base?.types ?? []), ...given], base, options);
  const diagnostics: Diagnostic[] = [];
  const entries = sources.flatMap(({ file, text }) => {
    const { module, diagnostics: found } = parseModule(file, text);
    diagnostics.push(...found);
    catalog.parameters.number(module);
    const isWhole = found.length === 0 && !module.statements.some(hasUnsupported);
    if (!isWhole) for (const name of declaredNames(text)) catalog.expect(name);
    return entriesOf(module);
  });
  declareAll(entries, catalog);
  const plans = declareNames(entries, catalog);
  lowerAll(entries, catalog, plans);
  const checked = entries.map((entry) => ({ ...entry, query: plans.get(entry)?.query ?? null }));
  checkGrowingTables(checked, base?.statements.map(({ query }) => query) ?? [], catalog.stores.plans);
  const statements = [...(base?.statements ?? [])];
  const names = new Map<string, StatementPlan>();
  for (const entry of entries) {
    const plan = plans.get(entry);
    if (plan === undefined) continue;
    const first = names.get(plan.name);
    if (first !== undefined) reportSameName(entry, plan, first);
    const placed = { index: statements.length, ...plan };
    names.set(plan.name, placed);
    statements.push(placed);
  }
  const zone = options.zone ?? base?.zone ?? 'UTC';
  const { variables, plans: expressions } = catalog.declared;
  const stores = catalog.stores.plans;
  const contexts = catalog.contexts.plans;
  const { types, timeUnit } = catalog;
  const plan: Plan = { types, statements, variables, expressions, stores, contexts, zone, timeUnit };
  for (const { statement, report, query } of checked) {
    for (const one of statement.annotations) if (query !== null) checkSubqueryHint(one, query, plan, report);
    diagnostics.push(...report.diagnostics);
  }
  sortByPlace(diagnostics, sources);
  const failed = diagnostics.some((one) => one.severity === 'error');
  return { plan: failed ? null : plan, diagnostics };
}

/** Whether a statement may declare names in a part that this version refuses. */
function hasUnsupported({ body }: Statement): boolean {
  return body.kind === 'unsupported' || (body.kind === 'select' && body.unsupported.length > 0);
}

/** A statement on its way to the plan. */
interface Entry {
  readonly statement: Statement;
  readonly place: StatementPlace;
  readonly report: Reporter;
}

function entriesOf(module: Module): Entry[] {
  const { file, text } = module;
  return module.statements.map((statement, i) => {
    return { statement, place: { file, text, ordinal: i + 1 }, report: new Reporter(file) };
  });
}

function declareAll(entries: readonly Entry[], catalog: Catalog): void {
  const schemas = entries.flatMap(({ statement, place, report }) => {
    const { body, annotations } = statement;
    checkPlaceOfContext(statement, report);
    if (body.kind === 'unsupported') report.notImplemented(body.what, body.span);
    if (isQueryBody(body)) report.error('E0490', 'a query is no rule: it runs once', body.span, [QUERY_NOTE]);
    if (body.kind !== 'createSchema') return [];
    const { alert, isDynamic, isBusEventType } = readAnnotations(annotations, report);
    if (alert !== null) report.error('E0404', '@Alert on a schema: it has no rows', alert.span);
    return [{ schema: body, place: placeText(place, statement), report, isDynamic, isBusEventType }];
  });
  declareSchemas(schemas, catalog);
}

const QUERY_NOTE = 'run it with `cepheid replay --query`';

/** Declared expressions, then variables in the order of the text; the latter are statements with rows. */
function declareNames(entries: readonly Entry[], catalog: Catalog): Map<Entry, UnplacedStatement> {
  const plans = new Map<Entry, UnplacedStatement>();
  for (const { statement, report } of entries) {
    const { body, annotations } = statement;
    if (body.kind !== 'createExpression') continue;
    readAnnotations(annotations, report);
    declareExpression(body.declaration, accessOf(annotations), { catalog, report });
  }
  for (const entry of entries) {
    const { statement, place, report } = entry;
    if (statement.body.kind !== 'createVariable' || isConsuming(statement)) continue;
    const lowering = { catalog, report };
    const annotations = readAnnotations(statement.annotations, report);
    catalog.declared.enter(statement.declarations);
    const query = lowerVariable(statement.body, statement.annotations, lowering);
    if (query !== null) plans.set(entry, statementOf(statement, place, annotations, query, lowering));
  }
  return plans;
}

/** Lowers the statements that consume events, those that feed a stream before those that read it. */
function lowerAll(entries: readonly Entry[], catalog: Catalog, plans: Map<Entry, UnplacedStatement>): void {
  let waiting = entries.filter(({ statement }) => isConsuming(statement));
  const open = new OpenEntries(waiting);
  while (waiting.length > 0) {
    const next: Entry[] = [];
    for (const entry of waiting) {
      if (waitsFor(entry, open, catalog) !== null) {
        next.push(entry);
        continue;
      }
      open.delete(entry);
      lowerOne(entry, catalog, plans);
    }
    if (next.length === waiting.length) {
      for (const entry of next) reportCircle(entry, waitsFor(entry, open, catalog) as string);
      return;
    }
    waiting = next;
  }
}

function lowerOne(entry: Entry, catalog: Catalog, plans: Map<Entry, UnplacedStatement>): void {
  const { statement, place, report } = entry;
  const body = statement.body as ConsumingBody;
  catalog.declared.enter(statement.declarations);
  catalog.contexts.enter(statement.context, catalog, report);
  catalog.stores.written = body.kind === 'select' ? (body.intoTable?.table.text ?? null) : null;
  const plan = lowerConsuming(statement, body, place, { catalog, report });
  if (plan !== null) {
    checkTypesOfContext(plan.query, statement, { catalog, report });
    plans.set(entry, plan);
    if (body.kind === 'createContext') checkUnboundedPartitions(body, report);
    runChecks(sourcesOf(body), report);
    checkUnboundedGroups(body, plan.query, report);
    checkUnboundedWindows(body, plan.query, report);
    checkRowPatterns(body, plan.query, report);
  } else for (const name of streamsFed(body)) catalog.expect(name);
}

/** The stream an entry reads that has no type yet but is fed by another open entry; null when there is none. */
function waitsFor(entry: Entry, open: OpenEntries<Entry>, catalog: Catalog): string | null {
  const { statement } = entry;
  const context = statement.context?.text;
  if (context !== undefined && catalog.contexts.find(context) === undefined && open.createsContext(context))
    return context;
  const own = statement.body as ConsumingBody;
  for (const name of [...typesRead(own), ...subquerySources([own, statement.declarations], catalog)]) {
    const isKnown = catalog.indexOf(name) >= 0 || catalog.isExpected(name);
    if (open.createsStore(name, entry) || (!isKnown && open.feeds(name, entry))) return name;
  }
  for (const name of open.names(entry)) if (mentions(statement, name)) return name;
  for (const name of streamsFed(own)) {
    if (storeCreated(own) !== name && open.createsStore(name, entry)) return name;
  }
  return null;
}

function reportCircle({ statement, report }: Entry, stream: string): void {
  const title = `the stream \`${stream}\` is fed from itself, so its type cannot be found`;
  report.error('E0407', title, statement.body.span, [`declare it: create schema ${stream}(…)`]);
}

function reportSameName({ statement, report }: Entry, plan: UnplacedStatement, first: StatementPlan): void {
  const title = `the name \`${plan.name}\` is taken by the statement at ${first.file}:${first.line}`;
  const annotation = statement.annotations.find((one) => one.name.text.toLowerCase() === 'name');
  report.error('E0209', title, annotation?.span ?? statement.span);
}

function sortByPlace(diagnostics: Diagnostic[], sources: readonly RuleSource[]): void {
  const order = new Map(sources.map(({ file }, i) => [file, i]));
  const start = (one: Diagnostic) => one.labels[0]?.span.start ?? 0;
  diagnostics.sort((a, b) => (order.get(a.file) ?? 0) - (order.get(b.file) ?? 0) || start(a) - start(b));
}
