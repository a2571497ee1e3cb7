import type { Value } from '../event/record.ts';

/** Told after a variable was set, with the value before. */
export type VariableCallback = (before: Value) => void;

interface Watcher {
  readonly variables: ReadonlySet<number>;
  readonly changed: VariableCallback;
}

/** Who is told when variables are set; in the order in which they began to watch. */
export class VariableWatch {
  private readonly watchers = new Set<Watcher>();

  /** Begins to watch variables; gives what ends it. Costs nothing when there are none. */
  watch(variables: ReadonlySet<number>, changed: VariableCallback): () => void {
    if (variables.size === 0) return () => {};
    const watcher = { variables, changed };
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  /** A variable was set. */
  notify(variable: number, before: Value): void {
    for (const { variables, changed } of this.watchers) if (variables.has(variable)) changed(before);
  }
}

/** Who is told in a partition of a context: of its own variables those who watch here, of others those who watch outside. */
export class PartitionWatch extends VariableWatch {
  private readonly outer: VariableWatch;
  private readonly own: ReadonlySet<number>;

  constructor(outer: VariableWatch, own: ReadonlySet<number>) {
    super();
    this.outer = outer;
    this.own = own;
  }

  override watch(variables: ReadonlySet<number>, changed: VariableCallback): () => void {
    const all = [...variables];
    const here = super.watch(new Set(all.filter((one) => this.own.has(one))), changed);
    const outside = this.outer.watch(new Set(all.filter((one) => !this.own.has(one))), changed);
    return () => {
      here();
      outside();
    };
  }

  override notify(variable: number, before: Value): void {
    if (this.own.has(variable)) super.notify(variable, before);
    else this.outer.notify(variable, before);
  }
}
