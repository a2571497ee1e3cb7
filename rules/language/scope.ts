import type { EventType, ValueType } from '../../engine/event/types.ts';
import type { Catalog } from './catalog.ts';

/** One event a name can stand for: the stream of a query, or a tag of a pattern. */
export interface ScopeEntry {
  /** Alias or tag; empty for the event under test without a tag. */
  readonly name: string;
  readonly slot: number;
  readonly type: EventType;
}

/** The names an expression can use, the event under test first. */
export interface Scope {
  readonly catalog: Catalog;
  readonly entries: readonly ScopeEntry[];
  /** Whether unqualified names mean fields of the first entry only (in filters) or of any entry. */
  readonly firstOnly: boolean;
}

/** The type of a whole event. */
export function eventValueType(type: EventType): ValueType {
  return { kind: 'event', typeName: type.name };
}
