import type { Access, ExpressionPlan, VariablePlan } from '../../engine/plan/declared-plan.ts';
import type { Plan } from '../../engine/plan/plan.ts';
import type { ExpressionDeclaration } from './ast-declared.ts';
import { parseModule } from './parser.ts';
import { printDeclaration } from './print.ts';

/** A variable and its index in the plan. */
export interface FoundVariable {
  readonly index: number;
  readonly plan: VariablePlan;
  /** It is of rules compiled before. */
  readonly isOlder: boolean;
}

/** Variables and declared expressions that rules can name. The newest of a name is meant. */
export class Declared {
  readonly variables: VariablePlan[];
  private readonly expressions = new Map<string, ExpressionDeclaration>();
  private readonly used = new Set<string>();
  private readonly own = new Set<string>();
  private readonly kept: ExpressionPlan[];
  private readonly olderCount: number;
  private readonly byName = new Map<string, number>();
  /** Those of the statement at work. */
  private local: readonly ExpressionDeclaration[] = [];

  constructor(base: Plan | undefined) {
    this.variables = [...(base?.variables ?? [])];
    this.olderCount = this.variables.length;
    this.variables.forEach(({ name, access }, i) => {
      if (access !== 'private') this.byName.set(name, i);
    });
    this.kept = [...(base?.expressions ?? [])];
    for (const { name, text } of this.kept) {
      const [statement] = parseModule('', `create ${text}`).module.statements;
      if (statement?.body.kind !== 'createExpression') continue;
      const { declaration } = statement.body;
      this.expressions.set(name, { ...declaration, name: { ...declaration.name, text: name } });
    }
  }

  /** Declared expressions for rules compiled later. */
  get plans(): readonly ExpressionPlan[] {
    return this.kept;
  }

  variable(name: string): FoundVariable | undefined {
    const index = this.byName.get(name);
    if (index === undefined) return undefined;
    this.used.add(JSON.stringify(this.variables[index]));
    return { index, plan: this.variables[index] as VariablePlan, isOlder: index < this.olderCount };
  }

  /** Names of variables, for hints. */
  variableNames(): readonly string[] {
    return [...this.byName.keys()];
  }

  addVariable(plan: VariablePlan): number {
    const index = this.variables.push(plan) - 1;
    this.byName.set(plan.name, index);
    return index;
  }

  /** The declared expression of that name: of the statement at work, else of the rules. */
  expression(name: string): ExpressionDeclaration | undefined {
    const local = this.local.find((one) => one.name.text === name);
    if (local !== undefined) return local;
    const found = this.expressions.get(name);
    if (found !== undefined) this.used.add(printDeclaration(found));
    return found;
  }

  /** Whether the rules at work declare an expression of that name, not rules before. */
  isOwnExpression(name: string): boolean {
    return this.own.has(name);
  }

  addExpression(declaration: ExpressionDeclaration, access: Access): void {
    const name = declaration.name.text;
    this.expressions.set(name, declaration);
    this.own.add(name);
    if (access !== 'private') this.kept.push({ name, text: printDeclaration(declaration) });
  }

  /** What the statement at work uses of other statements' declarations, as text in a fixed order. */
  get uses(): readonly string[] {
    return [...this.used].sort();
  }

  /** Notes that the statement at work uses something else that its fingerprint depends on. */
  use(text: string): void {
    this.used.add(text);
  }

  /** From here on the declarations before a statement hold; none ends those of the last one. */
  enter(declarations: readonly ExpressionDeclaration[]): void {
    this.local = declarations;
    this.used.clear();
  }
}
