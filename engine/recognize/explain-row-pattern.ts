import type { EventType } from '../event/types.ts';
import { CURRENT, type Expr } from '../expr/ir.ts';
import { type ExprNames, exprText } from '../expr/print.ts';
import type { AutomatonText, EdgeText } from '../pattern/planner-text.ts';
import type { RecognizePlan, RowBounds, RowPattern, RowQuantifier } from '../plan/recognize-plan.ts';
import { END, programOf } from './program.ts';

/** How a `match_recognize` runs, for people and tools. */
export interface RowPatternExplanation {
  /** The pattern as written. */
  readonly pattern: string;
  readonly partitionBy: readonly string[];
  readonly variables: readonly {
    readonly name: string;
    readonly rows: 'one' | 'several';
    readonly takes: string;
  }[];
  /** Which matches are given, and where the search goes on. */
  readonly matches: string;
  /** One state for each variable as written out; the last one stands for the beginning. */
  readonly automaton: AutomatonText;
}

/** Explains a row pattern over events of a type; `types` are those of its plan. */
export function explainRowPattern(
  plan: RecognizePlan,
  rowType: EventType | undefined,
  types: readonly EventType[],
): RowPatternExplanation {
  const texts = new RowTexts(plan, rowType, types);
  const { states, start } = programOf(plan);
  const variables = plan.variables.map(({ name, isMultiple, condition }, i) => ({
    name,
    rows: isMultiple ? ('several' as const) : ('one' as const),
    takes: condition === null ? 'every row' : texts.condition(condition, i),
  }));
  const nameOf = (variable: number) => plan.variables[variable]?.name ?? '?';
  const target = (to: number) => (to === END ? ('match' as const) : to);
  const edges = [
    ...start.map((to): EdgeText => ({ from: states.length, to, kind: 'fork', on: 'any row', by: '' })),
    ...states.flatMap(({ variable, next }, from) =>
      next.map((to): EdgeText => ({ from, to: target(to), kind: 'take', on: nameOf(variable), by: '' })),
    ),
  ];
  const waits = states.map(({ variable }, id) => {
    const { name, takes } = variables[variable] as (typeof variables)[number];
    return { id, waits: [`${name}: ${takes}`] };
  });
  return {
    pattern: patternText(plan.pattern, nameOf),
    partitionBy: plan.partitionBy.map((key) => texts.text(key, CURRENT)),
    variables,
    matches: matchesText(plan),
    automaton: {
      entry: states.length,
      states: [...waits, { id: states.length, waits: ['the first row of a match'] }],
      edges,
      deadlines: [],
    },
  };
}

function matchesText({ allMatches, skip, interval }: RecognizePlan): string {
  const which = allMatches ? 'all matches' : 'the preferred match of each first row';
  const on = {
    'past-last': 'past its last row',
    'to-next': 'at the row after its first',
    'to-current': 'with all rows',
  };
  if (interval === null) return `${which}; the search goes on ${on[skip]}`;
  return `${which}, after an interval${interval.orTerminated ? ', or when it cannot become longer' : ''}`;
}

function patternText(pattern: RowPattern, nameOf: (variable: number) => string): string {
  const text = (one: RowPattern) => patternText(one, nameOf);
  switch (pattern.op) {
    case 'variable':
      return nameOf(pattern.variable) + quantifierText(pattern.quantifier);
    case 'group':
      return `(${text(pattern.child)})${quantifierText(pattern.quantifier)}`;
    case 'sequence':
      return pattern.children.map(text).join(' ');
    case 'choice':
      return pattern.children.map(text).join(' | ');
    case 'permute':
      return `match_recognize_permute(${pattern.children.map(text).join(', ')})`;
  }
}

const SIGNS = { one: '', optional: '?', many: '+', any: '*' } as const;

function quantifierText({ times, reluctant, bounds }: RowQuantifier): string {
  return SIGNS[times] + (reluctant ? '?' : '') + (bounds === null ? '' : boundsText(bounds));
}

function boundsText(bounds: RowBounds): string {
  return 'count' in bounds ? `{${bounds.count}}` : `{${bounds.low ?? ''},${bounds.high ?? ''}}`;
}

class RowTexts {
  private readonly plan: RecognizePlan;
  private readonly rowType: EventType | undefined;
  private readonly types: readonly EventType[];

  constructor(plan: RecognizePlan, rowType: EventType | undefined, types: readonly EventType[]) {
    this.plan = plan;
    this.rowType = rowType;
    this.types = types;
  }

  /** The condition of a variable; its `prev` are fields of the slots after the variables. */
  condition(expr: Expr, own: number): string {
    return this.text(expr, own);
  }

  /** `own` is the variable under test; `CURRENT` outside conditions. */
  text(expr: Expr, own: number): string {
    return exprText(expr, this.names(own));
  }

  private names(own: number): ExprNames {
    const { variables, previous } = this.plan;
    const name = (slot: number) => variables[slot]?.name ?? '';
    const field = (at: number) => this.rowType?.fields[at]?.name ?? String(at);
    return {
      field: (slot, at) => {
        if (slot < 0) return own < 0 ? field(at) : `${name(own)}.${field(at)}`;
        if (slot < variables.length) return `${name(slot)}.${field(at)}`;
        return `prev(${name(own)}.${field(at)}, ${previous[slot - variables.length]})`;
      },
      slot: (slot) => name(slot < 0 ? own : slot),
      member: (typeName, at) => {
        return this.types.find((one) => one.name === typeName)?.fields[at]?.name ?? String(at);
      },
    };
  }
}
