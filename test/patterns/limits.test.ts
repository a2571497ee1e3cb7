import { describe, expect, test } from 'vitest';
import { LimitError, type RuleLimits } from '../../engine/core/limits.ts';
import type { Notice } from '../../engine/core/notice.ts';
import { type CaseOptions, runCase } from './run-case.ts';

const MATCHERS = ['auto', 'tree'] as const;

interface Limited {
  readonly matches: string[];
  readonly notices: Notice[];
}

function run(
  pattern: string,
  timeline: string,
  ruleLimits: Partial<RuleLimits>,
  options: Partial<CaseOptions> = {},
): Limited {
  const notices: Notice[] = [];
  const matches = runCase(
    { pattern: `[${pattern}]`, timeline, matches: [] },
    {
      backend: 'codegen',
      matcher: 'auto',
      restoring: false,
      ruleLimits,
      onNotice: (notice) => notices.push(notice),
      ...options,
    },
  );
  return { matches, notices };
}

const series = (type: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${type}${i + 1}`).join(' ');

describe.each(MATCHERS)('open runs of a rule, matcher %s', (matcher) => {
  const waits = 'every a=A -> b=B';
  const timeline = 'A1 A2 A3 A4 A5 B9';

  test('fail names the rule, the number and what to do', () => {
    const attempt = () => run(waits, timeline, { openRunsMax: 3 }, { matcher });
    expect(attempt).toThrow(LimitError);
    expect(attempt).toThrow(/`case#\d+` has 3 open runs at .*where timer:within/);
  });

  test('drop-oldest keeps the newest', () => {
    for (const restoring of [false, true]) {
      const { matches, notices } = run(
        waits,
        timeline,
        { openRunsMax: 3, onLimit: 'drop-oldest' },
        { matcher, restoring },
      );
      expect(matches).toEqual(['6 a=A3 b=B9', '6 a=A4 b=B9', '6 a=A5 b=B9']);
      expect(notices[0]?.code).toBe('runs-limit');
      expect(notices[0]?.text).toContain('the oldest is dropped, 1 so far');
    }
  });

  test('drop-newest keeps the oldest', () => {
    const { matches } = run(waits, timeline, { openRunsMax: 3, onLimit: 'drop-newest' }, { matcher });
    expect(matches).toEqual(['6 a=A1 b=B9', '6 a=A2 b=B9', '6 a=A3 b=B9']);
  });

  test('a rule at its limit says so ever more seldom', () => {
    const { notices } = run(waits, series('A', 150), { openRunsMax: 3, onLimit: 'drop-newest' }, { matcher });
    expect(notices.map((notice) => notice.text.match(/, (\d+) so far/)?.[1])).toEqual(['1', '10', '100']);
  });

  test('what is over makes room', () => {
    const pairs = Array.from({ length: 50 }, (_, i) => `A${i} B${i}`).join(' ');
    expect(run('every a=A -> b=B', pairs, { openRunsMax: 1 }, { matcher }).matches).toHaveLength(50);
    const guarded = 'every a=A -> b=B where timer:within(2 sec)';
    expect(() => run(guarded, series('A', 40), { openRunsMax: 3 }, { matcher })).not.toThrow();
  });
});

describe.each(MATCHERS)('open runs of a key, matcher %s', (matcher) => {
  const waits = 'every a=A -> b=B(k = a.k)';
  const timeline = 'A1:1 A2:1 A3:1 A4:2 B1:1 B2:2';

  test('fail names the key', () => {
    expect(() => run(waits, timeline, { openRunsPerKeyMax: 2 }, { matcher })).toThrow(
      /has 2 open runs for the key `1`/,
    );
  });

  test.each([
    ['drop-oldest', ['5 a=A2 b=B1', '5 a=A3 b=B1', '6 a=A4 b=B2']],
    ['drop-newest', ['5 a=A1 b=B1', '5 a=A2 b=B1', '6 a=A4 b=B2']],
  ] as const)('%s leaves other keys alone', (onLimit, expected) => {
    for (const restoring of [false, true]) {
      const limits = { openRunsPerKeyMax: 2, onLimit };
      expect(run(waits, timeline, limits, { matcher, restoring }).matches).toEqual(expected);
    }
  });
});

