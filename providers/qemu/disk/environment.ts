import type { Engine } from "../../lifecycle/engine";
import type { Identity } from "../../lifecycle/handler";
import { ownIdentity, type ProcessIdentity } from "../../lifecycle/process";
import { readStack } from "../../lifecycle/stack";
import { defaultStateDirectory } from "../../lifecycle/state-directory";
import { Journal } from "../journal/journal";
import { findQemuImg } from "../machine/binary";
import type { FindQemuImg } from "./file";
import { Adoptions } from "./adoption";
import { DiskJournal } from "./journal";

/** What disks reach outside themselves through; tests hand in their own. */
export interface DiskEnvironment {
    readonly journal: DiskJournal;
    /** The machines of this host, which disks are attached to. */
    readonly machines: Journal;
    /** What the disks that were checked by this process adopt. */
    readonly adoptions: Adoptions;
    /** Ids of all resources in the state of the stack of an identity. */
    readonly idsInState: (identity: Identity) => Promise<ReadonlySet<string>>;
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
        adoptions: new Adoptions(),
        idsInState: async ({ organization, project, stack }) =>
            (await readStack({ stack: `${organization}/${project}/${stack}` })).ids,
        self: await ownIdentity(),
        findQemuImg: () => findQemuImg(),
    };
}
