import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BuildEnvironment } from "../../../../providers/image/environment";
import type { DebianSource } from "../../../../sdk/assembly/spec";
import type { FakeArchive } from "./fake-archive";
import { NOW } from "./fake-archive";

const made: string[] = [];

export function temporaryDirectory(): string {
    const directory = mkdtempSync(join(tmpdir(), "linuxkit-debian-"));
    made.push(directory);
    return directory;
}

/** For afterAll: removes what `temporaryDirectory` made. */
export function removeTemporaryDirectories(): void {
    made.splice(0).forEach((directory) => rmSync(directory, { recursive: true, force: true }));
}

export function fakeEnvironment(changes: Partial<BuildEnvironment> = {}): BuildEnvironment {
    return {
        storeDirectory: changes.storeDirectory ?? temporaryDirectory(),
        fetch: globalThis.fetch,
        mirrors: {},
        now: () => NOW,
        progress: () => {},
        signal: new AbortController().signal,
        workers: 2,
        workingDirectory: "/",
        ...changes,
    };
}

/** Packages of the suite trixie at the fake archive. */
export function fakeSource(
    archive: FakeArchive,
    packages: readonly string[],
    changes: Partial<DebianSource> = {},
): DebianSource {
    return {
        type: "debian",
        packages,
        role: "rootfs",
        suite: "trixie",
        repositories: [],
        mirror: archive.url,
        securityMirror: archive.url,
        update: "recorded",
        documentation: false,
        ...changes,
    };
}
