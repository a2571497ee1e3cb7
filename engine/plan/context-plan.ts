import type { EventType, ValueType } from '../event/types.ts';
import { TYPE_INT, TYPE_LONG, TYPE_STRING } from '../event/types.ts';
import type { Expr } from '../expr/ir.ts';
import type { CrontabPlan } from './crontab-plan.ts';
import type { Access } from './declared-plan.ts';
import { filtersOf } from './pattern-tree.ts';
import type { PatternInput } from './plan.ts';

/**
 * `create context`: what makes and ends the partitions in which its statements run, each with a state of its own.
 *
 * A partition has values that its statements read as `context.…`: at index 0 its id, then those of its levels from their
 * `base` on, then the variables of the context (`context C create variable`).
 */
export interface ContextPlan {
  readonly name: string;
  /** Who sees it among rules compiled later. */
  readonly access: Access;
  /** Outermost first; more than one when it is nested. */
  readonly levels: readonly ContextLevel[];
  /** Number of values of a partition without the variables of the context. */
  readonly values: number;
}

/** One kind of context. */
export type ContextLevel = KeyedLevel | HashLevel | CategoryLevel | SpanLevel;

interface LevelPlan {
  readonly name: string;
  /** Index of its first value. */
  readonly base: number;
}

/** Events of a type that pass a filter; expressions see the event as `CURRENT`. */
export interface ContextFilter {
  readonly type: number;
  readonly filter: Expr | null;
}

/** `as` names of events, which conditions of the level see as slots, and statements as `context.name`. */
export interface ContextTag {
  readonly name: string;
  readonly type: number;
  /** An array of events: the tag of a repeat. */
  readonly repeated: boolean;
}

/** `partition by`: one partition for the events of each key. Values: the keys, then the tags. */
export interface KeyedLevel extends LevelPlan {
  readonly kind: 'keyed';
  readonly items: readonly KeyedItem[];
  readonly keyTypes: readonly ValueType[];
  /** `initiated by`: only these events make a partition; null: those of the items do. */
  readonly initiated: readonly KeyedStart[] | null;
  readonly terminated: ContextCondition | null;
  readonly tags: readonly ContextTag[];
}

/** `k1, k2 from T(filter)` */
export interface KeyedItem extends ContextFilter {
  readonly keys: readonly Expr[];
  /** Tag of the event that made the partition; −1: none. */
  readonly tag: number;
}

/** An event that makes a partition: of the type of item `item`. */
export interface KeyedStart extends ContextFilter {
  readonly item: number;
  readonly tag: number;
}

/** `coalesce by`: a fixed number of partitions, found by a hash of keys. No values. */
export interface HashLevel extends LevelPlan {
  readonly kind: 'hash';
  readonly items: readonly HashItem[];
  readonly granularity: number;
  /** All partitions are there from the start. */
  readonly preallocate: boolean;
}

/** `hash_code(k1, k2) from T(filter)` */
export interface HashItem extends ContextFilter {
  readonly hash: 'consistent_hash_crc32' | 'hash_code';
  readonly keys: readonly Expr[];
}

/** `group by condition as label`: a partition for each label. One value: the label. */
export interface CategoryLevel extends LevelPlan {
  readonly kind: 'category';
  readonly type: number;
  readonly categories: readonly { readonly label: string; readonly condition: Expr }[];
}

/**
 * `start … end …` (at most one partition) and `initiated … terminated …` (any number). Values: start time, expected end
 * time, then the tags: of the start, then of the end.
 */
export interface SpanLevel extends LevelPlan {
  readonly kind: 'span';
  readonly overlapping: boolean;
  /** `@now`: a partition begins with the context itself. */
  readonly now: boolean;
  /** Null for `start @now`. */
  readonly start: ContextCondition | null;
  readonly end: ContextCondition | null;
  /** Keys of `distinct`: while there is a partition with them, none begins. They see the event as `CURRENT`. */
  readonly distinct: readonly Expr[] | null;
  readonly tags: readonly ContextTag[];
}

