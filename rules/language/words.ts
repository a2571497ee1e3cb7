import type { PeriodUnit } from '../../engine/expr/period-unit.ts';

/**
 * The words of EPL. Their token type is the word in lower case; which of them are also names is decided in two places: some
 * are words of the language only before or after certain tokens (`wordType`), others are names wherever the grammar
 * asks for one (`SOFT`). All others need backticks to be names.
 */
const list = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Words that are never names. */
const RESERVED = list(`
  select from where having insert into on as and or not in is between like regexp case when then else end true false null
  distinct all set delete update create output by asc desc terminated match_recognize every-distinct
`);

/** Unit words of time periods; they are names everywhere else. */
export const UNITS: ReadonlyMap<string, PeriodUnit> = new Map<string, PeriodUnit>([
  ['year', 'year'],
  ['years', 'year'],
  ['month', 'month'],
  ['months', 'month'],
  ['week', 'week'],
  ['weeks', 'week'],
  ['day', 'day'],
  ['days', 'day'],
  ['hour', 'hour'],
  ['hours', 'hour'],
  ['minute', 'minute'],
  ['minutes', 'minute'],
  ['min', 'minute'],
  ['second', 'second'],
  ['seconds', 'second'],
  ['sec', 'second'],
  ['millisecond', 'millisecond'],
  ['milliseconds', 'millisecond'],
  ['msec', 'millisecond'],
  ['microsecond', 'microsecond'],
  ['microseconds', 'microsecond'],
  ['usec', 'microsecond'],
]);

/** Words of the language that are also names, where the grammar asks for a name. */
export const SOFT: ReadonlySet<string> = new Set([
  ...list(`
    every until while escape merge matched values start initiated partition define measures matches using at first last
    snapshot events after before limit offset for left right full inner outer join unidirectional retain-union
    retain-intersection window table schema variable index context expression dataflow metadatasql sets weekday variant
    coalesce event-precedence
  `),
  ...UNITS.keys(),
]);

/** Words of the language only before one of these tokens (their type or word); names otherwise. */
const BEFORE: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['order', new Set(['by'])],
  ['any', new Set(['('])],
  ['some', new Set(['('])],
  ['cast', new Set(['('])],
  ['exists', new Set(['('])],
  ['pattern', new Set(['[', '@', '('])],
  ['sql', new Set([':'])],
  ['grouping', new Set(['sets'])],
  ['rollup', new Set(['('])],
  ['cube', new Set(['('])],
  ['inlined_class', new Set(['class text'])],
  ['match_recognize_permute', new Set(['('])],
]);

const ALWAYS: ReadonlySet<string> = new Set([...RESERVED, ...SOFT]);
const MODULE_WORDS: ReadonlySet<string> = new Set(['module', 'uses', 'import']);
const STREAM_WORDS: ReadonlySet<string> = new Set(['istream', 'rstream', 'irstream']);

/** Every word of the language, for hints. */
export const WORDS: readonly string[] = [
  ...new Set([...RESERVED, ...SOFT, ...BEFORE.keys(), ...STREAM_WORDS, ...MODULE_WORDS, 'group', 'new']),
].sort();

const WORD_SET: ReadonlySet<string> = new Set(WORDS);

/** Whether a word is never a name. */
export function isReserved(word: string): boolean {
  return RESERVED.includes(word.toLowerCase());
}

/** Whether a name must be written in backticks: it would be read as a word of the language, or is not a plain name. */
export function needsBackticks(name: string, allowSoft: boolean): boolean {
  if (!/^[A-Za-z_$][A-Za-z0-9_$]*$/.test(name)) return true;
  const word = name.toLowerCase();
  return WORD_SET.has(word) && !(allowSoft && SOFT.has(word));
}

/** What stands around a word: token types, for the next one also its word in lower case and the one after it. */
export interface Around {
  readonly previous: string;
  readonly next: string;
  readonly afterNext: string;
  /** The statement is `create context`. */
  readonly inContext: boolean;
}

/** Token type of a word: itself when it is a word of the language here, else `name`. */
export function wordType(word: string, around: Around): string {
  if (!WORD_SET.has(word) || around.previous === '.') return 'name';
  if (ALWAYS.has(word)) return word;
  if (STREAM_WORDS.has(word)) return around.next === '(' && around.afterNext === ')' ? 'name' : word;
  if (MODULE_WORDS.has(word)) return around.previous === '' || around.previous === ';' ? word : 'name';
  if (word === 'group') return around.next === 'by' || around.inContext ? word : 'name';
  if (word === 'new') return around.next === 'name' || around.next === '{' ? word : 'name';
  if (word === 'exists') return around.next === '(' && around.afterNext === 'select' ? word : 'name';
  return BEFORE.get(word)?.has(around.next) ? word : 'name';
}
