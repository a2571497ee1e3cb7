/**
 * Decides which split is read next: the one that holds the watermark back, so that few events wait for others.
 *
 * With several processes the newest watermarks are known at different moments, and the order of reading would differ
 * from run to run, and with it the order of rejected lines in their file. So the n-th decision uses exactly what the
 * chunks before number n − depth have shown, even when more is known: the order of reading is a function of the input
 * alone. `depth` is also the number of chunks under way.
 */
export class ReadSchedule {
  private readonly depth: number;
  private readonly splits: SplitState[];
  /** What the chunks from number `used` on have shown: at most `depth` entries. */
  private readonly shown: { readonly split: number; readonly watermark: number }[] = [];
  private next = 0;
  private used = 0;

  constructor(splits: number, depth: number) {
    this.depth = depth;
    this.splits = Array.from({ length: splits }, () => {
      return { isOpen: true, chunks: 0, watermark: Number.NEGATIVE_INFINITY };
    });
  }

  /** The split to read for the next chunk; `wait`: an earlier chunk must be settled first; `done`: all have ended. */
  choose(): number | 'wait' | 'done' {
    if (!this.splits.some((split) => split.isOpen)) return 'done';
    while (this.used <= this.next - this.depth) {
      const entry = this.shown.shift();
      if (entry === undefined) return 'wait';
      (this.splits[entry.split] as SplitState).watermark = entry.watermark;
      this.used++;
    }
    let best = -1;
    for (let i = 0; i < this.splits.length; i++) {
      if ((this.splits[i] as SplitState).isOpen && (best < 0 || this.isBehind(i, best))) best = i;
    }
    return best;
  }

  /** The chosen split gave a chunk, or has ended. Either counts as the next number. */
  read(split: number, hasEnded: boolean): number {
    const state = this.splits[split] as SplitState;
    state.chunks++;
    if (hasEnded) state.isOpen = false;
    return this.next++;
  }

  /** The next chunk in number is settled; `watermark` is its split's after it. */
  settled(split: number, watermark: number): void {
    this.shown.push({ split, watermark });
  }

  private isBehind(a: number, b: number): boolean {
    const [one, other] = [this.splits[a] as SplitState, this.splits[b] as SplitState];
    if (one.watermark !== other.watermark) return one.watermark < other.watermark;
    return one.chunks < other.chunks;
  }
}

interface SplitState {
  isOpen: boolean;
  chunks: number;
  watermark: number;
}