describe.each(MATCHERS)('what a rule keeps, matcher %s', (matcher) => {
  test.each([
    ['drop-oldest', '6 a=[A4,A5] b=B1'],
    ['drop-newest', '6 a=[A1,A2] b=B1'],
  ] as const)('events of a repeat: %s', (onLimit, expected) => {
    const limits = { repeatEventsMax: 2, onLimit };
    expect(run('[1:1000000000] a=A until b=B', 'A1 A2 A3 A4 A5 B1', limits, { matcher }).matches).toEqual([
      expected,
    ]);
    expect(() => run('[1:1000000000] a=A until b=B', series('A', 9), { repeatEventsMax: 5 })).toThrow(
      /5 events in one repeat/,
    );
  });

  test('keys of every-distinct', () => {
    const timeline = 'A1:1 A2:2 A3:3 A4:1 A5:3';
    const distinct = 'every-distinct(a.k) a=A';
    const limits = { distinctKeysMax: 2 } as const;
    expect(() => run(distinct, timeline, limits, { matcher })).toThrow(/2 keys in one `every-distinct`/);
    expect(run(distinct, timeline, { ...limits, onLimit: 'drop-oldest' }, { matcher }).matches).toEqual([
      '1 a=A1',
      '2 a=A2',
      '3 a=A3',
      '4 a=A4',
    ]);
    expect(run(distinct, timeline, { ...limits, onLimit: 'drop-newest' }, { matcher }).matches).toEqual([
      '1 a=A1',
      '2 a=A2',
      '3 a=A3',
      '5 a=A5',
    ]);
  });

  test('everything together', () => {
    expect(() => run('every-distinct(a.k) a=A', series('A', 20), { heldTotalMax: 10 }, { matcher })).toThrow(
      /all patterns keep, 10/,
    );
    expect(() => run('(every a=A) and B', series('A', 20), { heldTotalMax: 10 }, { matcher })).toThrow(
      /all patterns keep, 10/,
    );
    // What a repeat that is over has kept counts no longer.
    const repeats = () => run('every [5] a=A', series('A', 100), { heldTotalMax: 10 }, { matcher });
    expect(repeats().matches).toHaveLength(20);
  });
});

describe('rules that grow without end', () => {
  const small = { openRunsMax: 10_000, openRunsTotalMax: 10_000, repeatEventsMax: 10_000 } as const;

  test.each([
    ['every (every a=A)', series('A', 40)],
    ['every (every (every a=A))', series('A', 40)],
    ['every (every a=A or every b=A)', series('A', 40)],
    ['every (a=A -> every b=A)', series('A', 40)],
    ['every a=A -> every b=A -> every c=A', series('A', 200)],
    ['[1000000000] timer:interval(0)', 'A1'],
    ['timer:interval(0) until B', 'A1'],
  ])('%s meets a limit', (pattern, timeline) => {
    expect(() => run(pattern, timeline, small)).toThrow(LimitError);
    for (const onLimit of ['drop-oldest', 'drop-newest'] as const) {
      expect(() => run(pattern, timeline.slice(0, 60), { ...small, onLimit })).not.toThrow();
    }
  });

  test('a wide `or` under `every` stays as wide as it is', () => {
    const wide = `every (${Array.from({ length: 300 }, (_, i) => `A(k = ${i})`).join(' or ')})`;
    expect(run(wide, series('A', 100), { openRunsMax: 1 }).matches).toHaveLength(100);
  });

  test('large runs are fewer: the bound where none is given counts their nodes', () => {
    const branches = Array.from({ length: 100 }, (_, i) => `every A(k != ${-i})`);
    expect(() => run(`every (${branches.join(' or ')})`, series('A', 9), {})).toThrow(
      /has \d{4,5} open runs/,
    );
  });

  test('all combinations of an `and`', () => {
    const pattern = '(every a=A) and (every b=B) and (every c=C)';
    const timeline = `${series('A', 1001)} ${series('B', 1001)} C1`.replaceAll(' ', '&');
    expect(() => run(pattern, timeline, {})).toThrow(/more than 1000000 matches by one event/);
  });
});

test('the limit of all rules of a process', () => {
  const limits = { openRunsTotalMax: 4 };
  expect(() => run('every a=A -> b=B', series('A', 4), limits)).not.toThrow();
  expect(() => run('every a=A -> b=B', series('A', 5), limits)).toThrow(
    /limit of all rules together with 4 open runs/,
  );
});
