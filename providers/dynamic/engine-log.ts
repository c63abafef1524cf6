import type { Progress } from "../image/environment";
import { currentUrn } from "./context";

/**
 * Progress as Pulumi shows it: ephemeral status at the resource while it works.
 * The engine's address stands in the provider process's arguments, which is not a documented interface:
 * where it is not there, or does not answer, lines go to standard output.
 */
export function engineProgress(argv: readonly string[] = process.argv): Progress {
    const client = engineClient(argv[2]);
    let reachable = client !== undefined;
    const shown = new Map<string, number>();
    return ({ message, fraction }) => {
        if (fraction !== undefined && fraction < 1 && tooSoon(shown, currentUrn())) {
            return;
        }
        const line = fraction === undefined ? message : `${message} ${Math.floor(fraction * 100)} %`;
        if (client === undefined || !reachable) {
            process.stdout.write(`${line}\n`);
            return;
        }
        client.log(statusLine(client, line, true), (error) => {
            reachable = error === null;
        });
    };
}

const pauseMilliseconds = 250;

/** Downloads tell of every piece that comes; a terminal wants to hear of some. */
function tooSoon(shown: Map<string, number>, urn: string): boolean {
    const now = performance.now();
    const soon = now - (shown.get(urn) ?? -pauseMilliseconds) < pauseMilliseconds;
    if (!soon) {
        shown.set(urn, now);
    }
    return soon;
}

/** A line that stays in the resource's diagnostics after the operation. */
export function engineNote(argv: readonly string[] = process.argv): (line: string) => void {
    const client = engineClient(argv[2]);
    return (line) => {
        if (client === undefined) {
            process.stdout.write(`${line}\n`);
            return;
        }
        client.log(statusLine(client, line, false), (error) => {
            if (error !== null) process.stdout.write(`${line}\n`);
        });
    };
}

interface LogRequest {
    setSeverity(severity: number): void;
    setMessage(message: string): void;
    setUrn(urn: string): void;
    setEphemeral(ephemeral: boolean): void;
}

interface EngineClient {
    readonly newRequest: () => LogRequest;
    readonly log: (request: LogRequest, done: (error: Error | null) => void) => void;
}

const infoSeverity = 1;

function statusLine(client: EngineClient, message: string, ephemeral: boolean): LogRequest {
    const request = client.newRequest();
    request.setSeverity(infoSeverity);
    request.setMessage(message);
    request.setUrn(currentUrn());
    request.setEphemeral(ephemeral);
    return request;
}

const clients = new Map<string, EngineClient | undefined>();

function engineClient(address: string | undefined): EngineClient | undefined {
    if (address === undefined || !/^127\.0\.0\.1:\d+$/.test(address)) {
        return undefined;
    }
    if (!clients.has(address)) {
        clients.set(address, connect(address));
    }
    return clients.get(address);
}

function connect(address: string): EngineClient | undefined {
    try {
        const grpc = require("@grpc/grpc-js");
        const services = require("@pulumi/pulumi/proto/engine_grpc_pb");
        const messages = require("@pulumi/pulumi/proto/engine_pb");
        const client = new services.EngineClient(address, grpc.credentials.createInsecure());
        return {
            newRequest: () => new messages.LogRequest(),
            log: (request, done) => client.log(request, done),
        };
    } catch {
        return undefined;
    }
}
