/** The calls of AWS that every resource needs, in one account and region; tests hand in their own. */
export interface ResourceCalls {
    /** Id of the account that the credentials are of. */
    account(): Promise<string>;
    tag(ids: readonly string[], tags: Tags): Promise<void>;
    untag(ids: readonly string[], keys: readonly string[]): Promise<void>;
}

export type Tags = Readonly<Record<string, string>>;

/** All that is given must fit. */
export interface Query {
    readonly ids?: readonly string[];
    /** Values of tags. */
    readonly tags?: Tags;
    /** A tag that must be there, with any value. */
    readonly tagged?: string;
}
