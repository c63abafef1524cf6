import { availableParallelism } from "node:os";

import { defaultStoreDirectory, ensureImage, resolveComponents } from "../../../providers/image";
import { findMirrors } from "../../../providers/image/debian";
import type { BuiltImage } from "../../../providers/image/plan";
import { type Assembly, LinuxKitError } from "../../../sdk/assembly";
import { normalizeAssembly } from "../../../sdk/assembly/normalize";

/** Resolves and builds an assembly of plain values, in the store that every build of this user shares unless another is given. */
export async function buildImage(
    assembly: Assembly,
    storeDirectory = defaultStoreDirectory(process.env),
): Promise<BuiltImage> {
    const { architecture, components, order } = assembly;
    const { spec, problems } = normalizeAssembly({ architecture, components, order });
    if (spec === undefined || problems.length > 0) {
        throw new LinuxKitError("invalid-assembly", JSON.stringify(problems));
    }
    const env = {
        storeDirectory,
        fetch: globalThis.fetch,
        mirrors: await findMirrors({ environment: process.env }),
        now: () => new Date(),
        progress: () => undefined,
        signal: new AbortController().signal,
        workers: availableParallelism(),
        workingDirectory: __dirname,
    };
    const resolved = await resolveComponents(spec, undefined, env);
    return ensureImage({ ...resolved, format: 1, compression: "fast" }, env);
}
