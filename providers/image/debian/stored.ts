import type { ResolvedPackage } from "../../../sdk/assembly/spec";
import type { BuildEnvironment } from "../environment";
import { readBlob } from "../store/blobs";
import type { EntryStream } from "../tree/entry";
import { explained } from "../tree/explained";
import { type Watched, watch } from "../tree/watched";
import { type ControlFiles, readControl, readData } from "./deb";

type Store = Pick<BuildEnvironment, "storeDirectory">;
type Stored = Pick<ResolvedPackage, "sha256" | "version">;

/** The control archive of a package that the store holds. */
export async function storedControl(name: string, record: Stored, store: Store): Promise<ControlFiles> {
    const blob = watchedBlob(record, store);
    try {
        return await readControl(blob.chunks(), `${name} ${record.version}`);
    } catch (error) {
        throw await reasonOf(error, blob);
    }
}

/** The entries of a package that the store holds. */
export function storedData(name: string, record: Stored, store: Store): EntryStream {
    const blob = watchedBlob(record, store);
    return explained(readData(blob.chunks(), `${name} ${record.version}`), (error) => reasonOf(error, blob));
}

function watchedBlob({ sha256 }: Stored, { storeDirectory }: Store): Watched {
    return watch(() => readBlob(storeDirectory, sha256));
}

/** What cannot be read may no longer be what was downloaded: then that is the reason, and the store drops it. */
async function reasonOf(error: unknown, blob: Watched): Promise<unknown> {
    return (await blob.failure()) ?? error;
}
