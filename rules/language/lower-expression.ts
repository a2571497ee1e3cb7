import {
  TYPE_BOOLEAN,
  TYPE_LONG,
  TYPE_NULL,
  TYPE_PERIOD,
  TYPE_STRING,
  typeName,
  type ValueType,
} from '../../engine/event/types.ts';
import { findFunction, functionNames } from '../../engine/expr/functions.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import { tryRegexp } from '../../engine/expr/operations.ts';
import {
  arithmeticType,
  canCast,
  canCompare,
  canEqual,
  commonType,
  isInteger,
  isNumeric,
} from '../../engine/expr/type-rules.ts';
import type { ChainLink, Expression } from './ast.ts';
import type { Span } from './diagnostics.ts';
import type { Reporter } from './reporter.ts';
import { eventValueType, type Scope } from './scope.ts';

/** Null stands for an expression with a reported mistake; whoever gets it reports nothing more. */
type Lowered = Expr | null;

/** Types an expression and turns it into the engine's form; null after reporting what is wrong. */
export function lowerExpression(ast: Expression, scope: Scope, report: Reporter): Lowered {
  return new Lowering(scope, report).lower(ast);
}

/** As `lowerExpression`, for a place that wants a condition. */
export function lowerCondition(ast: Expression, scope: Scope, report: Reporter): Lowered {
  return new Lowering(scope, report).condition(ast);
}

/** Methods and functions of EPL that have no definition yet; anything else unknown is a mistake. */
const LATER_FUNCTIONS: ReadonlySet<string> = new Set(
  (
    'sum avg count stddev avedev median first last window sorted maxby minby nth rate leaving fmin fmax maxever minever ' +
    'fmaxever fminever countever firstever lastever maxbyever minbyever prev prior prevtail prevwindow prevcount exists ' +
    'instanceof typeof istream grouping grouping_id transpose current_evaluation_context event_identity_equals'
  ).split(' '),
);

class Lowering {
  private readonly scope: Scope;
  private readonly report: Reporter;

  constructor(scope: Scope, report: Reporter) {
    this.scope = scope;
    this.report = report;
  }

  lower(ast: Expression): Lowered {
    switch (ast.kind) {
      case 'literal':
        if (ast.type === 'int' && Math.abs(ast.value as number) > 2_147_483_648) {
          const title = `\`${ast.value}\` is too large for int`;
          return this.wrong('E0304', title, ast.span, ['write it with L for long']);
        }
        return { op: 'literal', type: { kind: ast.type }, value: ast.value };
      case 'chain':
        return this.chain(ast.links, ast.span);
      case 'chainOn': {
        const target = this.lower(ast.target);
        return target === null ? null : this.follow(target, ast.links);
      }
      case 'unary':
        return this.unary(ast);
      case 'binary':
        return this.binary(ast);
      case 'in':
        return this.membership(ast);
      case 'range':
        return this.range(ast);
      case 'like':
      case 'regexp':
        return this.textMatch(ast);
      case 'case':
        return this.cases(ast);
      case 'cast':
        return this.cast(ast);
      case 'array': {
        const elements = this.all(ast.elements);
        if (elements === null) return null;
        const element = commonType(elements.map((one) => one.type));
        if (element === null) return this.wrong('E0301', 'the elements have no common type', ast.span);
        return { op: 'array', type: { kind: 'array', element }, elements };
      }
      case 'period':
        return this.period(ast);
      case 'lambda':
        return this.later('a lambda expression', ast.span);
      case 'named':
        return this.later(`the named argument \`${ast.name.text}:\``, ast.span);
      case 'star':
        return this.wrong('E0302', '`*` cannot stand here', ast.span);
      case 'unsupported':
        return this.later(ast.what, ast.span);
    }
  }

  condition(ast: Expression): Lowered {
    const expr = this.lower(ast);
    if (expr === null || expr.type.kind === 'boolean' || expr.type.kind === 'null') return expr;
    return this.wrong('E0305', `a condition must be boolean, not ${typeName(expr.type)}`, ast.span);
  }

