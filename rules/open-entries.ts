import type { Statement } from './language/ast.ts';
import { type ConsumingBody, storeCreated, streamsFed } from './language/consuming.ts';

/**
 * The statements that are still to be lowered, by what others wait for: the context or store that they create, and the
 * streams that they feed. With thousands of statements nobody can look through all of them for each.
 */
export class OpenEntries<Entry extends { readonly statement: Statement }> {
  private readonly contexts = new Counts();
  private readonly stores = new Counts();
  private readonly fed = new Counts();
  /** Statements that create a table or variable, which expressions name anywhere. */
  private readonly named = new Map<Entry, string>();

  constructor(entries: readonly Entry[]) {
    for (const entry of entries) this.count(entry, 1);
  }

  /** The entry is lowered. */
  delete(entry: Entry): void {
    this.count(entry, -1);
  }

  createsContext(name: string): boolean {
    return this.contexts.has(name);
  }

  /** Whether an entry other than `self` creates the store. */
  createsStore(name: string, self: Entry): boolean {
    return this.stores.of(name) > (storeCreated(bodyOf(self)) === name ? 1 : 0);
  }

  /** Whether an entry other than `self` feeds the stream. */
  feeds(name: string, self: Entry): boolean {
    return this.fed.of(name) > (streamsFed(bodyOf(self)).includes(name) ? 1 : 0);
  }

  /** The names of tables and variables that open entries other than `self` create. */
  *names(self: Entry): Iterable<string> {
    for (const [entry, name] of this.named) if (entry !== self) yield name;
  }

  private count(entry: Entry, by: 1 | -1): void {
    const { body } = entry.statement;
    if (body.kind === 'createContext') this.contexts.add(body.name.text, by);
    const store = storeCreated(bodyOf(entry));
    if (store !== null) this.stores.add(store, by);
    for (const name of new Set(streamsFed(bodyOf(entry)))) this.fed.add(name, by);
    if (body.kind !== 'createTable' && body.kind !== 'createVariable') return;
    if (by > 0) this.named.set(entry, body.name.text);
    else this.named.delete(entry);
  }
}

const bodyOf = ({ statement }: { readonly statement: Statement }) => statement.body as ConsumingBody;

/** How often names are there. */
class Counts {
  private readonly counts = new Map<string, number>();

  of(name: string): number {
    return this.counts.get(name) ?? 0;
  }

  has(name: string): boolean {
    return this.of(name) > 0;
  }

  add(name: string, by: number): void {
    this.counts.set(name, this.of(name) + by);
  }
}
