import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DeleteSnapshotCommand, DescribeSnapshotsCommand } from "@aws-sdk/client-ec2";
import { ListSnapshotBlocksCommand, PutSnapshotBlockCommand } from "@aws-sdk/client-ebs";
import type { Existing } from "./leaks.ts";
import type { LoggedCall } from "./call-log.ts";
import type { Running } from "../support/running.ts";
import { describeEmulator, end, running } from "../support/running.ts";
import { block, BLOCK, put, sha256, start, uploaded } from "../support/upload.ts";

describeEmulator("the side interface", () => {
    let aws: Running;
    beforeEach(async () => {
        aws = await running();
    });
    afterEach(() => end(aws));

    const arm = (fault: object): Promise<unknown> => aws.side("POST", "faults", fault);
    const existing = async (): Promise<Existing[]> => (await aws.side("GET", "existing")) as Existing[];
    const calls = async (): Promise<LoggedCall[]> => (await aws.side("GET", "calls")) as LoggedCall[];

    test("an error comes before the effect, or after it, at the nth call", async () => {
        const ebs = aws.ebs();
        await arm({ operation: "StartSnapshot", kind: "error-before", nth: 2 });
        await arm({
            operation: "StartSnapshot",
            kind: "error-after",
            nth: 3,
            code: "RequestThrottledException",
            status: 400,
        });
        await start(ebs);
        await expect(start(ebs)).rejects.toMatchObject({ name: "InternalServerException" });
        expect(await existing()).toHaveLength(1);
        await expect(start(ebs)).rejects.toMatchObject({ name: "RequestThrottledException" });
        expect(await existing()).toHaveLength(2);
        await start(ebs);
        expect((await calls()).map(({ operation, outcome, fault }) => [operation, outcome, fault])).toEqual([
            ["StartSnapshot", "answered", undefined],
            ["StartSnapshot", "failed", "error-before"],
            ["StartSnapshot", "failed", "error-after"],
            ["StartSnapshot", "answered", undefined],
        ]);
    });

    test("a retry with the same client token finds what the cut connection hid", async () => {
        const ebs = aws.ebs({ maxAttempts: 3 });
        await arm({ operation: "StartSnapshot", kind: "cut-after" });
        const id = await start(ebs);
        expect((await existing()).map((each) => each.id)).toEqual([id]);
        expect((await calls()).map(({ outcome }) => outcome)).toEqual(["cut", "answered"]);
    });

    test("a call that hangs has no effect, or all of it", async () => {
        const ebs = aws.ebs();
        const patience = (): { abortSignal: AbortSignal } => ({ abortSignal: AbortSignal.timeout(300) });
        const SnapshotId = await start(ebs);
        const remove = new DeleteSnapshotCommand({ SnapshotId });
        await arm({ operation: "DeleteSnapshot", kind: "hang-before" });
        await arm({ operation: "DeleteSnapshot", kind: "hang-after", nth: 2 });
        await expect(aws.ec2().send(remove, patience())).rejects.toMatchObject({ name: "AbortError" });
        expect(await existing()).toHaveLength(1);
        await expect(aws.ec2().send(remove, patience())).rejects.toMatchObject({ name: "AbortError" });
        expect(await existing()).toHaveLength(0);
        expect((await calls()).filter(({ outcome }) => outcome === "hanging")).toHaveLength(2);
    });

    test("requests beyond the bucket are refused, until it has filled again", async () => {
        await aws.side("POST", "clock", { scale: 0 });
        await aws.side("POST", "settings", { throttling: true });
        const ebs = aws.ebs();
        for (let count = 0; count < 10; count += 1) {
            await start(ebs);
        }
        await expect(start(ebs)).rejects.toMatchObject({
            name: "RequestThrottledException",
            Reason: "ACCOUNT_THROTTLED",
        });
        await aws.side("POST", "clock", { advanceMs: 100 });
        await start(ebs);
        const ec2 = aws.ec2();
        const describe = (): Promise<unknown> => ec2.send(new DescribeSnapshotsCommand({}));
        for (let count = 0; count < 100; count += 1) {
            await describe();
        }
        await expect(describe()).rejects.toMatchObject({ name: "RequestLimitExceeded" });
    });

    test("what is no fault, setting or request is named", async () => {
        await expect(arm({ operation: "StartSnapshot", kind: "explode" })).rejects.toThrow("error-before");
        await expect(aws.side("POST", "settings", { colour: 1 })).rejects.toThrow("colour: 1 is no setting");
        await expect(aws.side("POST", "settings", { throttling: 1 })).rejects.toThrow("throttling: 1");
        await expect(aws.side("POST", "clock", { scale: -1 })).rejects.toThrow("scale: -1");
        await expect(aws.side("GET", "nothing")).rejects.toThrow("POST faults");
    });

    test("a restart goes on with what exists, but for a line that was cut short", async () => {
        const blocks = [block("a"), block("b")];
        const done = await uploaded(aws.ebs(), blocks, { ClientToken: "done" });
        const open = await start(aws.ebs(), { ClientToken: "open" });
        await put(aws.ebs(), open, 3, blocks[0]!);
        await aws.close();
        const holder = join(aws.state, "holders", open);
        writeFileSync(holder, `${readFileSync(holder, "utf8")}+ 4 0123`);
        aws = await running(aws.state);
        await aws.side("POST", "clock", { advanceMs: 5_000 });
        expect(await start(aws.ebs(), { ClientToken: "open" })).toBe(open);
        const { Blocks } = await aws.ebs().send(new ListSnapshotBlocksCommand({ SnapshotId: done }));
        expect(Blocks).toHaveLength(2);
        const data = block("c");
        await aws.ebs().send(
            new PutSnapshotBlockCommand({
                SnapshotId: open,
                BlockIndex: 3,
                BlockData: data,
                DataLength: BLOCK,
                Checksum: sha256(data),
                ChecksumAlgorithm: "SHA256",
            }),
        );
    });

    test("it runs as a process of its own, and ends when it is told to", async () => {
        const main = join(process.cwd(), "test", "clouds", "aws", "main.ts");
        const child = spawn(process.execPath, [main, "--state", join(aws.state, "own"), "--guests", "off"], {
            stdio: "pipe",
        });
        const [line] = (await once(child.stdout, "data")) as [Buffer];
        const response = await fetch(`${line.toString().trim()}/_emulator/existing`);
        await expect(response.json()).resolves.toEqual([]);
        child.kill("SIGTERM");
        expect(await once(child, "exit")).toEqual([0, null]);
    });
});
