import { existsSync } from "node:fs";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";

interface Message {
    readonly id?: number;
    readonly return?: unknown;
    readonly error?: { readonly desc: string };
}

const LOOK_MS = 50;

/** Waits until QEMU, which has just begun, takes commands; or has ended. */
export async function monitorReady(socketFile: string, runs: () => boolean): Promise<void> {
    while (runs() && !existsSync(socketFile)) {
        await delay(LOOK_MS);
    }
}

/**
 * Has QEMU do one command of its human monitor.
 * @returns what it says, which is nothing where all is well
 */
export async function monitorCommand(socketFile: string, command: string): Promise<string> {
    const socket = connect(socketFile);
    try {
        socket.write(`${JSON.stringify({ execute: "qmp_capabilities" })}\n`);
        const human = { execute: "human-monitor-command", arguments: { "command-line": command }, id: 1 };
        socket.write(`${JSON.stringify(human)}\n`);
        for await (const line of createInterface({ input: socket })) {
            const message = JSON.parse(line) as Message;
            if (message.error !== undefined) {
                throw new Error(`QEMU refuses ${command}: ${message.error.desc}`);
            }
            if (message.id === 1) {
                return String(message.return).trim();
            }
        }
        throw new Error(`QEMU ended before it did ${command}`);
    } finally {
        socket.destroy();
    }
}
