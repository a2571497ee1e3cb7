import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BufferPool } from './buffer-pool.ts';
import { RecordCutter } from './record-cutter.ts';

/** Records with their lines, from pieces of a size; chunks are released at once, so that their buffers are used again. */
function cut(text: string, size: number, joins: boolean): (readonly [line: number, record: string])[] {
  const pool = new BufferPool();
  const cutter = new RecordCutter(joins, pool);
  const bytes = Buffer.from(text);
  // One place for all pieces, as when a file is read.
  const piece = Buffer.alloc(size);
  const found: (readonly [number, string])[] = [];
  const note = ({ bytes: of, starts, ends, lines, count }: ReturnType<RecordCutter['cut']>) => {
    for (let i = 0; i < count; i++) found.push([lines[i] as number, of.toString('utf8', starts[i], ends[i])]);
  };
  for (let at = 0; at < bytes.length; at += size) {
    const chunk = cutter.cut(piece.subarray(0, bytes.copy(piece, 0, at, at + size)));
    note(chunk);
    pool.release(chunk.bytes);
  }
  note(cutter.end());
  return found;
}

const unit = fc.constantFrom('a', 'b', '"', ',', '\n', '\n', '\r\n', ' ', 'é');

test('lines come out with their numbers, whatever the pieces', () => {
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 60 }), fc.integer({ min: 1, max: 9 }), (text, size) => {
      const lines = text.split('\n').map((line, i) => [i + 1, line.replace(/\r$/, '')] as const);
      expect(cut(text, size, false)).toEqual(lines.filter(([, line]) => !/^[ \t\r]*$/.test(line)));
    }),
  );
});

test('a quoted cell joins lines, whatever the pieces', () => {
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 60 }), fc.integer({ min: 1, max: 9 }), (text, size) => {
      const records: (readonly [number, string])[] = [];
      // The record that has begun, and its first line.
      let begun = '';
      let first = 1;
      const lines = text.split('\n');
      for (const [i, line] of lines.entries()) {
        begun += line;
        if (begun.split('"').length % 2 === 0 && i + 1 < lines.length) begun += '\n';
        else {
          records.push([first, begun.replace(/\r$/, '')]);
          begun = '';
          first = i + 2;
        }
      }
      expect(cut(text, size, true)).toEqual(records.filter(([, one]) => !/^[ \t\r]*$/.test(one)));
    }),
  );
});
