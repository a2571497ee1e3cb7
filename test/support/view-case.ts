import { type StatementCase, testStatementCases } from './statement-case.ts';

/** A case of the views of one stream `A(id string, k int, v int, at long)`. */
export interface ViewCase {
  readonly name: string;
  /** What follows the stream: `#length(2)`. */
  readonly views: string;
  /** Default `irstream id`. */
  readonly select?: string;
  /** `time,id,k,v,at` of each event, separated by spaces; what is left out is 0, `at` the time. */
  readonly events: string;
  readonly until?: number;
  /** `time id` of an item that enters, `time - id` of one that leaves; with a `select` of its own the row. */
  readonly expected: readonly string[];
}

/** Declares tests for the cases: on both back ends, and with a snapshot and a fresh engine after every event. */
export function testViewCases(title: string, cases: readonly ViewCase[]): void {
  testStatementCases(title, cases.map(statementCase));
}

function statementCase(one: ViewCase): StatementCase {
  const select = one.select ?? 'irstream id';
  const events = one.events.split(' ').map((text) => {
    const [time = '0', id = '', k = '0', v = '0', at = time] = text.split(',');
    return [Number(time), 'A', { id, k: Number(k), v: Number(v), at: Number(at) }] as const;
  });
  const expected = one.expected.map((line) => {
    const [time, ...rest] = line.split(' ');
    const row = rest.join(' ').replace(/(\w+)$/, '{"id":"$1"}');
    return `${time} out ${row}`;
  });
  return {
    name: one.name,
    rules: `create schema A(id string, k int, v int, at long);\n@Name('out') select ${select} from A${one.views}`,
    events,
    ...(one.until === undefined ? {} : { until: one.until }),
    expected,
  };
}
