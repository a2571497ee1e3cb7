import { explainPattern, type PatternExplanation } from '../../engine/pattern/planner-text.ts';
import { explainContext } from '../../engine/plan/context-text.ts';
import type { InputPlan, Plan, StatementPlan } from '../../engine/plan/plan.ts';
import { explainQuery, explainStore, type StoreExplanation } from '../../engine/plan/store-text.ts';
import { explainJoin, type JoinExplanation } from '../../engine/query/join/explain-join.ts';
import { explainRowPattern, type RowPatternExplanation } from '../../engine/recognize/explain-row-pattern.ts';
import { compileRules } from '../../rules/index.ts';
import { type PlanGroup, planGroups, spreadText } from './check.ts';
import { diagnosticsText } from './diagnostics.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { dotText, mermaidText } from './explain-graph.ts';
import { explainSubquery, type SubqueryExplanation, subqueryText } from './explain-subquery.ts';
import type { ExplainWhyOptions } from './explain-why.ts';
import { type LanguageOptions, languageSettings } from './language-options.ts';
import { compileQueries } from './queries.ts';
import { readRuleFiles } from './rule-files.ts';

/** Options of `cepheid explain`. */
export interface ExplainOptions extends ExplainWhyOptions {
  readonly plan?: boolean;
  readonly query?: readonly string[];
  readonly format: 'text' | 'pretty' | 'dot' | 'mermaid' | 'json';
}

/** `cepheid explain`; gives the exit code. */
export async function explainCommand(paths: readonly string[], options: ExplainOptions): Promise<number> {
  const { plan, why, whyNot, at, format } = options;
  const asked = [plan === true, why !== undefined, whyNot !== undefined].filter(Boolean).length;
  if (asked > 1) throw new CommandFailure(EXIT.usage, 'ask for one of --plan, --why and --why-not');
  if (at !== undefined && whyNot === undefined)
    throw new CommandFailure(EXIT.usage, '--at goes with --why-not');
  if (why === undefined && whyNot === undefined) return explainPlan(paths, options);
  if (format === 'dot' || format === 'mermaid') {
    throw new CommandFailure(EXIT.usage, `--format ${format} draws the plan; stories come as text or json`);
  }
  const { explainWhy, explainWhyNot } = await import('./explain-why.ts');
  return why !== undefined ? explainWhy(paths, options) : explainWhyNot(paths, options);
}

/** How a statement runs. */
export interface StatementExplanation {
  readonly statement: string;
  readonly file: string;
  readonly line: number;
  /** Null for a statement without a pattern. */
  readonly pattern: PatternExplanation | null;
  /** Null for a statement without `match_recognize`. */
  readonly rowPattern: RowPatternExplanation | null;
  /** Of a statement on a named window or table. */
  readonly store: StoreExplanation | null;
  /** Null for a statement on one stream. */
  readonly join: JoinExplanation | null;
  readonly subqueries: readonly SubqueryExplanation[];
  /** Of a context, and of a statement in one. */
  readonly context: string | null;
  readonly partition: { readonly keys: PlanGroup['keys']; readonly reason: string };
}

function explainPlan(paths: readonly string[], options: ExplainOptions): number {
  const plan = compileFor(paths, options);
  const wanted = options.statement ?? plan.statements.map(({ name }) => name);
  const groups = planGroups(plan);
  const all = wanted.map((name) => explainStatement(plan, statementNamed(plan, name), groups));
  const { stdout } = process;
  const queries = compileQueries(options.query ?? [], plan, options, 'nothing is explained').map((one) => ({
    query: one.name,
    stores: explainQuery(one.query, plan),
  }));
  if (options.format === 'json')
    stdout.write(
      `${JSON.stringify({ statements: all, ...(queries.length > 0 ? { queries } : {}) }, null, 2)}\n`,
    );
  else if (options.format === 'text' || options.format === 'pretty')
    stdout.write([...all.map(statementText), ...queries.map(queryText)].join('\n'));
  else stdout.write((options.format === 'dot' ? dotText : mermaidText)(all));
  return EXIT.done;
}

/** Compiles rule files; shows what is wrong and fails when there are errors. */
export function compileFor(paths: readonly string[], options: LanguageOptions): Plan {
  const sources = readRuleFiles(paths);
  const { plan, diagnostics } = compileRules(sources, languageSettings(options));
  const shown = plan === null ? diagnostics : diagnostics.filter((one) => one.severity === 'error');
  if (shown.length > 0) process.stderr.write(diagnosticsText(shown, sources, process.stderr));
  if (plan === null)
    throw new CommandFailure(EXIT.failed, 'the rules have errors, there is nothing to explain');
  return plan;
}

