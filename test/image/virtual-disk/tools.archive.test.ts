import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import { ovfDescriptor } from "../../../providers/image/virtual-disk/ovf";
import { MIB } from "./support/disks";

const run = promisify(execFile);
const register = path.join(__dirname, "../../qemu/support/register.cjs");
const GIB = 2 ** 30;
/** Less than the disk's 384 MiB of data: a writer that kept them would take more. */
const MAX_PEAK_BYTES = 256 * MIB;

let folder: string;
beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "virtual-disk-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Written {
    readonly file: string;
    readonly sha256: string;
    readonly peakBytes: number;
}

async function write(format: string, sizeBytes: number, name: string): Promise<Written> {
    const file = path.join(folder, name);
    const child = path.join(__dirname, "support/child.ts");
    const { stdout } = await run(process.execPath, ["-r", register, child, format, String(sizeBytes), file]);
    return { file, ...(JSON.parse(stdout) as { sha256: string; peakBytes: number }) };
}

async function virtualSize(file: string, format: string): Promise<number> {
    const { stdout } = await run("qemu-img", ["info", "--output=json", "-f", format, file]);
    return (JSON.parse(stdout) as { "virtual-size": number })["virtual-size"];
}

const compare = (raw: string, file: string, format: string) =>
    run("qemu-img", ["compare", "-f", "raw", "-F", format, raw, file]);

describe("a disk of 10 GiB that is mostly empty", () => {
    let raw: string;
    beforeAll(async () => {
        raw = (await write("raw", 10 * GIB, "disk.raw")).file;
    });

    test.each([
        { format: "qcow2", name: "disk.qcow2", driver: "qcow2", mostMib: 387 },
        { format: "dynamic VHD", name: "dynamic.vhd", driver: "vpc", mostMib: 400 },
        { format: "fixed VHD", name: "fixed.vhd", driver: "vpc", mostMib: 400 },
        { format: "VMDK", name: "disk.vmdk", driver: "vmdk", mostMib: 330 },
    ])("$format: QEMU finds the same bytes, and the writer's memory stays flat", async (expected) => {
        const { file, peakBytes } = await write(expected.format, 10 * GIB, expected.name);
        expect(await virtualSize(file, expected.driver)).toBe(10 * GIB);
        expect((await compare(raw, file, expected.driver)).stdout).toContain("Images are identical.");
        expect(peakBytes).toBeLessThan(MAX_PEAK_BYTES);
        expect(statSync(file).blocks * 512).toBeLessThan(expected.mostMib * MIB);
        rmSync(file);
    });

    test("qemu-img check finds nothing wrong with a qcow2 file, or a VMDK", async () => {
        for (const [format, name, driver] of [
            ["qcow2", "checked.qcow2", "qcow2"],
            ["VMDK", "checked.vmdk", "vmdk"],
        ] as const) {
            const { file } = await write(format, 10 * GIB, name);
            const { stdout } = await run("qemu-img", ["check", "-f", driver, file]);
            expect(stdout).toContain("No errors were found on the image.");
            rmSync(file);
        }
    });

    test("OVA: GNU tar finds the files, and their digests are the manifest's", async () => {
        const { file, peakBytes } = await write("OVA", 10 * GIB, "disk.ova");
        await run("tar", ["-xf", file, "-C", folder]);
        const { stdout } = await run(
            "sh",
            ["-ec", `sed 's/SHA256(\\(.*\\))= \\(.*\\)/\\2  \\1/' image.mf | sha256sum -c`],
            {
                cwd: folder,
            },
        );
        expect(stdout).toBe("image.ovf: OK\nimage-disk1.vmdk: OK\n");
        const disk = path.join(folder, "image-disk1.vmdk");
        expect((await compare(raw, disk, "vmdk")).stdout).toContain("Images are identical.");
        expect(peakBytes).toBeLessThan(MAX_PEAK_BYTES);
        rmSync(file);
    });

    test("the same bytes again in another process", async () => {
        const [once, again] = [await write("VMDK", 10 * GIB, "a.vmdk"), await write("VMDK", 10 * GIB, "b.vmdk")];
        expect(again.sha256).toBe(once.sha256);
    });
});

test("Compute Engine archive: GNU tar gives back the disk", async () => {
    const raw = await write("raw", GIB - 512, "short.raw");
    const { file, peakBytes } = await write("Compute Engine archive", GIB - 512, "disk.tar.gz");
    const { stdout } = await run("tar", ["-xzvvSf", file, "--numeric-owner", "-C", folder]);
    expect(stdout).toMatch(/^-rw-r--r-- 0\/0 +1073741824 \S+ \S+ disk\.raw\n$/u);
    expect((await compare(raw.file, path.join(folder, "disk.raw"), "raw")).stdout).toContain("Images are identical.");
    expect(peakBytes).toBeLessThan(MAX_PEAK_BYTES);
});

/** DMTF's dsp8023_1.1.1.xsd with what it imports beside it: no registry of packages has a copy, so one is named. */
const schema = process.env["OVF_SCHEMA"];

(schema === undefined ? describe.skip : describe)("DMTF's schema, which OVF_SCHEMA names", () => {
    test("takes the OVF descriptor, and not one that lacks a part", async () => {
        const file = path.join(folder, "schema.ovf");
        const fields = { memoryMib: 1024, diskFile: "disk.vmdk", diskFileBytes: 70_000, diskBytes: 10 * GIB };
        for (const firmware of ["bios", "efi"] as const) {
            const valid = ovfDescriptor({ ...fields, name: 'a <b> & "c"', firmware });
            const validate = ["--nonet", "--noout", "--schema", schema ?? "", file];
            writeFileSync(file, valid);
            await run("xmllint", validate);
            writeFileSync(file, valid.replace("<rasd:InstanceID>3</rasd:InstanceID>", ""));
            await expect(run("xmllint", validate)).rejects.toThrow("InstanceID");
        }
    });
});
