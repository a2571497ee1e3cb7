/** Mistakes in `match_recognize`: code, text after the schemas of the diagnostics test, and the text under the caret. */
export const RECOGNIZE_MISTAKES: readonly (readonly [code: string, text: string, at: string])[] = [
  ['E0101', 'select * from A match_recognize (measures X.n as x pattern (X) intervall 5 sec)', 'intervall'],
  ['E0104', 'select * from A match_recognize (measures 1 as x pattern (X{5001}))', 'X{5001}'],
  ['E0104', 'select * from A match_recognize (measures 1 as x pattern ((X Y{99}){99}))', '(X Y{99}){99}'],
  ['E0202', 'select * from A match_recognize (measures X.n as x pattern (X Y) define X as Y.n = 1)', 'Y'],
  ['E0202', 'select * from A match_recognize (measures X.n as x pattern (X) define Z as Z.n = 1)', 'Z'],
  ['E0202', 'select * from A match_recognize (measures n as x pattern (X))', 'n'],
  ['E0204', 'select * from A match_recognize (measures X.n as x pattern (X+))', 'n'],
  ['E0210', 'select * from A match_recognize (measures X.n as x pattern (X Y) define Y as n = 1)', 'n'],
  ['E0212', 'select * from A match_recognize (measures X.n as x, X.v as x pattern (X))', 'x'],
  [
    'E0214',
    'select * from A match_recognize (measures X.n as x pattern (X) define X as X.n = 1, X as X.n = 2)',
    'X',
  ],
  [
    'E0302',
    'select * from A match_recognize (measures X.n as x pattern (X) define X as prev(X.n, X.n) = 1)',
    'prev(X.n, X.n)',
  ],
  [
    'E0302',
    'select * from A match_recognize (measures X.n as x pattern (X) define X as prev(X.n, -1) = 1)',
    'prev(X.n, -1)',
  ],
  [
    'E0302',
    'select * from A match_recognize (measures X.n as x pattern (X) define X as prev(X.n + 1) = 1)',
    'prev(X.n + 1)',
  ],
  ['E0408', 'select * from A match_recognize (measures 1 as x pattern (X{0}))', '0'],
  ['E0408', 'select * from A match_recognize (measures 1 as x pattern (X{5,3}))', '{5,3}'],
  ['E0408', 'select * from A match_recognize (measures 1 as x pattern (X{null}))', 'null'],
  [
    'E0410',
    'select * from A match_recognize (measures X.n as x pattern (X) define X as sum(X.n) > 1)',
    'sum(X.n)',
  ],
  [
    'E0421',
    'select * from A match_recognize (measures X.n as x pattern (X) define X as prior(1, X.n) = 1)',
    'prior(1, X.n)',
  ],
  [
    'E0460',
    'select * from A match_recognize (measures X.n as x after match skip to last row pattern (X))',
    'after match skip to last row',
  ],
  ['E0461', 'select * from A match_recognize (measures sum(X.n) as x pattern (X))', 'sum(X.n)'],
  [
    'E0461',
    'select * from A match_recognize (measures sum(X.n + Y.n) as x pattern (X+ Y+))',
    'sum(X.n + Y.n)',
  ],
  ['E0461', 'select * from A match_recognize (measures count(*) as x pattern (X+))', 'count(*)'],
  ['E0462', 'select * from A match_recognize (measures X.n pattern (X))', 'X.n'],
  ['E0463', 'select * from A, B match_recognize (measures X.n as x pattern (X))', 'B'],
];