  private wrong(code: string, title: string, span: Span, notes: string[] = []): null {
    this.report.error(code, 'type', title, span, notes);
    return null;
  }

  private later(what: string, span: Span): null {
    this.report.notImplemented(what, span);
    return null;
  }

  /** All operands, or null when one has a mistake; every one is looked at. */
  private all(asts: readonly Expression[]): Expr[] | null {
    const lowered = asts.map((ast) => this.lower(ast));
    return lowered.includes(null) ? null : (lowered as Expr[]);
  }

  private unary(ast: Expression & { kind: 'unary' }): Lowered {
    if (ast.operator === 'not') {
      const operand = this.condition(ast.operand);
      return operand === null ? null : { op: 'not', type: TYPE_BOOLEAN, operand };
    }
    const operand = this.lower(ast.operand);
    if (operand === null) return null;
    if (!isNumeric(operand.type)) {
      return this.wrong(
        'E0301',
        `\`${ast.operator}\` needs a number, not ${typeName(operand.type)}`,
        ast.span,
      );
    }
    if (ast.operator === '+') return operand;
    if (operand.op === 'literal') return { ...operand, value: -(operand.value as number) };
    return { op: 'negate', type: operand.type, operand };
  }

  private binary(ast: Expression & { kind: 'binary' }): Lowered {
    const { operator, span } = ast;
    if (operator === 'and' || operator === 'or') {
      const left = this.condition(ast.left);
      const right = this.condition(ast.right);
      if (left === null || right === null) return null;
      return { op: operator, type: TYPE_BOOLEAN, operands: [left, right] };
    }
    const left = this.lower(ast.left);
    const right = this.lower(ast.right);
    if (left === null || right === null) return null;
    const types = `${typeName(left.type)} and ${typeName(right.type)}`;
    switch (operator) {
      case '+':
      case '-':
      case '*':
      case '/':
      case '%': {
        const type = arithmeticType(operator, left.type, right.type);
        if (type !== null) return { op: 'arithmetic', type, operator, left, right };
        const joins = operator === '+' && (left.type.kind === 'string' || right.type.kind === 'string');
        const notes = joins ? ['texts are joined by ||'] : [];
        return this.wrong('E0301', `\`${operator}\` needs two numbers, not ${types}`, span, notes);
      }
      case '||':
        return { op: 'concat', type: TYPE_STRING, parts: [left, right] };
      case '&':
      case '|':
      case '^': {
        const fits = (type: ValueType) => isInteger(type) || type.kind === 'boolean';
        if (!fits(left.type) || !fits(right.type) || isInteger(left.type) !== isInteger(right.type)) {
          return this.wrong(
            'E0301',
            `\`${operator}\` needs two whole numbers or two booleans, not ${types}`,
            span,
          );
        }
        const type = commonType([left.type, right.type]) ?? left.type;
        return { op: 'bitwise', type, operator, left, right };
      }
      case '<':
      case '<=':
      case '>':
      case '>=':
        if (!canCompare(left.type, right.type))
          return this.wrong('E0301', `\`${operator}\` cannot compare ${types}`, span);
        return { op: 'compare', type: TYPE_BOOLEAN, operator, left, right };
      default: {
        if (!canEqual(left.type, right.type))
          return this.wrong('E0301', `\`${operator}\` cannot compare ${types}`, span);
        const negated = operator === '!=' || operator === 'is not';
        const nullSafe = operator === 'is' || operator === 'is not';
        return { op: 'equal', type: TYPE_BOOLEAN, negated, nullSafe, left, right };
      }
    }
  }

  private membership(ast: Expression & { kind: 'in' }): Lowered {
    const operand = this.lower(ast.operand);
    const items = this.all(ast.items);
    if (operand === null || items === null) return null;
    for (const item of items) {
      const type = item.type.kind === 'array' ? item.type.element : item.type;
      if (!canEqual(operand.type, type)) {
        return this.wrong(
          'E0301',
          `\`in\` cannot compare ${typeName(operand.type)} and ${typeName(type)}`,
          ast.span,
        );
      }
    }
    return { op: 'in', type: TYPE_BOOLEAN, negated: ast.negated, operand, items };
  }

