import type { CreateTable, TableColumn } from './ast-table.ts';
import { printExpression } from './print-expression.ts';
import { printAnnotation, printBrackets, printDotted, printName } from './print-names.ts';

/** `create table T(…)` */
export function printTable({ name, columns }: CreateTable): string {
  return `create table ${printName(name, false)} (${columns.map(printColumn).join(',')})`;
}

function printColumn({ name, type, aggregate, words, annotations }: TableColumn): string {
  const what =
    type === null
      ? printExpression(aggregate as NonNullable<TableColumn['aggregate']>)
      : printDotted(type.name) + printBrackets(type.dimensions, type.primitive);
  return [
    printName(name),
    what,
    ...words.map((one) => printName(one)),
    ...annotations.map(printAnnotation),
  ].join(' ');
}
