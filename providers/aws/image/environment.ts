import type { SparseDisk } from "../../image/disk";
import type { Progress } from "../../image/environment";
import type { Workers } from "../../lifecycle/attempt";
import type { Clock } from "../../lifecycle/clock";
import type { Engine } from "../../lifecycle/engine";
import type { Properties } from "../../lifecycle/handler";
import type { Connection } from "../client/connection";
import type { ImageCalls } from "./calls";
import type { DiskRequest } from "./settings";
import type { UploadStore } from "./store/store";

/** What images reach outside themselves through; tests hand in their own. */
export interface ImageEnvironment {
    readonly calls: (connection: Connection, region: string) => ImageCalls;
    readonly defaultRegion: (connection: Connection) => Promise<string | undefined>;
    readonly disks: DiskSource;
    readonly store: UploadStore;
    readonly clock: Clock;
    readonly workers: Workers;
    readonly engine: Pick<Engine, "operation">;
    readonly progress: Progress;
    /** Says something that stays at the resource. */
    readonly note: (line: string) => void;
    /** Random hex digits. */
    readonly random: (digits: number) => string;
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
