/** JSON data only: no undefined, Date, bigint or Buffer. */
export type Properties = Readonly<Record<string, unknown>>;

export interface CheckFailure {
    /** Path of the input property, as the user wrote it: `memory`, `ports[1].host`. */
    readonly property: string;
    readonly reason: string;
}

/**
 * The lifecycle of one resource type, free of Pulumi.
 * Call order and traps: a replace calls `check` again without olds, and a forced replace calls no `diff` at all.
 */
export interface Handler {
    /** Validates, fills in defaults and adds derived values, so that previews know them. */
    check(olds: Properties, news: Properties): Promise<{ inputs: Properties; failures: readonly CheckFailure[] }>;
    /** `olds` are the outputs in state. */
    diff(
        id: string,
        olds: Properties,
        news: Properties,
    ): Promise<{ changes: boolean; replaces: readonly string[]; deleteBeforeReplace: boolean }>;
    create(inputs: Properties): Promise<{ id: string; outs: Properties }>;
    /** An empty id says that the resource is gone. */
    read(id: string, outs: Properties): Promise<{ id: string; outs: Properties }>;
    update(id: string, olds: Properties, news: Properties): Promise<{ outs: Properties }>;
    delete(id: string, outs: Properties): Promise<void>;
}

/** Who a resource is, from the constructor; `diff` ignores it. */
export interface Identity {
    readonly organization: string;
    readonly project: string;
    readonly stack: string;
    readonly urn: string;
}

/** Thrown by create or update when something was made: state is kept and the next `up` calls update. */
export class PartialFailure extends Error {
    constructor(
        readonly id: string,
        readonly outs: Properties,
        readonly reasons: readonly string[],
        options?: { cause?: unknown },
    ) {
        super(reasons.join("\n"), options);
        this.name = "PartialFailure";
    }
}
