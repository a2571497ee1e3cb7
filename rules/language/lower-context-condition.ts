import type { EventType } from '../../engine/event/types.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import type { ContextCondition, ContextTag } from '../../engine/plan/context-plan.ts';
import type { CrontabPlan } from '../../engine/plan/crontab-plan.ts';
import type { PatternSlot } from '../../engine/plan/plan.ts';
import type { Name } from './ast.ts';
import type { ContextPoint } from './ast-context.ts';
import { lowerCrontab } from './lower-crontab.ts';
import { lowerFilter } from './lower-filter.ts';
import { lowerPattern } from './lower-pattern.ts';
import { lowerDuration } from './lower-timer.ts';
import type { Lowering, ScopeEntry } from './scope.ts';

/** Lowers the conditions of one level and collects the tags that they set: statements read them as `context.tag`. */
export class ConditionLowering {
  readonly tags: ContextTag[] = [];
  private readonly lowering: Lowering;
  /** Number of values of the level before the tags; they stand before them among the slots, too. */
  private readonly tagsFrom: number;

  constructor(tagsFrom: number, lowering: Lowering) {
    this.tagsFrom = tagsFrom;
    this.lowering = lowering;
  }

  /** Index of a new tag for an event; −1 without a name. */
  tag(name: Name | null, type: number, repeated = false): number {
    if (name === null) return -1;
    if (this.tags.some((one) => one.name === name.text)) {
      this.lowering.report.error('E0208', `the name \`${name.text}\` is taken in this context`, name.span);
      return -1;
    }
    return this.tags.push({ name: name.text, type, repeated }) - 1;
  }

  /** What a partition begins with. */
  start(point: ContextPoint): ContextCondition | null {
    return this.lower(point);
  }

  /** What a partition ends with: it sees the tags so far. */
  end(point: ContextPoint): ContextCondition | null {
    return this.lower(point);
  }

  private lower(point: ContextPoint): ContextCondition | null {
    const { report } = this.lowering;
    switch (point.kind) {
      case 'filter': {
        if (point.filter.contained.length > 0) {
          report.error('E0425', 'a context begins and ends with whole events', point.span);
          return null;
        }
        const own = point.alias?.text ?? '';
        const { type, condition, entry } = lowerFilter(point.filter, own, this.entries(), this.lowering);
        if (entry.type === null) return null;
        return { kind: 'filter', type, filter: condition, tag: this.tag(point.alias, type) };
      }
      case 'pattern':
        return this.pattern(point);
      case 'crontabs': {
        const scope = { catalog: this.lowering.catalog, entries: [], alias: null };
        const crontabs = point.crontabs.map(({ fields, span }) => {
          if (fields.length >= 5 && fields.length <= 7) return lowerCrontab(fields, scope, span, report);
          const title = `a crontab of a context has 5 to 7 fields, not ${fields.length}`;
          report.error('E0302', title, span, [
            'they are minute, hour, day of month, month, day of week, then second, time zone',
          ]);
          return null;
        });
        return crontabs.includes(null) ? null : { kind: 'crontab', crontabs: crontabs as CrontabPlan[] };
      }
      case 'after': {
        const scope = { catalog: this.lowering.catalog, entries: [], alias: null };
        const period = lowerDuration([point.period], scope, 'after', point.span, report);
        if (isNegative(period)) {
          report.error('E0433', 'a time period of a context must not be negative', point.period.span);
          return null;
        }
        return { kind: 'after', period };
      }
    }
  }

  private pattern(point: ContextPoint & { kind: 'pattern' }): ContextCondition | null {
    const { catalog, report } = this.lowering;
    if (point.inclusive !== null && point.inclusive.text.toLowerCase() !== 'inclusive') {
      const { text, span } = point.inclusive;
      report.error('E0101', `did not expect \`@${text}\` here`, span, ['the pattern may be `@inclusive`']);
    }
    const errorsBefore = report.errorCount;
    const entries = this.entries();
    const given = entries.length === 0 ? 0 : this.tagsFrom + this.tags.length;
    const slots: PatternSlot[] = Array.from({ length: given }, (_, i) => this.slot(i));
    const placeholders = slots.map(({ tag, type, repeated }, slot): ScopeEntry => {
      const own = { name: tag, slot, type: catalog.types[type] ?? null, isImplicit: false };
      return repeated ? { ...own, isRepeated: true } : own;
    });
    const { input } = lowerPattern(point.pattern, point.annotations, this.lowering, {
      slots,
      entries: placeholders,
    });
    if (report.errorCount > errorsBefore) return null;
    const own = input.slots.slice(given);
    const wholeType = point.alias === null ? -1 : this.wholeType(point.alias, own);
    const slotTags = input.slots.map(({ tag, type, repeated }, i) => {
      if (i < given) return -1;
      return this.tag({ text: tag, span: point.pattern.span }, type, repeated);
    });
    const tag = point.alias === null ? -1 : this.tag(point.alias, wholeType);
    const pattern = given === 0 ? input : { ...input, given };
    return { kind: 'pattern', pattern, slotTags, tag, wholeType, inclusive: point.inclusive !== null };
  }

  private slot(at: number): PatternSlot {
    const tag = this.tags[at - this.tagsFrom];
    if (tag === undefined) return { tag: '', type: 0, repeated: false };
    return { tag: tag.name, type: tag.type, repeated: tag.repeated };
  }

  /** The tags so far, as conditions see them. */
  private entries(): ScopeEntry[] {
    const { catalog } = this.lowering;
    return this.tags.map(({ name, type, repeated }, i) => {
      const slot = this.tagsFrom + i;
      const own = { name, slot, type: catalog.types[type] ?? null, isImplicit: false };
      return repeated ? { ...own, isRepeated: true } : own;
    });
  }

  /** The match of a pattern with `as` is an event whose fields are its tags. */
  private wholeType(alias: Name, slots: readonly PatternSlot[]): number {
    const { catalog } = this.lowering;
    const base = `pattern ${alias.text}`;
    let name = base;
    for (let i = 2; catalog.indexOf(name) >= 0; i++) name = `${base} ${i}`;
    const fields = slots.map(({ tag, type, repeated }) => {
      const one = { kind: 'event' as const, typeName: catalog.types[type]?.name ?? '' };
      return { name: tag, type: repeated ? { kind: 'array' as const, element: one } : one };
    });
    const type: EventType = {
      name,
      fields,
      supertypes: [],
      startField: -1,
      endField: -1,
      origin: 'derived',
    };
    return catalog.add(type, '');
  }
}

/** Whether a period that is written out is negative. */
function isNegative(expr: Expr): boolean {
  if (expr.op === 'negate') return isPositive(expr.operand);
  if (expr.op === 'literal') return typeof expr.value === 'number' && expr.value < 0;
  return expr.op === 'period' && expr.parts.some(({ amount }) => isNegative(amount));
}

function isPositive(expr: Expr): boolean {
  return expr.op === 'literal' && typeof expr.value === 'number' && expr.value > 0;
}