  private range(ast: Expression & { kind: 'range' }): Lowered {
    const operands = this.all([ast.operand, ast.low, ast.high]);
    if (operands === null) return null;
    const [operand, low, high] = operands as [Expr, Expr, Expr];
    for (const end of [low, high]) {
      if (!canCompare(operand.type, end.type)) {
        const types = `${typeName(operand.type)} and ${typeName(end.type)}`;
        return this.wrong('E0301', `a range cannot compare ${types}`, ast.span);
      }
    }
    const { negated, includeLow, includeHigh } = ast;
    return { op: 'range', type: TYPE_BOOLEAN, negated, operand, low, high, includeLow, includeHigh };
  }

  private textMatch(ast: Expression & { kind: 'like' | 'regexp' }): Lowered {
    const operand = this.lower(ast.operand);
    const pattern = this.lower(ast.pattern);
    if (operand === null || pattern === null) return null;
    const isText = (type: ValueType) => ['string', 'char', 'null'].includes(type.kind);
    if (!(isText(operand.type) || isNumeric(operand.type)) || !isText(pattern.type)) {
      const types = `${typeName(operand.type)} and ${typeName(pattern.type)}`;
      return this.wrong('E0301', `\`${ast.kind}\` needs two texts, not ${types}`, ast.span);
    }
    const { negated } = ast;
    if (ast.kind === 'regexp') {
      const constant = pattern.op === 'literal' ? pattern.value : null;
      if (typeof constant === 'string' && tryRegexp(constant) === null) {
        const notes = ['look-around and back-references are not supported: matching takes linear time'];
        return this.wrong('E0306', 'this is not a regular expression', ast.pattern.span, notes);
      }
      return { op: 'regexp', type: TYPE_BOOLEAN, negated, operand, pattern };
    }
    const escapeChar = ast.escape?.kind === 'literal' ? ast.escape.value : null;
    if (ast.escape !== null && (typeof escapeChar !== 'string' || escapeChar.length !== 1)) {
      return this.wrong('E0306', 'the escape of `like` must be one character', ast.escape.span);
    }
    return { op: 'like', type: TYPE_BOOLEAN, negated, operand, pattern, escape: escapeChar as string | null };
  }

  private cases(ast: Expression & { kind: 'case' }): Lowered {
    const subject = ast.operand === null ? null : this.lower(ast.operand);
    if (ast.operand !== null && subject === null) return null;
    const branches: { when: Expr; then: Expr }[] = [];
    let broken = false;
    for (const branch of ast.branches) {
      const tested = subject === null ? this.condition(branch.when) : this.lower(branch.when);
      const then = this.lower(branch.then);
      if (tested === null || then === null) {
        broken = true;
        continue;
      }
      // `case x when null` is true for a null x, unlike `x = null`.
      const when: Expr =
        subject === null
          ? tested
          : { op: 'equal', type: TYPE_BOOLEAN, negated: false, nullSafe: true, left: subject, right: tested };
      branches.push({ when, then });
    }
    const otherwise = ast.otherwise === null ? null : this.lower(ast.otherwise);
    if (broken || (ast.otherwise !== null && otherwise === null)) return null;
    const results = [...branches.map((branch) => branch.then), ...(otherwise === null ? [] : [otherwise])];
    const type = commonType(results.map((result) => result.type));
    if (type === null) return this.wrong('E0301', 'the branches of `case` have no common type', ast.span);
    return { op: 'case', type, branches, otherwise };
  }

  private cast(ast: Expression & { kind: 'cast' }): Lowered {
    const operand = this.lower(ast.operand);
    if (ast.format !== null) return this.later('`cast` with a format', ast.format.span);
    const type = this.scope.catalog.valueType(ast.type.text);
    if (type === null || type.kind === 'event') {
      this.report.unknown('E0205', 'type', ast.type.text, ast.type.span, this.scope.catalog.scalarNames());
      return null;
    }
    if (operand === null) return null;
    if (!canCast(operand.type, type)) {
      return this.wrong('E0301', `${typeName(operand.type)} cannot be cast to ${typeName(type)}`, ast.span);
    }
    return { op: 'cast', type, operand, format: null };
  }

