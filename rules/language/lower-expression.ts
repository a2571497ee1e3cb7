import { LIMITS } from '../../engine/core/limits.ts';
import {
  TYPE_BOOLEAN,
  TYPE_LONG,
  TYPE_OBJECT,
  TYPE_STRING,
  typeName,
  type ValueType,
} from '../../engine/event/types.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import {
  arithmeticType,
  canCompare,
  canEqual,
  commonType,
  isInteger,
  isNumber,
} from '../../engine/expr/type-rules.ts';
import type { Expression } from './ast.ts';
import type { Span } from './diagnostics.ts';
import { quotedNotes } from './hints.ts';
import { lowerCast } from './lower-cast.ts';
import { type ChainContext, followChain, type Lowered, lowerChain } from './lower-chain.ts';
import { lowerDivision } from './lower-division.ts';
import { lowerForm } from './lower-forms.ts';
import { lowerPeriod } from './lower-period.ts';
import { lowerTest } from './lower-tests.ts';
import { Reporter } from './reporter.ts';
import type { Scope } from './scope.ts';
import { widen, widenTogether } from './widen.ts';

/** Types an expression and turns it into the engine's form; null after reporting what is wrong. */
export function lowerExpression(ast: Expression, scope: Scope, report: Reporter): Lowered {
  return new Lowering(scope, report).lower(ast);
}

/** As `lowerExpression`, for a place that wants a condition. */
export function lowerCondition(ast: Expression, scope: Scope, report: Reporter): Lowered {
  return new Lowering(scope, report).condition(ast);
}

type Operator = Exclude<(Expression & { kind: 'binary' })['operator'], 'and' | 'or' | '||'>;

class Lowering implements ChainContext {
  scope: Scope;
  report: Reporter;
  readonly counts: { places: number; expansions: number };
  private depth = 0;
  private isTooDeep = false;

  constructor(scope: Scope, report: Reporter) {
    this.scope = scope;
    this.report = report;
    this.counts = { places: scope.places ?? 0, expansions: 0 };
  }

  lowerIn(ast: Expression, scope: Scope): Lowered {
    return this.within({ ...scope, places: this.counts.places }, () => this.lower(ast));
  }

  within<T>(scope: Scope, work: () => T): T {
    const outer = this.scope;
    this.scope = scope;
    const result = work();
    this.scope = outer;
    return result;
  }

  lowerAside(ast: Expression, scope: Scope): { lowered: Lowered; report: Reporter } {
    const [outer, report] = [this.report, new Reporter('')];
    this.report = report;
    const lowered = this.lowerIn(ast, scope);
    this.report = outer;
    return { lowered, report };
  }

  lower(ast: Expression): Lowered {
    if (this.depth >= LIMITS.expressionDepthMax) return this.tooDeep(ast.span);
    this.depth++;
    const lowered = this.lowerKind(ast);
    this.depth--;
    return lowered;
  }

  /** Reported once an expression, however many of its parts lie that deep. */
  private tooDeep(span: Span): null {
    if (this.isTooDeep) return null;
    this.isTooDeep = true;
    const title = `an expression is nested deeper than ${LIMITS.expressionDepthMax}`;
    return this.wrong('E0409', title, span, ['split it: insert into a stream with the parts as columns']);
  }

  private lowerKind(ast: Expression): Lowered {
    switch (ast.kind) {
      case 'literal':
        return this.literal(ast, 1);
      case 'chain':
        return lowerChain(ast.links, this);
      case 'chainOn':
        return followChain(this.lower(ast.target), ast.links, this);
      case 'unary':
        return this.unary(ast);
      case 'binary':
        return this.binary(ast);
      case 'in':
      case 'range':
      case 'like':
      case 'regexp':
        return lowerTest(ast, this);
      case 'case':
        return this.cases(ast);
      case 'cast':
        return lowerCast(ast, this);
      case 'array': {
        const elements = this.all(ast.elements);
        if (elements === null) return null;
        const element = commonType(elements.map((one) => one.type));
        if (element === null || element.kind === 'null') {
          return { op: 'array', type: { kind: 'array', element: TYPE_OBJECT }, elements };
        }
        return { op: 'array', type: { kind: 'array', element }, elements: widenTogether(elements) };
      }
      case 'quantified':
      case 'newRow':
      case 'newArray':
      case 'parameter':
        return lowerForm(ast, this);
      case 'subquery':
        return this.subquery(ast);
      case 'period':
        return lowerPeriod(ast, this);
      case 'lambda':
        return this.wrong('E0302', 'a lambda can only be an argument of a method that takes one', ast.span);
      case 'named':
        return this.wrong('E0302', `the named argument \`${ast.name.text}:\` cannot stand here`, ast.span);
      case 'ordered':
        return this.wrong('E0302', '`asc` and `desc` cannot stand here', ast.span);
      case 'star':
        return this.wrong('E0302', '`*` cannot stand here', ast.span);
      case 'streamStar':
        return this.wrong('E0302', `\`${ast.stream.text}.*\` cannot stand here`, ast.span);
      case 'tuple':
        return this.later('a list in parentheses', ast.span);
      case 'json':
        return this.later('a JSON object', ast.span);
      case 'crontab':
        return this.wrong('E0302', 'a field of a crontab cannot stand here', ast.span);
      case 'unsupported':
        return this.later(ast.what, ast.span);
    }
  }

