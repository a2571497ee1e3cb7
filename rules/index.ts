import type { EventType } from '../engine/event/types.ts';
import type { Plan, StatementPlan } from '../engine/plan/plan.ts';
import type { Module, Statement } from './language/ast.ts';
import { Catalog, declareSchema } from './language/catalog.ts';
import type { Diagnostic } from './language/diagnostics.ts';
import { lowerSelect } from './language/lower-statement.ts';
import { parseModule } from './language/parser.ts';
import { Reporter } from './language/reporter.ts';

export type { Diagnostic } from './language/diagnostics.ts';
export { diagnosticToJson, renderDiagnostics } from './language/render.ts';

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
  /** Event types given from outside the rule text. */
  readonly eventTypes?: readonly EventType[];
}

/**
 * Compiles rule files to a plan. Never throws on text. Schemas of all files come first, then the other statements in
 * the order of files and text; a statement that reads a stream fed further down waits for the one that feeds it.
 */
export function compileRules(sources: readonly RuleSource[], options: CompileOptions = {}): CompileResult {
  const { base } = options;
  const known = new Set(base?.types.map((type) => type.name));
  const given = (options.eventTypes ?? []).filter((type) => !known.has(type.name));
  const catalog = new Catalog([...(base?.types ?? []), ...given]);
  const diagnostics: Diagnostic[] = [];
  const modules = sources.map(({ file, text }) => {
    const parsed = parseModule(file, text);
    diagnostics.push(...parsed.diagnostics);
    return parsed.module;
  });
  declareAll(modules, catalog, diagnostics);
  const statements = lowerAll(modules, catalog, [...(base?.statements ?? [])], diagnostics);
  const order = new Map(sources.map(({ file }, i) => [file, i]));
  const placeOf = (one: Diagnostic) => one.labels[0]?.span.start ?? 0;
  diagnostics.sort((a, b) => (order.get(a.file) ?? 0) - (order.get(b.file) ?? 0) || placeOf(a) - placeOf(b));
  const failed = diagnostics.some((one) => one.severity === 'error');
  const zone = options.zone ?? base?.zone ?? 'UTC';
  return { plan: failed ? null : { types: catalog.types, statements, zone }, diagnostics };
}

/** Schemas may stand in any order: one that fails for a missing name is tried again after the others. */
function declareAll(modules: readonly Module[], catalog: Catalog, diagnostics: Diagnostic[]): void {
  let open = modules.flatMap((module) =>
    module.statements.flatMap(({ body }) => (body.kind === 'createSchema' ? [{ module, schema: body }] : [])),
  );
  for (;;) {
    const failed: { entry: (typeof open)[number]; report: Reporter }[] = [];
    for (const entry of open) {
      // A trial first: a schema with a missing name must not be added half.
      const trial = new Reporter(entry.module.file);
      declareSchema(entry.schema, new Catalog(catalog.types), trial);
      if (trial.hasErrors) failed.push({ entry, report: trial });
      else declareSchema(entry.schema, catalog, trial);
    }
    if (failed.length === open.length || failed.length === 0) {
      diagnostics.push(...failed.flatMap(({ report }) => report.diagnostics));
      return;
    }
    open = failed.map(({ entry }) => entry);
  }
}

interface OpenStatement {
  readonly module: Module;
  readonly statement: Statement;
  readonly ordinal: number;
}

function lowerAll(
  modules: readonly Module[],
  catalog: Catalog,
  done: StatementPlan[],
  diagnostics: Diagnostic[],
): readonly StatementPlan[] {
  let open: OpenStatement[] = modules.flatMap((module) =>
    module.statements
      .map((statement, i) => ({ module, statement, ordinal: i + 1 }))
      .filter(({ statement }) => statement.body.kind !== 'createSchema'),
  );
  const names = new Map(done.map((one) => [one.name, one]));
  for (;;) {
    const waiting: OpenStatement[] = [];
    const failures: Diagnostic[] = [];
    for (const entry of open) {
      const report = new Reporter(entry.module.file);
      const plan = lowerOne(entry, done.length, catalog, report);
      if (plan !== null && names.has(plan.name)) {
        const first = names.get(plan.name) as StatementPlan;
        const title = `the name \`${plan.name}\` is taken by the statement at ${first.file}:${first.line}`;
        report.error('E0209', 'name', title, entry.statement.span);
      } else if (plan !== null) {
        names.set(plan.name, plan);
        done.push(plan);
      }
      const missing = report.diagnostics.some((one) => one.code === 'E0201');
      if (missing) {
        waiting.push(entry);
        failures.push(...report.diagnostics);
      } else diagnostics.push(...report.diagnostics);
    }
    if (waiting.length === open.length || waiting.length === 0) {
      diagnostics.push(...failures);
      return done;
    }
    open = waiting;
  }
}

function lowerOne(
  entry: OpenStatement,
  index: number,
  catalog: Catalog,
  report: Reporter,
): StatementPlan | null {
  const { module, statement, ordinal } = entry;
  const { body } = statement;
  if (body.kind === 'unsupported') report.notImplemented(body.what, body.span);
  if (body.kind !== 'select') return null;
  const place = { file: module.file, text: module.text, ordinal, index };
  const plan = lowerSelect(statement, body, place, catalog, report);
  report.keepCauses();
  return plan;
}
