import { spawn } from "node:child_process";
import { open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { LinuxKitError } from "../../../sdk/assembly/error";
import { identifyProcess, type ProcessIdentity } from "../../lifecycle/process";
import { files } from "./arguments";

export interface Program {
    readonly file: string;
    readonly args: readonly string[];
}

/**
 * Starts QEMU in its own session: neither the end of this process nor a terminal's Ctrl-C reaches it. It inherits no
 * pipe, and of the environment, which may hold credentials, only where programs and temporary files are.
 * @throws LinuxKitError `qemu-start` when the program cannot be run
 */
export async function startDetached(program: Program, directory: string): Promise<ProcessIdentity> {
    await Promise.all([files.errors, files.pid, files.qmp].map((name) => rm(join(directory, name), { force: true })));
    const errors = await open(join(directory, files.errors), "a", 0o600);
    try {
        const child = spawn(program.file, program.args, {
            cwd: directory,
            detached: true,
            stdio: ["ignore", errors.fd, errors.fd],
            env: passedOn(process.env),
        });
        await new Promise<void>((resolve, reject) => {
            child.once("spawn", resolve);
            child.once("error", (cause) => reject(cannotStart(program, cause)));
        });
        child.unref();
        return (await identifyProcess(child.pid as number)) ?? { pid: child.pid as number, startTime: "ended" };
    } finally {
        await errors.close();
    }
}

export async function startErrors(directory: string): Promise<string> {
    const text = await readFile(join(directory, files.errors), "utf8").catch(() => "");
    return text
        .split("\n")
        .map((line) => line.replace(/^\S*qemu-system-\w+: /, ""))
        .filter((line) => line !== "" && !line.startsWith("warning: "))
        .map(explained)
        .join("; ");
}

/** A port, a disk or the port of a network, which were free when they were checked or picked. */
function explained(line: string): string {
    const disk = /^Is another process using the image \[.*?(\w+)\.\w+\]\?$/.exec(line);
    if (disk !== null) {
        return `disk ${disk[1]} is in use by another machine: take it off that one first`;
    }
    const port = /Could not set up host forwarding rule '\w+:([\d.]+):(\d+)-/.exec(line);
    if (port !== null) {
        return `port ${port[2]} of ${port[1]} is in use by another program: end that, or choose another port in ports`;
    }
    const network = /mcast=[\d.]+:(\d+),.* can't bind .* Address already in use/.exec(line);
    return network === null
        ? line
        : `UDP port ${network[1]}, which a network of this machine has, is in use by another program: end that, or have another port picked with \`pulumi up --replace\` and the network's URN`;
}

function passedOn(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    return Object.fromEntries(
        ["PATH", "HOME", "TMPDIR", "LANG"].flatMap((name) =>
            environment[name] === undefined ? [] : [[name, environment[name]]],
        ),
    );
}

function cannotStart({ file }: Program, cause: Error): LinuxKitError {
    return new LinuxKitError("qemu-start", `${file} cannot be run: ${cause.message}`, { file }, { cause });
}
