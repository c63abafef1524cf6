import { mkdtemp, open, rm, symlink } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { LinuxKitError } from "../../sdk/assembly/error";

export interface QmpCommand {
    readonly execute: string;
    readonly arguments?: unknown;
}

/** One conversation over QEMU's control socket (docs/interop/qmp-spec). */
export interface Qmp {
    execute(command: QmpCommand): Promise<unknown>;
}

interface Message {
    readonly QMP?: unknown;
    readonly return?: unknown;
    readonly error?: { readonly class: string; readonly desc: string };
    readonly event?: string;
}

/**
 * Talks to the QEMU that listens at `directory/qmp`.
 * @throws LinuxKitError `qmp-unreachable` when nothing listens, `qmp-silent` when it does not answer in time
 */
export async function withQmp<T>(
    directory: string,
    timeoutMilliseconds: number,
    talk: (qmp: Qmp) => Promise<T>,
): Promise<T> {
    return withShortPath(directory, async (path) => {
        const socket = connect(path);
        const timer = setTimeout(() => socket.destroy(silent(timeoutMilliseconds)), timeoutMilliseconds);
        try {
            const messages = replies(socket);
            await messages();
            const qmp: Qmp = {
                execute: async (command) => {
                    socket.write(`${JSON.stringify(command)}\n`);
                    return messages();
                },
            };
            await qmp.execute({ execute: "qmp_capabilities" });
            return await talk(qmp);
        } finally {
            clearTimeout(timer);
            socket.destroy();
        }
    });
}

/** The next message that is not an event: the greeting first, then one for each command. */
function replies(socket: Socket): () => Promise<unknown> {
    const failure = new Promise<never>((_, reject) => {
        socket.once("error", (error) => reject(error instanceof LinuxKitError ? error : unreachable(error)));
        socket.once("close", () => reject(unreachable(new Error("it closed the connection"))));
    });
    failure.catch(() => {});
    const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
    const next = async (): Promise<unknown> => {
        for (;;) {
            const { value, done } = await Promise.race([lines.next(), failure]);
            if (done === true) {
                return failure;
            }
            const message = JSON.parse(value) as Message;
            if (message.error !== undefined) {
                throw new LinuxKitError("qmp-refused", `QEMU refused: ${message.error.desc}`, { ...message.error });
            }
            if (message.event === undefined) {
                return message.return ?? message.QMP;
            }
        }
    };
    return next;
}

function silent(timeoutMilliseconds: number): LinuxKitError {
    const seconds = timeoutMilliseconds / 1000;
    return new LinuxKitError("qmp-silent", `QEMU did not answer on its control socket within ${seconds} s`, {
        seconds,
    });
}

function unreachable(cause: Error): LinuxKitError {
    return new LinuxKitError(
        "qmp-unreachable",
        `QEMU's control socket cannot be reached: ${cause.message}`,
        {},
        { cause },
    );
}

/** sockaddr_un holds 104 bytes on macOS, 108 on Linux, the closing zero included. */
const longestSocketPath = 103;

/** QEMU binds the socket by a path relative to its working directory; a client has none, and goes through a link. */
async function withShortPath<T>(directory: string, use: (path: string) => Promise<T>): Promise<T> {
    const direct = join(directory, "qmp");
    if (Buffer.byteLength(direct) <= longestSocketPath) {
        return use(direct);
    }
    return process.platform === "linux" ? throughDescriptor(directory, use) : throughLink(directory, use);
}

async function throughDescriptor<T>(directory: string, use: (path: string) => Promise<T>): Promise<T> {
    const handle = await open(directory).catch((error: unknown) => {
        throw unreachable(error as Error);
    });
    try {
        return await use(`/proc/self/fd/${handle.fd}/qmp`);
    } finally {
        await handle.close();
    }
}

async function throughLink<T>(directory: string, use: (path: string) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), "linuxkit-"));
    try {
        await symlink(directory, join(folder, "m"));
        return await use(join(folder, "m", "qmp"));
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}
