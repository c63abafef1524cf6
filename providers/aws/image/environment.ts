import type { SparseDisk } from "../../image/disk";
import type { Properties } from "../../lifecycle/handler";
import type { ResourceEnvironment } from "../resource/environment";
import type { ImageCalls } from "./calls";
import type { DiskRequest } from "./settings";
import type { UploadStore } from "./store/store";

/** What images reach outside themselves through; tests hand in their own. */
export interface ImageEnvironment extends ResourceEnvironment<ImageCalls> {
    readonly disks: DiskSource;
    readonly store: UploadStore;
    /** How many blocks are sent at once. */
    readonly parallel: number;
}

/** Where the bytes of images come from. */
export interface DiskSource {
    /** What a disk depends on; `recorded` packages of its loader are kept where they still serve. */
    resolve(
        disk: DiskRequest,
        recorded: Properties | undefined,
    ): Promise<{ readonly digest: string; readonly loaders?: Properties }>;
    /** `use` is called again when others have damaged or emptied the store meanwhile. */
    read<T>(disk: DiskRequest, use: (disk: SparseDisk) => Promise<T>): Promise<T>;
}
