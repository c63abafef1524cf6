import type { Properties } from "../lifecycle/handler";

/** Pulumi's dynamic provider loses what was made when a result holds undefined, bigint or a Buffer: only JSON leaves here. */
export function clean(properties: Properties): Record<string, unknown> {
    return JSON.parse(JSON.stringify(properties)) as Record<string, unknown>;
}
