import { LinuxKitError } from "../../sdk/assembly/error";

/** zstd is in Node from there on. */
const oldest = [22, 15] as const;

/**
 * A preview says so too, since `up` could not build.
 * @throws LinuxKitError `old-node`
 */
export function requireNode(version: string = process.versions.node): void {
    const [major = 0, minor = 0] = version.split(".").map(Number);
    if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
        throw new LinuxKitError(
            "old-node",
            `pulumi-linuxkit needs Node ${oldest.join(".")} or later, this is ${version}: run it with a newer one on PATH`,
        );
    }
}
