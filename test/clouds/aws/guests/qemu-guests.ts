import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { typeFacts } from "../ec2/instances/types.ts";
import type { AttachedVolume } from "../ec2/volumes/of-instance.ts";
import { volumesOf } from "../ec2/volumes/of-instance.ts";
import type { Guests } from "../world/guests.ts";
import { instanceState } from "../world/instance-state.ts";
import type { Instance, Volume } from "../world/tables.ts";
import type { World } from "../world/world.ts";
import type { Accelerator, GuestFiles } from "./arguments.ts";
import { qemuCommand } from "./arguments.ts";
import { ensureDisk } from "./disks.ts";
import { imdsFacts } from "./facts.ts";
import { bootsByUefi, uefiFiles } from "./firmware.ts";
import { freePort } from "./free-port.ts";
import { HotPlug } from "./hot-plug.ts";
import type { ImdsServer } from "./imds-server.ts";
import { imdsServer } from "./imds-server.ts";
import { monitorCommand, monitorReady } from "./qmp.ts";

interface Machine {
    readonly imds: ImdsServer;
    readonly process: ChildProcess;
    readonly reboots: number;
    readonly socket: string;
    readonly hotPlug: HotPlug;
}

/** Boots what was uploaded: a QEMU for each instance that runs. */
export class QemuGuests implements Guests {
    readonly #world: World;
    readonly #folder: string;
    readonly #accelerator: Accelerator;
    readonly #machines = new Map<string, Promise<Machine | undefined>>();
    readonly #hotPlugs = new Set<HotPlug>();
    /** Machines whose end was asked for, until they have let go of their disks. */
    readonly #endings = new Map<string, Promise<void>>();

    constructor(world: World, folder: string, accelerator: Accelerator) {
        this.#world = world;
        this.#folder = folder;
        this.#accelerator = accelerator;
        mkdirSync(join(folder, "guests"), { recursive: true });
        mkdirSync(join(folder, "volumes"), { recursive: true });
        this.#endStrays();
    }

