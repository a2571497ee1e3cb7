import type { EventType, Field, ValueType } from '../../engine/event/types.ts';
import { CURRENT, type Expr } from '../../engine/expr/ir.ts';
import type { Catalog } from './catalog.ts';
import type { Reporter } from './reporter.ts';

/** What every part of the lowering needs: the types known so far and the reporter of its file. */
export interface Lowering {
  readonly catalog: Catalog;
  readonly report: Reporter;
}

/** One event a name can stand for: the stream of a query, the event under test of a filter, or a tag. */
export interface ScopeEntry {
  /** Alias or tag, or the type's name for a stream without alias; empty for an event under test without a tag. */
  readonly name: string;
  readonly slot: number;
  /** Null when the type is in error: whatever is read from it is not reported again. */
  readonly type: EventType | null;
  /** Whether its fields may be named without a qualifier. */
  readonly isImplicit: boolean;
}

/** The names an expression can use. The current event wins for unqualified names; among tags they must be unique. */
export interface Scope {
  readonly catalog: Catalog;
  readonly entries: readonly ScopeEntry[];
  /** Alias of a whole pattern, which may stand before a tag: `p.a.amount`. Null when there is none. */
  readonly alias: string | null;
  /** Whether the first entry that has a field wins; else a field of several tags must be qualified. */
  readonly isNearest?: boolean;
}

/** A field found by its plain name. */
export interface FoundField {
  readonly entry: ScopeEntry;
  readonly index: number;
  readonly field: Field;
}

/** Fields an unqualified name can mean: none, one, or several when it is ambiguous. */
export function findUnqualified(scope: Scope, name: string): readonly FoundField[] {
  const found: FoundField[] = [];
  for (const entry of scope.entries) {
    if (!entry.isImplicit || entry.type === null) continue;
    const index = entry.type.fields.findIndex((one) => one.name === name);
    if (index < 0) continue;
    const one = { entry, index, field: entry.type.fields[index] as Field };
    if (entry.slot === CURRENT || scope.isNearest === true) return [one];
    found.push(one);
  }
  return found;
}

/** The stream or tag of that name. */
export function findEntry(scope: Scope, name: string): ScopeEntry | undefined {
  return scope.entries.find((one) => one.name === name);
}

/** Whether an unknown plain name may belong to an event whose type is in error. */
export function mayBeBroken(scope: Scope): boolean {
  return scope.entries.some((one) => one.isImplicit && one.type === null);
}

/** Every name that could be written in the scope, for hints. */
export function namesInScope(scope: Scope): readonly string[] {
  return scope.entries.flatMap(({ name, type, isImplicit }) => {
    const fields = isImplicit && type !== null ? type.fields.map((field) => field.name) : [];
    return name === '' ? fields : [...fields, name];
  });
}

/** Reads a field of the event in a slot. */
export function fieldExpr(entry: ScopeEntry, index: number, field: Field): Expr {
  return { op: 'field', type: field.type, slot: entry.slot, field: index };
}

/** The whole event of an entry. */
export function wholeExpr(entry: ScopeEntry, type: EventType): Expr {
  return { op: 'slot', type: eventValueType(type), slot: entry.slot };
}

/** The only event of a query or filter. */
export function currentEntry(name: string, type: EventType | null): ScopeEntry {
  return { name, slot: CURRENT, type, isImplicit: true };
}

/** The type of a whole event. */
export function eventValueType(type: EventType): ValueType {
  return { kind: 'event', typeName: type.name };
}
