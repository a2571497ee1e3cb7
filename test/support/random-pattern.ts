import fc, { type Arbitrary } from 'fast-check';
import type {
  Condition,
  FieldName,
  FilterPattern,
  HistoryEvent,
  Pattern,
  TagField,
  TypeName,
} from './reference/pattern-enumerator.ts';

/** Schemas of the events of random histories; `D` is a `B` too. */
export const HISTORY_SCHEMAS = `create schema A(n int, k int, v double, s string, ts long) starttimestamp ts;
create schema B(n int, k int, v double, s string, ts long) starttimestamp ts;
create schema C(n int, k int, v double, s string, ts long) starttimestamp ts;
create schema D() inherits B;`;

/** A history: events of few keys and values, many at one time, with nulls. */
export function histories(): Arbitrary<HistoryEvent[]> {
  const event = fc.record({
    type: fc.constantFrom<TypeName>('A', 'A', 'B', 'B', 'C', 'D'),
    gap: fc.constantFrom(0, 0, 1, 200, 500, 1000, 1000, 2000, 3500),
    k: fc.constantFrom(0, 1, 1, 2, null),
    v: fc.constantFrom(0, 1, 2, 3, 4.5, 6, 8, null),
    s: fc.constantFrom('x', 'y', 'x', null),
  });
  return fc.array(event, { minLength: 4, maxLength: 28 }).map((drawn) => {
    let time = 0;
    return drawn.map(({ gap, ...rest }) => {
      time += gap;
      return { ...rest, time };
    });
  });
}

/** A pattern of one to four steps, nearly always one the linear matcher takes. */
export function patterns(): Arbitrary<Pattern> {
  return fc.infiniteStream(fc.nat()).map((stream) => {
    const draws = stream[Symbol.iterator]();
    return new PatternMaker((count) => (draws.next().value as number) % count).pattern();
  });
}

const SECONDS = [1, 2, 3, 4];
const CONSTANTS = [1, 2, 3, 4.5];

class PatternMaker {
  private readonly draw: (count: number) => number;
  private tags = 0;
  /** Tags that later filters may use. */
  private visible: string[] = [];

  constructor(draw: (count: number) => number) {
    this.draw = draw;
  }

  pattern(): Pattern {
    const shape = this.draw(8);
    if (shape === 0) return { op: 'every', child: this.single(this.chain(1 + this.draw(3), false)) };
    if (shape === 1) return { op: 'within', child: this.chain(2 + this.draw(2), true), sec: this.seconds() };
    if (shape === 2) {
      const child = this.chain(1 + this.draw(2), true);
      return { op: 'and', children: [child, { op: 'not', child: this.filter() }] };
    }
    return this.chain(1 + this.draw(4), true);
  }

  private chain(length: number, mayEvery: boolean): Pattern {
    const steps: Pattern[] = [];
    for (let i = 0; i < length; i++) {
      const isEvery = mayEvery && (i === 0 ? this.draw(3) > 0 : this.draw(7) === 0);
      const before = this.visible.length;
      const step = this.step(isEvery);
      steps.push(step);
      // Now and then a guard around the rest of the chain.
      if (i < length - 2 && this.draw(6) === 0) {
        steps.push({ op: 'within', child: this.chain(length - i - 1, mayEvery), sec: this.seconds() });
        break;
      }
      this.visible = this.visible.slice(0, before).concat(this.tagsOf(step));
    }
    return steps.length === 1 ? (steps[0] as Pattern) : { op: 'then', children: steps };
  }

  private step(isEvery: boolean): Pattern {
    if (isEvery) {
      if (this.draw(4) > 0) return { op: 'every', child: this.filter() };
      if (this.draw(3) === 0) return this.distinct();
      return { op: 'every', child: this.single(this.plainStep()) };
    }
    const step = this.plainStep();
    return this.draw(4) === 0 ? { op: 'within', child: step, sec: this.seconds() } : step;
  }

  /** `every` of a filter is another thing than `every` of an operator with one run. */
  private single(node: Pattern): Pattern {
    return node.op === 'filter' ? { op: 'within', child: node, sec: this.seconds() } : node;
  }

  private plainStep(): Pattern {
    const kind = this.draw(14);
    if (kind === 0) return this.interval();
    if (kind === 1 || kind === 2) {
      const interval = this.interval();
      return { op: 'and', children: [interval, { op: 'not', child: this.filter() }] };
    }
    if (kind === 3 || kind === 4) {
      return { op: 'and', children: [this.filter(), { op: 'not', child: this.filter() }] };
    }
    if (kind === 5) return { op: 'and', children: [this.filter(), this.filter()] };
    if (kind === 6) return { op: 'or', children: [this.filter(), this.filter()] };
    if (kind === 7) return { op: 'or', children: [this.filter(), { op: 'interval', sec: this.seconds() }] };
    if (kind === 8) return this.repeat();
    return this.filter();
  }

