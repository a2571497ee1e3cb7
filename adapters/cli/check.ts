import { derivePartitions } from '../../engine/plan/partition.ts';
import type { Plan } from '../../engine/plan/plan.ts';
import { compileRules, diagnosticToJson, renderDiagnostics } from '../../rules/index.ts';
import { readRuleFiles } from './rule-files.ts';

/** `cepheid check`: shows the diagnostics of rule files; gives the exit code. */
export function check(
  paths: readonly string[],
  options: { format: 'pretty' | 'json'; plan: boolean },
): number {
  const read = readRuleFiles(paths);
  if ('error' in read) {
    process.stderr.write(`cepheid check: ${read.error}\n`);
    return 1;
  }
  const { sources } = read;
  const { plan, diagnostics } = compileRules(sources);
  const textOf = (file: string) => sources.find((source) => source.file === file)?.text;
  const errors = diagnostics.filter((one) => one.severity === 'error').length;
  if (options.format === 'json') {
    const shown = diagnostics.map((one) => diagnosticToJson(one, textOf(one.file) ?? ''));
    process.stdout.write(`${JSON.stringify({ files: sources.length, diagnostics: shown })}\n`);
  } else {
    const color = process.stderr.hasColors?.() ?? false;
    if (diagnostics.length > 0)
      process.stderr.write(`${renderDiagnostics(diagnostics, textOf, { color })}\n`);
    if (options.plan && plan !== null) process.stdout.write(planText(plan));
    const count = plan === null ? '' : `${plan.statements.length} rules in `;
    const summary = `${count}${sources.length} files, ${errors} errors, ${diagnostics.length - errors} warnings\n`;
    process.stderr.write(summary);
  }
  return errors === 0 ? 0 : 1;
}

function planText(plan: Plan): string {
  return derivePartitions(plan)
    .groups.map((group) => {
      const names = group.statements.map((index) => plan.statements[index]?.name).join(', ');
      const keys = [...(group.keys ?? [])].map(([type, field]) => {
        const { name, fields } = plan.types[type] as Plan['types'][number];
        return `${name}.${fields[field]?.name}`;
      });
      const split = group.keys === null ? 'one process' : `by ${keys.join(', ')}`;
      return `${names}\n  ${split}: ${group.reason}\n`;
    })
    .join('');
}
