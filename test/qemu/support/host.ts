import { randomInt } from "node:crypto";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Handler, Properties } from "../../../providers/lifecycle/handler";
import { findProcesses, hasEnded, identifyProcess, type ProcessIdentity } from "../../../providers/lifecycle/process";
import { type Steps, watchedSteps } from "../../../providers/lifecycle/steps";
import { machineHandler } from "../../../providers/qemu";
import type { MachineEnvironment } from "../../../providers/qemu/environment";
import { Journal } from "../../../providers/qemu/journal/journal";
import { fakeEnvironment, fakeQemu } from "./environment";

/** A state directory of its own, whose machines run under the stand-in for QEMU. */
export class FakeHost {
    readonly progress: string[] = [];
    readonly notes: string[] = [];

    private constructor(
        /** `$XDG_STATE_HOME`. */
        readonly home: string,
        readonly stateDirectory: string,
        readonly self: ProcessIdentity,
    ) {}

    static async make(parent: string = tmpdir()): Promise<FakeHost> {
        const self = await identifyProcess(process.pid);
        const home = await mkdtemp(join(parent, "linuxkit-host-"));
        const stateDirectory = join(home, "pulumi-linuxkit");
        await mkdir(stateDirectory);
        return new FakeHost(home, stateDirectory, self as ProcessIdentity);
    }

    get journal(): Journal {
        return new Journal(this.stateDirectory);
    }

    environment(steps: Steps = undisturbed(), self: ProcessIdentity = this.self): MachineEnvironment {
        return {
            ...fakeEnvironment(this.stateDirectory, self),
            engine: { operation: (call) => call(steps) },
            progress: ({ message }) => void this.progress.push(message),
            note: (line) => void this.notes.push(line),
        };
    }

    /** A provider process, as the engine sees it. */
    provider(steps?: Steps, self?: ProcessIdentity): Handler {
        return machineHandler(this.environment(steps, self));
    }

    async processes(): Promise<readonly ProcessIdentity[]> {
        return findProcesses([fakeQemu, this.stateDirectory]);
    }

    /** Everything but the host's key. */
    async files(): Promise<readonly string[]> {
        const all = await readdir(this.stateDirectory, { recursive: true });
        return all.filter((path) => !["key", "machines", "ports"].includes(path));
    }

    async killAll(): Promise<void> {
        for (const qemu of await this.processes()) {
            process.kill(qemu.pid, "SIGKILL");
            await hasEnded(qemu, 10_000);
        }
    }

    async close(): Promise<void> {
        await this.killAll();
        await rm(this.home, { recursive: true, force: true });
    }
}

export function undisturbed(): Steps {
    return watchedSteps({ interrupted: new AbortController().signal, gone: new AbortController().signal });
}

export const image = (byte: string = "a"): Properties => ({
    digest: `sha256:${byte.repeat(64)}`,
    architecture: "amd64",
    readiness: "console",
    components: {},
    order: ["kernel"],
});

export const identity = (name: string = "redis"): Properties => ({
    organization: "organization",
    project: "shop",
    stack: "dev",
    urn: `urn:pulumi:dev::shop::pulumi-nodejs:dynamic/linuxkit/qemu:Machine::${name}`,
});

/** An address of this host that no other test binds to, where the host has more than one. */
export function freshLoopback(): string {
    const part = (): number => randomInt(1, 255);
    return process.platform === "linux" ? `127.${part()}.${part()}.${part()}` : "127.0.0.1";
}

export const loopback = freshLoopback();

export function machine(changes: Properties = {}): Properties {
    return { identity: identity(), image: image(), ports: [{ guest: 6379, address: loopback }], ...changes };
}
