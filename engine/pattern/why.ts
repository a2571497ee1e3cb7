import type { Env, Slot } from '../expr/evaluate.ts';
import type { PatternTexts } from './planner-text.ts';
import { type StoryStep, StoryTeller } from './story.ts';
import type { Instance, MatcherObserver, Moment } from './tree/observed-matcher.ts';

/** A match and how it came about. */
export interface MatchStory {
  readonly slots: readonly Slot[];
  readonly steps: readonly StoryStep[];
}

/** Tells the story of the first match that is wanted. */
export class WhyObserver implements MatcherObserver {
  readonly statement: number;
  story: MatchStory | null = null;
  private readonly texts: PatternTexts;
  private readonly isWanted: (slots: readonly Slot[], at: Moment) => boolean;
  private teller: StoryTeller | null = null;

  constructor(
    statement: number,
    texts: PatternTexts,
    isWanted: (slots: readonly Slot[], at: Moment) => boolean,
  ) {
    this.statement = statement;
    this.texts = texts;
    this.isWanted = isWanted;
  }

  attach(env: Env): void {
    this.teller = new StoryTeller(this.texts, env);
  }

  onMatch(slots: readonly Slot[], path: readonly Instance[], at: Moment): void {
    const [last] = path;
    if (this.story !== null || last === undefined || !this.isWanted(slots, at)) return;
    this.story = { slots, steps: (this.teller as StoryTeller).steps(last, at) };
  }

  onEvent(): void {}

  onBegin(): void {}

  onEnd(): void {}
}
