import type { Assignment, Expression, Name, StreamItem } from './ast.ts';
import type { Span } from './diagnostics.ts';

/** Syntax trees of variables and declared expressions. */

interface Node {
  readonly span: Span;
}

/** `create [constant] variable type name = value` */
export interface CreateVariable extends Node {
  readonly kind: 'createVariable';
  readonly name: Name;
  readonly type: Name;
  /** Number of `[]`. */
  readonly dimensions: number;
  readonly primitive: boolean;
  readonly constant: boolean;
  readonly value: Expression | null;
}

/** `on trigger set a = …, b = …` */
export interface SetStatement extends Node {
  readonly kind: 'set';
  readonly trigger: StreamItem;
  readonly assignments: readonly Assignment[];
}

/** `create expression …` */
export interface CreateExpression extends Node {
  readonly kind: 'createExpression';
  readonly declaration: ExpressionDeclaration;
}

/** `expression name {x => …}`, `expression name {…}`, `expression name alias for {…}` */
export interface ExpressionDeclaration extends Node {
  readonly name: Name;
  /** An alias stands for its text: it sees what the place of its use sees. */
  readonly isAlias: boolean;
  readonly parameters: readonly Name[];
  readonly body: Expression;
}

/** `module a.b`, `uses a.b`: names of modules. They change nothing here, where files share their names anyway. */
export interface ModuleLine extends Node {
  readonly kind: 'module';
  readonly word: 'module' | 'uses';
  readonly name: Name;
}
