import * as pulumi from "@pulumi/pulumi";
import { imageFileShim } from "../providers/dynamic/shims";
import type { ImageFormat } from "./assembly/formats";
import type { Size } from "./assembly/units";
import { checkGiven, checkKeys, checkKind, imageKind } from "./given";
import { identityOf } from "./identity";
import type { Image, ImageFileInfo } from "./image";

/** What a file of an image is made from, and where it goes. */
export interface ImageFileArgs {
    /** What is written. */
    readonly image: Image;
    /** The form it is written in, by the name that `linuxkit build --format` has for it. */
    readonly format: pulumi.Input<ImageFormat>;
    /**
     * Where the file goes, from the program's folder on, or absolute; its folder is made where it is missing. What is there
     * already and was not written by this resource is never written over. A format of several files appends to it what
     * LinuxKit does: `redis-kernel`, `redis-initrd.img` and `redis-cmdline` for `redis`.
     */
    readonly path: pulumi.Input<string>;
    /**
     * Size of a disk.
     * @default the smallest that fits
     */
    readonly size?: pulumi.Input<Size>;
}

/** A file that was written: its path as the program gave it, its size, and the SHA-256 of its bytes in hex. */
export interface WrittenFile extends ImageFileInfo {
    /** Its path, relative to the program's folder where the program gave it so. */
    readonly path: string;
}

/**
 * An image in one of LinuxKit's output formats, in a file of the machine that runs `pulumi up`.
 * A refresh sees a file that was deleted or changed, and the next `up` writes it anew; `destroy` removes what is still as
 * it was written. Every change is an update in place: the new file is whole before the old one goes.
 */
export class ImageFile extends pulumi.dynamic.Resource {
    /** Where it is, as the program gave it. */
    declare readonly path: pulumi.Output<string>;
    /** `sha256:<hex>` of all that the file's bytes depend on. Known in a preview. */
    declare readonly digest: pulumi.Output<string>;
    /** Hex SHA-256 of the file; of several, that of the lines `<sha256>  <part>`, sorted. Known after `up`. */
    declare readonly sha256: pulumi.Output<string>;
    /** Size of the file, or of all of them. Known after `up`. */
    declare readonly sizeBytes: pulumi.Output<number>;
    /** The files by their part of the format: `kernel`, `initrd` and `cmdline`, or `disk`. Known after `up`. */
    declare readonly files: pulumi.Output<Readonly<Record<string, WrittenFile>>>;

    /**
     * Declares the file; a format that the image cannot be written in, or a path that is none, fails in the preview.
     * @throws LinuxKitError `invalid-image-file` without an image, or with a property that there is not
     */
    constructor(name: string, args: ImageFileArgs, opts?: pulumi.CustomResourceOptions) {
        checkGiven("image-file", name, args, (given, findings) => {
            checkKeys(given, ["image", "format", "path", "size"], "an image file", "", findings);
            checkKind(given["image"], imageKind, "image", findings);
        });
        const { image, ...settings } = args;
        super(
            imageFileShim,
            name,
            {
                ...settings,
                image: image.bootable,
                spdx: image.spdx,
                identity: identityOf("dynamic/linuxkit:ImageFile", name, opts),
                ...derivedSeeds(image),
            },
            pulumi.mergeOptions(opts, { deleteBeforeReplace: true }),
            "linuxkit",
            "ImageFile",
        );
        this.sha256 = this.sha256.apply((value) => value || (pulumi.unknown as unknown as string));
        this.sizeBytes = this.sizeBytes.apply((value) => value || (pulumi.unknown as unknown as number));
        this.files = this.files.apply((value) =>
            Object.keys(value).length > 0 ? value : (pulumi.unknown as unknown as typeof value),
        );
    }
}

/** Inputs that the handler fills in: as secret as what the image holds, since the file's bytes hold it. */
function derivedSeeds({ bootable }: Image): pulumi.Inputs {
    const all = pulumi.all([bootable.digest, bootable.components]);
    return {
        digest: all.apply(() => ""),
        sha256: all.apply(() => ""),
        sizeBytes: all.apply(() => 0),
        files: all.apply(() => ({})),
        written: all.apply(() => ({})),
    };
}
