import path from "node:path";

import type { ContainerSpec, InitSpec, KernelSpec, OciSource } from "../../../../sdk/assembly/spec";
import { type ImageParts, type LayerEntry, makeImage, makeLayer, type MadeImage } from "../../../support/oci-image";
import { writeLayout } from "../../../support/oci-layout";
import { makeTar, type TarMember } from "../../archive/make-tar";
import { containerSpec } from "../../container/spec";

/** Writes images into a layout below a folder, by their names. */
export function writeImages(folder: string, images: Readonly<Record<string, MadeImage>>): void {
    writeLayout(path.join(folder, "layout"), images);
}

/** An image of that layout. */
export function image(name: string): OciSource {
    return { type: "oci", from: "layout", reference: name, path: "layout", update: "always" };
}

/** An image of one layer or more. */
export function imageOf(config: ImageParts["config"], ...layers: readonly (readonly LayerEntry[])[]): MadeImage {
    return makeImage({
        layers: layers.map((entries) => makeLayer(entries)),
        ...(config === undefined ? {} : { config }),
    });
}

/** The same with a label in which the image says how it is run. */
export function labelled(label: object, entries: readonly LayerEntry[], config: object = {}): MadeImage {
    return imageOf({ ...config, Labels: { "org.mobyproject.config": JSON.stringify(label) } }, entries);
}

/** A header of the x86 boot protocol that says a version, and nothing behind it. */
export function fakeBzImage(version = "6.12.59-linuxkit"): Buffer {
    const kernel = Buffer.alloc(4096);
    kernel.writeUInt8(1, 0x1f1);
    kernel.write("HdrS", 0x202);
    kernel.writeUInt16LE(0x20f, 0x206);
    kernel.writeUInt16LE(0x400, 0x20e);
    kernel.write(`${version} (root@build) #1\0`, 0x600);
    return kernel;
}

/** A kernel's image in LinuxKit's form. */
export function kernelImage(modules: readonly TarMember[], more: readonly LayerEntry[] = []): MadeImage {
    return imageOf({}, [
        { name: "kernel", body: fakeBzImage() },
        { name: "kernel.tar", body: makeTar(...modules) },
        ...more,
    ]);
}

export function kernelOf(name: string, changes: Partial<KernelSpec> = {}): KernelSpec {
    return {
        kind: "kernel",
        source: image(name),
        cmdline: "console=ttyS0",
        binary: "kernel",
        tar: "kernel.tar",
        ...changes,
    };
}

export function initOf(name: string): InitSpec {
    return { kind: "init", source: image(name) };
}

/** A container of an image, of which the program gives nothing but these. */
export function containerOf(name: string, changes: Parameters<typeof containerSpec>[0] = {}): ContainerSpec {
    const given = Object.keys(changes).filter((key) => !["kind", "name", "source"].includes(key) && !key.includes("."));
    const defaults = { net: "host", ipc: "host", uts: "host" };
    return containerSpec({ name, source: image(name), given: given.toSorted(), ...defaults, ...changes });
}
