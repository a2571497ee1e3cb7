/**
 * The slow and obvious meaning of patterns: for an operator begun at a place in the whole history it lists where it
 * becomes true, straight from the definitions. It keeps no state and knows no index, timer queue or matcher.
 */

/** A pattern as data. `first` numbers are those of `numberStarts`. */
export type Pattern =
  | FilterPattern
  | { readonly op: 'every'; readonly child: Pattern }
  | {
      readonly op: 'distinct';
      readonly child: FilterPattern;
      readonly field: FieldName;
      readonly expirySec: number | null;
    }
  | { readonly op: 'then' | 'and' | 'or'; readonly children: readonly Pattern[] }
  | { readonly op: 'not'; readonly child: FilterPattern }
  | RepeatPattern
  | IntervalPattern
  | { readonly op: 'within'; readonly child: Pattern; readonly sec: number };

/** One event of a type that passes all conditions. */
export interface FilterPattern {
  readonly op: 'filter';
  readonly type: TypeName;
  readonly tag: string;
  readonly conditions: readonly Condition[];
}

/** `timer:interval(sec)`, a number of seconds, or those a tag tells; null never comes. */
export interface IntervalPattern {
  readonly op: 'interval';
  readonly sec: number | TagField;
}

/** `[low:high] child until until`; `high` null: no bound; `until` null: `[n] child`. */
export interface RepeatPattern {
  readonly op: 'repeat';
  readonly low: number;
  readonly high: number | null;
  readonly child: FilterPattern;
  readonly until: Pattern | null;
}

/** `D` is a subtype of `B`. */
export type TypeName = 'A' | 'B' | 'C' | 'D';
/** Fields of every type. */
export type FieldName = 'k' | 'v' | 's';

/** `field operator right`. */
export interface Condition {
  readonly field: FieldName;
  readonly operator: '=' | '!=' | '<' | '<=' | '>' | '>=';
  readonly right: { readonly constant: number | string } | TagField;
}

/** `tag.field + plus`. */
export interface TagField {
  readonly tag: string;
  readonly field: FieldName;
  readonly plus: number;
}

/** An event of the history. */
export interface HistoryEvent {
  readonly type: TypeName;
  readonly time: number;
  readonly k: number | null;
  readonly v: number | null;
  readonly s: string | null;
}

/** What tags hold: the index of an event, or those of a repeat. */
export type Tags = { readonly [tag: string]: number | readonly number[] };

/** A match: when, by which event (−1: a timer), and the tags. */
export interface Match {
  readonly time: number;
  readonly event: number;
  readonly tags: Tags;
}

/** All matches of a pattern begun at time 0, up to and including `end`. */
export function enumerateMatches(pattern: Pattern, events: readonly HistoryEvent[], end: number): Match[] {
  const start: Place = { time: 0, event: -1 };
  const { trues } = new History(pattern, events, end).evaluate(pattern, start, {});
  return trues.map(({ at, tags }) => ({ ...at, tags }));
}

/** A place in history: timers of a time come before its events. */
interface Place {
  readonly time: number;
  readonly event: number;
}

/** Who acts first at one place: filters with a condition, then who began to wait earlier, then the order of starts. */
interface Turn {
  readonly rank: number;
  readonly began: Place;
  readonly start: number;
}

interface Moment {
  readonly at: Place;
  readonly turn: Turn;
}

interface True extends Moment {
  readonly tags: Tags;
  /** Whether the operator is over with it. */
  readonly quits: boolean;
}

interface Outcome {
  readonly trues: readonly True[];
  /** When it can never be true any more without having ended by being true; null: that does not happen. */
  readonly fails: Moment | null;
}

class History {
  private readonly events: readonly HistoryEvent[];
  private readonly end: number;
  private readonly starts = new Map<Pattern, number>();

  constructor(root: Pattern, events: readonly HistoryEvent[], end: number) {
    this.events = events;
    this.end = end;
    this.numberStarts(root);
  }

