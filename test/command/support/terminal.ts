import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import type { Terminal } from "../../../providers/command/program";

export class FakeTerminal implements Terminal {
    readonly env: NodeJS.ProcessEnv;
    exitCode: Terminal["exitCode"];
    out = "";
    err = "";
    interrupt: () => void = () => {};
    readonly stdin = new PassThrough();
    readonly stdout = Object.assign(new EventEmitter(), {
        write: (text: string | Buffer): unknown => (this.out += String(text)),
    });
    readonly stderr = { write: (text: string): unknown => (this.err += text) };

    constructor(home: string) {
        this.env = { XDG_STATE_HOME: home };
    }

    on(_: "SIGINT", listener: () => void): void {
        this.interrupt = listener;
    }

    off(): void {
        this.interrupt = () => {};
    }
}