/** What a partition begins or ends with. Expressions see the tags of the level as slots. */
export type ContextCondition =
  | (ContextFilter & { readonly kind: 'filter'; readonly tag: number })
  | {
      readonly kind: 'pattern';
      /** Its first slots are tags of the level that are there when it begins. */
      readonly pattern: PatternInput;
      /** Tag of each slot of the pattern; −1: none. */
      readonly slotTags: readonly number[];
      /** Tag of the match as one event; −1: none. */
      readonly tag: number;
      /** Type of that event: the tags of the pattern are its fields. */
      readonly wholeType: number;
      /** `@inclusive`: the partition gets the events of the match. */
      readonly inclusive: boolean;
    }
  | { readonly kind: 'crontab'; readonly crontabs: readonly CrontabPlan[] }
  /** A period, or a number of seconds. */
  | { readonly kind: 'after'; readonly period: Expr };

/** A value that statements read by name. */
export interface ContextProperty {
  /** Name of the level, for `context.Level.name`. */
  readonly level: string;
  readonly name: string;
  readonly type: ValueType;
  /** Index among the values of the partition; −1: it is the constant `text`. */
  readonly index: number;
  readonly text?: string;
}

/** Everything a statement can read after `context.`, level by level; what belongs to the whole has the level ''. */
export function contextProperties(
  { name, levels }: Pick<ContextPlan, 'name' | 'levels'>,
  types: readonly EventType[],
): readonly ContextProperty[] {
  const whole = [constant('', 'name', name), { level: '', name: 'id', type: TYPE_INT, index: 0 }];
  return [...whole, ...levels.flatMap((level, i) => ofLevel(level, types, i === levels.length - 1))];
}

/** Number of values of a level. */
export function valuesOfLevel(level: ContextLevel): number {
  switch (level.kind) {
    case 'keyed':
      return level.keyTypes.length + level.tags.length;
    case 'hash':
      return 0;
    case 'category':
      return 1;
    case 'span':
      return 2 + level.tags.length;
  }
}

function ofLevel(level: ContextLevel, types: readonly EventType[], isLast: boolean): ContextProperty[] {
  const { base } = level;
  const own = (name: string, type: ValueType, at: number): ContextProperty => ({
    level: level.name,
    name,
    type,
    index: base + at,
  });
  const shared = [constant(level.name, 'name', level.name)];
  if (isLast) shared.push({ level: level.name, name: 'id', type: TYPE_INT, index: 0 });
  const tagsFrom = (tags: readonly ContextTag[], first: number) =>
    tags.map(({ name, type, repeated }, i) => {
      const one: ValueType = { kind: 'event', typeName: types[type]?.name ?? '' };
      return own(name, repeated ? { kind: 'array', element: one } : one, first + i);
    });
  switch (level.kind) {
    case 'keyed': {
      const { keyTypes, tags } = level;
      const keys = keyTypes.map((type, i) => own(`key${i + 1}`, type, i));
      return [...shared, ...keys, ...tagsFrom(tags, keyTypes.length)];
    }
    case 'hash':
      return shared;
    case 'category':
      return [...shared, own('label', TYPE_STRING, 0)];
    case 'span': {
      const times = [own('startTime', TYPE_LONG, 0), own('endTime', TYPE_LONG, 1)];
      return [...shared, ...times, ...tagsFrom(level.tags, 2)];
    }
  }
}

function constant(level: string, name: string, text: string): ContextProperty {
  return { level, name, type: TYPE_STRING, index: -1, text };
}

/** Types of the events that make, end and tell apart the partitions of a context. */
export function contextTypes({ levels }: ContextPlan): readonly number[] {
  return [...new Set(levels.flatMap(levelTypes))];
}

function levelTypes(level: ContextLevel): readonly number[] {
  switch (level.kind) {
    case 'keyed': {
      const starts = [...level.items, ...(level.initiated ?? [])].map(({ type }) => type);
      return [...starts, ...conditionTypes(level.terminated)];
    }
    case 'hash':
      return level.items.map(({ type }) => type);
    case 'category':
      return [level.type];
    case 'span':
      return [level.start, level.end].flatMap(conditionTypes);
  }
}

function conditionTypes(condition: ContextCondition | null): readonly number[] {
  if (condition?.kind === 'filter') return [condition.type];
  return condition?.kind === 'pattern' ? filtersOf(condition.pattern.root).map(({ type }) => type) : [];
}
