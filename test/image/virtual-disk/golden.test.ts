import { createHash } from "node:crypto";

import type { SparseDisk } from "../../../providers/image/disk/sparse";
import {
    dynamicVhd,
    fixedVhd,
    gceArchive,
    ova,
    qcow2,
    streamOptimizedVmdk,
} from "../../../providers/image/virtual-disk";
import { diskOf, everyByte, MIB, noise, prose } from "./support/disks";

const disk = diskOf(9 * MIB + 512, [
    { offset: 0, bytes: noise(512, 1) },
    { offset: MIB - 100, bytes: prose(200_000, 2) },
    { offset: 5 * MIB, bytes: noise(3 * MIB, 3) },
    { offset: 9 * MIB, bytes: Buffer.alloc(512, 0xaa) },
]);

const writers: Readonly<Record<string, (from: SparseDisk) => AsyncIterable<Buffer>>> = {
    qcow2,
    "fixed VHD": (from) => everyByte(fixedVhd(from)),
    "dynamic VHD": dynamicVhd,
    VMDK: streamOptimizedVmdk,
    OVA: (from) => ova(from, { name: "golden", firmware: "bios" }),
    "Compute Engine archive": gceArchive,
};

/** A digest that changes makes every disk in the world a new one: only when the format must. */
test.each(Object.entries(writers))("%s: the same bytes on every machine", async (_, write) => {
    const hash = createHash("sha256");
    let length = 0;
    for await (const chunk of write(disk)) {
        hash.update(chunk);
        length += chunk.length;
    }
    expect(`${length} ${hash.digest("hex")}`).toMatchSnapshot();
});
