import type { ValueType } from '../event/types.ts';

/** A value of the context partition at work, by its index: `context.id`, `context.key1`; from `Env.context`. */
export interface ContextExpr {
  readonly op: 'context';
  readonly type: ValueType;
  readonly index: number;
  /** As it is written after `context.`. */
  readonly name: string;
}
