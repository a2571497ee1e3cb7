/** A recorded trace: steps on a fresh engine and what it answered. Only the fields the runner reads. */
export interface Trace {
  readonly id: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly eventTypes: Readonly<Record<string, TypeFields>>;
  readonly typeInfo?: Readonly<
    Record<
      string,
      {
        allSupertypes?: readonly string[];
        supertypes?: readonly string[];
        startTimestamp?: string;
        endTimestamp?: string;
      }
    >
  >;
  readonly variables?: Readonly<Record<string, TraceVariable>>;
  /** The order of rows was compared on a second run: it is no accident. */
  readonly orderChecked?: boolean;
  readonly steps: readonly Step[];
}

/** Types of properties by name; an object is a type nested in place. */
export interface TypeFields {
  readonly [property: string]: string | TypeFields;
}

/** A variable that is there from the start. */
export interface TraceVariable {
  /** `int`, `java.lang.Integer`, … */
  readonly type: string;
  readonly value: unknown;
  readonly constant?: boolean;
}

/** One step; exactly one of the fields that name an action or an answer is there. */
export interface Step {
  readonly time?: number;
  readonly timeSpan?: number;
  readonly resolution?: number;
  readonly deploy?: string;
  readonly deployError?: string;
  readonly params?: unknown;
  readonly d?: number;
  readonly statements?: readonly string[];
  readonly listen?: string;
  readonly unlisten?: string;
  readonly event?: { readonly type: string; readonly props: Readonly<Record<string, unknown>> };
  readonly id?: number;
  readonly at?: number;
  readonly out?: Delivery;
  readonly compileError?: string;
  readonly given?: readonly string[];
  readonly compiles?: string;
  readonly undeploy?: number;
  readonly undeployAll?: boolean;
  readonly error?: string;
  readonly replay?: boolean;
  readonly anyOrder?: boolean;
  readonly unordered?: boolean | string;
  readonly iterate?: string;
  readonly rows?: readonly Row[];
  readonly query?: string;
  readonly queryError?: string;
  readonly compilesQuery?: string;
  readonly setVariable?: string;
  readonly getVariable?: string;
  /** Of a variable. */
  readonly value?: unknown;
  readonly exception?: string;
}

/** One call of a listener. */
export interface Delivery {
  readonly stmt: string;
  readonly d: number;
  readonly new: readonly Row[] | null;
  readonly old: readonly Row[] | null;
}

/** Column to value. */
export type Row = Readonly<Record<string, unknown>>;
