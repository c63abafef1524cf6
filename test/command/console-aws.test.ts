import { program } from "../../providers/command/program";
import type { ConsoleOutside } from "../../providers/command/console-command";
import { awsError } from "../aws/support/fault";
import { FakeHost } from "../qemu/support/host";
import { FakeTerminal } from "./support/terminal";

let host: FakeHost;
let terminal: FakeTerminal;

/** What each look finds: the state and the last part of the console. */
let looks: (readonly [state: string, text: string])[];
let reached: string[];
let hasLatest: boolean;

beforeEach(async () => {
    host = await FakeHost.make();
    terminal = new FakeTerminal(host.home);
    [looks, reached, hasLatest] = [[["running", "hello\n"]], [], true];
});
afterEach(() => host.close());

const consoleOf: ConsoleOutside["consoleOf"] = (connection, region) => {
    let at = -1;
    const look = (): readonly [string, string] => looks[Math.min(at, looks.length - 1)] ?? ["running", ""];
    return {
        clock: { now: () => 0, sleep: async () => {} },
        calls: {
            holder: async (id) => {
                at++;
                reached.push(`${id} ${region} ${JSON.stringify(connection)}`);
                return look()[0] === "none" ? undefined : { id, state: look()[0], tags: {} };
            },
            console: async (_, latest) => {
                if (latest && !hasLatest) throw awsError("UnsupportedOperation");
                return look()[1];
            },
        },
    };
};

const instance = (name: string, id: string, region = "eu-central-1"): object => ({
    urn: `urn:pulumi:dev::shop::pulumi-nodejs:dynamic/linuxkit/aws:Instance::${name}`,
    type: "pulumi-nodejs:dynamic/linuxkit/aws:Instance",
    id,
    inputs: {},
    outputs: { region, connection: { profile: "shop" } },
});

async function shown(args: readonly string[], resources: readonly object[] = []): Promise<string> {
    const runPulumi = async (): Promise<string> => JSON.stringify({ deployment: { resources } });
    terminal.out = "";
    terminal.err = "";
    await program(terminal, { runPulumi, consoleOf }).parseAsync(["console", ...args], { from: "user" });
    return terminal.out;
}

const redis = instance("redis", "i-0123456789abcdef0");
const postgres = instance("postgres", "i-0123456789abcdef1", "us-east-1");

test("an instance's console is printed by its name in the stack, by its id, or as the only one there is", async () => {
    for (const [args, resources] of [
        [["redis"], [redis, postgres]],
        [["i-0123456789abcdef0"], [redis, postgres]],
        [[], [redis]],
    ] as const) {
        expect(await shown([...args, "--no-follow"], resources)).toBe("hello\n");
        expect(reached.at(-1)).toBe('i-0123456789abcdef0 eu-central-1 {"profile":"shop"}');
    }
    await expect(shown([], [redis, postgres])).rejects.toThrow(
        /say which, by its id:\n {2}i-0123456789abcdef0 {2}redis {2}\(eu-central-1\)\n {2}i-0123456789abcdef1 {2}postgres/,
    );
    await expect(shown(["valkey"], [redis])).rejects.toThrow(
        'this host has no machine\non AWS the stack has none called "valkey", but:\n  i-0123456789abcdef0  redis  (eu-central-1)',
    );
});

test("one that no stack has is reached in the region that is given", async () => {
    await shown(["i-0fffffffffffffff0", "--region", "ap-south-1", "--no-follow"]);
    expect(reached).toEqual(["i-0fffffffffffffff0 ap-south-1 {}"]);
    looks = [["none", ""]];
    await expect(shown(["i-0fffffffffffffff0", "--region", "ap-south-1"])).rejects.toThrow(
        /there is no instance i-0fffffffffffffff0 in this account and region: name its --region/,
    );
});

test("it is followed until the instance ends, each part once, also when the first lines are gone by then", async () => {
    const filler = "x".repeat(3000);
    looks = [
        ["pending", ""],
        ["running", "one\n"],
        ["running", `one\ntwo\n${filler}\n`],
        ["running", `two\n${filler}\nthree\n`],
        ["stopping", `${filler}\nthree\nfour\n`],
        ["stopped", `${filler}\nthree\nfour\n`],
    ];
    expect(await shown(["redis"], [redis])).toBe(`one\ntwo\n${filler}\nthree\nfour\n`);
    expect(terminal.err).toBe("the instance i-0123456789abcdef0 is stopped\n");
});

test("a type that has no latest output shows what there is, and one without any says so", async () => {
    hasLatest = false;
    expect(await shown(["redis", "--no-follow"], [redis])).toBe("hello\n");
    looks = [["running", ""]];
    expect(await shown(["redis", "--no-follow"], [redis])).toBe("");
    expect(terminal.err).toBe("AWS has nothing of the console of i-0123456789abcdef0 yet: it may take some minutes\n");
});