  evaluate(node: Pattern, start: Place, tags: Tags): Outcome {
    switch (node.op) {
      case 'filter':
        return { trues: this.hits(node, start, tags).slice(0, 1), fails: null };
      case 'every':
        return this.every(node.child, start, tags);
      case 'distinct':
        return this.distinct(node, start, tags);
      case 'then':
        return this.then(node.children, start, tags);
      case 'and':
        return this.and(node.children, start, tags);
      case 'or':
        return this.or(node.children, start, tags);
      case 'repeat':
        return this.repeat(node, start, tags);
      case 'interval':
        return this.interval(node, start, tags);
      case 'within': {
        const deadline = start.time + node.sec * 1000;
        const { trues, fails } = this.evaluate(node.child, start, tags);
        const inTime = trues.filter(({ at }) => at.time < deadline);
        if (inTime.some(({ quits }) => quits)) return { trues: inTime, fails: null };
        if (fails !== null && fails.at.time < deadline) return { trues: inTime, fails };
        const at = { time: deadline, event: -1 };
        const isSeen = deadline <= this.end;
        return { trues: inTime, fails: isSeen ? { at, turn: this.turn(node, start, 0) } : null };
      }
      default:
        throw new Error('`not` stands in `and` only');
    }
  }

  /** Every event after `start` that the filter takes. */
  private hits(filter: FilterPattern, start: Place, tags: Tags): True[] {
    const rank = filter.conditions.length === 0 ? 1 : 0;
    return this.events.flatMap((event, i) => {
      const at = { time: event.time, event: i };
      if (comparePlaces(at, start) <= 0 || !isOf(event.type, filter.type)) return [];
      if (!filter.conditions.every((condition) => this.holds(condition, event, tags))) return [];
      return [{ at, turn: this.turn(filter, start, rank), tags: { ...tags, [filter.tag]: i }, quits: true }];
    });
  }

  private interval(node: IntervalPattern, start: Place, tags: Tags): Outcome {
    const sec = typeof node.sec === 'number' ? node.sec : this.tagValue(node.sec, tags);
    if (typeof sec !== 'number') return { trues: [], fails: null };
    // It is over at once when it is not positive.
    const at = sec <= 0 ? start : { time: start.time + sec * 1000, event: -1 };
    if (at.time > this.end) return { trues: [], fails: null };
    return { trues: [{ at, turn: this.turn(node, start, 0), tags, quits: true }], fails: null };
  }

  private every(child: Pattern, start: Place, tags: Tags): Outcome {
    if (child.op === 'filter') {
      return { trues: this.hits(child, start, tags).map((one) => ({ ...one, quits: false })), fails: null };
    }
    const trues: True[] = [];
    let from = start;
    for (;;) {
      const round = this.evaluate(child, from, tags);
      const [first] = round.trues;
      if (first !== undefined) trues.push({ ...first, quits: false });
      const next = first ?? round.fails;
      if (next === undefined || next === null) return { trues, fails: null };
      from = next.at;
    }
  }

  private distinct(node: Pattern & { op: 'distinct' }, start: Place, tags: Tags): Outcome {
    const passed: { key: unknown; until: number }[] = [];
    const trues = this.hits(node.child, start, tags).filter(({ at }) => {
      const key = this.events[at.event]?.[node.field];
      if (passed.some((one) => one.key === key && at.time < one.until)) return false;
      passed.push({ key, until: node.expirySec === null ? Infinity : at.time + node.expirySec * 1000 });
      return true;
    });
    return { trues: trues.map((one) => ({ ...one, quits: false })), fails: null };
  }

  private then([step, ...rest]: readonly Pattern[], start: Place, tags: Tags): Outcome {
    const first = this.evaluate(step as Pattern, start, tags);
    if (rest.length === 0) return first;
    const later = first.trues.map((one) => this.then(rest, one.at, one.tags));
    // What is over at once, an interval that is not positive, acts in the turn of the step before it.
    const trues = later.flatMap((outcome, i) => {
      const { at, turn } = first.trues[i] as True;
      return outcome.trues.map((one) => (comparePlaces(one.at, at) === 0 ? { ...one, turn } : one));
    });
    // With one run the chain fails where its present step does; with several nothing asks.
    return { trues, fails: first.fails ?? (later.length === 1 ? (later[0]?.fails ?? null) : null) };
  }

