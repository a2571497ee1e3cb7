import type { Plan, StatementPlan } from '../../engine/plan/plan.ts';
import { compileQuery } from '../../rules/index.ts';
import { diagnosticsText } from './diagnostics.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { type LanguageOptions, languageSettings } from './language-options.ts';

/** Compiles queries named `query#1`, `query#2`, … in their order, or by their own `@Name`; shows what is wrong, and fails then. */
export function compileQueries(
  texts: readonly string[],
  plan: Plan,
  options: LanguageOptions,
  failure: string,
): StatementPlan[] {
  return texts.map((text, i) => {
    const file = `query#${i + 1}`;
    const { query, diagnostics } = compileQuery(text, plan, { ...languageSettings(options), file });
    if (diagnostics.length > 0)
      process.stderr.write(diagnosticsText(diagnostics, [{ file, text }], process.stderr));
    if (query === null) throw new CommandFailure(EXIT.usage, `a query has errors, ${failure}`);
    return query.name === `${file}#1` ? { ...query, name: file } : query;
  });
}
