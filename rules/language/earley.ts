import nearley from 'nearley';
import { RULES } from './grammar.generated.ts';
import type { Token } from './lexer.ts';
import { createLookahead, type NumberedRule, type Open } from './lookahead.ts';

/** nearley over tokens that are already there, told at every place what the next token leaves open. */
export interface Earley {
  /** The trees of all readings; none when the text ends too early. `wrongAt` is the index of a token that does not fit. */
  read(tokens: readonly Token[]): { readonly trees: readonly unknown[] } | { readonly wrongAt: number };
  /** The terminals that could come after tokens that do fit. */
  expectedAfter(tokens: readonly Token[]): unknown[];
}

/** A parser for the texts of one production of the grammar. Keeps nothing from one text to the next. */
export function createEarley(start: string): Earley {
  const grammar = compile(start);
  const productions = grammar.byName;
  const lookahead = createLookahead(grammar.rules, start);
  /** `null` leaves everything open. */
  const lookTo = (open: Open | null) => {
    grammar.open = open;
    grammar.byName = open?.begin ?? productions;
  };
  /** nearley asks for a token and then makes the column behind it: that is when the one after it must be known. */
  const parse = (tokens: readonly Token[], end: Open | null): ParserInside => {
    let at = 0;
    const look = () => {
      const next = tokens[at];
      lookTo(next === undefined ? end : lookahead.before(next));
    };
    look();
    const next = () => {
      const token = tokens[at++];
      if (token !== undefined) look();
      return token;
    };
    const lexer = { reset: nothing, save: nothing, formatError: emptyText, next };
    const parser = new nearley.Parser(grammar as never, { lexer: lexer as never, keepHistory: true });
    const inside = parser as unknown as ParserInside;
    // Its own message expands the grammar, at a cost that can explode, and is never shown.
    inside.reportError = emptyText;
    inside.feed(tokens);
    return inside;
  };
  return {
    read(tokens) {
      try {
        return { trees: parse(tokens, lookahead.before(null)).results };
      } catch (error) {
        if (!(error instanceof Error) || !('offset' in error)) throw error;
        return { wrongAt: error.offset as number };
      }
    },
    expectedAfter(tokens) {
      const { table, current } = parse(tokens, null);
      const scannable = table[current]?.scannable ?? [];
      return [...new Set(scannable.map(({ rule, dot }) => rule.symbols[dot]))];
    },
  };
}

// Shared functions: V8 keeps alive what a function made for each parser would hold on to.
const nothing = (): undefined => undefined;
const emptyText = (): string => '';

/** Parts of nearley that its types do not show. */
interface GrammarInside {
  readonly rules: readonly NumberedRule[];
  /** Productions to begin with, by name. */
  byName: Open['begin'];
  /** Added here: which of them may go on; `null` for all. */
  open: Open | null;
}

interface StateInside {
  readonly rule: NumberedRule;
  readonly dot: number;
  nextState(child: StateInside): StateInside;
}

interface ColumnInside {
  readonly grammar: Partial<GrammarInside>;
  readonly states: StateInside[];
  readonly scannable: readonly StateInside[];
  complete(left: StateInside, right: StateInside): void;
}

interface ParserInside {
  readonly current: number;
  readonly table: readonly ColumnInside[];
  readonly results: readonly unknown[];
  reportError(): string;
  feed(tokens: readonly Token[]): void;
}

function compile(start: string): GrammarInside {
  const compiled = { Lexer: undefined, ParserRules: RULES, ParserStart: start };
  const grammar = nearley.Grammar.fromCompiled(compiled as never) as unknown as GrammarInside;
  grammar.open = null;
  leaveOutDeadStates(grammar);
  return grammar;
}

/** Teaches nearley's columns to leave out a state that the next token cannot go on with. */
function leaveOutDeadStates(grammar: GrammarInside): void {
  const { table } = new nearley.Parser(grammar as never) as unknown as ParserInside;
  const column = Object.getPrototypeOf(table[0]) as ColumnInside;
  column.complete = completeIfOpen;
}

function completeIfOpen(this: ColumnInside, left: StateInside, right: StateInside): void {
  const open = this.grammar.open ?? null;
  if (open === null || open.isViable(left.rule.id, left.dot + 1)) this.states.push(left.nextState(right));
}
