import { assert } from '../core/assert.ts';
import { hasSubquery } from '../expr/analyze.ts';
import type { Backend } from '../expr/evaluate.ts';
import type { Expr } from '../expr/ir.ts';
import { filtersOf } from '../plan/pattern-tree.ts';
import type { PatternInput } from '../plan/plan.ts';
import type { TimeBase } from '../time/time-base.ts';
import { buildLinear } from './linear/build.ts';
import { LinearMatcher } from './linear/linear-matcher.ts';
import type { LinearProgram } from './linear/program.ts';
import { type ReadyProgram, readyProgram } from './linear/ready-program.ts';
import type { MatcherHost, PatternMatcher } from './matcher.ts';
import { compilePattern, type PatternProgram } from './program.ts';
import type { EventReader, EventWriter } from './snapshot.ts';
import { type MatcherObserver, ObservedTreeMatcher } from './tree/observed-matcher.ts';
import { TreeMatcher } from './tree/tree-matcher.ts';

/** Which matchers may be picked: `auto` the cheapest exact one, `tree` only the complete one, or an observed one. */
export type MatcherChoice = 'auto' | 'tree' | MatcherObserver;

/** Which matcher runs a pattern, and why. */
export type MatcherPick =
  | { readonly matcher: 'linear'; readonly reason: string; readonly program: LinearProgram }
  | { readonly matcher: 'tree'; readonly reason: string };

/**
 * Picks the cheapest matcher that is exact for a pattern. The linear matcher is never dearer than the tree where it is
 * exact, so there is nothing to weigh yet.
 */
export function pickMatcher(
  input: PatternInput,
  base: TimeBase,
  choice: MatcherChoice = 'auto',
): MatcherPick {
  if (choice === 'tree') return { matcher: 'tree', reason: 'the tree matcher was asked for' };
  // The rows of a subquery change between two events: nothing about a run can be computed ahead.
  const asks = filtersOf(input.root).some(({ filter }) => filter !== null && hasSubquery(filter));
  if (asks) return { matcher: 'tree', reason: 'a filter asks a subquery' };
  const program = buildLinear(input, base);
  if (typeof program === 'string') return { matcher: 'tree', reason: program };
  return { matcher: 'linear', reason: 'every run goes its own way through the steps', program };
}

/** How a pattern is to run. */
export interface PatternSetup {
  readonly backend: Backend;
  readonly choice: MatcherChoice;
  /** What its durations become ticks of. */
  readonly base: TimeBase;
}

/** A snapshot of a pattern, with the matcher that wrote it. */
interface PatternSnapshot {
  readonly matcher: MatcherPick['matcher'];
  readonly state: unknown;
}

/** The pattern of an input, planned once for all partitions of a context that it runs in. */
export function plannedPattern(input: PatternInput, how: PatternSetup): PlannedPattern {
  const { backend, choice, base } = how;
  // An observer is one of a single run.
  if (typeof choice === 'object') return new PlannedPattern(input, how);
  let made = planned.get(input);
  if (made === undefined) {
    made = new Map();
    planned.set(input, made);
  }
  const name = `${backend} ${choice} ${base.unit}`;
  const known = made.get(name) ?? new PlannedPattern(input, how);
  made.set(name, known);
  return known;
}

const planned = new WeakMap<PatternInput, Map<string, PlannedPattern>>();

/** A pattern with its matcher picked; makes as many matchers of it as there are contexts. */
export class PlannedPattern {
  /** Filter nodes in the order of the text: type and condition on the event alone. */
  readonly atoms: readonly { readonly type: number; readonly own: Expr | null }[];
  private readonly input: PatternInput;
  private readonly base: TimeBase;
  private readonly choice: MatcherChoice;
  private readonly pick: MatcherPick;
  private readonly backend: Backend;
  private readonly program: PatternProgram;
  private ready: ReadyProgram | null = null;

  constructor(input: PatternInput, { backend, choice, base }: PatternSetup) {
    this.input = input;
    this.base = base;
    this.backend = backend;
    this.choice = choice;
    this.pick = pickMatcher(input, base, choice);
    this.program = compilePattern(input, backend);
    // An observer wants to know of the events that do not pass, too.
    const isObserved = typeof choice === 'object';
    this.atoms = this.program.atoms.map(({ node, own }) => ({
      type: node.type,
      own: isObserved ? null : own,
    }));
  }

  /** A matcher, not yet started. */
  create(host: MatcherHost): PatternMatcher {
    return this.make(this.pick, host);
  }

  snapshot(matcher: PatternMatcher, writer: EventWriter): PatternSnapshot {
    const kind = matcher instanceof LinearMatcher ? 'linear' : 'tree';
    return { matcher: kind, state: matcher.snapshot(writer) };
  }

  /** A matcher that goes on from a snapshot: of the kind that wrote it, whatever would be picked now. */
  restore(snapshot: unknown, host: MatcherHost, reader: EventReader): PatternMatcher {
    const { matcher: kind, state } = snapshot as PatternSnapshot;
    const pick =
      kind === this.pick.matcher
        ? this.pick
        : pickMatcher(this.input, this.base, kind === 'tree' ? 'tree' : 'auto');
    assert(pick.matcher === kind, 'a snapshot is of a matcher that cannot run the pattern');
    const matcher = this.make(pick, host);
    matcher.restore(state, reader);
    return matcher;
  }

  private make(pick: MatcherPick, host: MatcherHost): PatternMatcher {
    const { choice, program, input } = this;
    if (typeof choice === 'object') return new ObservedTreeMatcher(program, input.root, host, choice);
    if (pick.matcher === 'tree') return new TreeMatcher(this.program, host);
    this.ready ??= readyProgram(pick.program, this.backend);
    return new LinearMatcher(this.ready, host);
  }
}
