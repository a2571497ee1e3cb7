import type { PlainPattern } from './expand.ts';

/**
 * Which variables can stand for several rows. As in Esper these are those that repeat, stand inside a group that
 * repeats, or are written twice along a sequence; the sides of a `|` count apart.
 */
export function multipleVariables(pattern: PlainPattern): ReadonlySet<number> {
  const found = { single: new Set<number>(), multiple: new Set<number>() };
  inspect(pattern, false, found);
  return found.multiple;
}

interface Found {
  readonly single: Set<number>;
  readonly multiple: Set<number>;
}

function inspect(pattern: PlainPattern, repeats: boolean, found: Found): void {
  const { single, multiple } = found;
  switch (pattern.op) {
    case 'variable': {
      const { variable } = pattern;
      if (multiple.has(variable)) return;
      if (single.delete(variable) || repeats || isRepeating(pattern)) multiple.add(variable);
      else single.add(variable);
      return;
    }
    case 'group':
      inspect(pattern.child, repeats || isRepeating(pattern), found);
      return;
    case 'choice':
      for (const child of pattern.children) {
        const own: Found = { single: new Set(), multiple: new Set() };
        inspect(child, repeats, own);
        for (const one of own.multiple) multiple.add(one);
        for (const one of own.single) single.add(one);
      }
      for (const one of multiple) single.delete(one);
      return;
    case 'sequence':
      for (const child of pattern.children) inspect(child, repeats, found);
  }
}

/** Whether an element can come more than once. */
export function isRepeating({ times }: { readonly times: string }): boolean {
  return times === 'many' || times === 'any';
}

/** Whether an element can be left out. */
export function isOptional({ times }: { readonly times: string }): boolean {
  return times === 'optional' || times === 'any';
}

/** The variables that the condition of each variable can read: those before it along the sequences it stands in. */
export function visibleVariables(pattern: PlainPattern): ReadonlyMap<number, ReadonlySet<number>> {
  const visible = new Map<number, Set<number>>();
  const visit = (node: PlainPattern, before: readonly number[]): void => {
    switch (node.op) {
      case 'variable': {
        const own = visible.get(node.variable) ?? new Set();
        for (const one of before) if (one !== node.variable) own.add(one);
        visible.set(node.variable, own);
        return;
      }
      case 'group':
        visit(node.child, before);
        return;
      case 'choice':
        for (const child of node.children) visit(child, before);
        return;
      case 'sequence': {
        let seen = before;
        for (const child of node.children) {
          visit(child, seen);
          seen = [...seen, ...new Set(variablesIn(child))].filter((one, i, all) => all.indexOf(one) === i);
        }
      }
    }
  };
  visit(pattern, []);
  return visible;
}

function variablesIn(pattern: PlainPattern): number[] {
  if (pattern.op === 'variable') return [pattern.variable];
  return pattern.op === 'group' ? variablesIn(pattern.child) : pattern.children.flatMap(variablesIn);
}
