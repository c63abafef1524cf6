import { AsyncLocalStorage } from "node:async_hooks";
import type { Properties } from "../lifecycle/handler";

const urns = new AsyncLocalStorage<string>();

/** Runs a call in the name of its resource, so that its progress lines stand at that resource. */
export function withIdentity<T>(properties: Properties, call: () => Promise<T>): Promise<T> {
    const identity = properties["identity"] as { urn?: unknown } | undefined;
    return urns.run(typeof identity?.urn === "string" ? identity.urn : "", call);
}

/** URN of the resource whose call is running, or "". */
export function currentUrn(): string {
    return urns.getStore() ?? "";
}
