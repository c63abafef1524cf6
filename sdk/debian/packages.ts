import type { InputList } from "../assembly/inputs";
import type { DebianPackagesSource } from "../assembly/source-args";

/** Options of `packages()`. */
export type DebianPackagesArgs = Omit<DebianPackagesSource, "type" | "role" | "packages">;

/**
 * Packages of Debian's archive as a root filesystem, with all they depend on; no recommended packages.
 * @param names of binary packages, at least one
 * @param options which archive they come from, and what of them is kept
 */
export function packages(names: InputList<string>, options: DebianPackagesArgs = {}): DebianPackagesSource {
    return { type: "debian", role: "rootfs", packages: names, ...options };
}
