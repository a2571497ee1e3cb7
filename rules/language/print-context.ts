import type { Expression } from './ast.ts';
import type { ContextBody, ContextDefinition, ContextPoint, CreateContext } from './ast-context.ts';
import { printExpression, printList } from './print-expression.ts';
import { printAnnotation, printName } from './print-names.ts';
import { printAlias, printFilter, printPattern } from './print-pattern.ts';

/** `create context …` as one line of text. */
export function printContext({ name, levels, isNested }: CreateContext): string {
  const [only] = levels;
  const body = isNested ? levels.map(printNested).join(', ') : printBody((only as ContextDefinition).body);
  return `create context ${printName(name)} ${body}`;
}

function printNested({ name, body }: ContextDefinition): string {
  return `context ${printName(name)} ${printBody(body)}`;
}

function printBody(body: ContextBody): string {
  switch (body.kind) {
    case 'keyed': {
      const items = body.items.map(
        ({ keys, filter, alias }) =>
          `${keys.map(printExpression).join(' and ')} from ${printFilter(filter)}${printAlias(alias)}`,
      );
      const starts = body.initiated.map(printPoint).join(', ');
      return [
        `partition by ${items.join(', ')}`,
        ...(starts === '' ? [] : [`initiated by ${starts}`]),
        ...termination(body.terminated),
      ].join(' ');
    }
    case 'hash': {
      const items = body.items.map(
        ({ hash, filter }) => `${printExpression(hash)} from ${printFilter(filter)}`,
      );
      const end = body.preallocate ? ' preallocate' : '';
      return `coalesce by ${items.join(', ')} granularity ${body.granularity}${end}`;
    }
    case 'category': {
      const groups = body.groups.map(
        ({ condition, label }) => `group by ${printExpression(condition)} as ${printName(label)}`,
      );
      return `${groups.join(', ')} from ${printFilter(body.filter)}`;
    }
    case 'span': {
      const now = body.now === null ? null : `@${printName(body.now)}`;
      const start = body.start === null ? null : printPoint(body.start);
      if (!body.overlapping) {
        const end = body.end === null ? [] : [`end ${printPoint(body.end)}`];
        return [`start ${now ?? start}`, ...end].join(' ');
      }
      const distinct = body.distinct === null ? [] : [`distinct(${printList(body.distinct)})`];
      const immediately = now === null ? [] : [`${now} and`];
      return ['initiated by', ...distinct, ...immediately, start, ...termination(body.end)].join(' ');
    }
  }
}

function termination(point: ContextPoint | null): readonly string[] {
  return point === null ? [] : [`terminated by ${printPoint(point)}`];
}

function printPoint(point: ContextPoint): string {
  switch (point.kind) {
    case 'filter':
      return `${printFilter(point.filter)}${printAlias(point.alias)}`;
    case 'pattern': {
      const annotations = point.annotations.map((one) => ` ${printAnnotation(one)}`).join('');
      const inclusive = point.inclusive === null ? '' : `@${printName(point.inclusive)}`;
      return `pattern${annotations} [${printPattern(point.pattern)}]${inclusive}${printAlias(point.alias)}`;
    }
    case 'crontabs':
      return point.crontabs.map(({ fields }) => `(${printList(fields as readonly Expression[])})`).join(', ');
    case 'after':
      return `after ${printExpression(point.period)}`;
  }
}
