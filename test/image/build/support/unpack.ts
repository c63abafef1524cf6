import { createReadStream } from "node:fs";

import { readInitrd } from "../../../../providers/image/initrd/read";
import type { BuiltImage } from "../../../../providers/image/plan";
import { collect } from "../../codec/collect";

export interface Unpacked {
    readonly mode: string;
    readonly uid: number;
    readonly gid: number;
    readonly target: string;
    readonly text: string;
    readonly bytes: Buffer;
}

/** What stands where once a kernel has unpacked an image's initrd. */
export async function unpack(image: BuiltImage): Promise<ReadonlyMap<string, Unpacked>> {
    const tree = new Map<string, Unpacked>();
    for await (const entry of readInitrd(createReadStream(image.initrdPath) as AsyncIterable<Buffer>)) {
        const { name, mode, uid, gid, target } = entry;
        const bytes = await collect(entry.chunks());
        tree.set(name, { mode: mode.toString(8), uid, gid, target, text: bytes.toString(), bytes });
    }
    return tree;
}
