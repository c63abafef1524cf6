import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync } from "node:fs";
import type { RequestListener } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { downloadRelease, releaseUrl } from "../../../tools/pulumi/download.ts";
import { run } from "../../../tools/process/run.ts";
import { temporaryFolder, writeScript } from "../../support/folder";

const folder = temporaryFolder();
const effects = { fetch, run, patienceMs: 300 };
const closers: (() => void)[] = [];

afterEach(() => closers.splice(0).forEach((close) => close()));

async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closers.push(() => {
        server.closeAllConnections();
        server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/pulumi.tar.gz`;
}

function target(): string {
    const directory = path.join(folder(), "cli");
    mkdirSync(directory);
    return directory;
}

function releaseArchive(): string {
    writeScript(path.join(folder(), "release/pulumi/pulumi"), "echo v9.9.9");
    writeScript(path.join(folder(), "release/pulumi/pulumi-language-nodejs"), "");
    const archive = path.join(folder(), "release.tar.gz");
    execFileSync("tar", ["-czf", archive, "-C", path.join(folder(), "release"), "pulumi"]);
    return archive;
}

test("the release's programs stand in the folder, and nothing else", async () => {
    const archive = readFileSync(releaseArchive());
    const directory = target();
    await downloadRelease(await serve((_, response) => response.end(archive)), directory, effects);
    expect(readdirSync(directory)).toEqual(["pulumi", "pulumi-language-nodejs"]);
    expect(execFileSync(path.join(directory, "pulumi"), { encoding: "utf8" })).toBe("v9.9.9\n");
});

test("the address is that of Pulumi's own installer", () => {
    expect(releaseUrl("3.259.0", "linux", "x64")).toMatch(/\/releases\/sdk\/pulumi-v3\.259\.0-linux-x64\.tar\.gz$/);
});

test("a server that takes the connection and never answers is given up", async () => {
    const url = await serve(() => {});
    await expect(downloadRelease(url, target(), effects)).rejects.toThrow("no answer within 0.3 s");
});

test("a server that stops in the middle is given up", async () => {
    const url = await serve((_, response) => void response.write("begun"));
    await expect(downloadRelease(url, target(), effects)).rejects.toThrow("no answer within 0.3 s");
});

test("a slow server is waited for as long as it goes on sending", async () => {
    jest.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask", "setImmediate"] });
    try {
        const archive = readFileSync(releaseArchive());
        const pieces = Array.from({ length: 10 }, (_, index) =>
            archive.subarray(index * 50, index === 9 ? undefined : index * 50 + 50),
        );
        const answer: typeof fetch = (_, init) =>
            Promise.resolve(
                new Response(
                    new ReadableStream<Uint8Array>(
                        {
                            start: (controller) => {
                                init?.signal?.addEventListener("abort", () => controller.error(init.signal?.reason));
                            },
                            pull: (controller) => {
                                jest.advanceTimersByTime(200);
                                const piece = pieces.shift();
                                return piece === undefined ? controller.close() : controller.enqueue(piece);
                            },
                        },
                        { highWaterMark: 0 },
                    ),
                ),
            );
        const directory = target();
        await downloadRelease("https://get.invalid/x", directory, { ...effects, fetch: answer });
        expect(existsSync(path.join(directory, "pulumi"))).toBe(true);
    } finally {
        jest.useRealTimers();
    }
});

test("an answer that is not the release is told with its status", async () => {
    const url = await serve((_, response) => response.writeHead(403).end("no"));
    await expect(downloadRelease(url, target(), effects)).rejects.toThrow(`${url}: answered 403`);
});

test("a name that does not resolve is told as such", async () => {
    const refuse = (): Promise<Response> =>
        Promise.reject(new TypeError("fetch failed", { cause: new Error("getaddrinfo ENOTFOUND get.invalid") }));
    await expect(downloadRelease("https://get.invalid/x", target(), { ...effects, fetch: refuse })).rejects.toThrow(
        "https://get.invalid/x: getaddrinfo ENOTFOUND get.invalid",
    );
});

test("an archive that was cut short is refused", async () => {
    const archive = releaseArchive();
    truncateSync(archive, 60);
    const url = await serve((_, response) => response.end(readFileSync(archive)));
    await expect(downloadRelease(url, target(), effects)).rejects.toThrow("tar could not unpack");
});
