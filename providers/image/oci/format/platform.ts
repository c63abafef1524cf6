import type { Architecture } from "../../../../sdk/assembly/spec";
import { LinuxKitError } from "../../../../sdk/assembly/error";
import type { OciImageConfig } from "./config";
import type { Descriptor, Platform } from "./manifest";

/** Variants that every machine of an architecture runs, best first; "" where none is named. */
const variants: Readonly<Record<Architecture, readonly string[]>> = { amd64: ["", "v1"], arm64: ["", "v8", "v8.0"] };

/**
 * The manifest of an index that is for Linux on the architecture. What has no platform, and is the only one such, may be it.
 * @throws LinuxKitError OciPlatform, which lists what is there
 */
export function selectPlatform(manifests: readonly Descriptor[], architecture: Architecture, name: string): Descriptor {
    const fitting = manifests
        .filter(({ platform }) => platform?.os === "linux" && platform.architecture === architecture)
        .map((descriptor) => ({ descriptor, rank: variants[architecture].indexOf(descriptor.platform?.variant ?? "") }))
        .filter(({ rank }) => rank >= 0)
        .sort((a, b) => a.rank - b.rank);
    const unnamed = manifests.filter(({ platform }) => platform === undefined);
    const found = fitting[0]?.descriptor ?? (unnamed.length === 1 ? unnamed[0] : undefined);
    if (found === undefined) {
        const there = [...new Set(manifests.flatMap(({ platform }) => platform ?? []).map(shown))].filter(isRunnable);
        throw wrongPlatform(name, architecture, there);
    }
    return found;
}

/**
 * An image that is in no index says for itself what it is for.
 * @throws LinuxKitError OciPlatform
 */
export function checkPlatform(config: OciImageConfig, architecture: Architecture, name: string): void {
    const fits =
        ["linux", ""].includes(config.os) &&
        [architecture, ""].includes(config.architecture) &&
        variants[architecture].includes(config.variant ?? "");
    if (!fits) {
        throw wrongPlatform(name, architecture, [shown(config)]);
    }
}

function shown({ os, architecture, variant }: Platform): string {
    return `${os}/${architecture}${variant === undefined ? "" : `/${variant}`}`;
}

/** Attestations stand beside images under this name. */
function isRunnable(platform: string): boolean {
    return platform !== "unknown/unknown";
}

function wrongPlatform(name: string, architecture: Architecture, there: readonly string[]): LinuxKitError {
    const list = there.length === 0 ? "nothing that names a platform" : there.join(", ");
    return new LinuxKitError(
        "OciPlatform",
        `${name} has no image for linux/${architecture}; it has ${list}. Take an image that is built for ${architecture}, or ` +
            `another architecture for the assembly.`,
        { image: name, architecture, platforms: there },
    );
}
