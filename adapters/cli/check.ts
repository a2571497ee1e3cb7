import { derivePlacement } from '../../engine/cluster/placement.ts';
import type { Plan } from '../../engine/plan/plan.ts';
import { compileRules, diagnosticToJson } from '../../rules/index.ts';
import { countText, diagnosticsText, plural } from './diagnostics.ts';
import { EXIT } from './exit-codes.ts';
import { type LanguageOptions, languageSettings } from './language-options.ts';
import { readRuleFiles } from './rule-files.ts';

/** Options of `cepheid check`. */
export interface CheckOptions extends LanguageOptions {
  readonly format: 'pretty' | 'json';
  readonly plan?: boolean;
  readonly denyWarnings?: boolean;
}

/** `cepheid check`: shows the diagnostics of rule files; gives the exit code. */
export async function check(paths: readonly string[], options: CheckOptions): Promise<number> {
  const sources = readRuleFiles(paths);
  const { plan, diagnostics } = compileRules(sources, languageSettings(options));
  const errors = diagnostics.filter((one) => one.severity === 'error').length;
  const warnings = diagnostics.length - errors;
  if (options.format === 'json') {
    const texts = new Map(sources.map(({ file, text }) => [file, text]));
    const shown = diagnostics.map((one) => diagnosticToJson(one, texts.get(one.file) ?? ''));
    const groups = options.plan === true && plan !== null ? { groups: planGroups(plan) } : {};
    const result = { files: sources.length, rules: plan?.statements.length ?? null, errors, warnings };
    process.stdout.write(`${JSON.stringify({ ...result, diagnostics: shown, ...groups })}\n`);
  } else {
    if (diagnostics.length > 0) process.stderr.write(diagnosticsText(diagnostics, sources, process.stderr));
    if (options.plan === true && plan !== null) process.stdout.write(planText(plan));
    const rules = plan === null ? '' : `${plural(plan.statements.length, 'rule')} in `;
    process.stderr.write(`${rules}${plural(sources.length, 'file')}, ${countText(diagnostics)}\n`);
  }
  if (errors > 0) return EXIT.failed;
  return warnings > 0 && options.denyWarnings === true ? EXIT.warnings : EXIT.done;
}

/** A group of connected statements, for people. */
export interface PlanGroup {
  readonly statements: readonly string[];
  /** Key field by event type; null: one process runs the whole group. */
  readonly keys: { readonly [type: string]: string } | null;
  readonly reason: string;
}

/** How the statements of a plan can be spread over processes. */
export function planGroups(plan: Plan): PlanGroup[] {
  return derivePlacement(plan).groups.map(({ statements, keys, reason }) => {
    const named = [...(keys ?? [])].map(([type, field]) => {
      const { name, fields } = plan.types[type] as Plan['types'][number];
      return [name, fields[field]?.name ?? ''];
    });
    return {
      statements: statements.map((index) => plan.statements[index]?.name ?? ''),
      keys: keys === null ? null : Object.fromEntries(named),
      reason,
    };
  });
}

function planText(plan: Plan): string {
  return planGroups(plan)
    .map((group) => `${group.statements.join(', ')}\n  ${spreadText(group)}\n`)
    .join('');
}

/** `spread by Txn.card: …`, or why not. */
export function spreadText({ keys, reason }: PlanGroup): string {
  const fields = Object.entries(keys ?? {}).map(([type, field]) => `${type}.${field}`);
  return `${keys === null ? 'on one process' : `spread by ${fields.join(', ')}`}: ${reason}`;
}
