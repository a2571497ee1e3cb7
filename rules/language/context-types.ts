import type { Name, Pattern } from './ast.ts';
import type { ContextBody, ContextPoint } from './ast-context.ts';

/** Names of the event types by which the partitions of a context begin, are told apart and end. */
export function typeNamesOfContext(body: ContextBody): readonly Name[] {
  switch (body.kind) {
    case 'keyed': {
      const points = [...body.initiated, body.terminated];
      return [...body.items.map(({ filter }) => filter.type), ...points.flatMap(ofPoint)];
    }
    case 'hash':
      return body.items.map(({ filter }) => filter.type);
    case 'category':
      return [body.filter.type];
    case 'span':
      return [body.start, body.end].flatMap(ofPoint);
  }
}

function ofPoint(point: ContextPoint | null): readonly Name[] {
  if (point?.kind === 'filter') return [point.filter.type];
  return point?.kind === 'pattern' ? ofPattern(point.pattern) : [];
}

function ofPattern(pattern: Pattern): readonly Name[] {
  switch (pattern.kind) {
    case 'filter':
      return [pattern.filter.type];
    case 'observer':
      return [];
    case 'and':
    case 'or':
    case 'followedBy':
      return pattern.children.flatMap(ofPattern);
    case 'repeat':
      return [pattern.child, ...(pattern.until === null ? [] : [pattern.until])].flatMap(ofPattern);
    default:
      return ofPattern(pattern.child);
  }
}
