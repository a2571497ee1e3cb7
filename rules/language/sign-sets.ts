import { assert } from '../../engine/core/assert.ts';
import type { GrammarRule } from './grammar.generated.ts';
import type { Token } from './lexer.ts';
import type { Terminal } from './terminals.ts';

/** A part of a production. */
type GrammarSymbol = GrammarRule['symbols'][number];

/** A set of terminals: one bit each, 32 in a number. Bit 0 is the end of the text. */
export type Signs = Int32Array;

/** The terminals of a grammar, numbered: words and signs by their type, classes as themselves. */
export interface SignTable {
  readonly numbers: ReadonlyMap<string | Terminal, number>;
  /** Which of the classes that read the text hold a token, as bits: with its type all that a grammar can ask. */
  classesByText(token: Token): number;
}

/** Numbers the terminals of all productions. */
export function signsIn(rules: readonly GrammarRule[]): SignTable {
  const numbers = new Map<string | Terminal, number>();
  for (const symbol of rules.flatMap((rule) => rule.symbols)) {
    if (typeof symbol === 'string') continue;
    const sign = 'test' in symbol ? symbol : symbol.type;
    if (!numbers.has(sign)) numbers.set(sign, numbers.size + 1);
  }
  const classes = [...numbers.keys()].filter(
    (one): one is Terminal => typeof one !== 'string' && one.reads === 'text',
  );
  assert(classes.length < 32, 'the classes that read the text fit the bits of an integer');
  const classesByText = (token: Token): number => {
    let bits = 0;
    for (const one of classes) bits = (bits << 1) | (one.test(token) ? 1 : 0);
    return bits;
  };
  return { numbers, classesByText };
}

/** FIRST, FOLLOW and emptiness of every production, each grown until nothing is new. */
export class SignSets {
  private readonly table: SignTable;
  private readonly firsts = new Map<string, Signs>();
  private readonly follows = new Map<string, Signs>();
  private readonly nullable = new Set<string>();

  constructor(rules: readonly GrammarRule[], start: string, table: SignTable) {
    this.table = table;
    for (const { name } of rules) {
      this.firsts.set(name, this.empty());
      this.follows.set(name, this.empty());
    }
    put(this.setOf(this.follows, start), 0);
    growAll(rules, (rule) => this.growFirst(rule));
    growAll(rules, (rule) => this.growFollow(rule));
  }

  /** All terminals that a token is; for `null`, the end of the text. */
  signsOf(token: Token | null): Signs {
    const signs = this.empty();
    if (token === null) put(signs, 0);
    else {
      for (const [sign, number] of this.table.numbers) {
        if (typeof sign === 'string' ? sign === token.type : sign.test(token)) put(signs, number);
      }
    }
    return signs;
  }

  /** The terminals that a text of this symbol can begin with. */
  startsOf(symbol: GrammarSymbol): Signs {
    if (typeof symbol === 'string') return this.setOf(this.firsts, symbol);
    const signs = this.empty();
    put(signs, this.numberOf(symbol));
    return signs;
  }

  /** The terminals that can come after a text of this production. */
  followersOf(name: string): Signs {
    return this.setOf(this.follows, name);
  }

  /** Whether a symbol can be without text. */
  isNullable(symbol: GrammarSymbol): boolean {
    return typeof symbol === 'string' && this.nullable.has(symbol);
  }

  private growFirst({ name, symbols }: GrammarRule): boolean {
    const first = this.setOf(this.firsts, name);
    let isNew = false;
    for (const symbol of symbols) {
      isNew = this.addStart(symbol, first) || isNew;
      if (!this.isNullable(symbol)) return isNew;
    }
    isNew ||= !this.nullable.has(name);
    this.nullable.add(name);
    return isNew;
  }

  private growFollow({ name, symbols }: GrammarRule): boolean {
    const after = this.setOf(this.follows, name).slice();
    let isNew = false;
    for (let i = symbols.length - 1; i >= 0; i--) {
      const symbol = symbols[i] as GrammarSymbol;
      if (typeof symbol === 'string') isNew = addAll(this.setOf(this.follows, symbol), after) || isNew;
      if (!this.isNullable(symbol)) after.fill(0);
      this.addStart(symbol, after);
    }
    return isNew;
  }

  /** Whether something was new. */
  private addStart(symbol: GrammarSymbol, to: Signs): boolean {
    return typeof symbol === 'string'
      ? addAll(to, this.setOf(this.firsts, symbol))
      : put(to, this.numberOf(symbol));
  }

  private numberOf(symbol: Exclude<GrammarSymbol, string>): number {
    return this.table.numbers.get('test' in symbol ? symbol : symbol.type) as number;
  }

  private setOf(sets: ReadonlyMap<string, Signs>, name: string): Signs {
    return sets.get(name) as Signs;
  }

  private empty(): Signs {
    return new Int32Array((this.table.numbers.size >> 5) + 1);
  }
}

function growAll(rules: readonly GrammarRule[], grow: (rule: GrammarRule) => boolean): void {
  for (let isNew = true; isNew; ) {
    isNew = false;
    for (const rule of rules) isNew = grow(rule) || isNew;
  }
}

function put(signs: Signs, number: number): boolean {
  const before = signs[number >> 5] as number;
  signs[number >> 5] = before | (1 << number);
  return signs[number >> 5] !== before;
}

function addAll(to: Signs, from: Signs): boolean {
  let isNew = false;
  for (let i = 0; i < to.length; i++) {
    const before = to[i] as number;
    to[i] = before | (from[i] as number);
    isNew ||= to[i] !== before;
  }
  return isNew;
}

/** Whether two sets share a terminal. */
export function meet(one: Signs, other: Signs): boolean {
  for (let i = 0; i < one.length; i++) if (((one[i] as number) & (other[i] as number)) !== 0) return true;
  return false;
}
