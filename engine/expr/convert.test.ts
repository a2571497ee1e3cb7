import { expect, test } from 'vitest';
import { keepsValue, makeCaster } from './convert.ts';

test('a cast to the same type, or to a wider number, leaves every value as it is', () => {
  const long = { kind: 'long' } as const;
  // Beyond 2^53 a long is not exact, but casting it must not change it again.
  expect(makeCaster(long, long)(8.1e31)).toBe(8.1e31);
  expect(makeCaster({ kind: 'int' }, { kind: 'double' })(5)).toBe(5);
  expect(keepsValue({ kind: 'double' }, long)).toBe(false);
  // An event may not be of the type that is asked for.
  const event = (typeName: string) => ({ kind: 'event', typeName }) as const;
  expect(keepsValue(event('A'), event('B'))).toBe(false);
});