    reconcile(): void {
        const { instances, volumes } = this.#world.tables;
        const now = this.#world.clock.now();
        for (const instance of instances.values()) {
            const runs = ["pending", "running"].includes(instanceState(instance, now));
            if (runs && !this.#machines.has(instance.id)) {
                this.#machines.set(instance.id, this.#boot(instance));
            } else if (!runs) {
                this.#end(instance.id);
            } else {
                void this.#follow(instance);
            }
        }
        for (const name of readdirSync(join(this.#folder, "volumes"))) {
            if (!volumes.has(name.replace(/\..*$/, ""))) {
                rmSync(join(this.#folder, "volumes", name));
            }
        }
        for (const name of readdirSync(join(this.#folder, "guests"))) {
            if (!instances.has(name)) {
                rmSync(join(this.#folder, "guests", name), { recursive: true });
            }
        }
    }

    console(instanceId: string): Buffer {
        const file = join(this.#guestFolder(instanceId), "console");
        return existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
    }

    print(): void {
        throw new Error("The consoles are the guests' own");
    }

    disk(volumeId: string): string | undefined {
        const file = join(this.#folder, "volumes", `${volumeId}.raw`);
        return existsSync(file) ? file : undefined;
    }

    holds(volumeId: string): boolean {
        return [...this.#hotPlugs].some((each) => each.holds(volumeId));
    }

    async forward(instanceId: string, guestPort: number): Promise<number> {
        const machine = await this.#machines.get(instanceId);
        if (machine === undefined) {
            throw new Error(`${instanceId} has no guest that runs`);
        }
        const port = await freePort();
        const said = await monitorCommand(machine.socket, `hostfwd_add network tcp:127.0.0.1:${port}-:${guestPort}`);
        if (said !== "") {
            throw new Error(said);
        }
        return port;
    }

    async close(): Promise<void> {
        [...this.#machines.keys()].forEach((id) => this.#end(id));
        await Promise.all(this.#endings.values());
    }

    /** @returns undefined where it could not be started: then the instance is not running either */
    async #boot(instance: Instance): Promise<Machine | undefined> {
        try {
            return await this.#start(instance);
        } catch (error) {
            console.error(error);
            this.#stopped(instance, "terminating", "Server.InternalError");
            return undefined;
        }
    }

    async #start(instance: Instance): Promise<Machine> {
        const folder = this.#guestFolder(instance.id);
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, "console"), "");
        await this.#endings.get(instance.id);
        const imds = await imdsServer(() => imdsFacts(this.#world, instance));
        const facts = typeFacts(instance.instanceType);
        const files: GuestFiles = {
            console: join(folder, "console"),
            socket: join(folder, "qmp"),
            disks: await this.#disks(instance),
            imdsPort: imds.port,
            firmware: bootsByUefi(instance, facts) ? uefiFiles(instance, folder) : undefined,
        };
        const [program, ...args] = qemuCommand(instance, facts.memoryMib, files, this.#accelerator);
        rmSync(files.socket, { force: true });
        const child = spawn(program, args, { stdio: ["ignore", "ignore", "inherit"] });
        const ended = new Promise<void>((resolve, reject) => {
            child.once("error", reject);
            child.once("exit", () => resolve());
        });
        await Promise.race([ended, new Promise<void>((resolve) => void child.once("spawn", resolve))]);
        writeFileSync(join(folder, "pid"), String(child.pid));
        await monitorReady(files.socket, () => child.exitCode === null && child.signalCode === null);
        const machine: Machine = {
            imds,
            process: child,
            reboots: instance.reboots ?? 0,
            socket: files.socket,
            hotPlug: new HotPlug(files.socket, files.disks),
        };
        this.#hotPlugs.add(machine.hotPlug);
        void ended.then(() => this.#exited(instance, machine, child.exitCode));
        return machine;
    }

    /** The root first: it is what the firmware boots. */
    async #disks(instance: Instance): Promise<GuestFiles["disks"]> {
        const volumes = this.#attached(instance);
        const isRoot = ({ attachment }: (typeof volumes)[number]): boolean =>
            attachment.device === instance.rootDeviceName;
        const disks = [];
        for (const volume of volumes.toSorted((one, other) => Number(isRoot(other)) - Number(isRoot(one)))) {
            disks.push({ file: await this.#diskFile(volume), volumeId: volume.id });
        }
        return disks;
    }

    /** Those that are not on their way off. */
    #attached({ id }: Instance): AttachedVolume[] {
        return volumesOf(this.#world, id).filter(({ attachment }) => attachment.detachedAt === undefined);
    }

    async #diskFile(volume: Volume): Promise<string> {
        const file = join(this.#folder, "volumes", `${volume.id}.raw`);
        await ensureDisk(this.#world, volume, file);
        return file;
    }

    /** QEMU has ended: on our word, or since the guest switched itself off, or since QEMU failed. */
    async #exited(instance: Instance, machine: Machine, code: number | null): Promise<void> {
        machine.imds.close();
        this.#hotPlugs.delete(machine.hotPlug);
        if ((await this.#machines.get(instance.id)) === machine) {
            this.#machines.delete(instance.id);
            const phase = instance.shutdownBehavior === "stop" ? "stopping" : "terminating";
            this.#stopped(instance, phase, code === 0 ? "Client.InstanceInitiatedShutdown" : "Server.InternalError");
        }
    }

    #stopped(instance: Instance, phase: Instance["phase"], code: string): void {
        instance.phase = phase;
        instance.settlesAt = this.#world.clock.now();
        instance.reason = { code, message: `${code}: the guest does not run` };
        void this.#world.save();
    }

    /** Reboots a guest that was told to, and else sees to its volumes. */
    async #follow(instance: Instance): Promise<void> {
        const machine = await this.#machines.get(instance.id);
        if (machine === undefined) {
            return;
        }
        if (machine.reboots !== (instance.reboots ?? 0)) {
            this.#end(instance.id);
            this.#machines.set(instance.id, this.#boot(instance));
            return;
        }
        const volumes = this.#attached(instance);
        machine.hotPlug.reconcile(
            volumes.map(({ id }) => id),
            (id) => this.#diskFile(volumes.find((volume) => volume.id === id)!),
        );
    }

    #end(instanceId: string): void {
        const machine = this.#machines.get(instanceId);
        if (machine !== undefined) {
            this.#machines.delete(instanceId);
            this.#endings.set(instanceId, kill(machine));
        }
    }

    /** Those of an emulator that was killed. */
    #endStrays(): void {
        for (const id of readdirSync(join(this.#folder, "guests"))) {
            const file = join(this.#guestFolder(id), "pid");
            const pid = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
            const commandLine = `/proc/${pid}/cmdline`;
            if (pid > 0 && existsSync(commandLine) && readFileSync(commandLine, "utf8").includes(id)) {
                process.kill(pid, "SIGKILL");
            }
        }
    }

    #guestFolder(instanceId: string): string {
        return join(this.#folder, "guests", instanceId);
    }
}

async function kill(starting: Promise<Machine | undefined>): Promise<void> {
    const machine = await starting;
    if (machine !== undefined && machine.process.exitCode === null && machine.process.signalCode === null) {
        const exited = new Promise((resolve) => void machine.process.once("exit", resolve));
        machine.process.kill("SIGKILL");
        await exited;
    }
}
