import fc from 'fast-check';

const text = fc.oneof(
  fc.constantFrom(
    '',
    'a',
    'card-17',
    '2026-03-01',
    '2026-03-01T04:10:00.5Z',
    'é',
    '€uro',
    '"',
    '\\',
    '\n',
    '\u007f',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
);
const number = fc.oneof(
  fc.constantFrom(
    ...['0', '-0', '1', '-1', '127', '128', '-128', '-129', '32768', '2147483647', '2147483648'],
  ),
  fc.constantFrom(
    ...['-2147483648', '9007199254740991', '9007199254740992', '-9007199254740992', '1e400', '1.0'],
  ),
  fc.constantFrom(
    ...['01', '1.', '.5', '-', '+1', '1e5', '1E-7', '0.1', '123456789012345.6', '1.7976931348623157e308'],
  ),
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.tuple(fc.nat(10 ** 9), fc.nat(10 ** 9)).map(([a, b]) => `${a}.${b}`),
);
const blank = fc.constantFrom(...Array<string>(20).fill(''), ' ', '\t', '\r\n', '\u00a0');
const value: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text.map((one) => JSON.stringify(one)),
    number,
    fc.constantFrom('true', 'false', 'null', 'nul', 'True', ''),
    fc
      .tuple(blank, fc.array(tie('value'), { maxLength: 3 }))
      .map(([space, all]) => `[${space}${all.join(`${space},`)}]`),
    fc
      .tuple(blank, fc.array(fc.tuple(text, tie('value')), { maxLength: 3 }))
      .map(
        ([space, all]) =>
          `{${space}${all.map(([k, v]) => `${JSON.stringify(k)}${space}:${v}`).join(',')}${space}}`,
      ),
  ),
})).value;
const name = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...'s c b y h i l f d at o m xs ts n time type'.split(' ')) },
  { weight: 1, arbitrary: fc.oneof(text, fc.constantFrom('__proto__', 'toString', 'S')) },
);
/** A field with a value that it takes. */
const good = fc.oneof(
  fc.tuple(fc.constantFrom('ts', 'l', 'd', 'i', 'f', 'n'), fc.nat().map(String)),
  fc.tuple(fc.constantFrom('s', 'c', 'x'), fc.constantFrom('"card-17"', '"€"', '""', 'null')),
  fc.tuple(fc.constant('b'), fc.constantFrom('true', 'false', 'null')),
  fc.tuple(fc.constant('at'), fc.constantFrom('"2026-03-01"', '0', 'null')),
  fc.tuple(fc.constant('x'), fc.constantFrom('[1,{"a":[]}]', '{}', '[ ]', '-0.5')),
  fc.tuple(fc.constant('time'), fc.constant('"2026-03-01"')),
);
const typed = fc.tuple(
  fc.constant('type'),
  fc.constantFrom('"A"', '"A"', '"A"', '"B"', '"C"', '"D"', 'null', '1'),
);
const member = fc.oneof(
  { weight: 1, arbitrary: fc.tuple(name, value) },
  { weight: 12, arbitrary: good },
  { weight: 1, arbitrary: typed },
);
/** A line of JSON, an object mostly with fields of the schemas of the test; not all of them are whole. */
export const jsonLine = fc
  .tuple(
    fc.array(member, { maxLength: 6 }),
    fc.option(typed),
    fc.array(blank, { minLength: 5, maxLength: 5 }),
  )
  .map(([members, first, b]) => {
    const named = first === null ? members : [first, ...members];
    const timed = [...named, ['ts', '5'], ['time', '"2026-03-01"']];
    const all = timed.map(([key, of]) => `${b[0]}${JSON.stringify(key)}${b[1]}:${b[2]}${of}${b[3]}`);
    return `${b[4]}{${all.join(',')}}${b[4]}`;
  });
/** A line with a piece cut out, doubled or replaced. */
export const brokenLine = fc
  .tuple(jsonLine, fc.nat(), fc.nat(3), fc.constantFrom('', '"', '}', ',', ':', '1', '\\'))
  .map(([of, i, n, by]) => {
    const at = i % (of.length + 1);
    return of.slice(0, at) + by + of.slice(at + n);
  });
