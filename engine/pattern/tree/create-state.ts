import { unreachable } from '../../core/assert.ts';
import type { Operator } from '../program.ts';
import { AndState } from './and-state.ts';
import type { AtomStates } from './atom-states.ts';
import { EveryDistinctState } from './every-distinct-state.ts';
import { EveryState } from './every-state.ts';
import { FilterState } from './filter-state.ts';
import { FollowedByState } from './followed-by-state.ts';
import { WhileState, WithinState } from './guard-states.ts';
import type { Parent, StateNode, TreeContext } from './node.ts';
import { IntervalState, ScheduleState } from './observer-states.ts';
import { NotState, OrState } from './or-not-state.ts';
import { RepeatState } from './repeat-state.ts';

/** A state node for an operator, not yet started. */
export function createState(operator: Operator, parent: Parent, tree: TreeContext): StateNode {
  switch (operator.op) {
    case 'filter':
      return new FilterState(parent, tree, tree.atoms[operator.atom.index] as AtomStates);
    case 'every':
      return new EveryState(parent, tree, operator.child);
    case 'everyDistinct':
      return new EveryDistinctState(parent, tree, operator);
    case 'followedBy':
      return new FollowedByState(parent, tree, operator);
    case 'and':
      return new AndState(parent, tree, operator.children);
    case 'or':
      return new OrState(parent, tree, operator.children);
    case 'not':
      return new NotState(parent, tree, operator.child);
    case 'repeat':
      return new RepeatState(parent, tree, operator);
    case 'interval':
      return new IntervalState(parent, tree, operator.duration);
    case 'at':
      return new IntervalState(parent, tree, operator.next);
    case 'schedule':
      return new ScheduleState(parent, tree, operator.series);
    case 'within':
    case 'withinMax':
      return new WithinState(parent, tree, operator);
    case 'while':
      return new WhileState(parent, tree, operator);
    default:
      return unreachable(operator);
  }
}
