import type { SparseDisk } from "../../../providers/image/disk/sparse";
import { dynamicVhd, fixedVhd, qcow2, streamOptimizedVmdk } from "../../../providers/image/virtual-disk";
import { GrainMap } from "../../../providers/image/virtual-disk/grain-map";
import { tarMember } from "../../../providers/image/virtual-disk/tar-member";
import { collect } from "../codec/collect";
import { diskOf } from "./support/disks";

const GIB = 2 ** 30;
const TIB = 2 ** 40;
const empty = (sizeBytes: number): SparseDisk => diskOf(sizeBytes, []);

test("a VHD holds 2,040 GiB, and not one MiB more", async () => {
    expect(fixedVhd(empty(2040 * GIB)).sizeBytes).toBe(2040 * GIB + 512);
    expect((await collect(dynamicVhd(empty(2040 * GIB)))).length).toBe(1536 + (2040 / 2) * 1024 * 4 + 512);
    const over = {
        code: "DiskTooLarge",
        message: expect.stringMatching(/in a VHD is .* may be 2190433320960 at most/u),
    };
    expect(() => fixedVhd(empty(2040 * GIB + 512))).toThrow(expect.objectContaining(over));
    await expect(collect(dynamicVhd(empty(2040 * GIB + 512)))).rejects.toMatchObject(over);
});

test("a qcow2 file holds 2 PiB", async () => {
    await expect(collect(qcow2(empty(2048 * TIB + 512)))).rejects.toMatchObject({
        code: "DiskTooLarge",
        message: expect.stringContaining("in a qcow2 file"),
    });
    const file = await collect(qcow2(empty(64 * TIB)));
    expect(file.readBigUInt64BE(24)).toBe(BigInt(64 * TIB));
    expect(file.readUInt32BE(36)).toBe(131_072);
});

test("a VMDK holds 62 TiB", async () => {
    const file = await collect(streamOptimizedVmdk(empty(62 * TIB)));
    expect(file.readBigUInt64LE(12)).toBe(BigInt(62 * TIB) / 512n);
    await expect(collect(streamOptimizedVmdk(empty(62 * TIB + 512)))).rejects.toMatchObject({
        code: "DiskTooLarge",
        message: expect.stringContaining("in a VMDK"),
    });
});

test("grains behind 2 TiB of a VMDK file cannot be pointed at", () => {
    const map = new GrainMap(8 * TIB, 65_536);
    map.add(0, 2 * TIB - 65_536 - 1024);
    map.add(1, 1024);
    expect(() => map.add(2, 1024)).toThrow(expect.objectContaining({ code: "DiskTooLarge" }));
});

test("a file of 8 GiB fits oldgnu, not ustar", () => {
    expect(tarMember({ name: "a", sizeBytes: 8 * GIB - 1, dialect: "ustar" }).toString("latin1", 124, 136)).toBe(
        "77777777777\0",
    );
    expect(tarMember({ name: "a", sizeBytes: 8 * GIB, dialect: "oldgnu" }).toString("hex", 124, 136)).toBe(
        "800000000000000200000000",
    );
    expect(() => tarMember({ name: "image.vmdk", sizeBytes: 8 * GIB, dialect: "ustar" })).toThrow(
        expect.objectContaining({ code: "DiskTooLarge", message: expect.stringContaining("image.vmdk") }),
    );
});
