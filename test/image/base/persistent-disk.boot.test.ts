import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
    closeSync,
    mkdirSync,
    mkdtempSync,
    openSync,
    readFileSync,
    rmSync,
    truncateSync,
    writeFileSync,
    writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { withQmp } from "../../../providers/qemu/qmp";
import { Assembly, debian, persistentDisk } from "../../../sdk";
import { guests } from "../../support/boot";
import { ext4Of } from "../../support/ext4";
import { buildImage } from "./build-image";

const boot = guests();
const mebibyte = 2 ** 20;
/** Tools of filesystems are not on everyone's path. */
const tools = { env: { PATH: `${process.env["PATH"]}:/usr/sbin:/sbin` } };
let folder: string;
beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "linuxkit-disks-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A disk of this many MiB with texts where they are said to be; a negative offset counts from its end. */
function disk(name: string, mebibytes: number, texts: Readonly<Record<number, string>> = {}): string {
    const file = path.join(folder, name);
    const descriptor = openSync(file, "w");
    for (const [offset, text] of Object.entries(texts)) {
        writeSync(descriptor, text, (Number(offset) < 0 ? mebibytes * mebibyte : 0) + Number(offset));
    }
    closeSync(descriptor);
    truncateSync(file, mebibytes * mebibyte);
    return file;
}

/** An ext4 filesystem that holds a file, on a disk that has grown since. */
function grown(name: string, label: string, mebibytes: number): string {
    const files = path.join(folder, "files");
    mkdirSync(files, { recursive: true });
    writeFileSync(path.join(files, "kept"), "kept data");
    const file = disk(name, mebibytes);
    execFileSync("mke2fs", ["-q", "-t", "ext4", "-L", label, "-d", files, file, `${mebibytes / 2}M`], tools);
    return file;
}

function photos(): string {
    const file = disk("photos", 32);
    execFileSync("mkfs.vfat", ["-n", "PHOTOS", file], tools);
    return file;
}

const digestOf = (file: string): string => createHash("sha256").update(readFileSync(file)).digest("hex");
const fileIn = (image: string, name: string): string =>
    execFileSync("debugfs", ["-R", `cat ${name}`, image], { ...tools, stdio: ["ignore", "pipe", "ignore"] }).toString();

test("disks are found by label, grown, and formatted when empty; one with anything on it is left as it is", async () => {
    const image = await buildImage(
        new Assembly({
            kernel: debian.kernel(),
            init: [debian.base()],
            onboot: ["old", "new", "cut", "sealed", "none"].map((label) =>
                persistentDisk({ name: `disk-${label}`, label, path: `/var/lib/${label}` }),
            ),
        }),
    );
    const cut = "linuxkit: formatting as cut";
    const foreign = [disk("unknown", 32, { [31 * mebibyte + 5]: "x" }), photos(), grown("other", "other", 32)];
    const [old, fresh, half] = [
        grown("old", "old", 64),
        disk("new", 64),
        disk("half", 64, { 65536: "inode table", "-512": cut }),
    ];
    const sealed = { file: grown("sealed", "sealed", 32), readonly: true };
    const before = [...foreign, sealed.file].map(digestOf);
    const guest = boot({ ...image, disks: [...[...foreign, half, old, fresh].map((file) => ({ file })), sealed] });
    const failed = await guest.waitFor(/^linuxkit: failed/);
    await guest.powerDown();
    await guest.ended();
    expect(failed.slice(failed.indexOf("exit"))).toBe(
        `exit 1: no disk has the label "none", and none is empty: ${[
            "vda (data)",
            "vdb (vfat file system labelled 'PHOTOS')",
            ...["other", "cut", "old", "new", "sealed"].map((label, index) => `vd${"cdefg"[index]} ("${label}")`),
        ].join(", ")}`,
    );
    expect([...foreign, sealed.file].map(digestOf)).toEqual(before);
    expect([old, fresh, half].map(ext4Of)).toEqual(
        ["old", "new", "cut"].map((label) => ({ label, bytes: 64 * mebibyte, isUnmounted: true })),
    );
    expect(fileIn(old, "kept")).toBe("kept data");
});

test("on AWS a volume is waited for, and one with the label goes before one that is empty", async () => {
    const image = await buildImage(
        new Assembly({
            kernel: debian.kernel(),
            init: [debian.base()],
            onboot: [persistentDisk({ label: "data", path: "/var/lib/data" })],
        }),
    );
    const nvme = (file: string, at: string, volume: string): readonly [object, object] => [
        { execute: "blockdev-add", arguments: { driver: "file", "node-name": volume, filename: file } },
        {
            execute: "device_add",
            arguments: { driver: "nvme", drive: volume, serial: volume, bus: at, id: `disk-${volume}` },
        },
    ];
    const [root, empty, data] = [disk("root", 32, { 0: "a loader" }), disk("empty", 32), grown("late", "data", 64)];
    const before = digestOf(empty);
    const guest = boot({
        ...image,
        extra: [
            ...["-smbios", "type=1,manufacturer=Amazon EC2,product=t3.micro"],
            ...["-drive", `if=none,id=root,format=raw,file=${root}`, "-device", "nvme,drive=root,serial=vol0"],
            ...["port1", "port2"].flatMap((id, slot) => ["-device", `pcie-root-port,id=${id},slot=${slot + 1}`]),
            ...["-qmp", `unix:${path.join(folder, "qmp")},server=on,wait=off`],
        ],
    });
    await guest.waitFor(/^linuxkit: onboot persistent-disk started/);
    await withQmp(folder, 10_000, async (qmp) => {
        for (const command of [...nvme(empty, "port1", "vol1"), ...nvme(data, "port2", "vol2")]) {
            await qmp.execute(command as Parameters<typeof qmp.execute>[0]);
        }
    });
    await guest.waitFor(/^linuxkit: ready/);
    await guest.powerDown();
    await guest.ended();
    expect(ext4Of(data)).toEqual({ label: "data", bytes: 64 * mebibyte, isUnmounted: true });
    expect(fileIn(data, "kept")).toBe("kept data");
    expect(digestOf(empty)).toBe(before);
});
