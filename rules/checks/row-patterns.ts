import type { QueryPlan } from '../../engine/plan/plan.ts';
import type { StatementBody } from '../language/ast.ts';
import type { MatchRecognize, RowPatternTree, RowRepeatTree } from '../language/ast-recognize.ts';
import type { Reporter } from '../language/reporter.ts';

/** Row patterns that are legal and seldom what their author means. */
export function checkRowPatterns(body: StatementBody, query: QueryPlan, report: Reporter): void {
  if (body.kind !== 'select' || body.recognize === null) return;
  const [input] = query.inputs;
  const plan = input?.recognize;
  if (input === undefined || plan === undefined) return;
  const clause = body.recognize;
  const goesOn = plan.allMatches || plan.skip === 'to-current';
  const last = lastOf(clause.pattern).filter(isEndless);
  if (!goesOn && plan.interval === null) for (const one of last) warnLast(one, report);
  const isWindowed = input.views.length > 0 || input.kind === 'store';
  if (!isWindowed) {
    for (const one of takeAll(clause.pattern, clause))
      if (goesOn || !last.includes(one)) warnOpen(one, report);
  }
  const canMeet = plan.allMatches || plan.skip !== 'past-last';
  if (plan.partitionBy.length > 0 && plan.previous.length === 0 && canMeet && hasLengths(clause.pattern))
    warnTogether(clause, report);
}

type Element = RowPatternTree & { readonly repeat: RowRepeatTree };

function warnLast(one: Element, report: Reporter): void {
  const title = 'nothing comes after this repeat, so a match is given with the first row that completes it';
  report.warning('W0631', title, one.span, [
    'let a further variable end it: pattern (A B+ C) define C as …',
    'or wait for longer matches: … interval 10 min or terminated',
  ]);
}

function warnOpen(one: Element, report: Reporter): void {
  const title =
    'this repeat takes every row, so a partial match for each beginning stays open until its end comes';
  report.warning('W0632', title, one.span, [
    'say in `define` which rows it takes, or bound their number: {1,100}',
    'or put a data window in front: … from Payment#time(1 hour) match_recognize',
  ]);
}

function warnTogether({ pattern }: MatchRecognize, report: Reporter): void {
  const title = 'matches of one key that end with one row and leave nothing open are lost, as in Esper';
  report.warning('W0633', title, pattern.span, [
    '`after match skip past last row` without `all matches` gives one',
  ]);
}

/** The elements that the last row of a match can be of. */
function lastOf(tree: RowPatternTree): readonly Element[] {
  switch (tree.kind) {
    case 'variable':
      return [tree];
    case 'group':
      return isEndless(tree) ? [tree] : lastOf(tree.child);
    case 'sequence': {
      const at = tree.children.findLastIndex((child) => !canBeLeftOut(child));
      return tree.children.slice(Math.max(at, 0)).flatMap(lastOf);
    }
    default:
      return tree.children.flatMap(lastOf);
  }
}

/** Repeats that take whatever row comes. */
function takeAll(tree: RowPatternTree, clause: MatchRecognize): readonly Element[] {
  if ((tree.kind === 'variable' || tree.kind === 'group') && isEndless(tree)) {
    if (variablesIn(tree).every((name) => clause.defines.every((one) => one.name.text !== name)))
      return [tree];
  }
  if (tree.kind === 'variable') return [];
  return tree.kind === 'group'
    ? takeAll(tree.child, clause)
    : tree.children.flatMap((child) => takeAll(child, clause));
}

function variablesIn(tree: RowPatternTree): readonly string[] {
  if (tree.kind === 'variable') return [tree.name.text];
  return tree.kind === 'group' ? variablesIn(tree.child) : tree.children.flatMap(variablesIn);
}

/** Whether matches can be of different lengths, so that several of them end with one row. */
function hasLengths(tree: RowPatternTree): boolean {
  switch (tree.kind) {
    case 'variable':
      return tree.repeat.sign !== '' || (tree.repeat.bounds !== null && !tree.repeat.bounds.isExact);
    case 'group':
      return (
        tree.repeat.sign !== '' ||
        (tree.repeat.bounds !== null && !tree.repeat.bounds.isExact) ||
        hasLengths(tree.child)
      );
    case 'choice':
    case 'permute':
      return true;
    case 'sequence':
      return tree.children.some(hasLengths);
  }
}

function isEndless({ repeat: { sign, bounds } }: Element): boolean {
  return sign === '*' || sign === '+' || (bounds !== null && !bounds.isExact && bounds.high === null);
}

function canBeLeftOut(tree: RowPatternTree): boolean {
  if (tree.kind === 'sequence' || tree.kind === 'permute') return tree.children.every(canBeLeftOut);
  if (tree.kind === 'choice') return tree.children.some(canBeLeftOut);
  const { sign, bounds } = tree.repeat;
  const isOptional =
    sign === '*' || sign === '?' || (bounds !== null && !bounds.isExact && bounds.low === null);
  return isOptional || (tree.kind === 'group' && canBeLeftOut(tree.child));
}
