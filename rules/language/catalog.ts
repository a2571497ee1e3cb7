import type { EventType, ValueType } from '../../engine/event/types.ts';
import type { Plan } from '../../engine/plan/plan.ts';
import { checkUnit, type TimeUnit } from '../../engine/time/time-base.ts';
import { Contexts } from './contexts.ts';
import { Declared } from './declared.ts';
import type { LanguageDefaults } from './defaults.ts';
import type { DivisionRules } from './lower-division.ts';
import { Parameters, type ParameterValues } from './parameters.ts';
import { Stores } from './stores.ts';
import { scalarKind, scalarNames } from './type-names.ts';

/** Where a type was declared: `fraud.epl:3`. */
export type DeclaredAt = string;

/** Settings of a compilation that expressions depend on. */
export interface CatalogSettings {
  readonly params?: ParameterValues | undefined;
  readonly division?: DivisionRules | undefined;
  readonly defaults?: LanguageDefaults | undefined;
  /** What times count; default that of the base, else milliseconds. */
  readonly timeUnit?: TimeUnit | undefined;
}

/** The event types known while a rule set is compiled; indexes are those of the plan. */
export class Catalog {
  readonly types: EventType[];
  readonly declared: Declared;
  readonly stores: Stores;
  readonly contexts: Contexts;
  readonly parameters: Parameters;
  readonly division: DivisionRules;
  readonly defaults: LanguageDefaults;
  readonly timeUnit: TimeUnit;
  private readonly byName = new Map<string, number>();
  private readonly places = new Map<string, DeclaredAt>();
  private readonly representations = new Map<string, string>();
  /** Names that a statement in error would have declared. */
  private readonly expected = new Set<string>();

  /** `base`: the plan of the rules before, whose variables and expressions are known too. */
  constructor(types: readonly EventType[], base?: Plan, settings: CatalogSettings = {}) {
    this.parameters = new Parameters(settings.params ?? []);
    this.division = settings.division ?? {};
    this.defaults = settings.defaults ?? {};
    this.timeUnit = settings.timeUnit ?? base?.timeUnit ?? 'milliseconds';
    if (base !== undefined) checkUnit('rules', this.timeUnit, base.timeUnit);
    this.types = [...types];
    this.declared = new Declared(base);
    this.stores = new Stores(base?.stores ?? [], (text) => this.declared.use(text));
    this.contexts = new Contexts(base);
    types.forEach((type, i) => {
      this.byName.set(type.name, i);
    });
  }

  /** Index of a type, −1 when there is none. */
  indexOf(name: string): number {
    return this.byName.get(name) ?? -1;
  }

  get(name: string): EventType | undefined {
    return this.types[this.indexOf(name)];
  }

  add(type: EventType, place: DeclaredAt): number {
    this.byName.set(type.name, this.types.length);
    this.places.set(type.name, place);
    return this.types.push(type) - 1;
  }

  /** Notes how a schema says its events are held: `map`, `json`, `objectarray` …. */
  represent(name: string, representation: string): void {
    this.representations.set(name, representation);
  }

  /** How a schema of this rule set says its events are held; undefined when it does not say. */
  representationOf(name: string): string | undefined {
    return this.representations.get(name);
  }

  /** Where a type of this rule set was declared; undefined for types given from outside. */
  placeOf(name: string): DeclaredAt | undefined {
    return this.places.get(name);
  }

  /** Notes that a statement with a reported mistake would have declared the name: its users are not at fault. */
  expect(name: string): void {
    this.expected.add(name);
  }

  /** Whether an unknown name is explained by a mistake reported elsewhere. */
  isExpected(name: string): boolean {
    return this.expected.has(name);
  }

  /** The scalar or event type of a name, also with the package of Java's classes; null when it is neither. */
  valueType(name: string): ValueType | null {
    const scalar = scalarKind(name);
    if (scalar !== null) return { kind: scalar };
    return this.byName.has(name) ? { kind: 'event', typeName: name } : null;
  }

  /** Names for hints. */
  names(): readonly string[] {
    return [...this.byName.keys()];
  }

  scalarNames(): readonly string[] {
    return scalarNames();
  }
}
