import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import type { Identity } from "./handler";

/** Keys of what is put on everything that is made in a cloud: Compute Engine takes [a-z0-9_-], 63 characters. */
export const labels = {
    /** Whose it is: the resource. */
    identity: "linuxkit-identity",
    /** Whose it is: the stack. */
    stack: "linuxkit-stack",
    /** What it was made from. */
    digest: "linuxkit-digest",
    /** The attempt that makes it; taken off when it is made. */
    pending: "linuxkit-pending",
    /** The key it is encrypted with; absent where it is not encrypted on request. */
    key: "linuxkit-key",
    /** When its successor came, in seconds since 1970. */
    retained: "linuxkit-retained",
    /** Id of a boot that does not count any more, while its machine is started again. */
    boot: "linuxkit-boot",
} as const;

const labelLength = 40;

export const isOurLabel = (key: string): boolean => (Object.values(labels) as readonly string[]).includes(key);

/** A label's value that is the same for the same JSON. */
export function digestLabel(value: unknown): string {
    return createHash("sha256")
        .update(canonicalize(value) ?? "")
        .digest("hex")
        .slice(0, labelLength);
}

/** The labels of who a resource is. */
export function ownershipLabels({ organization, project, stack, urn }: Identity): Readonly<Record<string, string>> {
    return {
        [labels.identity]: digestLabel([organization, urn]),
        [labels.stack]: digestLabel([organization, project, stack]),
    };
}
