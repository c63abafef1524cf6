import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EBSClient } from "@aws-sdk/client-ebs";
import { EC2Client } from "@aws-sdk/client-ec2";
import { STSClient } from "@aws-sdk/client-sts";
import { botocoreFolder } from "../../../../tools/botocore/obtain.ts";
import type { Emulator } from "../emulator.ts";
import { startEmulator } from "../emulator.ts";
import { DEFAULT_CREDENTIALS } from "../http/accounts.ts";
import type { Models } from "../model/load.ts";
import { loadModels } from "../model/load.ts";

/** Virtual environment with botocore and boto3, where set-up has made it. */
export const BOTOCORE = botocoreFolder(process.cwd(), process.env);

/** `describe`, or a skip that says what this machine lacks. */
export const describeEmulator = (name: string, tests: () => void): void =>
    existsSync(BOTOCORE)
        ? describe(name, tests)
        : describe.skip(`${name}: AWS's models are not in the tool cache (npm run setup fetches them)`, tests);

let models: Models | undefined;

export interface Running extends Emulator {
    readonly state: string;
    /** A request of the side interface; gives its answer. */
    side(method: string, path: string, body?: object): Promise<unknown>;
    ec2(options?: ClientOptions): EC2Client;
    ebs(options?: ClientOptions): EBSClient;
    sts(options?: ClientOptions): STSClient;
}

export interface ClientOptions {
    readonly region?: string;
    readonly account?: 0 | 1;
    readonly secretAccessKey?: string;
    /** @default 1 */
    readonly maxAttempts?: number;
}

/** An emulator in this process, on the state of an earlier one where it is given. */
export async function running(
    state = mkdtempSync(join(tmpdir(), "aws-")),
    accelerator: "tcg" | "off" = "off",
): Promise<Running> {
    models ??= loadModels(BOTOCORE);
    const emulator = await startEmulator(models, state, 0, accelerator);
    const { endpoint } = emulator;
    return {
        endpoint,
        state,
        close: () => emulator.close(),
        side: (method, path, body) => side(endpoint, method, path, body),
        ec2: (options) => new EC2Client(clientConfig(endpoint, options)),
        ebs: (options) => new EBSClient(clientConfig(endpoint, options)),
        sts: (options) => new STSClient(clientConfig(endpoint, options)),
    };
}

/** Closes it, and removes its state. */
export async function end(emulator: Running): Promise<void> {
    await emulator.close();
    rmSync(emulator.state, { recursive: true });
}

export function clientConfig(
    endpoint: string,
    { region = "eu-central-1", account = 0, secretAccessKey, maxAttempts = 1 }: ClientOptions = {},
): {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
    maxAttempts: number;
} {
    const known = DEFAULT_CREDENTIALS[account]!;
    const credentials = {
        accessKeyId: known.accessKeyId,
        secretAccessKey: secretAccessKey ?? known.secretAccessKey,
    };
    return { endpoint, region, credentials, maxAttempts };
}

async function side(endpoint: string, method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${endpoint}/_emulator/${path}`, {
        method,
        ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as { error?: string };
    if (!response.ok) {
        throw new Error(answer.error);
    }
    return answer;
}
