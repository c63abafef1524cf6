import { createHash } from "node:crypto";

import {
    type DiskInput,
    type Payload,
    type SparseDisk,
    bytesOf,
    isoBios,
    isoEfi,
    isoEfiInitrd,
    rawBios,
    rawEfi,
    rawHybrid,
} from "../../../providers/image/disk";
import { diskInput, payload } from "./support/input";

type Maker = (input: DiskInput) => Promise<SparseDisk | Payload>;

/** A change here is a change of everyone's disks. */
const golden: readonly (readonly [name: string, make: Maker, sha256: string])[] = [
    ["raw-bios", rawBios, "3fa3bf3444db5c99bfc67e27dcc4e13b964c7f5ecc3e71027d2d861e753054d3"],
    ["raw-efi", rawEfi, "d0394d88fad8ec30a8e399c06fe5da545dbc5140438f146a4fc71938f17e5233"],
    ["raw-hybrid", rawHybrid, "4cf1c7106d22dfbfc04f0f39d73612ad7fb6040cb4723c102bb4010a944a6d0b"],
    ["iso-bios", isoBios, "0c1aad881de51ff7158abe851437812529a626c2f15acc298acad2efde690ba5"],
    ["iso-efi", isoEfi, "7e2645563acd14cfcdc47bcc5fd783617b582a3ceeb726be7efbf0b0d13d948c"],
    ["iso-efi-initrd", isoEfiInitrd, "42a80758fe6afd0316d3ba223cd9dd869eb55a8400353614ac3f7699f71ccd4e"],
];

it.each(golden)("%s is the same bytes on every machine and with every Node", async (_, make, sha256) => {
    const initrd = [payload(700_000, 1), payload(40_004, 2), payload(2_000_000, 3)];
    const disk = await make(diskInput({ initrd, ucode: payload(1001, 4) }));
    const hash = createHash("sha256");
    for await (const chunk of ("extents" in disk ? bytesOf(disk) : disk).chunks()) {
        hash.update(chunk);
    }
    expect(hash.digest("hex")).toBe(sha256);
});
