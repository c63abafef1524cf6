import { connect, type Socket } from "node:net";
import type { Port } from "../settings";

/** A connection that the guest has not answered is tried anew: QEMU repeats its own request after seconds only. */
const patienceMilliseconds = 2000;

interface Attempt {
    readonly socket: Socket;
    readonly begun: number;
    /** QEMU closed its side: the guest refused, or accepted and has said all. */
    isOver: boolean;
}

/**
 * Finds out whether the guest takes connections at a forwarded port. QEMU's user network takes them itself, whether or not
 * the guest does, so an attempt says nothing here; QEMU tells how far it has come with the guest (`info usernet`).
 */
export class PortProbe {
    #attempt: Attempt | undefined;

    constructor(
        private readonly port: Pick<Port, "address" | "host" | "guest">,
        /** What QEMU answers to `info usernet`. */
        private readonly usernet: () => Promise<string>,
    ) {}

    /** To be asked again and again. */
    async isAccepted(): Promise<boolean> {
        this.#attempt ??= this.#dial();
        const { begun, isOver } = this.#attempt;
        if (isAnswered(await this.usernet(), this.port)) {
            return true;
        }
        if (isOver || performance.now() - begun >= patienceMilliseconds) {
            this.close();
        }
        return false;
    }

    close(): void {
        this.#attempt?.socket.destroy();
        this.#attempt = undefined;
    }

    /** Its own side stays open, so that QEMU still tells of a connection that the guest has ended already. */
    #dial(): Attempt {
        const host = this.port.address === "0.0.0.0" ? "127.0.0.1" : this.port.address;
        const socket = connect({ host, port: this.port.host, allowHalfOpen: true });
        const attempt: Attempt = { socket, begun: performance.now(), isOver: false };
        const over = (): void => void (attempt.isOver = true);
        socket.on("error", over).on("end", over).on("close", over).resume();
        return attempt;
    }
}

/** Protocol and state, file descriptor, source with the host's port, destination with the guest's (slirp_connection_info). */
const connection = /^\s*TCP\[(\w+)\]\s+\d+\s+\S+\s+(\d+)\s+\S+\s+(\d+)\s/gm;
const answered = ["ESTABLISHED", "CLOSE_WAIT"];

/** Whether the guest has answered a connection to this port with its own half of it. */
export function isAnswered(usernet: string, { host, guest }: Pick<Port, "host" | "guest">): boolean {
    return [...usernet.matchAll(connection)].some(
        ([, state = "", from, to]) => answered.includes(state) && Number(from) === host && Number(to) === guest,
    );
}
