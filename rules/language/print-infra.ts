import { unreachable } from '../../engine/core/assert.ts';
import type { Assignment, Expression, InsertInto, Name, SchemaColumn, StreamItem, ViewUse } from './ast.ts';
import type { CreateIndex, CreateWindow, IndexKey, MergeAction, MergeCase, OnStore } from './ast-infra.ts';
import { printClauses } from './print-clauses.ts';
import { printExpression } from './print-expression.ts';
import { printDotted, printName } from './print-names.ts';
import { printAlias, printItem } from './print-pattern.ts';

/** Printers of parts that other statements have, too. */
export interface PartPrinters {
  stream(stream: StreamItem): string;
  view(view: ViewUse): string;
  column(column: SchemaColumn): string;
  insert(insert: InsertInto): string;
  assignments(assignments: readonly Assignment[]): string;
}

/** A statement on named windows or tables as one line of text. */
export function printInfra(body: CreateWindow | CreateIndex | OnStore, parts: PartPrinters): string {
  switch (body.kind) {
    case 'createWindow':
      return printWindow(body, parts);
    case 'createIndex':
      return printIndex(body);
    case 'onStore':
      return printOnStore(body, parts);
    default:
      return unreachable(body);
  }
}

function printWindow({ name, views, retain, model, fill }: CreateWindow, parts: PartPrinters): string {
  const head = `create window ${printName(name, false)}${views.map(parts.view).join('')}`;
  const words = retain === null ? [head] : [head, `retain-${retain}`];
  if (model.kind === 'columns') words.push(`(${model.columns.map(parts.column).join(',')})`);
  else {
    const items = model.items === null ? '' : `select ${model.items.map(printItem).join(',')} from `;
    words.push(`as ${items}${printDotted(model.type)}`);
  }
  if (fill !== null) words.push('insert', ...printWhere(fill.where));
  return words.join(' ');
}

function printIndex({ name, unique, store, keys }: CreateIndex): string {
  const head = ['create', ...(unique ? ['unique'] : []), 'index', printName(name), 'on'];
  return `${head.join(' ')} ${printName(store, false)}(${keys.map(printIndexKey).join(',')})`;
}

function printIndexKey({ columns, type, args }: IndexKey): string {
  const list = columns.map((one) => printExpression(one)).join(',');
  const key = columns.length === 1 ? list : `(${list})`;
  if (type === null) return key;
  return `${key} ${printName(type)}${args.length === 0 ? '' : `(${args.map((one) => printExpression(one)).join(',')})`}`;
}

function printOnStore({ trigger, store, alias, where, action }: OnStore, parts: PartPrinters): string {
  const head = `on ${parts.stream(trigger)}`;
  const target = `${printDotted(store)}${printAlias(alias)}`;
  const condition = printWhere(where);
  switch (action.kind) {
    case 'delete':
      return [head, 'delete from', target, ...condition].join(' ');
    case 'update':
      return [head, 'update', target, 'set', parts.assignments(action.assignments), ...condition].join(' ');
    case 'select': {
      const { select, deletes } = action;
      const words = select.insertInto === null ? [head] : [head, parts.insert(select.insertInto)];
      words.push(deletes ? 'select and delete' : 'select');
      if (select.distinct) words.push('distinct');
      words.push(
        select.items.map(printItem).join(','),
        'from',
        target,
        ...condition,
        ...printClauses(select),
      );
      return words.join(' ');
    }
    case 'merge': {
      const cases = action.isShort
        ? action.cases.flatMap(({ actions }) => actions.map((one) => printAction(one, parts)))
        : action.cases.map((one) => printCase(one, parts));
      return [head, 'merge', target, ...condition, ...cases].join(' ');
    }
    default:
      return unreachable(action);
  }
}

function printCase({ matched, condition, actions }: MergeCase, parts: PartPrinters): string {
  const words = [matched ? 'when matched' : 'when not matched'];
  if (condition !== null) words.push(`and ${printExpression(condition)}`);
  for (const one of actions) words.push(`then ${printAction(one, parts)}`);
  return words.join(' ');
}

function printAction(action: MergeAction, parts: PartPrinters): string {
  const condition = printWhere(action.where);
  switch (action.kind) {
    case 'delete':
      return ['delete', ...condition].join(' ');
    case 'update':
      return ['update set', parts.assignments(action.assignments), ...condition].join(' ');
    case 'insert': {
      const { into, columns, items } = action;
      const head = into === null ? `insert${printColumns(columns)}` : parts.insert(into);
      return [head, 'select', items.map(printItem).join(','), ...condition].join(' ');
    }
    default:
      return unreachable(action);
  }
}

function printColumns(columns: readonly Name[]): string {
  return columns.length === 0 ? '' : `(${columns.map((one) => printName(one)).join(',')})`;
}

function printWhere(where: Expression | null): string[] {
  return where === null ? [] : [`where ${printExpression(where)}`];
}
