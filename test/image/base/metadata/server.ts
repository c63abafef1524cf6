import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** What a cloud's metadata service holds, by path. */
export type Holdings = Readonly<Record<string, string | Buffer>>;

export interface Temper {
    /** How long each answer takes. */
    readonly delayMs?: number;
    /** Status that a token is refused with. */
    readonly refusesTokens?: number;
    /** How many questions are answered with 503 first. */
    readonly busy?: number;
    /** Ends its first answers half way. */
    readonly cut?: number;
    /** Says nothing at all. */
    readonly silent?: boolean;
}

/** What is held for who asks next, told by the token that is asked for. */
export interface Turn {
    readonly holdings: Holdings;
    readonly temper?: Temper;
}

/** A metadata service on loopback: AWS's with IMDSv2 alone, Google's and Azure's with the headers that they demand. */
export class MetadataServer {
    readonly asked: string[] = [];
    holdings: Holdings = {};
    temper: Temper = {};
    /** Taken up one after the other, each when a token is asked for. */
    turns: Turn[] = [];
    readonly #server: Server = createServer((request, response) => void this.#answer(request, response));
    #token = 0;

    static async start(): Promise<MetadataServer> {
        const server = new MetadataServer();
        await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
        return server;
    }

    get port(): number {
        return (this.#server.address() as AddressInfo).port;
    }

    hold(holdings: Holdings, temper: Temper = {}): void {
        this.asked.length = 0;
        this.holdings = holdings;
        this.temper = { ...temper };
    }

    async close(): Promise<void> {
        this.#server.closeAllConnections();
        await new Promise((resolve) => this.#server.close(resolve));
    }

    async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
        const { method = "", url = "" } = request;
        this.asked.push(`${method} ${url}`);
        const turn = method === "PUT" ? this.turns.shift() : undefined;
        if (turn !== undefined) {
            this.hold(turn.holdings, turn.temper);
        }
        if (this.temper.silent === true) {
            return;
        }
        await sleep(this.temper.delayMs ?? 0);
        const { status, body } = this.#statusOf(request, method, url);
        const bytes = Buffer.from(body);
        response.writeHead(status, { "Content-Length": bytes.length, "Content-Type": "text/plain" });
        if (this.#takes("cut")) {
            response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
        } else {
            response.end(bytes);
        }
    }

    #statusOf({ headers }: IncomingMessage, method: string, url: string): { status: number; body: string | Buffer } {
        const { refusesTokens } = this.temper;
        if (this.#takes("busy")) {
            return { status: 503, body: "later" };
        }
        if (method === "PUT") {
            const seconds = Number(headers["x-aws-ec2-metadata-token-ttl-seconds"]);
            const isGood = url === "/latest/api/token" && seconds >= 1 && seconds <= 21_600;
            this.#token += 1;
            const status = refusesTokens ?? (isGood ? 200 : 400);
            return { status, body: status === 200 ? `token-${this.#token}==` : "no" };
        }
        if (!this.#isAllowed(headers, url)) {
            return { status: url.startsWith("/latest/") ? 401 : 403, body: "no" };
        }
        const body = this.holdings[url];
        return body === undefined ? { status: 404, body: "not found" } : { status: 200, body };
    }

    #isAllowed(headers: IncomingMessage["headers"], url: string): boolean {
        return url.startsWith("/latest/")
            ? headers["x-aws-ec2-metadata-token"] === `token-${this.#token}==`
            : url.startsWith("/computeMetadata/")
              ? headers["metadata-flavor"] === "Google" && headers.host === "metadata.google.internal"
              : headers["metadata"] === "true";
    }

    #takes(what: "busy" | "cut"): boolean {
        const left = this.temper[what] ?? 0;
        this.temper = { ...this.temper, [what]: Math.max(0, left - 1) };
        return left > 0;
    }
}
