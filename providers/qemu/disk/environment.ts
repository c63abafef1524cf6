import type { Engine } from "../../lifecycle/engine";
import { ownIdentity, type ProcessIdentity } from "../../lifecycle/process";
import { defaultStateDirectory } from "../../lifecycle/state-directory";
import { Journal } from "../journal/journal";
import { findQemuImg } from "../machine/binary";
import type { FindQemuImg } from "./file";
import { DiskJournal } from "./journal";

/** What disks reach outside themselves through; tests hand in their own. */
export interface DiskEnvironment {
    readonly journal: DiskJournal;
    /** The machines of this host, which disks are attached to. */
    readonly machines: Journal;
    readonly engine: Pick<Engine, "operation">;
    /** This provider process. */
    readonly self: ProcessIdentity;
    readonly findQemuImg: FindQemuImg;
    /** Says something that stays at the resource. */
    readonly note: (line: string) => void;
}

/** This user's disks on this host. */
export async function diskEnvironment(options: Pick<DiskEnvironment, "engine" | "note">): Promise<DiskEnvironment> {
    const stateDirectory = defaultStateDirectory(process.env);
    return {
        ...options,
        journal: new DiskJournal(stateDirectory),
        machines: new Journal(stateDirectory),
        self: await ownIdentity(),
        findQemuImg: () => findQemuImg(),
    };
}
