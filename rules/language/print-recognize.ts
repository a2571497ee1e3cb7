import { unreachable } from '../../engine/core/assert.ts';
import type { MatchRecognize, RowPatternTree, RowRepeatTree } from './ast-recognize.ts';
import { printExpression, printList } from './print-expression.ts';
import { printName } from './print-names.ts';

/** `match_recognize (…)` as one line of text. */
export function printRecognize(clause: MatchRecognize): string {
  const { partitionBy, measures, allMatches, skip, pattern, interval, defines } = clause;
  const parts: string[] = [];
  if (partitionBy.length > 0) parts.push(`partition by ${printList(partitionBy)}`);
  const named = measures.map(({ expression, name }) => {
    return `${printExpression(expression)}${name === null ? '' : ` as ${printName(name)}`}`;
  });
  parts.push(`measures ${named.join(',')}`);
  if (allMatches) parts.push('all matches');
  if (skip !== null) parts.push(['after', ...skip.words.map(({ text }) => text.toLowerCase())].join(' '));
  parts.push(`pattern (${printTree(pattern)})`);
  if (interval !== null) {
    parts.push(
      `interval ${printExpression(interval.period)}${interval.orTerminated ? ' or terminated' : ''}`,
    );
  }
  if (defines.length > 0) {
    const list = defines.map(({ name, condition }) => `${printName(name)} as ${printExpression(condition)}`);
    parts.push(`define ${list.join(',')}`);
  }
  return `match_recognize (${parts.join(' ')})`;
}

function printTree(tree: RowPatternTree): string {
  switch (tree.kind) {
    case 'variable':
      return `${printName(tree.name)}${printRepeat(tree.repeat)}`;
    case 'group':
      return `(${printTree(tree.child)})${printRepeat(tree.repeat)}`;
    case 'sequence':
      return tree.children.map(printTree).join(' ');
    case 'choice':
      return tree.children.map(printTree).join(' | ');
    case 'permute':
      return `match_recognize_permute(${tree.children.map(printTree).join(',')})`;
    default:
      return unreachable(tree);
  }
}

function printRepeat({ sign, reluctant, bounds }: RowRepeatTree): string {
  const signs = `${sign}${reluctant ? '?' : ''}`;
  if (bounds === null) return signs;
  const [low, high] = [bounds.low, bounds.high].map((one) => (one === null ? '' : printExpression(one)));
  return `${signs}{${low}${bounds.isExact ? '' : `,${high}`}}`;
}
