import type { Architecture } from "../../sdk/assembly/spec";
import { defaultStoreDirectory } from "../image";
import type { ImageKernel } from "../image/drivers";
import type { Progress } from "../image/environment";
import type { BuiltImage } from "../image/plan";
import type { Engine } from "../lifecycle/engine";
import { ownIdentity, type ProcessIdentity } from "../lifecycle/process";
import { defaultStateDirectory } from "../lifecycle/state-directory";
import { findAccelerator } from "./accelerator";
import { Attachments } from "./disk/attached";
import { DiskJournal } from "./disk/journal";
import { Journal } from "./journal/journal";
import { Reservations } from "./journal/reservations";
import { findQemu } from "./machine/binary";
import type { Program } from "./machine/start";
import type { Accelerator, MachineImage } from "./settings";

/** What machines reach outside themselves through; tests hand in their own. */
export interface MachineEnvironment {
    readonly journal: Journal;
    readonly reservations: Reservations;
    readonly disks: DiskJournal;
    /** What the machines that were checked by this process want of disks. */
    readonly attachments: Attachments;
    readonly engine: Pick<Engine, "operation">;
    /** This provider process. */
    readonly self: ProcessIdentity;
    /** Makes sure of an image's files, from the store or by a build. */
    readonly ensureImage: (
        image: MachineImage,
    ) => Promise<Pick<BuiltImage, "kernelPath" | "initrdPath" | "cmdline" | "kernelFacts">>;
    /** What is known of an image's kernel without a build. */
    readonly findKernel: (image: MachineImage) => Promise<ImageKernel | undefined>;
    /** The QEMU of an architecture, with arguments that go before all others. */
    readonly qemu: (architecture: Architecture) => Promise<Program>;
    readonly accelerator: (architecture: Architecture) => Promise<Accelerator>;
    readonly progress: Progress;
    /** Says what stays to be read. */
    readonly note: (line: string) => void;
}

export interface MachineEnvironmentOptions {
    readonly engine: Pick<Engine, "operation">;
    readonly ensureImage: MachineEnvironment["ensureImage"];
    readonly findKernel: MachineEnvironment["findKernel"];
    readonly progress: Progress;
    readonly note: MachineEnvironment["note"];
    /** @default `$XDG_STATE_HOME/pulumi-linuxkit` */
    readonly stateDirectory?: string;
}

/** This host's QEMU and this user's journal. */
export async function machineEnvironment(options: MachineEnvironmentOptions): Promise<MachineEnvironment> {
    const { engine, ensureImage, findKernel, progress, note } = options;
    const stateDirectory = options.stateDirectory ?? defaultStateDirectory(process.env);
    const self = await ownIdentity();
    const probes = new Map<Architecture, Promise<Accelerator>>();
    const probe = async (architecture: Architecture): Promise<Accelerator> =>
        findAccelerator(await findQemu(architecture), architecture, {
            cacheDirectory: defaultStoreDirectory(process.env),
            onProbe: (accelerator) => progress({ message: `trying whether ${accelerator} boots a guest here` }),
        });
    return {
        journal: new Journal(stateDirectory),
        reservations: new Reservations(stateDirectory, self),
        disks: new DiskJournal(stateDirectory),
        attachments: new Attachments(),
        engine,
        self,
        ensureImage,
        findKernel,
        qemu: async (architecture) => ({ file: await findQemu(architecture), args: [] }),
        accelerator: (architecture) => {
            const found = probes.get(architecture) ?? probe(architecture);
            probes.set(architecture, found);
            return found;
        },
        progress,
        note,
    };
}