  private period(ast: Expression & { kind: 'period' }): Lowered {
    const amounts = this.all(ast.parts.map((part) => part.amount));
    if (amounts === null) return null;
    const at = amounts.findIndex((amount) => !isNumeric(amount.type));
    if (at >= 0) return this.wrong('E0301', 'the parts of a time period must be numbers', ast.span);
    const parts = ast.parts.map(({ unit }, i) => ({ unit, amount: amounts[i] as Expr }));
    return { op: 'period', type: TYPE_PERIOD, parts };
  }

  /** A dotted chain: a field of the event or of a tag, a function, or `Math.x(…)`. */
  private chain(links: readonly ChainLink[], span: Span): Lowered {
    const first = links[0] as ChainLink;
    const isWhole = (link: ChainLink) => link.args === null && link.indexes.length === 0 && !link.dynamic;
    if (
      first.name.text.toLowerCase() === 'current_timestamp' &&
      (isWhole(first) || first.args?.length === 0)
    ) {
      return this.follow({ op: 'now', type: TYPE_LONG }, links.slice(1));
    }
    if (first.args !== null) return this.call(first.name.text, first, links.slice(1));
    const second = links[1];
    const qualified = second === undefined ? '' : `${first.name.text}.${second.name.text}`;
    if (
      second !== undefined &&
      second.args !== null &&
      findFunction(qualified) !== undefined &&
      isWhole(first)
    ) {
      return this.call(qualified, second, links.slice(2));
    }
    const field = this.unqualified(first);
    if (field !== null) return this.follow(field, links.slice(1), first);
    const entry = this.scope.entries.find(
      (one) => one.name === first.name.text || one.type.name === first.name.text,
    );
    if (entry !== undefined) {
      const whole: Expr = { op: 'slot', type: eventValueType(entry.type), slot: entry.slot };
      return this.follow(whole, links.slice(1), first);
    }
    return this.unknownName(first, span);
  }

  private unqualified(link: ChainLink): Expr | null {
    const entries = this.scope.firstOnly ? this.scope.entries.slice(0, 1) : this.scope.entries;
    for (const { type, slot } of entries) {
      const field = type.fields.findIndex((one) => one.name === link.name.text);
      if (field >= 0)
        return { op: 'field', type: (type.fields[field] as { type: ValueType }).type, slot, field };
    }
    return null;
  }

  private unknownName(link: ChainLink, span: Span): null {
    const [first] = this.scope.entries;
    const owner = first === undefined ? '' : ` on \`${first.type.name}\``;
    const fields = this.scope.entries.flatMap(({ name, type }) => [
      ...type.fields.map((field) => field.name),
      name,
    ]);
    this.report.unknown(
      'E0204',
      'field',
      link.name.text,
      link.indexes.length > 0 ? span : link.name.span,
      fields,
      owner,
    );
    return null;
  }

  private call(name: string, link: ChainLink, rest: readonly ChainLink[]): Lowered {
    const lower = name.toLowerCase();
    const args = link.args as readonly Expression[];
    if (link.distinct || LATER_FUNCTIONS.has(lower)) return this.later(`\`${name}(…)\``, link.span);
    if ((lower === 'max' || lower === 'min') && args.length < 2)
      return this.later(`the aggregation \`${name}(…)\``, link.span);
    const lowered = this.all(args);
    if (lowered === null) return null;
    if (lower === 'coalesce') return this.coalesce(lowered, link, rest);
    const definition = findFunction(name) ?? findFunction(lower);
    if (definition === undefined) {
      const property = lowered.length === 1 ? this.mapped(link, lowered[0] as Expr) : null;
      if (property !== null) return this.follow(property, rest);
      this.report.unknown('E0203', 'function', name, link.name.span, functionNames());
      return null;
    }
    const checked = definition.check(lowered.map((arg) => arg.type));
    if ('error' in checked) {
      return this.wrong('E0302', `\`${name}\` ${checked.error}`, link.span, [
        `it is ${definition.signature}`,
      ]);
    }
    return this.follow({ op: 'call', type: checked.type, name: definition.name, args: lowered }, rest);
  }

