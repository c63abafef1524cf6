import { randomBytes } from "node:crypto";
import path from "node:path";
import { DEFAULT_CREDENTIALS } from "../../clouds/aws/http/accounts";
import type { Running } from "../../clouds/aws/support/running";
import { imageOf, kernelImage } from "../../image/build/support/images";
import { writeLayout } from "../../support/oci-layout";
import { type RunningCli, startPulumi, until } from "./interruption";
import { providersOf } from "./processes";
import { startStack, type Stack } from "./stack";

export const region = "eu-central-1";

export interface Existing {
    readonly type: string;
    readonly id: string;
    readonly region: string;
    readonly state: string;
    readonly tags: Readonly<Record<string, string>>;
}

export interface LoggedCall {
    readonly operation: string;
    readonly outcome: string;
    readonly input: Readonly<Record<string, unknown>>;
}

/** A stack of a copied program that reaches an emulator. */
export async function startAwsStack(program: string, { endpoint }: Running): Promise<Stack> {
    const stack = await startStack(program);
    const [credentials] = DEFAULT_CREDENTIALS;
    Object.assign(stack.env, {
        AWS_ENDPOINT_URL: endpoint,
        AWS_ACCESS_KEY_ID: credentials?.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials?.secretAccessKey,
    });
    await stack.succeed("config", "set", "aws:region", region);
    return stack;
}

/** Images that nothing boots, of so many bytes that do not compress, by name; with a kernel that is its header alone. */
export function writeSmallImages(stack: Stack, sizes: Readonly<Record<string, number>>): void {
    const contents = Object.entries(sizes).map(([name, bytes]) => [
        name,
        imageOf({}, [{ name: `${name}.bin`, body: randomBytes(bytes) }]),
    ]);
    writeLayout(path.join(stack.programDirectory, "images"), {
        kernel: kernelImage([]),
        ...Object.fromEntries(contents),
    });
}

/** What an emulator has seen, and what it holds. */
export class Account {
    constructor(private readonly emulator: Running) {}

    async existing(): Promise<readonly Existing[]> {
        return (await this.emulator.side("GET", "existing")) as readonly Existing[];
    }

    /** Kinds of what exists, sorted: `["image", "snapshot"]`. */
    async kinds(): Promise<readonly string[]> {
        return (await this.existing()).map(({ type }) => type).toSorted();
    }

    async calls(): Promise<readonly LoggedCall[]> {
        return (await this.emulator.side("GET", "calls")) as readonly LoggedCall[];
    }

    async forgetCalls(): Promise<void> {
        await this.emulator.side("DELETE", "calls");
    }

    /** Indexes of the blocks that were taken, each as often as it was. */
    async blocks(): Promise<readonly number[]> {
        const calls = await this.calls();
        return calls
            .filter(({ operation, outcome }) => operation === "PutSnapshotBlock" && outcome === "answered")
            .map(({ input }) => input["BlockIndex"] as number);
    }

    /** Until the call of that name comes, it goes on; then it gets no answer. */
    async hold(operation: string, when: "before" | "after", nth = 1): Promise<void> {
        await this.emulator.side("POST", "faults", { operation, kind: `hang-${when}`, nth, times: 10_000 });
    }

    /** Until a call is held; an error when the CLI ends instead. */
    async held(cli: RunningCli): Promise<void> {
        let hasEnded = false;
        void cli.ended.then(() => (hasEnded = true));
        await until("call that is held", async () => {
            if (hasEnded) throw new Error(`no call was held:\n${cli.output()}`);
            return (await this.calls()).some(({ outcome }) => outcome === "hanging");
        });
    }

    async release(): Promise<void> {
        await this.emulator.side("DELETE", "faults");
    }
}

/** `kill -9` of the CLI and its providers, or of the CLI alone, whose providers are then waited for. */
export async function kill(stack: Stack, cli: RunningCli, who: "provider" | "CLI"): Promise<void> {
    if (who === "provider") {
        for (const pid of await providersOf(stack)) process.kill(pid, "SIGKILL");
        await cli.ended;
        return;
    }
    cli.process.kill("SIGKILL");
    await cli.ended;
    await until("end of the providers", async () => (await providersOf(stack)).length === 0, 30);
    await stack.succeed("cancel", "--yes");
}

export const up = ["up", "--yes", "--skip-preview"] as const;
export const destroy = ["destroy", "--yes", "--skip-preview"] as const;

export { startPulumi, until };
