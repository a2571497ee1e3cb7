import { readAnnotations } from './annotations.ts';
import type {
  Pattern,
  SelectStatement,
  SplitStatement,
  Statement,
  StatementBody,
  StreamItem,
  UpdateStatement,
} from './ast.ts';
import type { SetStatement } from './ast-declared.ts';
import { lowerSplit } from './lower-split.ts';
import { lowerSelect, type StatementPlace, statementOf, type UnplacedStatement } from './lower-statement.ts';
import { lowerUpdate } from './lower-update.ts';
import { lowerSet } from './lower-variable.ts';
import type { Lowering } from './scope.ts';

/** Statements that consume events and so have a place in the plan. */
export type ConsumingBody = SetStatement | SelectStatement | SplitStatement | UpdateStatement;

/** Whether a statement consumes events. */
export function isConsuming(body: StatementBody): body is ConsumingBody {
  return body.kind === 'set' || body.kind === 'select' || body.kind === 'split' || body.kind === 'update';
}

/** Lowers a statement that consumes events; null after reporting what is wrong. */
export function lowerConsuming(
  statement: Statement,
  body: ConsumingBody,
  place: StatementPlace,
  lowering: Lowering,
): UnplacedStatement | null {
  switch (body.kind) {
    case 'select':
      return lowerSelect(statement, body, place, lowering);
    case 'split':
      return lowerSplit(statement, body, place, lowering);
    case 'set':
    case 'update': {
      const errorsBefore = lowering.report.errorCount;
      const annotations = readAnnotations(statement.annotations, lowering.report);
      const query = body.kind === 'set' ? lowerSet(body, lowering) : lowerUpdate(body, lowering);
      if (query === null || lowering.report.errorCount > errorsBefore) return null;
      return statementOf(statement, place, annotations, query, lowering);
    }
  }
}

/** The streams and patterns a statement reads. */
export function sourcesOf(body: ConsumingBody): readonly StreamItem[] {
  if (body.kind === 'update') return [];
  return body.kind === 'select' ? body.from : [body.trigger];
}

/** Names of the streams that `insert into` of a statement feeds. */
export function streamsFed(body: ConsumingBody): readonly string[] {
  if (body.kind === 'update' || body.kind === 'set') return [];
  if (body.kind === 'split') return body.branches.map(({ insertInto }) => insertInto.target.text);
  return body.insertInto === null ? [] : [body.insertInto.target.text];
}

/** Names of the event types a statement reads. */
export function typesRead(body: ConsumingBody): readonly string[] {
  if (body.kind === 'update') return [body.type.text];
  return sourcesOf(body).flatMap((item) => {
    if (item.kind === 'stream') return [item.filter.type.text];
    return item.kind === 'pattern' ? typesOfPattern(item.pattern) : [];
  });
}

function typesOfPattern(pattern: Pattern): readonly string[] {
  switch (pattern.kind) {
    case 'filter':
      return [pattern.filter.type.text];
    case 'observer':
      return [];
    case 'and':
    case 'or':
    case 'followedBy':
      return pattern.children.flatMap(typesOfPattern);
    case 'repeat':
      return [pattern.child, ...(pattern.until === null ? [] : [pattern.until])].flatMap(typesOfPattern);
    default:
      return typesOfPattern(pattern.child);
  }
}