  /** A whole number too large for int is a long, as in Esper; `sign` −1 under a minus. */
  private literal(ast: Expression & { kind: 'literal' }, sign: 1 | -1): Lowered {
    if (typeof ast.value !== 'number') return { op: 'literal', type: { kind: ast.type }, value: ast.value };
    const value = sign * ast.value;
    if (ast.type === 'float' || ast.type === 'double') {
      return {
        op: 'literal',
        type: { kind: ast.type },
        value: ast.type === 'float' ? Math.fround(value) : value,
      };
    }
    if (!Number.isSafeInteger(value)) {
      const notes = [
        'whole numbers are exact up to 9007199254740991; write it with a decimal point for double',
      ];
      return this.wrong('E0304', 'this number is too large for long', ast.span, notes);
    }
    const fits = value >= -2_147_483_648 && value <= 2_147_483_647;
    return { op: 'literal', type: ast.type === 'int' && !fits ? TYPE_LONG : { kind: ast.type }, value };
  }

  private subquery(ast: Expression & { kind: 'subquery' }): Lowered {
    const { subqueries = 'here' } = this.scope;
    if (typeof subqueries === 'object') return subqueries.lower(ast, this);
    return this.wrong('E0440', `a subquery cannot stand ${subqueries}`, ast.span);
  }

  condition(ast: Expression): Lowered {
    const expr = this.lower(ast);
    if (expr === null || expr.type.kind === 'boolean') return expr;
    return this.wrong('E0305', `a condition must be boolean, not ${typeName(expr.type)}`, ast.span);
  }

  wrong(code: string, title: string, span: Span, notes: string[] = []): null {
    this.report.error(code, title, span, notes);
    return null;
  }

  later(what: string, span: Span): null {
    this.report.notImplemented(what, span);
    return null;
  }

  /** All operands, or null when one has a mistake; every one is looked at. */
  all(asts: readonly Expression[]): Expr[] | null {
    const lowered = asts.map((ast) => this.lower(ast));
    return lowered.includes(null) ? null : (lowered as Expr[]);
  }

  private unary(ast: Expression & { kind: 'unary' }): Lowered {
    if (ast.operator === 'not') {
      const operand = this.condition(ast.operand);
      return operand === null ? null : { op: 'not', type: TYPE_BOOLEAN, operand };
    }
    const { operator } = ast;
    if (operator === '-' && ast.operand.kind === 'literal' && typeof ast.operand.value === 'number') {
      return this.literal(ast.operand, -1);
    }
    const operand = this.lower(ast.operand);
    if (operand === null) return null;
    if (!isNumber(operand.type) && operand.type.kind !== 'null') {
      return this.wrong('E0301', `\`${operator}\` needs a number, not ${typeName(operand.type)}`, ast.span);
    }
    if (operator === '+') return operand;
    return { op: 'negate', type: operand.type, operand };
  }

  private binary(ast: Expression & { kind: 'binary' }): Lowered {
    const { operator, span } = ast;
    if (operator === 'and' || operator === 'or') {
      const sides = spine(ast).map((side) => this.condition(side));
      if (sides.includes(null)) return null;
      const operands = (sides as Expr[]).flatMap((side) => (side.op === operator ? side.operands : [side]));
      return { op: operator, type: TYPE_BOOLEAN, operands };
    }
    if (operator === '||') {
      const parts = this.all(spine(ast));
      return parts === null ? null : this.concat(parts, span);
    }
    const left = this.lower(ast.left);
    const right = this.lower(ast.right);
    if (left === null || right === null) return null;
    return this.operation(operator, left, right, span);
  }

