import { describe, expect, test } from 'vitest';
import { FORMS } from '../../test/support/epl-forms.ts';
import { withoutPlaces } from '../../test/support/without-places.ts';
import type { Statement } from './ast.ts';
import { parseModule } from './parser.ts';
import { printStatement } from './print.ts';

function parse(text: string): Statement {
  const { module, diagnostics } = parseModule('a.epl', text);
  expect(diagnostics.map((one) => `${one.title} (${one.labels[0]?.span.start})`)).toEqual([]);
  expect(module.statements).toHaveLength(1);
  return module.statements[0] as Statement;
}

/** What the tree of a statement leaves to later, in the order of the text. */
function leftOut(node: unknown): string[] {
  if (node === null || typeof node !== 'object') return [];
  if (Array.isArray(node)) return node.flatMap(leftOut);
  const own = 'what' in node ? [node.what as string] : [];
  return [...own, ...Object.entries(node).flatMap(([key, value]) => (key === 'span' ? [] : leftOut(value)))];
}

describe.each(Object.entries(FORMS))('%s', (_, cases) => {
  test.each(cases)('%s', (text, ...unsupported) => {
    const statement = parse(text);
    expect(leftOut(statement).sort()).toEqual([...unsupported].sort());
    const printed = printStatement(statement);
    expect(withoutPlaces(parse(printed))).toEqual(withoutPlaces(statement));
    expect(printStatement(parse(printed))).toBe(printed);
  });
});

test('spaces, comments and the case of words do not show in print', () => {
  const print = (text: string) => printStatement(parse(text));
  expect(print('/* a */ SELECT  n\n FROM A // b\n Where n>1')).toBe(print('select n from A where n > 1'));
  expect(print(`select 'it''s' || "x" as y from A`.replace("''", "\\'"))).toBe(
    'select "it\'s"||"x" as y from A',
  );
});
