import type { DriverName } from "../drivers";
import type { OpenEntries } from "../filesystem";
import type * as filesystemModule from "../filesystem";
import type { EntryStream } from "../tree/entry";
import type { Format, FormatInput, Sink } from "./format";
import { chunksOf } from "./kernel-initrd";
import { kernelPayload } from "./payloads";
import { imageMembers } from "./tree";

/** Loaded when first needed: most builds write none. */
const writers = (): typeof filesystemModule => require("../filesystem") as typeof filesystemModule;

/** Writes the root filesystem of an image as the part `root`. */
type WriteRoot = (open: OpenEntries, sink: Sink) => Promise<void>;

/** Kernel and command line beside a read-only root filesystem, for a boot loader or an initrd that mounts it. */
export const rootFilesystems = {
    "kernel+squashfs": format("squashfs", "SQUASHFS", "-squashfs.img", (open, sink) =>
        sink.program("root", (path, signal) => writers().squashfs(open, path, signal)),
    ),
    "kernel+erofs": format("EROFS", "EROFS_FS", "-erofs.img", (open, sink) =>
        sink.stream("root", writers().erofs(open)),
    ),
    "kernel+iso": format("ISO 9660 with Rock Ridge", "ISO9660_FS", ".iso", (open, sink) =>
        sink.stream("root", writers().iso(open)),
    ),
} as const;

function format(kind: string, driver: DriverName, suffix: string, writeRoot: WriteRoot): Format {
    return {
        summary: `kernel and command line, and the root filesystem as ${kind}`,
        architectures: ["amd64", "arm64"],
        files: { kernel: "-kernel", root: suffix, cmdline: "-cmdline" },
        isSized: false,
        namesOrigins: false,
        needsKernel: true,
        needs: () => [driver],
        async write(input, sink) {
            await sink.stream("kernel", kernelPayload(input.parts).chunks());
            await writeRoot(() => rootEntries(input), sink);
            await sink.stream("cmdline", chunksOf(input.parts.image.cmdline));
        },
    };
}

/** The image's entries, less what is in `boot`: upstream leaves the folder. */
async function* rootEntries(input: FormatInput): EntryStream {
    for await (const { entry } of imageMembers(input)) {
        if (!entry.path.startsWith("boot/")) {
            yield entry;
        }
    }
}
