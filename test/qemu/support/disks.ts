import { join } from "node:path";
import type { Handler, Properties } from "../../../providers/lifecycle/handler";
import type { ProcessIdentity } from "../../../providers/lifecycle/process";
import type { Steps } from "../../../providers/lifecycle/steps";
import { Adoptions } from "../../../providers/qemu/disk/adoption";
import { diskHandler } from "../../../providers/qemu/disk";
import type { DiskEnvironment } from "../../../providers/qemu/disk/environment";
import { DiskJournal } from "../../../providers/qemu/disk/journal";
import { type FakeHost, undisturbed } from "./host";

/** The disks of a host, with a stand-in for qemu-img. */
export class FakeDisks {
    readonly notes: string[] = [];
    /** Ids in the state of any stack. */
    readonly inState = new Set<string>();

    constructor(private readonly host: FakeHost) {}

    get journal(): DiskJournal {
        return new DiskJournal(this.host.stateDirectory);
    }

    /** A provider process, as the engine sees it. */
    provider(
        steps: Steps = undisturbed(),
        self: ProcessIdentity = this.host.self,
        changes: Partial<DiskEnvironment> = {},
    ): Handler {
        return diskHandler({
            journal: this.journal,
            machines: this.host.journal,
            adoptions: new Adoptions(),
            idsInState: async () => this.inState,
            engine: { operation: (call) => call(steps) },
            self,
            findQemuImg: async () => join(__dirname, "fake-qemu-img.cjs"),
            note: (line) => void this.notes.push(line),
            ...changes,
        });
    }
}

export const diskUrn = (name: string = "data"): string =>
    `urn:pulumi:dev::shop::pulumi-nodejs:dynamic/linuxkit/qemu:Disk::${name}`;

export function disk(changes: Properties = {}): Properties {
    const identity = { organization: "organization", project: "shop", stack: "dev", urn: diskUrn() };
    return { identity, size: "2 MB", ...changes };
}
