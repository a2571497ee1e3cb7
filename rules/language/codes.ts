import type { Diagnostic } from './diagnostics.ts';

/** What a diagnostic code stands for. */
export interface CodeInfo {
  readonly severity: Diagnostic['severity'];
  readonly kind: Diagnostic['kind'];
  /** The mistake in a few words. */
  readonly title: string;
  /** Why it is one and how to mend it, in one or two sentences. */
  readonly help: string;
}

const error = (kind: Diagnostic['kind'], title: string, help: string): CodeInfo => ({
  severity: 'error',
  kind,
  title,
  help,
});
const advice = (title: string, help: string): CodeInfo => ({
  severity: 'warning',
  kind: 'advice',
  title,
  help,
});

/**
 * Every diagnostic code. A code is never reused: E01 syntax, E02 names, E03 types, E04 meaning, E05 what is not
 * implemented yet, W06 advice. `rules/DIAGNOSTICS.md` lists the same.
 */
export const CODES: Readonly<Record<string, CodeInfo>> = {
  E0101: error(
    'syntax',
    'unexpected word or sign',
    'The text does not fit the grammar at this place; the note says what would. Is a `;` missing before it?',
  ),
  E0102: error(
    'syntax',
    'unexpected end',
    'The statement stops before it is complete. Often a bracket is open, or a stray `;` cuts the statement.',
  ),
  E0103: error(
    'syntax',
    'text without end',
    'Close the string, comment, name in backticks, script or class with the sign that ends it. The place shown is where it begins.',
  ),
  E0104: error(
    'syntax',
    'too large or too deep',
    'Rule text has limits (`engine/core/limits.ts`): characters of a file, words of a statement, nesting of brackets and expressions. Split it.',
  ),
  E0105: error(
    'syntax',
    'unknown character',
    'Remove it. A name with other characters than letters, digits, `_` and `$` is written in backticks.',
  ),
  E0106: error(
    'syntax',
    'clause out of place',
    'The clauses of `select` come in this order, each once: `from`, `match_recognize`, `where`, `group by`, `having`, `output`, `order by`, `limit`. Those of `create schema` come once each.',
  ),
  E0201: error(
    'name',
    'unknown event type',
    'Declare it with `create schema`, or feed it with `insert into`.',
  ),
  E0202: error(
    'name',
    'unknown stream or tag',
    'Qualifiers are the alias of the stream, its type name, or the tags of the pattern. Inside a pattern a tag is seen by what follows it along `->`, not by the other sides of `and` and `or`.',
  ),
  E0203: error('name', 'unknown function, method or timer', 'The name is not one of EPL.'),
  E0204: error('name', 'unknown field', 'The event type has no field of this name.'),
  E0205: error('name', 'unknown type', 'A column has a scalar type, another schema, or an array of these.'),
  E0206: error('name', 'type declared twice', 'Two declarations of one name must be equal.'),
  E0207: error(
    'name',
    'field declared twice',
    'Each field of a schema has one declaration, also with inherited ones.',
  ),
  E0208: error('name', 'tag of two types', 'A tag may stand in several places only for events of one type.'),
  E0209: error('name', 'statement name taken', 'Names of statements are unique in a rule set.'),
  E0210: error('name', 'ambiguous field', 'Several tags have a field of this name: write the tag before it.'),
  E0211: error(
    'name',
    'unknown annotation here',
    'Only a few annotations may stand inside a pattern or a column.',
  ),
  E0212: error('name', 'column twice', 'Columns of a row have different names; rename with `as`.'),
  E0213: error(
    'name',
    'parameter twice',
    'A lambda inside another names its parameters differently, and not as a stream or a variable of `define`.',
  ),
  E0220: error('name', 'unknown data window', 'The name after `#` is not one of the data windows or views.'),
  E0214: error('name', 'name declared twice', 'A variable or a declared expression has a name of its own.'),
  E0215: error('name', 'unknown variable', 'Declare it with `create variable`.'),
  E0216: error(
    'name',
    'parameter without a value',
    'Values for `?` and `?:name` are given where rules are compiled.',
  ),
  E0218: error(
    'name',
    'names with one hash',
    'Esper finds types with `@buseventtype` by the CRC-32 of their names, so rules with two of one would not run there.',
  ),
  E0230: error('name', 'store name taken', 'Named windows and tables have names of their own.'),
  E0231: error('name', 'unknown store', 'Declare it with `create window` or `create table`.'),
  E0217: error('name', 'unknown table', 'Declare it with `create table`.'),
  E0240: error('name', 'unknown context', 'Declare it with `create context`.'),
  E0241: error(
    'name',
    'context declared twice',
    'A context, and a part of a nested one, has a name of its own.',
  ),
  E0301: error(
    'type',
    'operands do not fit',
    'EPL converts numbers to wider ones and nothing else; use `cast`.',
  ),
  E0302: error(
    'type',
    'arguments do not fit',
    'The function takes another number or other types of arguments.',
  ),
  E0303: error(
    'type',
    'not a time field',
    'Time fields are long, date or string, and the inherited ones stay.',
  ),
  E0304: error('type', 'number too large', 'Whole numbers are exact within ±(2^53 − 1).'),
  E0305: error('type', 'not a condition', 'Filters, `where`, `and`, `or`, `not` and `when` take booleans.'),
  E0306: error('type', 'bad text pattern', 'The constant is no regular expression, or no `like` escape.'),
  E0307: error(
    'type',
    'column does not fit',
    'The column of an `insert into` must be assignable to the field.',
  ),
  E0308: error(
    'type',
    'value does not fit the variable',
    'A variable takes values of its type and narrower numbers; at its declaration also texts that read as its type.',
  ),
  E0401: error(
    'meaning',
    'unknown argument',
    '@Alert takes severity, key, summary and to; each annotation its own arguments, each of them once.',
  ),
  E0402: error('meaning', 'alert without column', 'Keys and `{…}` of a summary name select columns.'),
  E0403: error('meaning', 'annotation without string', 'The annotation takes a constant string.'),
  E0404: error('meaning', 'alert without rows', 'Only statements that select rows can raise alerts.'),
  E0405: error('meaning', 'names and columns differ', 'The list after `insert into` names every column.'),
  E0406: error('meaning', 'nothing to insert', 'No selected column is a field of the target.'),
  E0407: error('meaning', 'circle', 'Schemas or streams whose types depend on each other have no type.'),
  E0408: error('meaning', 'bad bounds', 'A repeat counts from one up; two bounds need `until`.'),
  E0409: error('meaning', 'expression too deep', 'Split the expression over several streams.'),
  E0410: error(
    'meaning',
    'aggregate out of place',
    'Aggregate functions stand in `select`, `having` and `order by` of a query, not in filters, patterns and `where`.',
  ),
  E0411: error(
    'meaning',
    'aggregate without a data window',
    'The function looks at the events that are in the window now: give the stream a data window.',
  ),
  E0420: error(
    'meaning',
    'views that do not combine',
    'One `groupwin`, first of all; `merge` after it and one data window; one batch window in an intersection.',
  ),
  E0412: error('meaning', 'constant set', 'A `constant` variable keeps its value.'),
  E0413: error(
    'meaning',
    'expression of itself',
    'A declared expression cannot use itself, nor through others.',
  ),
  E0430: error(
    'meaning',
    'crontab of no day',
    'Days of the month and of the week cannot both be narrowed so.',
  ),
  E0431: error(
    'meaning',
    'field outside `group by`',
    'A field in `having` is a key of `group by` or stands inside an aggregate.',
  ),
  E0432: error(
    'meaning',
    'aggregate not selected',
    'An aggregate of `order by` is a column too; name it with `as` and order by the name.',
  ),
  E0433: error(
    'meaning',
    'bad output',
    '`output` says when rows leave: `every` a time or a number of events, `at` a crontab, `when` a condition.',
  ),
  E0434: error('meaning', 'bad limit', '`limit` and `offset` take whole numbers or variables.'),
  E0435: error(
    'meaning',
    'bad grouping',
    'Keys of `group by` name fields, each set of keys once; with `rollup`, `cube` and `grouping sets` all columns are of keys and aggregates.',
  ),
  E0440: error(
    'meaning',
    'subquery out of place',
    'Subqueries stand in filters, `select`, `where` and `having`, not in `group by`, `order by` or each other.',
  ),
  E0441: error(
    'meaning',
    'bad subquery',
    'A subquery reads one stream with a data window; its aggregates look at that stream alone.',
  ),
  E0421: error(
    'meaning',
    'no window to look into',
    '`prev` looks into a data window that keeps several items in order, and stands in the clauses of a query.',
  ),
  E0425: error(
    'meaning',
    'bad context',
    'Keys are fields, as many and of the same types for each event type; an event has one place among the partitions.',
  ),
  E0426: error(
    'meaning',
    'context of other events',
    'A statement reads at least one of the types by which its context tells partitions apart.',
  ),
  E0427: error(
    'meaning',
    'statement without partitions',
    'Schemas, contexts and expressions are not kept by partition.',
  ),
  E0450: error(
    'meaning',
    'views of a named window',
    'A named window has data windows, which say how long its rows stay; who reads it can put statistics on it, no data windows.',
  ),
  E0451: error('meaning', 'bad fill', '`insert` fills a named window from another one, which is its model.'),
  E0470: error(
    'meaning',
    'bad column of a table',
    'A column has a type, with `primary key` after it where it is one, or an aggregate function of types.',
  ),
  E0471: error(
    'meaning',
    'aggregate does not fit the table',
    'Each aggregate of `into table` is a column by itself, of the name and the kind that the table declares.',
  ),
  E0472: error(
    'meaning',
    'table or window used otherwise than declared',
    'What a context holds for each partition is used by statements of the context only. A table is read and grouped by its whole primary key, in the types of its columns, and not by the statement that feeds it.',
  ),
  E0480: error(
    'meaning',
    'bad join',
    '`on` compares fields of two streams by `=`; streams are joined either by commas or by `join`.',
  ),
  E0481: error(
    'meaning',
    'bad unidirectional stream',
    'One stream of a join may be `unidirectional`, all of them with `full outer join`; it has no data window.',
  ),
  E0482: error(
    'meaning',
    'joined stream without window',
    'A data window says how long the events of a stream are joined with later ones of the others.',
  ),
  E0452: error('meaning', 'no row to change', '`when not matched` has no row: it takes `insert` only.'),
  E0460: error(
    'meaning',
    'unknown place to go on',
    'After a match the search goes on past its last row, at the row after its first (`to next row`), or with all rows (`to current row`).',
  ),
  E0461: error(
    'meaning',
    'aggregate over no variable',
    'In `measures` an aggregate goes over the rows of one variable that stands for several; in `define` there are none.',
  ),
  E0462: error(
    'meaning',
    'measure without a name',
    'Each measure is a column of the match: name it with `as`.',
  ),
  E0463: error(
    'meaning',
    '`match_recognize` of several streams',
    'It looks at the events of one stream; several types may be in a variant stream.',
  ),
  E0490: error(
    'meaning',
    'query out of place',
    'A query looks once at the rows of named windows and tables, or changes them: it follows no stream and is no rule.',
  ),
  E0453: error(
    'meaning',
    'bad index',
    'An index has a name of its own and names columns, each once; an index that a hint demands must find the rows.',
  ),
  E0500: error('not-implemented', 'not implemented yet', 'The text is EPL that this version cannot run.'),
  W0601: advice('unknown annotation', 'It has no effect; the name may be mistyped.'),
  W0602: advice('unusual severity', 'Receivers expect info, low, medium, high or critical.'),
  W0603: advice(
    '`not` waits for nothing',
    '`A -> not B` is true as soon as A arrives. Absence needs a timer.',
  ),
  W0604: advice('`every` beside `not`', '`every a=A and not B` means `(every a=A) and (not B)`.'),
  W0605: advice('nested `every`', 'Each match of the inner one starts one more: matches multiply.'),
  W0606: advice('clock of a group', '`every (A -> B) where timer:within(t)` counts from the last restart.'),
  W0607: advice('one event on both sides', '`A and A` is true with a single event.'),
  W0608: advice(
    'unbounded state',
    'What waits after an `every`, repeats, sides of `and` and keys of `every-distinct` only grow when nothing ends them.',
  ),
  W0609: advice('tag bound again', 'The second event of a tag along `->` replaces the first.'),
  W0610: advice('unknown time zone', 'A time zone that is not known is taken as UTC, as in Esper.'),
  W0611: advice(
    'groups without end',
    'A `group by` over a stream without a data window keeps a group for each key there ever was.',
  ),
  W0612: advice(
    'window without end',
    'Events of `keepall`, one event a key of `unique`, and the windows of each key of `groupwin` stay for good.',
  ),
  W0613: advice(
    'table that only grows',
    'A table with a primary key keeps a row for each key there ever was, unless a statement deletes rows.',
  ),
  W0614: advice(
    'no end to wait for',
    '`output … when terminated` lets rows out when a context partition ends.',
  ),
  W0615: advice(
    'partitions without end',
    'A context keeps a partition for each key or event there ever was when nothing ends them.',
  ),
  W0616: advice(
    'condition without effect',
    'The labels of a context alone tell events apart; a condition after `from` changes nothing, as in Esper.',
  ),
  W0617: advice(
    'microseconds without effect',
    'A clock of milliseconds rounds them; `plus`, `minus` and `timer:schedule` leave them out by any clock, as Esper does.',
  ),
  W0631: advice(
    'repeat at the end',
    'A match of `match_recognize` is given as soon as it is complete; a repeat at its end does not wait for further rows.',
  ),
  W0632: advice(
    'row pattern that takes every row',
    'A repeated variable without a condition keeps partial matches open for as long as rows come.',
  ),
  W0633: advice(
    'matches that end together',
    'With `partition by` and no `prev`, as in Esper, several matches of one key that leave nothing open are not given.',
  ),
};
