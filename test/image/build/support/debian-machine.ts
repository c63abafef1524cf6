import { readFileSync } from "node:fs";

import { Assembly, debian } from "../../../../sdk";
import type { TarMember } from "../../archive/make-tar";
import { buildImage } from "../../base/build-image";
import { unpack } from "./unpack";

/** Parts of Debian that images of a machine are made of. */
export interface DebianMachine {
    readonly kernel: Buffer;
    /** Below lib/modules. */
    readonly modules: readonly TarMember[];
    /** Statically linked. */
    readonly busybox: Buffer;
}

/** Debian's kernel with the modules named, and its busybox. */
export async function debianMachine(modules: readonly string[]): Promise<DebianMachine> {
    const image = await buildImage(
        new Assembly({ kernel: debian.kernel({ modules: [...modules] }), init: [debian.base()] }),
    );
    const tree = await unpack(image);
    return {
        kernel: readFileSync(image.kernelPath),
        modules: [...tree].flatMap(([name, { mode, bytes }]) =>
            name.startsWith("usr/lib/modules/") && mode.startsWith("100")
                ? [{ name: name.replace("usr/", ""), body: bytes }]
                : [],
        ),
        busybox: tree.get("usr/bin/busybox")?.bytes ?? Buffer.alloc(0),
    };
}
