import type { Annotation } from './ast.ts';
import type { Span } from './diagnostics.ts';

/** `name=value` of a hint, or `name` alone. */
export interface Hint {
  readonly value: string | null;
  readonly span: Span;
}

/** What `@Hint('name=value, name')` says, by name in lower case. */
export type Hints = ReadonlyMap<string, Hint>;

/** Reads the hints of a statement; those it does not know it leaves alone. */
export function readHints(annotations: readonly Annotation[]): Hints {
  const hints = new Map<string, { value: string | null; span: Span }>();
  for (const { name, args, span } of annotations) {
    if (name.text.toLowerCase() !== 'hint') continue;
    for (const { value } of args) {
      if (value.kind !== 'constant' || typeof value.value !== 'string') continue;
      for (const part of value.value.split(',')) {
        const [key, ...rest] = part.split('=');
        hints.set((key as string).trim().toLowerCase(), {
          value: rest.length === 0 ? null : rest.join('=').trim(),
          span,
        });
      }
    }
  }
  return hints;
}
