import { createHash } from "node:crypto";

import type { SparseDisk } from "../../../providers/image/disk/sparse";
import { ova } from "../../../providers/image/virtual-disk";
import { collect } from "../codec/collect";
import { bytesOf, diskOf, MIB, noise, prose } from "./support/disks";
import { readVmdk } from "./support/vmdk";

const extents = [
    { offset: 0, bytes: noise(70_000, 1) },
    { offset: 40 * MIB, bytes: prose(MIB, 2) },
];
const disk = diskOf(48 * MIB, extents);

interface Member {
    readonly name: string;
    readonly bytes: Buffer;
}

/** POSIX.1-1988, without extensions. */
function readUstar(file: Buffer): Member[] {
    const members: Member[] = [];
    let at = 0;
    while (file[at] !== 0) {
        const field = (offset: number, length: number) => file.toString("latin1", at + offset, at + offset + length);
        expect(field(257, 8)).toBe("ustar\x0000");
        const header = file.subarray(at, at + 512);
        const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
        expect(Number.parseInt(field(148, 8), 8)).toBe(sum);
        const size = Number.parseInt(field(124, 12), 8);
        members.push({ name: field(0, 100).replaceAll("\0", ""), bytes: file.subarray(at + 512, at + 512 + size) });
        at += 512 + Math.ceil(size / 512) * 512;
    }
    expect(file.subarray(at).equals(Buffer.alloc(1024))).toBe(true);
    return members;
}

async function membersOf(options: Parameters<typeof ova>[1]): Promise<Member[]> {
    return readUstar(await collect(ova(disk, options)));
}

test("descriptor, manifest and disk, in this order; the manifest and the descriptor tell the truth", async () => {
    const members = await membersOf({ name: "redis-os", firmware: "bios" });
    expect(members.map(({ name }) => name)).toEqual(["image.ovf", "image.mf", "image-disk1.vmdk"]);
    const [ovf, mf, vmdk] = members.map(({ bytes }) => bytes) as [Buffer, Buffer, Buffer];
    const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
    expect(mf.toString()).toBe(`SHA256(image.ovf)= ${sha256(ovf)}\nSHA256(image-disk1.vmdk)= ${sha256(vmdk)}\n`);
    expect(ovf.toString()).toContain(`ovf:href="image-disk1.vmdk" ovf:id="file1" ovf:size="${vmdk.length}"`);
    expect(ovf.toString()).toContain(`ovf:capacity="${48 * MIB}"`);
    expect(readVmdk(vmdk).disk.equals(bytesOf(extents, 48 * MIB))).toBe(true);
});

test("the descriptor is the same as ever", async () => {
    const [ovf] = await membersOf({ name: "redis-os", firmware: "efi" });
    expect(ovf?.bytes.toString()).toMatchSnapshot();
});

/** Where DMTF's schema cannot be had, what it asks for that a reader would trip over. */
test("an Item's elements are in alphabetical order, as the schema's sequence has them", async () => {
    const [ovf] = await membersOf({ name: "redis-os", firmware: "efi" });
    const items = [...(ovf?.bytes.toString() ?? "").matchAll(/<Item>(.*?)<\/Item>/gsu)];
    expect(items).toHaveLength(5);
    for (const [, body] of items) {
        const names = [...(body ?? "").matchAll(/<rasd:(\w+)>/gu)].map(([, name]) => name ?? "");
        expect(names).toEqual([...new Set(names)].toSorted((a, b) => (a < b ? -1 : 1)));
        expect(names).toEqual(expect.arrayContaining(["ElementName", "InstanceID", "ResourceType"]));
    }
});

test("a name is escaped; one that XML cannot hold is an error", async () => {
    const [ovf] = await membersOf({ name: 'a <b> & "c"', firmware: "bios" });
    expect(ovf?.bytes.toString()).toContain("<Name>a &lt;b&gt; &amp; &quot;c&quot;</Name>");
    for (const name of ["a\nb", "\u0000", "\uD800", "\uFFFF"]) {
        await expect(membersOf({ name, firmware: "bios" })).rejects.toMatchObject({ code: "OvfName" });
    }
});

test("memory grows with what is on the disk", async () => {
    const large = diskOf(512 * MIB, [{ offset: 0, bytes: noise(300 * MIB, 1) }]);
    const chunks: Buffer[] = [];
    for await (const chunk of ova(large, { name: "a", firmware: "bios" })) {
        chunks.push(chunk);
        if (chunks.length === 2) {
            break;
        }
    }
    expect(chunks[1]?.toString()).toContain("<rasd:VirtualQuantity>1536</rasd:VirtualQuantity>");
});

test("a disk that changes after it was measured is an error, not a wrong archive", async () => {
    let readings = 0;
    const fickle: SparseDisk = {
        sizeBytes: MIB,
        async *extents() {
            yield { offset: 0, bytes: noise(65_536, ++readings > 3 ? 2 : 1) };
        },
    };
    await expect(collect(ova(fickle, { name: "a", firmware: "bios" }))).rejects.toMatchObject({ code: "DiskChanged" });
});
