import type { AutomatonText, EdgeText } from '../../engine/pattern/planner-text.ts';
import type { StatementExplanation } from './explain.ts';

/** The automata as one Graphviz graph, one cluster a statement. Statements on the tree matcher show their operators. */
export function dotText(all: readonly StatementExplanation[]): string {
  const clusters = all.map(({ statement, pattern, rowPattern }, i) => {
    const automaton = pattern?.automaton ?? rowPattern?.automaton ?? null;
    const lines = [`  subgraph cluster_${i} {`, `    label=${quoted(statement)};`];
    if (pattern === null && automaton === null) lines.push(`    s${i} [label="no pattern" shape=plaintext];`);
    else if (automaton === null && pattern !== null) {
      for (const { id, parent, text } of operators(pattern.tree)) {
        lines.push(`    s${i}_${id} [label=${quoted(text)} shape=box];`);
        if (parent !== null) lines.push(`    s${i}_${parent} -> s${i}_${id};`);
      }
    } else if (automaton !== null) {
      for (const [name, label] of nodes(automaton)) {
        const shape = name === 'match' ? 'doublecircle' : name === 'end' ? 'point' : 'box';
        lines.push(`    s${i}_${name} [label=${quoted(label)} shape=${shape}];`);
      }
      for (const edge of automaton.edges) {
        const style = edge.kind === 'kill' ? ' style=dashed' : edge.kind === 'fork' ? ' style=bold' : '';
        lines.push(`    s${i}_${edge.from} -> s${i}_${edge.to} [label=${quoted(edgeLabel(edge))}${style}];`);
      }
    }
    return [...lines, '  }'].join('\n');
  });
  return `digraph rules {\n  rankdir=LR;\n${clusters.join('\n')}\n}\n`;
}

/** The automata as Mermaid flowcharts in one. */
export function mermaidText(all: readonly StatementExplanation[]): string {
  const parts = all.map(({ statement, pattern, rowPattern }, i) => {
    const automaton = pattern?.automaton ?? rowPattern?.automaton ?? null;
    const lines = [`  subgraph g${i}[${mermaidQuoted(statement)}]`];
    if (pattern === null && automaton === null) lines.push(`    s${i}[no pattern]`);
    else if (automaton === null && pattern !== null) {
      for (const { id, parent, text } of operators(pattern.tree)) {
        lines.push(`    s${i}_${id}[${mermaidQuoted(text)}]`);
        if (parent !== null) lines.push(`    s${i}_${parent} --> s${i}_${id}`);
      }
    } else if (automaton !== null) {
      for (const [name, label] of nodes(automaton)) {
        const text = mermaidQuoted(label);
        lines.push(`    s${i}_${name}${name === 'match' ? `(((${text})))` : `[${text}]`}`);
      }
      for (const edge of automaton.edges) {
        const arrow = edge.kind === 'kill' ? '-.->' : edge.kind === 'fork' ? '==>' : '-->';
        lines.push(`    s${i}_${edge.from} ${arrow}|${mermaidQuoted(edgeLabel(edge))}| s${i}_${edge.to}`);
      }
    }
    return [...lines, '  end'].join('\n');
  });
  return `flowchart LR\n${parts.join('\n')}\n`;
}

function nodes({ states, edges }: AutomatonText): (readonly [name: string, label: string])[] {
  const ends = (['match', 'end'] as const).filter((end) => edges.some(({ to }) => to === end));
  return [
    ...states.map(({ id, waits }) => [String(id), `state ${id}: ${waits.join('; ')}`] as const),
    ...ends.map((end) => [end, end] as const),
  ];
}

function edgeLabel({ kind, on, by }: EdgeText): string {
  return `${kind} ${on}${by === '' || by === 'all' ? '' : ` by ${by}`}`;
}

interface OperatorLine {
  readonly id: number;
  readonly parent: number | null;
  readonly text: string;
}

function operators(
  node: NonNullable<StatementExplanation['pattern']>['tree'],
  parent: number | null = null,
): OperatorLine[] {
  const { id, text, operands } = node;
  return [{ id, parent, text }, ...operands.flatMap((operand) => operators(operand, id))];
}

function quoted(text: string): string {
  return `"${text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, ' ')}"`;
}

/** Mermaid has entities instead of escapes. */
function mermaidQuoted(text: string): string {
  const entities: { readonly [character: string]: string } = {
    '#': '#35;',
    '"': '#quot;',
    '<': '#lt;',
    '>': '#gt;',
  };
  return `"${text.replace(/\n/g, ' ').replace(/[#"<>]/g, (found) => entities[found] ?? found)}"`;
}
