import { timeOfWall } from './zone.ts';

/** Reads a text as a time: epoch ms, or null when it does not follow the pattern. */
export type DateParser = (text: string, zone: string) => number | null;

/**
 * Makes the parser for a pattern of Java's `SimpleDateFormat` in English: letters `G y Y M L D d E u a H k K h m s S z Z X`,
 * text in quotes. As there, a number goes as far as its digits unless another number follows at once, values beyond
 * their range roll over, and what is left of the text is ignored unless `isWhole`. What the pattern leaves out is that of
 * 1970-01-01 00:00. A year of two digits is from 1950 to 2049. Null when the pattern has another letter or an open quote.
 */
export function makeDateParser(pattern: string, isWhole = false): DateParser | null {
  const parts = readPattern(pattern);
  if (parts === null) return null;
  return (text, zone) => {
    const fields: Fields = { ...START };
    let at = 0;
    for (const part of parts) {
      const end = part.read(text, at, fields);
      if (end < 0) return null;
      at = end;
    }
    return isWhole && at < text.length ? null : timeOf(fields, zone);
  };
}

interface Fields {
  year: number;
  /** From 0. */
  month: number;
  day: number;
  /** Day of the year, from 1; −1: by month and day. */
  yearDay: number;
  hour: number;
  /** Hour of the half day; −1: by `hour`. */
  halfHour: number;
  isAfternoon: boolean;
  minute: number;
  second: number;
  ms: number;
  isBefore: boolean;
  /** Minutes east of UTC; null: those of the zone. */
  offset: number | null;
}

const START: Fields = {
  year: 1970,
  month: 0,
  day: 1,
  yearDay: -1,
  hour: 0,
  halfHour: -1,
  isAfternoon: false,
  minute: 0,
  second: 0,
  ms: 0,
  isBefore: false,
  offset: null,
};

/** One piece of a pattern: reads from an offset and gives the one after it, −1 when the text does not fit. */
interface Part {
  read(text: string, at: number, fields: Fields): number;
}

const PART = /'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+/g;

function readPattern(pattern: string): Part[] | null {
  const matches = [...pattern.matchAll(PART)];
  if (matches.reduce((length, [part]) => length + part.length, 0) !== pattern.length) return null;
  const parts: Part[] = [];
  for (const [i, [part, quoted, letter]] of matches.entries()) {
    if (letter === undefined) {
      parts.push(literal(quoted === undefined ? part : quoted === '' ? "'" : quoted.replaceAll("''", "'")));
      continue;
    }
    const [next = '', , nextLetter] = matches[i + 1] ?? [];
    const abuts = nextLetter !== undefined && isNumber(nextLetter, next.length);
    const made = fieldPart(letter, part.length, abuts ? part.length : 0);
    if (made === null) return null;
    parts.push(made);
  }
  return parts;
}

function literal(wanted: string): Part {
  return { read: (text, at) => (text.startsWith(wanted, at) ? at + wanted.length : -1) };
}

const NUMBERS = 'yYDdHkKhmsSu';

function isNumber(letter: string, width: number): boolean {
  return NUMBERS.includes(letter) || ((letter === 'M' || letter === 'L') && width < 3);
}

const SETTERS: { readonly [letter: string]: (fields: Fields, value: number) => void } = {
  M: (fields, value) => {
    fields.month = value - 1;
  },
  D: (fields, value) => {
    fields.yearDay = value;
  },
  d: (fields, value) => {
    fields.day = value;
  },
  H: (fields, value) => {
    fields.hour = value;
  },
  k: (fields, value) => {
    fields.hour = value === 24 ? 0 : value;
  },
  K: (fields, value) => {
    fields.halfHour = value;
  },
  h: (fields, value) => {
    fields.halfHour = value === 12 ? 0 : value;
  },
  m: (fields, value) => {
    fields.minute = value;
  },
  s: (fields, value) => {
    fields.second = value;
  },
  S: (fields, value) => {
    fields.ms = value;
  },
  // The day of the week says nothing that the date does not.
  u: () => {},
};

const MONTHS = 'january february march april may june july august september october november december'.split(
  ' ',
);
const DAYS = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ');

/** `digits`: how many a number has that another follows at once; 0: as many as there are. */
function fieldPart(letter: string, width: number, digits: number): Part | null {
  switch (letter) {
    case 'y':
    case 'Y':
      return numberPart(digits, (fields, value, length) => {
        const isShort = width <= 2 && length === 2;
        fields.year = isShort ? value + (value < 50 ? 2000 : 1900) : value;
      });
    case 'M':
    case 'L':
      if (width < 3) return numberPart(digits, SETTERS.M as (typeof SETTERS)[string]);
      return namePart(MONTHS, (fields, index) => {
        fields.month = index;
      });
    case 'E':
      return namePart(DAYS, () => {});
    case 'G':
      return namePart(['ad', 'bc'], (fields, index) => {
        fields.isBefore = index === 1;
      });
    case 'a':
      return namePart(['am', 'pm'], (fields, index) => {
        fields.isAfternoon = index === 1;
      });
    case 'z':
    case 'Z':
    case 'X':
      return ZONE;
    default: {
      const set = NUMBERS.includes(letter) ? SETTERS[letter] : undefined;
      return set === undefined ? null : numberPart(digits, set);
    }
  }
}

function numberPart(digits: number, set: (fields: Fields, value: number, length: number) => void): Part {
  const form = digits > 0 ? new RegExp(`\\d{1,${digits}}`, 'y') : /[ \t]*(-?\d+)/y;
  return {
    read(text, at, fields) {
      form.lastIndex = at;
      const match = form.exec(text);
      if (match === null) return -1;
      const number = match[1] ?? match[0];
      set(fields, Number(number), number.length);
      return at + match[0].length;
    },
  };
}

/** A name in full or by its first three letters, in any case. */
function namePart(names: readonly string[], set: (fields: Fields, index: number) => void): Part {
  return {
    read(text, at, fields) {
      const rest = text.slice(at, at + 9).toLowerCase();
      for (const length of [9, 3]) {
        const index = names.findIndex((name) => rest.startsWith(name.slice(0, length)));
        if (index < 0) continue;
        set(fields, index);
        return at + Math.min(length, (names[index] as string).length);
      }
      return -1;
    },
  };
}

const OFFSET = /(?:GMT|UTC|Z)?([+-])(\d{1,2})(?::?(\d{2}))?|Z|GMT|UTC/iy;

const ZONE: Part = {
  read(text, at, fields) {
    OFFSET.lastIndex = at;
    const match = OFFSET.exec(text);
    if (match === null) return -1;
    const [whole, sign, hours = '0', minutes = '0'] = match;
    const size = Number(hours) * 60 + Number(minutes);
    fields.offset = sign === '-' ? -size : size;
    return at + whole.length;
  },
};

function timeOf(fields: Fields, zone: string): number | null {
  const year = fields.isBefore ? 1 - fields.year : fields.year;
  const [month, day] = fields.yearDay < 0 ? [fields.month, fields.day] : [0, fields.yearDay];
  const hour = fields.halfHour < 0 ? fields.hour : fields.halfHour + (fields.isAfternoon ? 12 : 0);
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  const wall = date.setUTCHours(hour, fields.minute, fields.second, fields.ms);
  if (Number.isNaN(wall)) return null;
  return fields.offset === null ? timeOfWall(wall, zone) : wall - fields.offset * 60_000;
}
