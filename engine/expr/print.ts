import { childrenOf } from './analyze.ts';
import { CURRENT, type Expr, type PeriodExpr } from './ir.ts';
import { isBig } from './type-rules.ts';

/** What fields and slots are called; expressions hold only their numbers. */
export interface ExprNames {
  /** Field of the event in a slot, with the tag where it is needed: `a.amount`. */
  field(slot: number, field: number): string;
  /** The event in a slot. */
  slot(slot: number): string;
  /** Field of an event-valued expression. */
  member(typeName: string, field: number): string;
}

/** An expression for people, close to the rule it came from. Parts without a sign of their own print as calls. */
export function exprText(expr: Expr, names: ExprNames): string {
  const text = (one: Expr) => exprText(one, names);
  const inner = (one: Expr) => (isSimple(one) ? text(one) : `(${text(one)})`);
  switch (expr.op) {
    case 'literal':
      return typeof expr.value === 'string' && !isBig(expr.type) ? `'${expr.value}'` : String(expr.value);
    case 'field':
      return names.field(expr.slot, expr.field);
    case 'slot':
      return names.slot(expr.slot);
    case 'member': {
      const { type } = expr.target;
      return `${inner(expr.target)}.${type.kind === 'event' ? names.member(type.typeName, expr.field) : expr.field}`;
    }
    case 'at':
      return `${inner(expr.target)}[${text(expr.index)}]`;
    case 'key':
      return `${inner(expr.target)}('${expr.key}')`;
    case 'negate':
      return `-${inner(expr.operand)}`;
    case 'not':
      return `not ${inner(expr.operand)}`;
    case 'arithmetic':
    case 'bitwise':
    case 'compare':
      return `${inner(expr.left)} ${expr.operator} ${inner(expr.right)}`;
    case 'equal':
      return `${inner(expr.left)} ${equalityWord(expr.negated, expr.nullSafe)} ${inner(expr.right)}`;
    case 'and':
    case 'or':
      return expr.operands.map(inner).join(` ${expr.op} `);
    case 'concat':
      return expr.parts.map(inner).join(' || ');
    case 'in':
      return `${inner(expr.operand)} ${expr.negated ? 'not ' : ''}in (${expr.items.map(text).join(', ')})`;
    case 'range': {
      const ends = `${expr.includeLow ? '[' : '('}${text(expr.low)}:${text(expr.high)}${expr.includeHigh ? ']' : ')'}`;
      return `${inner(expr.operand)} ${expr.negated ? 'not ' : ''}in ${ends}`;
    }
    case 'like':
    case 'regexp':
      return `${inner(expr.operand)} ${expr.negated ? 'not ' : ''}${expr.op} ${inner(expr.pattern)}`;
    case 'period':
      return periodText(expr, text);
    case 'now':
      return 'current_timestamp';
    case 'context':
      return `context.${expr.name}`;
    case 'call':
      return `${expr.name}(${expr.args.map(text).join(', ')})`;
    default:
      return `${expr.op}(${childrenOf(expr).map(text).join(', ')})`;
  }
}

function equalityWord(negated: boolean, nullSafe: boolean): string {
  if (nullSafe) return negated ? 'is not' : 'is';
  return negated ? '!=' : '=';
}

function periodText(expr: PeriodExpr, text: (one: Expr) => string): string {
  return expr.parts.map(({ unit, amount }) => `${text(amount)} ${unit}`).join(' ');
}

/** Names of the fields of some slots; for slots that stand for nothing, the number. */
export function namesOf(
  current: readonly string[],
  slots: readonly { readonly tag: string; readonly fields: readonly string[] }[],
  types: readonly { readonly name: string; readonly fields: readonly { readonly name: string }[] }[],
): ExprNames {
  return {
    field: (slot, field) =>
      slot === CURRENT
        ? (current[field] ?? `#${field}`)
        : `${slots[slot]?.tag ?? `#${slot}`}.${slots[slot]?.fields[field] ?? `#${field}`}`,
    slot: (slot) => (slot === CURRENT ? 'event' : (slots[slot]?.tag ?? `#${slot}`)),
    member: (typeName, field) =>
      types.find(({ name }) => name === typeName)?.fields[field]?.name ?? `#${field}`,
  };
}

const SIMPLE: ReadonlySet<Expr['op']> = new Set<Expr['op']>([
  'literal',
  'field',
  'slot',
  'member',
  'at',
  'now',
  'context',
  'call',
]);

function isSimple(expr: Expr): boolean {
  return SIMPLE.has(expr.op);
}
