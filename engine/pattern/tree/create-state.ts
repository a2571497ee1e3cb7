import { unreachable } from '../../core/assert.ts';
import type { Operator } from '../program.ts';
import { AndState } from './and-state.ts';
import type { AtomStates } from './atom-states.ts';
import { EveryState } from './every-state.ts';
import { FilterState } from './filter-state.ts';
import { FollowedByState } from './followed-by-state.ts';
import type { Parent, StateNode, TreeContext } from './node.ts';
import { NotState, OrState } from './or-not-state.ts';
import { IntervalState, WithinState } from './timer-states.ts';

/** A state node for an operator, not yet started. */
export function createState(operator: Operator, parent: Parent, tree: TreeContext): StateNode {
  switch (operator.op) {
    case 'filter':
      return new FilterState(parent, tree, tree.atoms[operator.atom.index] as AtomStates);
    case 'every':
      return new EveryState(parent, tree, operator.child);
    case 'followedBy':
      return new FollowedByState(parent, tree, operator.children);
    case 'and':
      return new AndState(parent, tree, operator.children);
    case 'or':
      return new OrState(parent, tree, operator.children);
    case 'not':
      return new NotState(parent, tree, operator.child);
    case 'interval':
      return new IntervalState(parent, tree, operator.duration);
    case 'within':
      return new WithinState(parent, tree, operator.child, operator.duration);
    case 'everyDistinct':
    case 'repeat':
    case 'at':
    case 'schedule':
    case 'withinMax':
    case 'while':
      throw new Error(`the tree matcher does not run ${operator.op} yet`);
    default:
      return unreachable(operator);
  }
}
