import type { Plan, QueryPlan, StatementPlan } from '../engine/plan/plan.ts';
import { readAnnotations } from './language/annotations.ts';
import type { Statement } from './language/ast.ts';
import { Catalog, type CatalogSettings } from './language/catalog.ts';
import type { Diagnostic } from './language/diagnostics.ts';
import { checkQueryHint } from './language/index-hints.ts';
import { checkQuerySelect, lowerQueryBody, lowerQueryInsertSelect } from './language/lower-query.ts';
import { lowerSelect, statementOf, type UnplacedStatement } from './language/lower-statement.ts';
import { SubqueryCollector } from './language/lower-subquery.ts';
import { parseModule } from './language/parser.ts';
import { Reporter } from './language/reporter.ts';
import type { Lowering } from './language/scope.ts';

/** What compiling a query gives. */
export interface CompiledQuery {
  /** For `Shard.query`; null when there is any error. */
  readonly query: StatementPlan | null;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Compiles a query that is run once, against the plan of the rules: a `select` from named windows and tables, or
 * `insert`, `update`, `delete` of their rows. Never throws on text. `file` stands for the text in diagnostics.
 */
export function compileQuery(
  text: string,
  plan: Plan,
  settings: CatalogSettings & { readonly file?: string } = {},
): CompiledQuery {
  const { file = 'query' } = settings;
  const { module, diagnostics: found } = parseModule(file, text);
  const report = new Reporter(file);
  const catalog = new Catalog(plan.types, plan, settings);
  catalog.parameters.number(module);
  const [statement, second] = module.statements;
  let made: UnplacedStatement | null = null;
  if (second !== undefined) report.error('E0490', 'a query is one statement', second.span);
  else if (statement !== undefined && found.length === 0) {
    catalog.declared.enter(statement.declarations);
    catalog.contexts.enter(statement.context, catalog, report);
    const subqueries = new SubqueryCollector({ catalog, report });
    made = lowerOne(statement, { file, text, ordinal: 1 }, { catalog, report, subqueries });
    if (made !== null)
      for (const annotation of statement.annotations) checkQueryHint(annotation, made.query, plan, report);
    if (made !== null && subqueries.plans.length > 0)
      made = { ...made, query: { ...made.query, subqueries: subqueries.plans } };
  } else if (found.length === 0) report.error('E0490', 'there is no query', { start: 0, end: text.length });
  const diagnostics = [...found, ...report.diagnostics];
  const failed = made === null || diagnostics.some((one) => one.severity === 'error');
  return { query: failed ? null : { index: -1, ...(made as UnplacedStatement) }, diagnostics };
}

function lowerOne(
  statement: Statement,
  place: { readonly file: string; readonly text: string; readonly ordinal: number },
  lowering: Lowering,
): UnplacedStatement | null {
  const { report } = lowering;
  const { body } = statement;
  if (body.kind === 'select' && body.insertInto === null) {
    const errorsBefore = report.errorCount;
    checkQuerySelect(body, lowering);
    if (statement.context !== null && body.from.length > 1)
      report.error('E0490', 'a query in a context has no join', statement.context.span);
    if (report.errorCount > errorsBefore) return null;
    // As in Esper a query may be written like a rule: it gives what is there.
    const made = lowerSelect(statement, { ...body, streamSelector: null }, place, lowering);
    const [previous] = made?.query.previous ?? [];
    if (previous === undefined) return made;
    report.error('E0490', `a query has no \`${previous.kind}\`: its rows follow nothing`, body.span);
    return null;
  }
  let query: QueryPlan | null = null;
  if (body.kind === 'select') query = lowerQueryInsertSelect(body, lowering);
  else if (body.kind === 'queryInsert' || body.kind === 'queryUpdate' || body.kind === 'queryDelete')
    query = lowerQueryBody(body, lowering);
  else if (body.kind === 'unsupported') report.notImplemented(body.what, body.span);
  else report.error('E0490', 'a query is a `select`, `insert`, `update` or `delete`', statement.span);
  if (query === null) return null;
  return statementOf(statement, place, readAnnotations(statement.annotations, report), query, lowering);
}
