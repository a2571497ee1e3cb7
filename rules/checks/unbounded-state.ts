import type { Expression, Pattern } from '../language/ast.ts';
import { type Check, childrenOf, walk } from './check.ts';

/**
 * A step after an `every` step opens one partial match for each event before it. Their number only grows, unless each
 * ends by time, or by a `not` of the type that begins (then the next beginning replaces the one before), or `-[max]>`
 * bounds it.
 */
export const checkUnboundedState: Check = (root, report) => {
  walk(root, (pattern) => {
    if (pattern.kind !== 'followedBy') return;
    const { children, limits } = pattern;
    const first = children.findIndex(isRepeating);
    if (first < 0) return;
    const begins = typesIn(children[first] as Pattern);
    const open = children.find(
      (step, i) => i > first && (limits[i - 1] ?? null) === null && !ends(step, begins),
    );
    if (open === undefined) return;
    const each = [...begins].map((type) => `\`${type}\``).join(' or ') || 'time';
    const title = `nothing ends the partial matches that wait here: each ${each} before adds one`;
    const [type] = begins;
    const notes = ['bound the wait: … where timer:within(10 min)', 'or their number: … -[1000]> …'];
    if (type !== undefined) notes.push(`or let the next one take its place: (… and not ${type}(…))`);
    report.warning('W0608', title, open.span, notes);
  });
};

/** `every-distinct` without an expiry remembers each key it has seen for as long as the rule runs. */
export const checkDistinctKeys: Check = (root, report) => {
  visit(root);
  function visit(pattern: Pattern): void {
    // What a guard ends begins again without keys.
    if (pattern.kind === 'guard') return;
    if (pattern.kind === 'everyDistinct' && !pattern.keys.some(isExpiry)) {
      const [first] = pattern.keys;
      const last = pattern.keys[pattern.keys.length - 1];
      const span =
        first === undefined || last === undefined
          ? pattern.span
          : { start: first.span.start, end: last.span.end };
      const title = '`every-distinct` keeps one entry for each value of its keys, and nothing forgets them';
      report.warning('W0608', title, span, ['let them expire: every-distinct(a.card, 1 hour) a=Payment']);
    }
    for (const child of childrenOf(pattern)) visit(child);
  }
};

/** A repeat without an upper bound keeps every event until something else comes. */
export const checkRepeatLength: Check = (root, report) => {
  visit(root);
  function visit(pattern: Pattern): void {
    if (pattern.kind === 'guard') return;
    if (pattern.kind === 'repeat' && pattern.until !== null && pattern.high === null) {
      const kept = taggedTypes(pattern.child);
      if (kept.length > 0 && !ends(pattern.until, new Set())) {
        const each = kept.map((type) => `\`${type}\``).join(' and ');
        const title = `this repeat keeps every ${each} until its end comes, however many there are`;
        report.warning('W0608', title, pattern.span, [
          'bound their number: [:1000] … until …',
          'or the wait: (… until …) where timer:within(10 min)',
        ]);
      }
    }
    for (const child of childrenOf(pattern)) visit(child);
  }
};

/** A side of `and` that is true again and again is kept, each time, for the sides that are still to come. */
export const checkKeptSides: Check = (root, report) => {
  visit(root);
  function visit(pattern: Pattern): void {
    if (pattern.kind === 'guard') return;
    if (pattern.kind === 'and') {
      const again = pattern.children.find(isRepeating);
      const others = pattern.children.filter((side) => side !== again && side.kind !== 'not');
      if (again !== undefined && others.length > 0 && !others.some((side) => ends(side, new Set()))) {
        const each = [...typesIn(again)].map((type) => `\`${type}\``).join(' or ');
        const title = `this side of \`and\` keeps every ${each} for the other sides, and nothing ends that`;
        report.warning('W0608', title, again.span, [
          'bound the wait: (… and …) where timer:within(10 min)',
          'or begin the whole anew each time: every (a=A and b=B)',
        ]);
      }
    }
    for (const child of childrenOf(pattern)) visit(child);
  }
};

/** Whether a step can be true more than once. */
function isRepeating(step: Pattern): boolean {
  switch (step.kind) {
    case 'every':
    case 'everyDistinct':
      return true;
    case 'and':
    case 'or':
      return step.children.some(isRepeating);
    case 'followedBy':
      return step.children.some(isRepeating);
    case 'while':
      return isRepeating(step.child);
    default:
      return false;
  }
}

/** Whether a step is over after some time or with the next event of a type in `begins`. */
function ends(step: Pattern, begins: ReadonlySet<string>): boolean {
  const child = (one: Pattern) => ends(one, begins);
  switch (step.kind) {
    case 'guard':
    case 'observer':
    case 'not':
      return true;
    case 'and':
      return step.children.every(child) || step.children.some((one) => isNotOf(one, begins));
    case 'followedBy':
      return step.children.every(child);
    case 'or':
      return step.children.some(child);
    case 'repeat':
      return child(step.child) || (step.until !== null && child(step.until));
    default:
      return false;
  }
}

function isNotOf(step: Pattern, types: ReadonlySet<string>): boolean {
  return step.kind === 'not' && step.child.kind === 'filter' && types.has(step.child.filter.type.text);
}

/** Types of the events a pattern waits for. */
function typesIn(pattern: Pattern): ReadonlySet<string> {
  const types = new Set<string>();
  walk(pattern, (one) => {
    if (one.kind === 'filter') types.add(one.filter.type.text);
  });
  return types;
}

/** Types of the events a pattern keeps under a tag. */
function taggedTypes(pattern: Pattern): readonly string[] {
  const types = new Set<string>();
  walk(pattern, (one) => {
    if (one.kind === 'filter' && one.tag !== null) types.add(one.filter.type.text);
  });
  return [...types];
}

function isExpiry(key: Expression): boolean {
  return key.kind === 'period' || (key.kind === 'literal' && typeof key.value === 'number');
}
