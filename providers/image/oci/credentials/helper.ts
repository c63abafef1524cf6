import { spawn } from "node:child_process";

import { LinuxKitError } from "../../../../sdk/assembly/error";
import { isAbsent } from "../../../../sdk/assembly/read/reader";
import type { RegistrySettings } from "../../environment";
import { type JsonReader, object, optional, readJson, text } from "../format/json";
import type { Credentials } from "./credentials";

const PATIENCE_MILLISECONDS = 60_000;
const OUTPUT_LIMIT_BYTES = 1 << 20;
/** github.com/docker/docker-credential-helpers, credentials/error.go. */
const NOT_FOUND = "credentials not found in native keychain";
/** The user name that marks a refresh token, by Docker's credential-store protocol. */
const TOKEN_USER = "<token>";

/**
 * Asks `docker-credential-<name> get` for the credentials of a server; undefined where it has none.
 * @throws LinuxKitError RegistryCredentials, without anything that the helper said on its output
 */
export async function askHelper(
    name: string,
    server: string,
    settings: RegistrySettings,
): Promise<Credentials | undefined> {
    const program = `docker-credential-${name}`;
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) {
        throw failure(server, `${JSON.stringify(program.slice(0, 100))} is no name of a credential helper`);
    }
    const { code, output } = await run(program, server, settings);
    if (code === 0) {
        const found = readJson(output, `what ${program} says`, readAnswer);
        return isEmpty(found) ? undefined : toCredentials(found, program);
    }
    if (output.toString().trim() === NOT_FOUND) {
        return undefined;
    }
    throw failure(server, `${program} ended with the exit code ${code}; try: echo ${server} | ${program} get`);
}

interface Answer {
    readonly user: string;
    readonly secret: string;
}

const readAnswer: JsonReader<Answer> = (value, at) => {
    const member = object(value, at);
    return { user: member("Username", optional(text)) ?? "", secret: member("Secret", optional(text)) ?? "" };
};

function isEmpty({ user, secret }: Answer): boolean {
    return user === "" && secret === "";
}

function toCredentials({ user, secret }: Answer, origin: string): Credentials {
    return user === TOKEN_USER
        ? { type: "identity", token: secret, origin }
        : { type: "password", user, password: secret, origin };
}

interface Ended {
    readonly code: number | string;
    readonly output: Buffer;
}

function run(program: string, server: string, { environment }: RegistrySettings): Promise<Ended> {
    return new Promise((resolve, reject) => {
        const child = spawn(program, ["get"], {
            env: { ...environment },
            stdio: ["pipe", "pipe", "ignore"],
            // The option `timeout` keeps its timer, and the process, where the program is missing.
            signal: AbortSignal.timeout(PATIENCE_MILLISECONDS),
        });
        const output: Buffer[] = [];
        let sizeBytes = 0;
        child.stdout.on("data", (chunk: Buffer) => {
            sizeBytes += chunk.length;
            if (sizeBytes <= OUTPUT_LIMIT_BYTES) {
                output.push(chunk);
            }
        });
        child.on("error", (cause: NodeJS.ErrnoException) => reject(failure(server, notRun(program, cause), cause)));
        child.on("close", (code, signal) => resolve({ code: code ?? signal ?? "", output: Buffer.concat(output) }));
        // A helper that has ended already is judged by its exit code.
        child.stdin.on("error", () => undefined);
        child.stdin.end(`${server}\n`);
    });
}

function notRun(program: string, { code, message }: NodeJS.ErrnoException): string {
    switch (code) {
        case "ENOENT":
            return `${program}, which Docker's config.json names, is not on PATH`;
        case "ABORT_ERR":
            return `${program} gave no answer within ${PATIENCE_MILLISECONDS / 1000} s`;
        default:
            return `${program} could not be started (${code ?? message})`;
    }
}

function failure(server: string, reason: string, cause?: unknown): LinuxKitError {
    return new LinuxKitError(
        "RegistryCredentials",
        `the credentials for ${server} cannot be had: ${reason}`,
        { server, reason },
        isAbsent(cause) ? {} : { cause },
    );
}