  private and(children: readonly Pattern[], start: Place, tags: Tags): Outcome {
    const kills = children.flatMap((child) => {
      return child.op === 'not' ? this.hits(child.child, start, tags).slice(0, 1) : [];
    });
    const [kill = null] = kills.toSorted(compareMoments);
    const isBefore = (one: Moment) => kill === null || compareMoments(one, kill) < 0;
    const positive = children.filter((child) => child.op !== 'not');
    const sides = positive.map((child) => this.evaluate(child, start, tags));
    const whole = sides.length === 1 ? (sides[0] as Outcome) : together(sides);
    const trues = whole.trues.filter(isBefore);
    if (trues.some(({ quits }) => quits)) return { trues, fails: null };
    return { trues, fails: whole.fails !== null && isBefore(whole.fails) ? whole.fails : kill };
  }

  private or(children: readonly Pattern[], start: Place, tags: Tags): Outcome {
    const all = children.flatMap((child) => this.evaluate(child, start, tags).trues).toSorted(compareMoments);
    const last = all.findIndex(({ quits }) => quits);
    return { trues: last < 0 ? all : all.slice(0, last + 1), fails: null };
  }

  private repeat({ low, high, child, until }: RepeatPattern, start: Place, tags: Tags): Outcome {
    const [stop] = until === null ? [] : this.evaluate(until, start, tags).trues;
    const rounds = this.hits(child, start, tags).filter(
      (one) => stop === undefined || compareMoments(one, stop) < 0,
    );
    const bound = (count: number): Tags => {
      const indexes = rounds.slice(0, count).map(({ at }) => at.event);
      return indexes.length === 0 ? {} : { [child.tag]: indexes };
    };
    const full = low === high ? rounds[low - 1] : undefined;
    if (full !== undefined) {
      return { trues: [{ ...full, tags: { ...tags, ...bound(low) }, quits: true }], fails: null };
    }
    if (stop === undefined) return { trues: [], fails: null };
    if (rounds.length < low) return { trues: [], fails: stop };
    const count = Math.min(rounds.length, high ?? rounds.length);
    return { trues: [{ ...stop, tags: { ...stop.tags, ...bound(count) }, quits: true }], fails: null };
  }

  private turn(node: Pattern, began: Place, rank: number): Turn {
    return { rank, began, start: this.starts.get(node) as number };
  }

  /** The order in which operators begin when all begin at once: the end of a repeat before its rounds. */
  private numberStarts(node: Pattern): void {
    this.starts.set(node, this.starts.size);
    if (node.op === 'repeat' && node.until !== null) this.numberStarts(node.until);
    if ('child' in node) this.numberStarts(node.child);
    if ('children' in node) for (const child of node.children) this.numberStarts(child);
  }

  private holds({ field, operator, right }: Condition, event: HistoryEvent, tags: Tags): boolean {
    const left = event[field];
    const value = 'constant' in right ? right.constant : this.tagValue(right, tags);
    if (left === null || value === null) return false;
    switch (operator) {
      case '=':
        return left === value;
      case '!=':
        return left !== value;
      case '<':
        return left < value;
      case '<=':
        return left <= value;
      case '>':
        return left > value;
      case '>=':
        return left >= value;
    }
  }

  private tagValue({ tag, field, plus }: TagField, tags: Tags): number | string | null {
    const index = tags[tag];
    if (typeof index !== 'number') return null;
    const value = this.events[index]?.[field] ?? null;
    return typeof value === 'number' ? value + plus : value;
  }
}

/** True when all sides have been; each side is true at most once. */
function together(sides: readonly Outcome[]): Outcome {
  const firsts = sides.flatMap(({ trues }) => trues.slice(0, 1));
  if (firsts.length < sides.length) return { trues: [], fails: null };
  const last = firsts.toSorted(compareMoments).at(-1) as True;
  const tags = Object.assign({}, ...firsts.map((one) => one.tags)) as Tags;
  return { trues: [{ ...last, tags, quits: true }], fails: null };
}

function isOf(type: TypeName, wanted: TypeName): boolean {
  return type === wanted || (type === 'D' && wanted === 'B');
}

function comparePlaces(a: Place, b: Place): number {
  return a.time - b.time || a.event - b.event;
}

function compareMoments(a: Moment, b: Moment): number {
  return (
    comparePlaces(a.at, b.at) ||
    a.turn.rank - b.turn.rank ||
    comparePlaces(a.turn.began, b.turn.began) ||
    a.turn.start - b.turn.start
  );
}
