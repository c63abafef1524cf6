import { LinuxKitError } from "../../sdk/assembly/error";
import type { Resolved, ResolvedPackage } from "../../sdk/assembly/spec";

/**
 * A resolution as state holds it. A package is one line, so that a difference shows the package with its old and its new
 * version: `5:8.0.2-3 amd64 main pool/main/r/redis/redis-server_8.0.2-3_amd64.deb 67364 <sha256>`.
 */
export type RecordedResolution = Readonly<Record<string, unknown>>;

export function recordResolution(resolved: Resolved): RecordedResolution {
    if (resolved.type !== "debian") {
        return { ...resolved };
    }
    const packages = Object.entries(resolved.packages).map(([name, found]) => [name, packageLine(found)]);
    return { ...resolved, packages: Object.fromEntries(packages) };
}

export function readResolution(recorded: RecordedResolution): Resolved {
    if (recorded["type"] !== "debian") {
        return recorded as unknown as Resolved;
    }
    const lines = Object.entries(recorded["packages"] as Record<string, string>);
    const packages = lines.map(([name, line]) => [name, readPackage(name, line)]);
    return { ...recorded, packages: Object.fromEntries(packages) } as unknown as Resolved;
}

function packageLine({ version, architecture, repository, path, sizeBytes, sha256 }: ResolvedPackage): string {
    return [version, architecture, repository, path, sizeBytes, sha256].join(" ");
}

function readPackage(name: string, line: string): ResolvedPackage {
    const [version, architecture, repository, path, sizeBytes, sha256, ...rest] = line.split(" ");
    if (sha256 === undefined || !/^[0-9a-f]{64}$/.test(sha256) || rest.length > 0) {
        throw new LinuxKitError(
            "invalid-resolution",
            `the recorded resolution of the package ${name} reads ${JSON.stringify(line)}, not "version architecture repository path size sha256": restore the stack's state, or replace the image`,
            { name, line },
        );
    }
    return { version, architecture, repository, path, sizeBytes: Number(sizeBytes), sha256 } as ResolvedPackage;
}