  private coalesce(operands: Expr[], link: ChainLink, rest: readonly ChainLink[]): Lowered {
    const type = commonType(operands.map((operand) => operand.type));
    if (operands.length < 2) return this.wrong('E0302', '`coalesce` takes two or more values', link.span);
    if (type === null) return this.wrong('E0301', 'the values of `coalesce` have no common type', link.span);
    return this.follow({ op: 'coalesce', type, operands }, rest);
  }

  /** `m('key')` on a map field. */
  private mapped(link: ChainLink, key: Expr): Expr | null {
    const target = this.unqualified(link);
    if (target?.type.kind !== 'map' || key.op !== 'literal' || typeof key.value !== 'string') return null;
    return { op: 'key', type: { kind: 'object' }, target, key: key.value };
  }

  /** Indexes of the link just resolved, then the links after it. */
  private follow(start: Expr, links: readonly ChainLink[], resolved?: ChainLink): Lowered {
    let expr: Lowered = resolved === undefined ? start : this.indexed(start, resolved);
    for (const link of links) {
      if (expr === null) return null;
      expr = this.step(expr, link);
    }
    return expr;
  }

  private indexed(target: Expr, link: ChainLink): Lowered {
    if (link.dynamic) return this.later('a dynamic property', link.span);
    let expr = target;
    for (const ast of link.indexes) {
      const index = this.lower(ast);
      if (index === null) return null;
      if (expr.type.kind !== 'array' || !isInteger(index.type)) {
        return this.wrong(
          'E0301',
          `\`${link.name.text}\` of type ${typeName(expr.type)} has no elements by number`,
          link.span,
        );
      }
      expr = { op: 'at', type: expr.type.element, target: expr, index };
    }
    return expr;
  }

  private step(target: Expr, link: ChainLink): Lowered {
    const name = link.name.text;
    if (link.args !== null) return this.method(target, link);
    if (target.type.kind === 'map') {
      return this.indexed({ op: 'key', type: { kind: 'object' }, target, key: name }, link);
    }
    if (target.type.kind !== 'event') {
      return this.wrong(
        'E0204',
        `a value of type ${typeName(target.type)} has no field \`${name}\``,
        link.span,
      );
    }
    const type = this.scope.catalog.get(target.type.typeName);
    const field = type?.fields.findIndex((one) => one.name === name) ?? -1;
    if (type === undefined || field < 0) {
      const names = type?.fields.map((one) => one.name) ?? [];
      this.report.unknown('E0204', 'field', name, link.name.span, names, ` on \`${target.type.typeName}\``);
      return null;
    }
    const fieldType = (type.fields[field] as { type: ValueType }).type;
    const direct = target.op === 'slot';
    const expr: Expr = direct
      ? { op: 'field', type: fieldType, slot: target.slot, field }
      : { op: 'member', type: fieldType, target, field };
    return this.indexed(expr, link);
  }

  private method(target: Expr, link: ChainLink): Lowered {
    const args = this.all(link.args as readonly Expression[]);
    if (args === null) return null;
    if (target.type.kind !== 'string') return this.later(`the method \`${link.name.text}\``, link.span);
    const base = `string.${link.name.text}`;
    const definition = findFunction(args.length === 2 ? `${base}/2` : base) ?? findFunction(base);
    if (definition === undefined) return this.later(`the method \`${link.name.text}\``, link.span);
    const checked = definition.check([target.type, ...args.map((arg) => arg.type)]);
    if ('error' in checked) {
      return this.wrong('E0302', `\`${link.name.text}\` ${checked.error}`, link.span, [
        `it is ${definition.signature}`,
      ]);
    }
    return { op: 'call', type: checked.type, name: definition.name, args: [target, ...args] };
  }
}

/** A null constant, for places that stand for a mistake already reported. */
export const NULL_EXPR: Expr = { op: 'literal', type: TYPE_NULL, value: null };
