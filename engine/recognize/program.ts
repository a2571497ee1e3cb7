import { assert } from '../core/assert.ts';
import { LIMITS } from '../core/limits.ts';
import { usesSlots } from '../expr/analyze.ts';
import type { RecognizePlan, RowPattern } from '../plan/recognize-plan.ts';
import { expandPattern, type PlainPattern } from './expand.ts';
import { isOptional, isRepeating } from './pattern-variables.ts';

/** The number that stands for the end of the pattern among the states that follow one. */
export const END = -1;

/**
 * A state: waits for a row that can be the variable.
 *
 * As recorded of Esper, `+` has two flags the wrong way round. So it counts its rows only where the condition of its
 * variable reads a variable of several rows, and `+?` sees none of the rows of such variables.
 */
export interface RowState {
  readonly variable: number;
  /** Whether it counts its rows: of matches that begin with one row, those are preferred that have more of them. */
  readonly isGreedy: boolean;
  /** Whether the condition sees variables of several rows as empty. */
  readonly isBlind: boolean;
  /** The states after it, the preferred ones first; `END`: a match is complete. */
  readonly next: readonly number[];
}

/** The program of a plan; whether it is small enough was seen when the plan was made. */
export function programOf({ pattern, variables }: RecognizePlan): RowProgram {
  const readsMultiple = variables.map(({ condition }) => {
    const slots = condition === null ? [] : [...usesSlots(condition)];
    return slots.some((slot) => variables[slot]?.isMultiple === true);
  });
  const program = compileRowPattern(pattern, (variable) => readsMultiple[variable] === true);
  assert(program !== null, 'the language lets no pattern pass that is too large');
  return program;
}

/** The states of a pattern, in the order of its text. */
export interface RowProgram {
  readonly states: readonly RowState[];
  /** The states that a row can begin a match in. */
  readonly start: readonly number[];
}

interface OpenState {
  readonly variable: number;
  readonly isGreedy: boolean;
  readonly isBlind: boolean;
  readonly next: number[];
}

/** A part of a pattern: its first and its last states, and whether it can be left out. */
interface Strand {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly isOptional: boolean;
}

/**
 * Makes states of a pattern: one for each variable as written, as Glushkov does it, so that every state takes a row. The
 * order of the states that follow one is Esper's: a repeat goes on first, then come the later elements from the last
 * one that can be reached to the nearest. Null when the pattern is too large (`rowStatesMax`). `readsMultiple` tells of the
 * conditions that read variables of several rows.
 */
export function compileRowPattern(
  pattern: RowPattern,
  readsMultiple: (variable: number) => boolean,
): RowProgram | null {
  const plain = expandPattern(pattern, LIMITS.rowStatesMax);
  if (plain === null) return null;
  const compiler = new Compiler(readsMultiple);
  const { starts, ends } = compiler.strand(plain);
  for (const end of ends) compiler.link(end, END);
  return compiler.isTooLarge ? null : { states: compiler.states, start: starts };
}

class Compiler {
  readonly states: OpenState[] = [];
  private readonly readsMultiple: (variable: number) => boolean;
  private links = 0;

  constructor(readsMultiple: (variable: number) => boolean) {
    this.readsMultiple = readsMultiple;
  }

  get isTooLarge(): boolean {
    return this.links > LIMITS.rowLinksMax;
  }

  link(from: number, to: number): void {
    if (this.links++ > LIMITS.rowLinksMax) return;
    (this.states[from] as OpenState).next.push(to);
  }

  strand(pattern: PlainPattern): Strand {
    switch (pattern.op) {
      case 'variable':
        return this.variable(pattern);
      case 'group':
        return this.group(pattern);
      case 'choice': {
        const strands = pattern.children.map((child) => this.strand(child));
        return {
          starts: strands.flatMap(({ starts }) => starts),
          ends: strands.flatMap(({ ends }) => ends),
          isOptional: strands.some((one) => one.isOptional),
        };
      }
      case 'sequence':
        return this.sequence(pattern.children.map((child) => this.strand(child)));
    }
  }

  private variable(pattern: PlainPattern & { op: 'variable' }): Strand {
    const { variable, times, reluctant } = pattern;
    const isGreedy = times === 'many' ? this.readsMultiple(variable) : isOptional(pattern) && !reluctant;
    const isBlind = times === 'many' && reluctant;
    const state = this.states.push({ variable, isGreedy, isBlind, next: [] }) - 1;
    if (isRepeating(pattern)) this.link(state, state);
    return { starts: [state], ends: [state], isOptional: isOptional(pattern) };
  }

  private group(pattern: PlainPattern & { op: 'group' }): Strand {
    const { starts, ends, isOptional: canBeEmpty } = this.strand(pattern.child);
    if (isRepeating(pattern)) {
      for (const end of ends) {
        for (const start of starts) {
          if (!(this.states[end] as OpenState).next.includes(start)) this.link(end, start);
        }
      }
    }
    return { starts, ends, isOptional: canBeEmpty || isOptional(pattern) };
  }

  private sequence(strands: readonly Strand[]): Strand {
    for (let i = strands.length - 1; i >= 1; i--) {
      const { starts } = strands[i] as Strand;
      for (let j = i - 1; j >= 0; j--) {
        const before = strands[j] as Strand;
        for (const end of before.ends) for (const start of starts) this.link(end, start);
        if (!before.isOptional) break;
      }
    }
    const reachable = (all: readonly Strand[]) => {
      const stop = all.findIndex((one) => !one.isOptional);
      return stop < 0 ? all : all.slice(0, stop + 1);
    };
    return {
      starts: reachable(strands).flatMap(({ starts }) => starts),
      ends: reachable(strands.toReversed()).flatMap(({ ends }) => ends),
      isOptional: strands.every((one) => one.isOptional),
    };
  }
}
