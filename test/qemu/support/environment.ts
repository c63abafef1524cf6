import { join } from "node:path";
import type { ProcessIdentity } from "../../../providers/lifecycle/process";
import type { MachineEnvironment } from "../../../providers/qemu/environment";
import { Attachments } from "../../../providers/qemu/disk/attached";
import { DiskJournal } from "../../../providers/qemu/disk/journal";
import { Journal } from "../../../providers/qemu/journal/journal";
import { Reservations } from "../../../providers/qemu/journal/reservations";
import { unknownKernel } from "../../support/unknown-kernel";

export const fakeQemu = join(__dirname, "fake-qemu.cjs");

/** Machines under the stand-in for QEMU, with an image that is always there. */
export function fakeEnvironment(stateDirectory: string, self: ProcessIdentity): Omit<MachineEnvironment, "engine"> {
    return {
        journal: new Journal(stateDirectory),
        reservations: new Reservations(stateDirectory, self),
        disks: new DiskJournal(stateDirectory),
        attachments: new Attachments(2000),
        self,
        ensureImage: async () => ({
            kernelPath: "kernel",
            initrdPath: "initrd",
            cmdline: "quiet",
            kernelFacts: unknownKernel,
        }),
        findKernel: async () => undefined,
        qemu: async () => ({ file: process.execPath, args: [fakeQemu, stateDirectory] }),
        accelerator: async () => "tcg",
        progress: () => {},
        note: () => {},
    };
}
