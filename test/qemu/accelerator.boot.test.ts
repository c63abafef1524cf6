import { chmod, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProcesses } from "../../providers/lifecycle/process";
import { findAccelerator } from "../../providers/qemu/accelerator";
import { boots } from "../../providers/qemu/accelerator/probe";
import { findQemu } from "../../providers/qemu/machine/binary";

let directory: string;
beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "linuxkit-probe-test-"));
});
afterEach(() => rm(directory, { recursive: true }));

async function script(text: string): Promise<string> {
    const path = join(directory, "qemu-system-x86_64");
    await writeFile(path, `#!/bin/sh\n${text}\n`);
    await chmod(path, 0o755);
    return path;
}

test.each(["amd64", "arm64"] as const)(
    "the tiny %s guest runs under TCG, which every host has",
    async (architecture) => {
        expect(await boots(await findQemu(architecture), architecture, "tcg", 60_000)).toBe(true);
    },
    90_000,
);

test("a guest that hangs is no guest, and nothing is left of it", async () => {
    const qemu = await script("exec sleep 31415");
    expect(await boots(qemu, "amd64", "kvm", 300)).toBe(false);
    expect(await findProcesses(["sleep", "31415"])).toEqual([]);
}, 30_000);

test("neither the right end without the guest's word nor its word without the end will do", async () => {
    expect(await boots(await script("exit 85"), "amd64", "kvm")).toBe(false);
    expect(await boots(await script("echo K; exit 1"), "amd64", "kvm")).toBe(false);
    expect(await boots(await script("echo K; exit 85"), "amd64", "kvm")).toBe(true);
}, 30_000);

test("the finding is kept: a host is asked once", async () => {
    const qemu = await findQemu("amd64");
    const probed: string[] = [];
    const find = (): Promise<string> =>
        findAccelerator(qemu, "amd64", { cacheDirectory: directory, onProbe: (name) => probed.push(name) });
    const first = await find();
    expect(await find()).toBe(first);
    expect(probed.length).toBeLessThanOrEqual(1);
    expect((await readdir(directory)).length).toBe(probed.length);
}, 60_000);

test("a QEMU that is not installed is named, with what installs it", async () => {
    await expect(findQemu("arm64", directory)).rejects.toThrow(
        /qemu-system-aarch64 is not on PATH: install it with \S+/,
    );
});
