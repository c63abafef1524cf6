import path from "node:path";

import { plannedAssembly } from "../../../providers/command/build/planned";
import { digestOf } from "../../../providers/image/digest";
import type { Assembly } from "../../../sdk";
import { temporaryFolder } from "../../support/folder";
import { makeImage, makeIndex, makeLayer } from "../../support/oci-image";
import { type FakeRegistry, serveRegistry } from "../../support/oci-registry";
import { specOf } from "../programs";

/** Plans assemblies whose images come from a registry on loopback that stands in for docker.io. */
export interface StandIns {
    /** Emptied for each test. */
    readonly folder: () => string;
    /** Every image of an assembly, for amd64 and arm64, with a file of its own. */
    readonly push: (assembly: Assembly) => void;
    readonly digest: (assembly: Assembly) => Promise<string>;
}

/** To be called where tests are declared. */
export function standIns(): StandIns {
    const folder = temporaryFolder();
    let registry: FakeRegistry;
    beforeAll(async () => {
        registry = await serveRegistry({});
    });
    afterAll(() => registry.close());
    return {
        folder,
        push(assembly) {
            for (const component of Object.values(specOf(assembly).components)) {
                const source = "source" in component ? component.source : undefined;
                if (source?.type === "oci") {
                    registry.push(source.reference.replace(/^docker\.io\//, ""), imageOf(source.reference));
                }
            }
        },
        async digest(assembly) {
            const plan = await plannedAssembly(assembly, "fast", {
                storeDirectory: path.join(folder(), "store"),
                fetch: globalThis.fetch,
                mirrors: {},
                registries: { mirrors: { "docker.io": [registry.url] }, certificateDirectories: [], environment: {} },
                now: () => new Date(0),
                progress: () => {},
                signal: new AbortController().signal,
                workers: 1,
                workingDirectory: folder(),
            });
            return digestOf(plan);
        },
    };
}

function imageOf(reference: string): ReturnType<typeof makeIndex> {
    const layers = [makeLayer([{ name: "name", body: reference }])];
    return makeIndex([makeImage({ layers }), makeImage({ layers, platform: { architecture: "arm64" } })]);
}
