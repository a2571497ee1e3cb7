import type { GrammarRule } from './grammar.generated.ts';
import type { Token } from './lexer.ts';
import { meet, SignSets, type Signs, signsIn } from './sign-sets.ts';

/**
 * What the next token leaves open. Earley follows every production that could stand at a place, and most of them cannot
 * go on with the token that comes: half a dozen of several hundred survive. A production read up to its dot is viable
 * before a token when the token can begin the rest, or when the rest can be empty and the token can follow the production
 * (FIRST and FOLLOW of LR theory: Aho, Lam, Sethi, Ullman, Compilers, 4.4). Leaving the others out changes no tree and no
 * place of an error: it only spares states that would die at the next token.
 */
export interface Lookahead {
  /** What is open before a token; `null` is the end of the text. */
  before(token: Token | null): Open;
}

/** The productions that are open before one token. */
export interface Open {
  /** Productions that can begin there, by name. */
  readonly begin: Readonly<Record<string, readonly GrammarRule[]>>;
  /** Whether the production with this number is viable with its dot at this index. */
  isViable(rule: number, dot: number): boolean;
}

/** A production and its number; the numbers of a grammar are consecutive. */
export type NumberedRule = GrammarRule & { readonly id: number };

/** Prepares a grammar. Cost: once per grammar and start, and once per kind of token that is met. */
export function createLookahead(rules: readonly NumberedRule[], start: string): Lookahead {
  const signs = signsIn(rules);
  const sets = new SignSets(rules, start, signs);
  const prepared = rules.map((rule) => prepare(rule, sets));
  const end = openBefore(sets.signsOf(null), prepared);
  const known = new Map<string, Map<number, Open>>();
  return {
    before(token) {
      if (token === null) return end;
      let ofType = known.get(token.type);
      if (ofType === undefined) {
        ofType = new Map();
        known.set(token.type, ofType);
      }
      const kind = signs.classesByText(token);
      let open = ofType.get(kind);
      if (open === undefined) {
        open = openBefore(sets.signsOf(token), prepared);
        ofType.set(kind, open);
      }
      return open;
    },
  };
}

/** A production with what its parts can begin with, and what can come after it. */
interface PreparedRule {
  readonly rule: NumberedRule;
  readonly starts: readonly Signs[];
  readonly nullable: readonly boolean[];
  readonly followers: Signs;
}

function prepare(rule: NumberedRule, sets: SignSets): PreparedRule {
  return {
    rule,
    starts: rule.symbols.map((symbol) => sets.startsOf(symbol)),
    nullable: rule.symbols.map((symbol) => sets.isNullable(symbol)),
    followers: sets.followersOf(rule.name),
  };
}

function openBefore(signs: Signs, rules: readonly PreparedRule[]): Open {
  const first = (rules[0] as PreparedRule).rule.id;
  const width = rules.reduce((most, one) => Math.max(most, one.starts.length), 0) + 1;
  const viable = new Uint8Array(rules.length * width);
  const begin: Record<string, GrammarRule[]> = {};
  for (const { rule, starts, nullable, followers } of rules) {
    const row = (rule.id - first) * width;
    let rest = meet(followers, signs);
    for (let dot = starts.length; dot >= 0; dot--) {
      if (dot < starts.length) rest = meet(starts[dot] as Signs, signs) || (rest && nullable[dot] === true);
      if (rest) viable[row + dot] = 1;
    }
    begin[rule.name] ??= [];
    if (rest) begin[rule.name]?.push(rule);
  }
  return { begin, isViable: (rule, dot) => viable[(rule - first) * width + dot] === 1 };
}
