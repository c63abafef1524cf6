import { writeFileSync } from "node:fs";
import path from "node:path";

import { withImageParts } from "../../../providers/image/build/ensure";
import type { BootableInput, Sink } from "../../../providers/image/formats/format";
import { formats } from "../../../providers/image/formats/table";
import { temporaryFolder } from "../../support/folder";
import { environment, planned, usual } from "../build/support/plan";
import { collect } from "../codec/collect";
import { membersOf } from "./members";

const folder = temporaryFolder();
const ucode = Buffer.from("cpio of microcode");

/** What a format writes of an image whose kernel came with microcode, by the part. */
async function write(format: "kernel+initrd" | "tar-kernel-initrd" | "tar"): Promise<Record<string, Buffer>> {
    const env = environment(folder());
    const plan = await planned(usual(env), env);
    const ucodePath = path.join(folder(), "ucode");
    writeFileSync(ucodePath, ucode);
    const written: Record<string, Buffer> = {};
    const sink = {
        stream: async (part: string, chunks: AsyncIterable<Buffer>) => {
            written[part] = await collect(chunks);
        },
    } as Sink;
    await withImageParts(plan, env, async ({ image, segments }) => {
        const parts = { image: { ...image, ucodePath, ucode: { sizeBytes: ucode.length, sha256: "" } }, segments };
        await formats[format].write({ plan, parts, spdx: false } as unknown as BootableInput, sink);
    });
    return written;
}

test("microcode goes in front of the initrd, uncompressed, and the next segment begins where the kernel looks for it", async () => {
    const { initrd = Buffer.alloc(0) } = await write("kernel+initrd");
    expect(initrd.subarray(0, 20)).toEqual(Buffer.concat([ucode, Buffer.alloc(3)]));
    expect(initrd.readUInt32LE(20)).toBe(0xfd2fb528);
});

test("the tars have it as a file of its own, as LinuxKit's", async () => {
    const inTar = membersOf((await write("tar"))["tar"] ?? Buffer.alloc(0));
    expect(inTar.find(({ path: name }) => name === "boot/ucode.cpio")?.text).toBe(ucode.toString());
    const packed = membersOf((await write("tar-kernel-initrd"))["tar"] ?? Buffer.alloc(0));
    expect(packed.map(({ path: name }) => name)).toEqual(["kernel", "initrd.img", "cmdline", "ucode.cpio"]);
});