/** The statement of a name; fails with the names there are. */
export function statementNamed(plan: Plan, name: string): StatementPlan {
  const found = plan.statements.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = plan.statements.map((one) => one.name).join(', ');
  throw new CommandFailure(EXIT.usage, `there is no statement \`${name}\`; there are ${names}`);
}

function explainStatement(
  plan: Plan,
  statement: StatementPlan,
  groups: readonly PlanGroup[],
): StatementExplanation {
  const { name, file, line, query } = statement;
  const [input] = query.inputs;
  const group = groups.find(({ statements }) => statements.includes(name));
  return {
    statement: name,
    file,
    line,
    pattern: input?.kind === 'pattern' ? explainPattern(input, plan) : null,
    rowPattern: rowPatternOf(input, plan),
    store: explainStore(query, plan),
    join: explainJoin(query, plan.types),
    subqueries: query.subqueries.map((one) => explainSubquery(one, plan)),
    context: explainContext(statement, plan),
    partition: { keys: group?.keys ?? null, reason: group?.reason ?? '' },
  };
}

function rowPatternOf(input: InputPlan | undefined, plan: Plan): RowPatternExplanation | null {
  if (input?.recognize === undefined) return null;
  const derived = input.views.findLast((view) => view.derived >= 0)?.derived;
  const own = input.kind === 'pattern' ? input.matchType : (input.contained?.type ?? input.type);
  return explainRowPattern(input.recognize, plan.types[derived ?? own], plan.types);
}

function statementText(explanation: StatementExplanation): string {
  const { statement, file, line, pattern, rowPattern, store, join, subqueries, context, partition } =
    explanation;
  const lines = [`${statement} (${file}:${line})`];
  if (rowPattern !== null) lines.push(...rowPatternLines(rowPattern));
  if (pattern === null) {
    if (rowPattern === null) lines.push('  no pattern');
  } else {
    lines.push('  pattern');
    treeLines(pattern.tree, '    ', lines);
    const pick =
      pattern.matcher === 'linear'
        ? pattern.reason
        : `the linear matcher would not be exact: ${pattern.reason}`;
    lines.push(`  matcher: ${pattern.matcher} (${pick})`, `  state: ${pattern.bound.text}`);
  }
  if (store !== null) lines.push(storeLine(store));
  if (join !== null) lines.push(...joinLines(join));
  lines.push(...subqueries.map((one) => `  subquery over ${subqueryText(one)}`));
  if (context !== null) lines.push(`  context: ${context}`);
  lines.push(`  partition: ${spreadText({ statements: [], ...partition })}`);
  const automaton = pattern?.automaton ?? rowPattern?.automaton ?? null;
  if (automaton !== null) lines.push(...automatonLines(automaton));
  return lines.map((one) => `${one}\n`).join('');
}

function storeLine({ action, store, lookup }: StoreExplanation): string {
  return `  ${action} on \`${store}\`${lookup === null ? '' : `, rows found by ${lookup}`}`;
}

function queryText({ query, stores }: { query: string; stores: readonly StoreExplanation[] }): string {
  return [query, ...stores.map(storeLine)].map((one) => `${one}\n`).join('');
}

function joinLines({ streams, lookUps }: JoinExplanation): string[] {
  return [
    '  join',
    ...streams.map(({ name, indexes }) => {
      return `    ${name}: ${indexes.length === 0 ? 'never looked up' : `kept ${indexes.join('; ')}`}`;
    }),
    ...lookUps.flatMap(({ of, steps }) => [
      `    an event of ${of}:`,
      ...steps.map((step) => `      ${step}`),
    ]),
  ];
}

function rowPatternLines({ pattern, partitionBy, variables, matches }: RowPatternExplanation): string[] {
  const keys = partitionBy.length === 0 ? '' : ` for each ${partitionBy.join(', ')}`;
  return [
    `  row pattern${keys}: ${pattern}`,
    ...variables.map(
      ({ name, rows, takes }) => `    ${name} (${rows === 'one' ? 'one row' : 'several rows'}): ${takes}`,
    ),
    `  matches: ${matches}`,
  ];
}

function treeLines({ text, operands }: PatternExplanation['tree'], indent: string, into: string[]): void {
  into.push(`${indent}${text}`);
  for (const operand of operands) treeLines(operand, `${indent}  `, into);
}

function automatonLines({ states, edges, entry }: NonNullable<PatternExplanation['automaton']>): string[] {
  return states.flatMap(({ id, waits }) => [
    `  state ${id}${id === entry ? ' (start)' : ''}: waits for ${waits.join('; ')}`,
    ...edges
      .filter(({ from }) => from === id)
      .map(({ kind, on, to, by }) => {
        const target = typeof to === 'number' ? `state ${to}` : to;
        return `    ${kind.padEnd(7)} ${on} -> ${target}${by === '' ? '' : `  [runs found by: ${by}]`}`;
      }),
  ]);
}
