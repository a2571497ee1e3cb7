import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compileRules } from '../index.ts';
import { CODES } from './codes.ts';

const SCHEMAS =
  'create schema A(id string, n int, v double, ok boolean, list int[], m map, ts long) starttimestamp ts;\n' +
  'create schema B(id string, n int, w double, inner A);\n';

/** Code, text after the two schemas, and the text under the caret. */
const CASES: readonly (readonly [code: string, text: string, at: string])[] = [
  ['E0101', 'selct * from A', 'selct'],
  ['E0102', 'select * from', 'from'],
  ['E0103', "select 'open from A", "'"],
  ['E0104', `select ${'('.repeat(70)}n${')'.repeat(70)} as x from A`, '('],
  ['E0101', 'select 5 sec as x from A', 'as'],
  ['E0105', 'select n ! v as x from A', '!'],
  ['E0106', 'select * from A where n = 1 where v = 2', 'where v = 2'],
  ['E0106', 'create schema C(x long) starttimestamp x starttimestamp x', 'starttimestamp x'],
  ['E0201', 'select * from Aa', 'Aa'],
  ['E0201', 'select * from pattern [every a=A -> b=Bb]', 'Bb'],
  ['E0201', 'create schema C(x int) inherits Nope', 'Nope'],
  ['E0201', 'insert into S select * from S', 'S'],
  ['E0202', 'select x.id from A as a', 'x'],
  ['E0202', 'select A.id from A as a', 'A'],
  ['E0202', 'select id from pattern [every a=A]', 'id'],
  ['E0202', 'select * from pattern [a=A and b=B(n = a.n)]', 'a'],
  ['E0202', 'select * from pattern [a=A or b=B(n = a.n)]', 'a'],
  ['E0202', 'select b.* from A as a', 'b'],
  ['E0203', 'select foo(n) as x from A', 'foo'],
  ['E0203', 'select Math.foo(v) as x from A', 'foo'],
  ['E0203', 'select id.shout() as x from A', 'shout'],
  ['E0203', 'select * from pattern [A where timer:interval(5)]', 'timer:interval'],
  ['E0203', 'select * from pattern [A -> timer:within(5)]', 'timer:within'],
  ['E0203', 'select * from pattern [A -> foo:bar(5)]', 'foo:bar'],
  ['E0204', 'select * from A(amout > 5)', 'amout'],
  ['E0204', 'select inner.nn as x from B', 'nn'],
  ['E0204', 'select * from pattern [a=A -> b=B(n = a.nn)]', 'nn'],
  ['E0204', 'select n.x as x from A', 'x'],
  ['E0204', 'insert into B select id, n as nn from A', 'n as nn'],
  ['E0204', 'create schema C(x int) starttimestamp t', 't'],
  ['E0205', 'create schema C(x intt)', 'intt'],
  ['E0205', 'select cast(n, strin) as x from A', 'strin'],
  ['E0206', 'create schema A(id string)', 'A'],
  ['E0207', 'create schema C(x int, x int)', 'x'],
  ['E0207', 'create schema C(n string) inherits A', 'n'],
  ['E0208', 'select * from pattern [a=A -> a=B]', 'a'],
  ['E0209', "@Name('x') select * from A; @Name('x') select * from B", "@Name('x')"],
  ['E0210', 'select * from pattern [a=A -> b=B -> timer:interval(n)]', 'n'],
  ['E0211', 'select * from pattern @Foo [A]', '@Foo'],
  ['E0211', 'select * from pattern [A @foo]', '@foo'],
  ['E0212', 'select n, v as n from A', 'v as n'],
  ['E0212', 'insert into S(x, x) select n, v from A', 'x'],
  ['E0213', 'select list.anyOf(x => list.anyOf(x => x = 1)) from A', 'x'],
  ['E0220', 'select * from A#lenght(3)', 'lenght'],
  ['E0220', 'select * from A.std:time(3)', 'time'],
  ['E0302', 'select * from A#length(0)', '#length(0)'],
  ['E0302', "select * from A#time('x')", "#time('x')"],
  ['E0302', 'select * from A#time_order(5 sec)', '#time_order(5 sec)'],
  ['E0302', 'select * from A#sort(n, v)', '#sort(n, v)'],
  ['E0302', 'select * from A#uni(id)', '#uni(id)'],
  ['E0302', 'select * from A#time_batch(0)', '#time_batch(0)'],
  ['E0302', 'select * from A#hop(1 month, 1 day)', '#hop(1 month, 1 day)'],
  ['E0302', 'select * from A#tumble(1 month 3 days)', '#tumble(1 month 3 days)'],
  ['E0302', "select * from A#tumble(1 day, 0, 'Mars')", "#tumble(1 day, 0, 'Mars')"],
  ['E0302', 'select * from A#session(id, 0 sec)', '#session(id, 0 sec)'],
  ['E0302', 'select * from A#expr((select * from A))', '(select * from A)'],
  ['E0305', 'select * from A#expr(n)', 'n'],
  ['E0302', 'select prev(1, n + 1) as x from A#length(3)', 'prev(1, n + 1)'],
  ['E0302', 'select prior(n, v) as x from A#length(3)', 'prior(n, v)'],
  ['E0302', 'select prevcount(1, n) as x from A#length(3)', 'prevcount(1, n)'],
  ['E0302', "select prev('x', n) as x from A#length(3)", "prev('x', n)"],
  ['E0421', 'select prev(1, n) as x from A', 'prev(1, n)'],
  ['E0421', 'select prev(1, n) as x from A#lastevent', 'prev(1, n)'],
  ['E0421', 'select * from A(prev(1, n) = 2)', 'prev(1, n)'],
  ['E0420', 'select * from A#groupwin(id)', '#groupwin(id)'],
  ['E0420', 'select * from A#keepall#groupwin(id)#length(2)', '#groupwin(id)'],
  ['E0420', 'select * from A#groupwin(id)#groupwin(n)#length(2)', '#groupwin(n)'],
  ['E0420', 'select * from A#groupwin(id)#length(2)#merge(id)#keepall', '#merge(id)'],
  ['E0420', 'select * from A#length_batch(2)#time_batch(3)', '#time_batch(3)'],
  ['E0214', 'create variable int x; create variable int x', 'x'],
  ['E0214', 'create expression f {1}; create expression f {2}', 'f'],
  ['E0215', 'on A set x = 1', 'x'],
  ['E0301', "select id + 'x' as y from A", "id + 'x'"],
  ['E0301', 'select -id as y from A', '-id'],
  ['E0301', 'select id || n as y from A', 'id || n'],
  ['E0301', 'select v & 1 as y from A', 'v & 1'],
  ['E0301', "select * from A(n > 'x')", "n > 'x'"],
  ['E0301', 'select * from A(id = 1)', 'id = 1'],
  ['E0301', "select * from A(n in (1, 'x'))", "n in (1, 'x')"],
  ['E0301', 'select * from A(id in [1:2])', 'id in [1:2]'],
  ['E0301', 'select * from A(ok like id)', 'ok like id'],
  ['E0301', 'select n[0] as x from A', 'n[0]'],
  ['E0301', 'select list[id] as x from A', 'id'],
  ['E0301', "select {1, 'a'} as x from A", "{1, 'a'}"],
  ['E0301', 'select case when ok then 1 else id end as x from A', 'case when ok then 1 else id end'],
  ['E0301', "select case n when 'x' then 1 end as x from A", "'x'"],
  ['E0301', 'select coalesce(n, id) as x from A', 'coalesce(n, id)'],
  ['E0301', 'select cast(list, int) as x from A', 'cast(list, int)'],
  ['E0301', 'select * from pattern [a=A -> timer:interval(a.id sec)]', 'a.id'],
  ['E0301', "select * from pattern [A where timer:within('x')]", "'x'"],
  ['E0302', 'select n.anyOf(x => x = 1) as y from A', 'anyOf(x => x = 1)'],
  ['E0302', 'select list.anyOf(n = 1) as y from A', 'n = 1'],
  ['E0302', 'select list.anyOf(x => x) as y from A', 'anyOf(x => x)'],
  ['E0302', 'select list.anyOf((a, b, c, d) => true) as y from A', '(a, b, c, d) => true'],
  ['E0302', 'select list.anyOf() as y from A', 'anyOf()'],
  ['E0302', 'select list.take(x => x) as y from A', 'x => x'],
  ['E0302', 'select list.min(x => null) as y from A', 'min(x => null)'],
  ['E0302', 'select list.union(id) as y from A', 'union(id)'],
  ['E0302', 'select coalesce(n, x => 1) as y from A', 'x => 1'],
  ['E0302', "select ts.set('fortnight', 1) as y from A", "'fortnight'"],
  ['E0302', 'select ts.plus(v) as y from A', 'plus(v)'],
  ['E0302', 'select n.plus(1 day) as y from A', 'plus(1 day)'],
  ['E0302', 'select inner.before(id) as y from B', 'before(id)'],
  ['E0302', 'select ts.before(ts, 1, 2, 3) as y from A', 'before(ts, 1, 2, 3)'],
  ['E0302', 'select Math.pow(v) as x from A', 'pow(v)'],
  ['E0302', 'select id.substring() as x from A', 'substring()'],
  ['E0302', 'select coalesce(n) as x from A', 'coalesce(n)'],
  ['E0302', 'select * from pattern [A where timer:within()]', 'A where timer:within()'],
  ['E0302', 'select * from pattern [timer:interval(interval: 5)]', 'timer:interval(interval: 5)'],
  [
    'E0303',
    'create schema C(x long) starttimestamp x; create schema D(y long) starttimestamp y; create schema F() inherits C, D',
    'D',
  ],
  ['E0302', 'select * from pattern [timer:at(0, 9)]', 'timer:at(0, 9)'],
  ['E0302', "select * from pattern [timer:at('x', *, *, *, *)]", "'x'"],
  ['E0302', 'select * from pattern [timer:at(*, *, *, *, *, 0, -1)]', '-1'],
  ['E0302', 'select * from pattern [timer:schedule(period: 1 sec, repeat: 3)]', 'repeat'],
  ['E0302', 'select * from pattern [timer:schedule(repetitions: 3)]', 'timer:schedule(repetitions: 3)'],
  ['E0302', "select * from pattern [timer:schedule(iso: 'R3/P')]", "'R3/P'"],
  ['E0302', "select * from pattern [timer:schedule(date: 'tomorrow')]", "'tomorrow'"],
  ['E0302', 'select * from pattern [A where timer:withinmax(3 sec)]', 'A where timer:withinmax(3 sec)'],
  ['E0302', 'select * from pattern [every-distinct(3 sec) A]', 'every-distinct(3 sec) A'],
  ['E0301', 'select * from pattern [A -[false]> B]', 'false'],
  ['E0301', 'select a.* from pattern [[2] a=A]', 'a.*'],
  ['E0305', "select * from pattern [a=A while ('x')]", "'x'"],
  ['E0302', 'select sum(id) as x from A', 'sum(id)'],
  ['E0302', 'select count(distinct *) as x from A', 'count(distinct *)'],
  ['E0302', 'select nth(n, n) as x from A', 'nth(n, n)'],
  ['E0302', 'select leaving(1) as x from A', 'leaving(1)'],
  ['E0302', 'select rate(true) as x from A', 'rate(true)'],
  ['E0410', 'select sum(n, group_by: (max(n))) as x from A', 'max(n)'],
  ['E0411', 'select rate(ts) as x from A', 'rate(ts)'],
  ['E0421', 'select sum(n) as x from A#length(3) having prev(1, n) > 1', 'prev(1, n) > 1'],
  ['E0421', 'select sum(n) as x from A#length(3) where prev(1, n) > 1', 'prev(1, n) > 1'],
  ['E0435', 'select id, sum(n, group_by: ()) as x from A group by rollup(id)', 'select id'],
  ['E0302', 'select maxby(distinct n) as x from A', 'maxby(distinct n)'],
  ['E0302', "select sorted(n).floorKey('a') as x from A#length(2)", "floorKey('a')"],
  ['E0305', 'select sum(n, filter: n) as x from A', 'n'],
  ['E0303', 'create schema C(x boolean) starttimestamp x', 'x'],
  ['E0303', 'create schema C(x long) inherits A starttimestamp x', 'x'],
  ['E0304', 'select 9007199254740993L as x from A', '9007199254740993L'],
  ['E0305', 'select * from A(n)', 'n'],
  ['E0305', 'select * from A where v + 1', 'v + 1'],
  ['E0305', 'select * from A(ok and n)', 'n'],
  ['E0306', "select * from A(id regexp '*a')", "'*a'"],
  ['E0306', "select * from A(id like 'a' escape 'xx')", "'xx'"],
  ['E0307', 'insert into B select id, v as n from A', 'v as n'],
  ['E0307', 'insert into S select id from A; insert into S select n as id from A', 'n as id'],
  ['E0308', 'create variable int x = true', 'true'],
  ['E0308', 'create variable A[] x', 'A'],
  ['E0308', 'create variable int x; on A set x = v', 'v'],
  ['E0401', "@Alert(sevrity='high') select * from A", 'sevrity'],
  ['E0401', "@Alert('high') select * from A", "'high'"],
  ['E0401', 'select * from pattern [A@consume()]', '@consume()'],
  ['E0402', "@Alert(key='idd') select id from A", 'idd'],
  ['E0402', "@Alert(summary='{id} {nn}') select id, n from A", 'nn'],
  ['E0403', '@Name(5) select * from A', '5'],
  ['E0403', '@Alert(key=5) select * from A', '5'],
  ['E0404', "@Alert(severity='high') create schema C(x int)", "@Alert(severity='high')"],
  ['E0405', 'insert into S(x) select n, v from A', 'insert into S(x)'],
  ['E0406', 'create schema C(q int); insert into C select * from A', 'C'],
  ['E0407', 'create schema C(d D); create schema D(c C)', 'C'],
  ['E0407', 'insert into S select * from T; insert into T select * from S', 'insert into S select * from T'],
  ['E0408', 'select * from pattern [[0] A]', '0'],
  ['E0408', 'select * from pattern [[4:2] A until B]', '4:2'],
  ['E0408', 'select * from pattern [[2:] A]', '[2:] A'],
  ['E0408', 'select * from pattern [a=A -> [a.id] B]', 'a.id'],
  ['E0430', 'select * from pattern [A -> timer:at(0, 9, 2, *, 1)]', '2, *, 1'],
  ['E0430', 'select * from pattern [A -> timer:at(0, 9, last, *, 5 last)]', 'last, *, 5 last'],
  ['E0409', `select ${'n + v - '.repeat(150)}n as x from A`, 'n + v'],
  ['E0410', 'select * from A(max(n) > 1)', 'max(n)'],
  ['E0410', 'select * from A where n > avg(n)', 'avg(n)'],
  ['E0411', 'select window(*) as x from A', 'window(*)'],
  ['E0411', 'select sorted(n) as x from A', 'sorted(n)'],
  ['E0302', 'select * from A(istream())', 'istream()'],
  ['E0302', 'select n, grouping(n, n) as g from A group by rollup(n)', 'grouping(n, n)'],
  ['E0435', 'select grouping(n) as g from A group by n', 'grouping(n)'],
  ['E0435', 'select grouping(v) as g from A group by rollup(n)', 'v'],
  ['E0435', 'select n from A group by 1', '1'],
  ['E0435', 'select n, v from A group by rollup(n, n)', 'rollup(n, n)'],
  ['E0435', 'select n, v from A group by rollup((n, v), (v, n))', 'rollup((n, v), (v, n))'],
  ['E0435', 'select n from A group by grouping sets((n, n))', '(n, n)'],
  ['E0435', 'select n from A group by grouping sets(())', 'group by grouping sets(())'],
  ['E0435', 'select * from A group by rollup(n)', '*'],
  ['E0435', 'select n from A group by rollup(v)', 'n'],
  ['E0431', 'select n from A group by n having v > 1', 'v > 1'],
  ['E0432', 'select n from A group by n order by count(*)', 'count(*)'],
  ['E0433', 'select n from A output every 0 seconds', '0 seconds'],
  ['E0433', 'select n from A output last', 'output last'],
  ['E0434', "select n from A limit 'x'", "'x'"],
  ['E0500', 'select * from A, B', 'B'],
  ['E0412', 'create constant variable int x = 1; on A set x = 2', 'x'],
  ['E0413', 'expression f {g()} expression g {f()} select f() as y from A', 'f()'],
  ['E0302', 'expression f {x => x.n} select f() as y from A', 'f()'],
  ['E0302', 'expression f alias for {n} select f(id) as y from A', 'f(id)'],
  ['E0202', 'expression f {n} select f() as y from A', 'f()'],
  ['E0101', 'expression f(x) {1} select f() as y from A', '(x)'],
  ['E0101', 'expression f alias for {x => 1} select f() as y from A', '{x => 1}'],
  ['E0101', 'expression f hello for {1} select f() as y from A', 'hello'],
  ['E0301', 'create variable int x; on A set x[1] = 2', 'x[1]'],
  ['E0204', 'create variable A x; on A set x.nn = 2', 'nn'],
  ['E0308', "create variable A x; on A set x.n = 'a'", "'a'"],
  ['E0308', "create variable int x = 'a'", "'a'"],
  ['E0500', 'create variable map x; on A set x.y.z = 2', 'x.y.z'],
  ['E0500', 'select * from A, B', 'B'],
  ['E0500', '@JsonSchema(className="x.Y") create json schema J(a int)', '"x.Y"'],
  ['W0601', '@Nmae("x") select * from A', 'Nmae'],
  ['W0602', "@Alert(severity='urgent') select * from A", "'urgent'"],
  ['W0603', 'select * from pattern [every a=A -> not B]', 'not B'],
  ['W0604', 'select * from pattern [every a=A and not B]', 'not B'],
  ['W0605', 'select * from pattern [every (every a=A or b=B)]', 'every a=A'],
  ['W0606', 'select * from pattern [every (a=A -> b=B) where timer:within(5 sec)]', 'timer:within(5 sec)'],
  ['W0607', 'select * from pattern [A(n = 1) and A(n = 1)]', 'A(n = 1)'],
  ['W0608', 'select * from pattern [every a=A -> b=B(n = a.n)]', 'b=B(n = a.n)'],
  ['W0608', 'select * from pattern [every-distinct(a.id) a=A]', 'a.id'],
  ['W0608', 'select * from pattern [every a=A -> (b=A until B)]', '(b=A until B)'],
  ['W0608', 'select * from pattern [a=A until B]', 'a=A until B'],
  ['W0608', 'select * from pattern [(every a=A) and b=B]', '(every a=A)'],
  ['W0608', 'select * from pattern [every a=A -[3]> b=B -> c=A]', 'c=A'],
  ['W0611', 'select n, count(*) as c from A group by n', 'group by n'],
  ['W0609', 'select * from pattern [a=A -> a=A]', 'a'],
  ['W0610', "select * from pattern [timer:at(*, *, *, *, *, 0, 'Mars')]", "'Mars'"],
];

