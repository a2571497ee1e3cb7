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
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly steps: readonly Step[];
}

/** Types of properties by name; an object is a type nested in place. */
export interface TypeFields {
  readonly [property: string]: string | TypeFields;
}

/** One step; exactly one of the fields that name an action or an answer is there. */
export interface Step {
  readonly time?: number;
  readonly timeSpan?: number;
  readonly deploy?: string;
  readonly deployError?: string;
  readonly params?: unknown;
  readonly d?: number;
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
