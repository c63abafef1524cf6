import { randomBytes } from "node:crypto";
import type { MetadataOptions } from "../world/tables.ts";

/** What an instance is told of itself. */
export interface ImdsFacts {
    readonly options: MetadataOptions;
    /** By path below /latest/meta-data/. */
    readonly metadata: Readonly<Record<string, string>>;
    readonly identity: Readonly<Record<string, unknown>>;
    readonly userData: Buffer | undefined;
}

export interface ImdsRequest {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface ImdsAnswer {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string | Buffer;
}

const LONGEST_TTL_SECONDS = 21_600;
const TTL = "x-aws-ec2-metadata-token-ttl-seconds";
const TOKEN = "x-aws-ec2-metadata-token";

/**
 * The instance metadata service of one instance:
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
 */
export class Imds {
    /** When each token ends, in milliseconds of real time: the guest's clock is real. */
    readonly #tokens = new Map<string, number>();
    readonly #facts: () => ImdsFacts;

    constructor(facts: () => ImdsFacts) {
        this.#facts = facts;
    }

    answer(request: ImdsRequest): ImdsAnswer {
        const facts = this.#facts();
        if (facts.options.endpoint === "disabled") {
            return { status: 403 };
        }
        if (request.path === "/latest/api/token") {
            return this.#token(request);
        }
        const refusal = this.#refusal(request, facts.options);
        if (refusal !== undefined) {
            return { status: refusal };
        }
        const body = find(facts, request.path);
        return body === undefined ? { status: 404 } : { status: 200, body };
    }

    #token({ method, headers }: ImdsRequest): ImdsAnswer {
        if (method !== "PUT") {
            return { status: 405 };
        }
        // A proxy that forwards to the service is not the instance.
        if (headers["x-forwarded-for"] !== undefined) {
            return { status: 403 };
        }
        const ttl = String(headers[TTL] ?? "");
        const seconds = /^\d+$/.test(ttl) ? Number(ttl) : 0;
        if (seconds < 1 || seconds > LONGEST_TTL_SECONDS) {
            return { status: 400 };
        }
        const token = randomBytes(42).toString("base64");
        this.#tokens.set(token, Date.now() + seconds * 1_000);
        return { status: 200, headers: { [TTL]: ttl }, body: token };
    }

    #refusal({ method, headers }: ImdsRequest, { tokens }: MetadataOptions): number | undefined {
        if (method !== "GET" && method !== "HEAD") {
            return 405;
        }
        const token = headers[TOKEN];
        if (token === undefined) {
            return tokens === "required" ? 401 : undefined;
        }
        return (this.#tokens.get(String(token)) ?? 0) > Date.now() ? undefined : 401;
    }
}

function find({ metadata, identity, userData }: ImdsFacts, path: string): string | Buffer | undefined {
    const below = /^\/(?:latest|\d{4}-\d\d-\d\d)\/?(.*)$/.exec(path)?.[1];
    switch (below) {
        case undefined:
            return path === "/" ? "latest" : undefined;
        case "":
            return userData === undefined ? "dynamic\nmeta-data" : "dynamic\nmeta-data\nuser-data";
        case "user-data":
            return userData;
        case "dynamic/instance-identity/document":
            return JSON.stringify(identity, null, 2);
        default:
            return below === "meta-data" ? list(metadata, "") : item(metadata, below);
    }
}

function item(metadata: ImdsFacts["metadata"], below: string): string | undefined {
    if (!below.startsWith("meta-data/")) {
        return undefined;
    }
    const name = below.slice("meta-data/".length);
    return Object.hasOwn(metadata, name)
        ? metadata[name]
        : list(metadata, name.replace(/\/?$/, name === "" ? "" : "/"));
}

/** Names below a folder; those of folders end in a slash. */
function list(metadata: ImdsFacts["metadata"], folder: string): string | undefined {
    const names = Object.keys(metadata)
        .filter((name) => name.startsWith(folder))
        .map((name) => /^[^/]*\/?/.exec(name.slice(folder.length))![0]);
    return names.length === 0 ? undefined : [...new Set(names)].toSorted().join("\n");
}