describe('diagnostics', () => {
  test.each(CASES)('%s %s', (code, text, at) => {
    const { plan, diagnostics } = compileRules([{ file: 'a.epl', text: SCHEMAS + text }]);
    const found = diagnostics.find((one) => one.code === code);
    expect(diagnostics.map((one) => one.code)).toContain(code);
    const span = found?.labels[0]?.span ?? { start: 0, end: 0 };
    expect((SCHEMAS + text).slice(span.start, span.end).startsWith(at)).toBe(true);
    expect(span.start).toBeGreaterThanOrEqual(SCHEMAS.length);
    expect(plan === null).toBe(code.startsWith('E'));
  });

  test('every code is produced by a case and documented', () => {
    const produced = new Set(CASES.map(([code]) => code));
    expect([...produced].sort()).toEqual(Object.keys(CODES).sort());
    const page = readFileSync(join(import.meta.dirname, '..', 'DIAGNOSTICS.md'), 'utf8');
    for (const [code, { kind, title, help }] of Object.entries(CODES)) {
      expect(page).toContain(`| ${code} | ${kind} | ${title} | ${help.replaceAll('|', '\\|')} |`);
    }
  });

  /** Texts that are legal and often right: no advice. */
  test.each([
    'select * from pattern [every a=A -> b=B(n = a.n) where timer:within(5 sec)]',
    'select * from pattern [every a=A -> (timer:interval(5 sec) and not B(n = a.n))]',
    'select * from pattern [every (a=A and not B)]',
    'select * from pattern [every a=A -> (b=B(n = a.n) and not A(n = a.n))]',
    'select * from pattern [a=A(n = 1) and b=A(n = 2)]',
    'select * from pattern [a=A or b=A]',
    'select * from pattern [(a=A -> b=B) or (b=B -> a=A)]',
    'select * from pattern [every (a=A -> b=B)]',
    'select n, count(*) as c from A#time(1 hour) group by n',
    "@Hint('reclaim_group_aged=10') select n, count(*) as c from A group by n",
  ])('no advice: %s', (text) => {
    expect(compileRules([{ file: 'a.epl', text: SCHEMAS + text }]).diagnostics).toEqual([]);
  });

  test('one mistake is reported once, and what follows from it is not', () => {
    const codes = (text: string) =>
      compileRules([{ file: 'a.epl', text: SCHEMAS + text }]).diagnostics.map((one) => one.code);
    expect(codes('select x.y.z + x.q as w, foo from Nope where bar = 1')).toEqual(['E0201']);
    expect(codes('create schema C(x Nope); select * from C(x = 1); select y from C')).toEqual(['E0205']);
    expect(codes('insert into S select nn from A; select * from S(q > 1)')).toEqual(['E0204']);
    expect(codes('create window W#keepall as A; select x from W')).toEqual(['E0500']);
    expect(codes('select * from pattern [[2] a=A -> b=B(n = a[0].nn)]')).toEqual(['E0204']);
    expect(codes('select nn, vv from A where qq > 1')).toEqual(['E0204', 'E0204', 'E0204']);
  });

  test('what is wrong is said beside what cannot run yet', () => {
    const { diagnostics } = compileRules([
      { file: 'a.epl', text: `${SCHEMAS}select transpose(inner) as x, nn from B` },
    ]);
    expect(diagnostics.map((one) => [one.code, one.kind])).toEqual([
      ['E0500', 'not-implemented'],
      ['E0204', 'name'],
    ]);
  });
});
