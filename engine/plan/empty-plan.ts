import type { Plan } from './plan.ts';

/** A plan of nothing, to grow. */
export const EMPTY_PLAN: Plan = {
  types: [],
  statements: [],
  variables: [],
  expressions: [],
  stores: [],
  contexts: [],
  zone: 'UTC',
  timeUnit: 'milliseconds',
};
