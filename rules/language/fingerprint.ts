import { createHash } from 'node:crypto';
import { contextTypes } from '../../engine/plan/context-plan.ts';
import { filtersOf } from '../../engine/plan/pattern-tree.ts';
import { allInputs, type QueryPlan } from '../../engine/plan/plan.ts';
import type { Catalog } from './catalog.ts';
import { tokenize } from './lexer.ts';

/**
 * SHA-256 (hex) of a statement's words, of the types its plan refers to, and of the variables and expressions it uses:
 * comments, spaces and line ends do not change it, any other word, a changed schema or declaration does.
 */
export function fingerprint(text: string, query: QueryPlan, catalog: Catalog): string {
  // `is not` is one token and two words.
  const words = tokenize(text).flatMap((token) => (token.negated ? token.text.split(' ') : [token.text]));
  const used = new Set<number>();
  for (const input of allInputs(query)) {
    if (input.kind !== 'pattern') used.add(input.type);
    else for (const { type } of filtersOf(input.root)) used.add(type);
  }
  if (query.insertInto !== null) used.add(query.insertInto.type);
  for (const { insert } of query.split?.branches ?? []) used.add(insert.type);
  const context =
    query.createsContext === null
      ? catalog.contexts.current?.plan
      : catalog.contexts.plans[query.createsContext];
  for (const type of context === undefined ? [] : contextTypes(context)) used.add(type);
  const types = [...used].map((type) => JSON.stringify(catalog.types[type])).sort();
  const uses = [...catalog.declared.uses, ...(context === undefined ? [] : [JSON.stringify(context)])];
  return createHash('sha256')
    .update(JSON.stringify(uses.length === 0 ? [words, types] : [words, types, uses]))
    .digest('hex');
}