  private operation(operator: Operator, left: Expr, right: Expr, span: Span): Lowered {
    const types = `${typeName(left.type)} and ${typeName(right.type)}`;
    switch (operator) {
      case '+':
      case '-':
      case '*':
      case '/':
      case '%': {
        const division = operator === '/' ? lowerDivision(left, right, this.scope.catalog.division) : null;
        if (division !== null) return division;
        const type = arithmeticType(operator, left.type, right.type);
        if (type !== null && !isNull(left) && !isNull(right)) {
          const [a, b] = widenTogether([left, right]);
          return { op: 'arithmetic', type, operator, left: a, right: b };
        }
        const joins = operator === '+' && (left.type.kind === 'string' || right.type.kind === 'string');
        const notes = joins ? ['texts are joined by ||'] : [];
        return this.wrong('E0301', `\`${operator}\` needs two numbers, not ${types}`, span, notes);
      }
      case '&':
      case '|':
      case '^': {
        const fits = (type: ValueType) => isInteger(type) || type.kind === 'boolean';
        if (!fits(left.type) || left.type.kind !== right.type.kind) {
          return this.wrong(
            'E0301',
            `\`${operator}\` needs two whole numbers of one type or two booleans, not ${types}`,
            span,
          );
        }
        return { op: 'bitwise', type: left.type, operator, left, right };
      }
      case '<':
      case '<=':
      case '>':
      case '>=': {
        if (!canCompare(left.type, right.type) || isNull(left) || isNull(right))
          return this.wrong(
            'E0301',
            `\`${operator}\` cannot compare ${types}`,
            span,
            quotedNotes(left, right),
          );
        const [a, b] = widenTogether([left, right]);
        return { op: 'compare', type: TYPE_BOOLEAN, operator, left: a, right: b };
      }
      default: {
        if (!canEqual(left.type, right.type))
          return this.wrong(
            'E0301',
            `\`${operator}\` cannot compare ${types}`,
            span,
            quotedNotes(left, right),
          );
        const negated = operator === '!=' || operator === 'is not';
        const nullSafe = operator === 'is' || operator === 'is not';
        return equality(left, right, negated, nullSafe);
      }
    }
  }

  /** EPL converts nothing to text by itself. A chain of `||` becomes one node. */
  private concat(sides: readonly Expr[], span: Span): Lowered {
    const wrong = sides.find(({ type }) => type.kind !== 'string');
    if (wrong !== undefined) {
      const notes = ['write cast(x, string)'];
      return this.wrong('E0301', `\`||\` joins strings, not ${typeName(wrong.type)}`, span, notes);
    }
    const parts = sides.flatMap((side) => (side.op === 'concat' ? side.parts : [side]));
    return { op: 'concat', type: TYPE_STRING, parts };
  }

  private cases(ast: Expression & { kind: 'case' }): Lowered {
    const subject = ast.operand === null ? null : this.lower(ast.operand);
    const branches: { when: Expr; then: Expr }[] = [];
    let broken = false;
    for (const branch of ast.branches) {
      const tested = ast.operand === null ? this.condition(branch.when) : this.lower(branch.when);
      const then = this.lower(branch.then);
      if (tested === null || then === null) {
        broken = true;
        continue;
      }
      if (subject !== null && !canEqual(subject.type, tested.type)) {
        const types = `${typeName(subject.type)} and ${typeName(tested.type)}`;
        this.wrong('E0301', `\`case … when\` cannot compare ${types}`, branch.when.span);
        broken = true;
      }
      // `case x when null` is true for a null x, unlike `x = null`.
      const when: Expr = subject === null ? tested : equality(subject, tested, false, true);
      branches.push({ when, then });
    }
    const otherwise = ast.otherwise === null ? null : this.lower(ast.otherwise);
    if (
      broken ||
      (ast.operand !== null && subject === null) ||
      (ast.otherwise !== null && otherwise === null)
    )
      return null;
    const results = [...branches.map((branch) => branch.then), ...(otherwise === null ? [] : [otherwise])];
    const type = commonType(results.map((result) => result.type));
    if (type === null) return this.wrong('E0301', 'the branches of `case` have no common type', ast.span);
    if (type.kind === 'null') return this.wrong('E0301', 'every branch of this `case` is null', ast.span);
    // Recorded: a null that has to become a wider number fails.
    const widened = (result: Expr): Expr => {
      if (!isNumber(type) || !isNumber(result.type) || result.type.kind === type.kind) return result;
      return widen({ op: 'required', type: result.type, operand: result }, type);
    };
    return {
      op: 'case',
      type,
      branches: branches.map(({ when, then }) => ({ when, then: widened(then) })),
      otherwise: otherwise === null ? null : widened(otherwise),
    };
  }
}

/** Whether it is null whatever comes. As in Esper operators but those for equality refuse it. */
function isNull({ type }: Expr): boolean {
  return type.kind === 'null';
}

/** `=`, `is` and their opposites. */
function equality(left: Expr, right: Expr, negated: boolean, nullSafe: boolean): Expr {
  const [a, b] = widenTogether([left, right]);
  const equal: Expr = { op: 'equal', type: TYPE_BOOLEAN, negated, nullSafe, left: a, right: b };
  return a === left && b === right ? equal : { ...equal, widened: true };
}

/** Operands of a chain of one operator, `a and b and c`, from left to right; without recursion, for it may be long. */
function spine(ast: Expression & { kind: 'binary' }): readonly Expression[] {
  const sides: Expression[] = [];
  let left: Expression = ast;
  while (left.kind === 'binary' && left.operator === ast.operator) {
    sides.push(left.right);
    left = left.left;
  }
  return [...sides, left].toReversed();
}
