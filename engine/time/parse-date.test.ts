import { describe, expect, test } from 'vitest';
import { formatDate } from './format-date.ts';
import { makeDateParser } from './parse-date.ts';

const parse = (pattern: string, text: string, zone = 'UTC', isWhole = false) => {
  const parser = makeDateParser(pattern, isWhole);
  if (parser === null) throw new Error(`no pattern ${pattern}`);
  return parser(text, zone);
};

describe('a pattern reads', () => {
  test.each([
    ['yyyyMMdd', '20100510', '2010-05-10T00:00:00.000Z'],
    ['yyyyMMddHHmmss', '20100510141516', '2010-05-10T14:15:16.000Z'],
    ['HHmmss', '141516', '1970-01-01T14:15:16.000Z'],
    ["yyyy-MM-dd'T'HH:mm:ss.SSSXXX", '2002-05-30T09:00:00.123+02:00', '2002-05-30T07:00:00.123Z'],
    ['yyyy-MM-dd HH:mm:ss Z', '2002-05-30 09:00:00 -0130', '2002-05-30T10:30:00.000Z'],
    ['yyyy-MM-dd z', '2002-05-30 GMT+1', '2002-05-29T23:00:00.000Z'],
    ['d MMM yyyy', '3 sep 2020', '2020-09-03T00:00:00.000Z'],
    ['EEEE, MMMM d, yyyy', 'Sunday, May 3, 2020', '2020-05-03T00:00:00.000Z'],
    ['MMM d', 'January 7', '1970-01-07T00:00:00.000Z'],
    ['h:mm a', '12:05 am', '1970-01-01T00:05:00.000Z'],
    ['K a', '11 PM', '1970-01-01T23:00:00.000Z'],
    ['k', '24', '1970-01-01T00:00:00.000Z'],
    ['d/M/yy', '1/2/49', '2049-02-01T00:00:00.000Z'],
    ['d/M/yy', '1/2/50', '1950-02-01T00:00:00.000Z'],
    ['d/M/yy', '1/2/1999', '1999-02-01T00:00:00.000Z'],
    ['yyyy D', '2020 60', '2020-02-29T00:00:00.000Z'],
    ['yyyy G', '1 BC', '0000-01-01T00:00:00.000Z'],
    ["hh 'o''clock' a", "03 o'clock PM", '1970-01-01T15:00:00.000Z'],
    // Values beyond their range roll over; what is left of the text is ignored.
    ['yyyy-MM-dd', '2020-14-32', '2021-03-04T00:00:00.000Z'],
    ['yyyy-MM-dd', '2020-01-02T03:04', '2020-01-02T00:00:00.000Z'],
  ])('%s: %s', (pattern, text, expected) => {
    expect(new Date(parse(pattern, text) as number).toISOString()).toBe(expected);
  });

  test('a local time by the zone', () => {
    expect(new Date(parse('yyyy-MM-dd HH', '2020-07-01 12', 'Europe/Berlin') as number).toISOString()).toBe(
      '2020-07-01T10:00:00.000Z',
    );
  });

  test('what the formatter writes', () => {
    const pattern = "yyyy-MM-dd HH:mm:ss.SSS EEE 'x' Z";
    for (const time of [0, 1_600_000_000_123, -5_000_000_000]) {
      expect(parse(pattern, formatDate(time, pattern, 'Asia/Tokyo') as string)).toBe(time);
    }
  });
});

test.each([
  ['yyyy-MM-dd', '2020/01/02'],
  ['yyyy-MM-dd', ''],
  ['MMM', 'Foo'],
  ['HH Z', '12 noon'],
])('%s does not read %s', (pattern, text) => {
  expect(parse(pattern, text)).toBeNull();
});

test('the whole text has to be read where that is asked for', () => {
  expect(parse('yyyy', '2020x', 'UTC', true)).toBeNull();
  expect(parse('yyyy', '2020', 'UTC', true)).toBe(Date.UTC(2020, 0));
});

test.each(['BBBBMMDD', "yyyy 'x", 'q'])('%s is no pattern', (pattern) => {
  expect(makeDateParser(pattern)).toBeNull();
});