  private interval(): Pattern {
    const { visible } = this;
    if (visible.length === 0 || this.draw(2) === 0) return { op: 'interval', sec: this.seconds() };
    const tag = visible[this.draw(visible.length)] as string;
    return { op: 'interval', sec: { tag, field: this.draw(2) === 0 ? 'k' : 'v', plus: this.draw(3) - 1 } };
  }

  private repeat(): Pattern {
    const low = this.draw(3);
    const high = this.draw(3) === 0 ? null : low + this.draw(3);
    if (this.draw(3) === 0)
      return { op: 'repeat', low: low + 1, high: low + 1, child: this.filter(), until: null };
    const until: Pattern = this.draw(4) === 0 ? { op: 'interval', sec: this.seconds() } : this.filter();
    return { op: 'repeat', low, high: high === 0 ? 1 : high, child: this.filter(), until };
  }

  private distinct(): Pattern {
    const expirySec = this.draw(2) === 0 ? null : this.seconds();
    return { op: 'distinct', child: this.filter(), field: 'k', expirySec };
  }

  private filter(): FilterPattern {
    const conditions = Array.from({ length: [0, 1, 1, 2][this.draw(4)] as number }, () => this.condition());
    const type = (['A', 'A', 'B', 'B', 'C'] as const)[this.draw(5)] as TypeName;
    return { op: 'filter', type, tag: `t${this.tags++}`, conditions };
  }

  private condition(): Condition {
    const { visible } = this;
    if (visible.length === 0 || this.draw(3) === 0) {
      if (this.draw(3) === 0) return { field: 'k', operator: '=', right: { constant: this.draw(3) } };
      const operator = this.draw(2) === 0 ? '>' : '<=';
      return { field: 'v', operator, right: { constant: CONSTANTS[this.draw(4)] as number } };
    }
    const tag = visible[this.draw(visible.length)] as string;
    const kind = this.draw(8);
    if (kind < 3) return equality('k', tag);
    if (kind === 3) return equality('s', tag);
    if (kind === 4) return { field: 'k', operator: '!=', right: { tag, field: 'k', plus: 0 } };
    const operator = (['>', '<', '>=', '<='] as const)[this.draw(4)] as '>';
    return {
      field: 'v',
      operator,
      right: { tag, field: this.draw(4) === 0 ? 'k' : 'v', plus: this.draw(3) - 1 },
    };
  }

  private seconds(): number {
    return SECONDS[this.draw(4)] as number;
  }

  /** Single events bound in a step, by which later steps can be tied to it. */
  private tagsOf(node: Pattern): string[] {
    if (node.op === 'filter') return [node.tag];
    if (node.op === 'repeat') return node.until === null ? [] : this.tagsOf(node.until);
    if (node.op === 'not') return [];
    if ('children' in node) return node.children.flatMap((child) => this.tagsOf(child));
    return 'child' in node ? this.tagsOf(node.child) : [];
  }
}

function equality(field: FieldName, tag: string): Condition {
  return { field, operator: '=', right: { tag, field, plus: 0 } };
}

/** A pattern as EPL. */
export function patternText(node: Pattern): string {
  switch (node.op) {
    case 'filter': {
      const conditions = node.conditions.map(conditionText).join(', ');
      return `${node.tag}=${node.type}${conditions === '' ? '' : `(${conditions})`}`;
    }
    case 'every':
      return `(every ${grouped(node.child)})`;
    case 'distinct': {
      const expiry = node.expirySec === null ? '' : `, ${node.expirySec} sec`;
      return `(every-distinct(${node.child.tag}.${node.field}${expiry}) ${patternText(node.child)})`;
    }
    case 'then':
      return node.children.map(grouped).join(' -> ');
    case 'and':
    case 'or':
      return node.children.map(grouped).join(` ${node.op} `);
    case 'not':
      return `not ${patternText(node.child)}`;
    case 'repeat': {
      const { low, high } = node;
      const bounds = low === high ? `[${low}]` : low === 0 && high === null ? '' : `[${low}:${high ?? ''}]`;
      const until = node.until === null ? '' : ` until ${grouped(node.until)}`;
      return `(${bounds} ${patternText(node.child)}${until})`;
    }
    case 'interval':
      return `timer:interval(${typeof node.sec === 'number' ? `${node.sec} sec` : tagFieldText(node.sec)})`;
    case 'within':
      return `(${grouped(node.child)} where timer:within(${node.sec} sec))`;
  }
}

function grouped(node: Pattern): string {
  return node.op === 'then' || node.op === 'and' || node.op === 'or'
    ? `(${patternText(node)})`
    : patternText(node);
}

function conditionText({ field, operator, right }: Condition): string {
  if ('constant' in right) return `${field} ${operator} ${right.constant}`;
  return `${field} ${operator} ${tagFieldText(right)}`;
}

function tagFieldText({ tag, field, plus }: TagField): string {
  const text = plus === 0 || field === 's' ? '' : plus > 0 ? ` + ${plus}` : ` - ${-plus}`;
  return `${tag}.${field}${text}`;
}
