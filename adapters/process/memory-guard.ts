import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { LimitError } from '../../engine/core/limits.ts';

/** With more than this part of the memory in use, it is cleaned up to see what is really held. */
const SUSPECT_PART = 0.85;
/**
 * More than this part held after cleaning up ends the run: it would end soon, without a word. From four fifths on V8 aborts a
 * process after a few collections that free little, which those of the guard count among.
 */
const HELD_PART_MAX = 0.75;
/** After cleaning up so much more has to be in use until it is worth looking again. */
const AGAIN_PART = 0.1;
/** What the limit of the heap counts besides the memory for what is kept. */
const YOUNG_BYTES = 192 * 1024 * 1024;

/**
 * Ends a run with an error before the memory of the process is used up: at the limit of its heap a process is aborted with
 * a dump, whatever it still had to write. Costs nothing to speak of while there is room.
 */
export class MemoryGuard {
  private readonly bytesMax = getHeapStatistics().heap_size_limit - YOUNG_BYTES;
  private suspect = this.bytesMax * SUSPECT_PART;
  private collect: (() => void) | null = null;

  /** Throws a `LimitError` when nearly all memory is held. */
  check(): void {
    if (getHeapStatistics().used_heap_size < this.suspect) return;
    this.collect ??= garbageCollector();
    this.collect();
    const held = getHeapStatistics().used_heap_size;
    if (held < this.bytesMax * HELD_PART_MAX) {
      this.suspect = Math.max(this.bytesMax * SUSPECT_PART, held + this.bytesMax * AGAIN_PART);
      return;
    }
    const [used, all] = [held, this.bytesMax].map((bytes) => Math.round(bytes / 2 ** 20));
    throw new LimitError(
      `the memory is nearly used up (${used} of ${all} MB): a window, group or pattern keeps more than fits; ` +
        '`cepheid check` warns about those that nothing bounds; or allow more, e.g. NODE_OPTIONS=--max-old-space-size=16000',
    );
  }
}

/** The collector, which a program only gets by asking for it. */
function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
