import * as pulumi from "@pulumi/pulumi";
import { pathOfDisk } from "../../providers/dynamic/disk-path";
import { diskShim } from "../../providers/dynamic/shims";
import type { Size } from "../assembly/units";
import { identityOf } from "../identity";

/** What a `qemu.Disk` is made from. */
export interface DiskArgs {
    /** How large it is, at least "1 MB"; "MB" is 2^20 bytes. It can grow, and then keeps its data; it cannot shrink. */
    readonly size: pulumi.Input<Size>;
    /**
     * Form of its file: `raw` needs no tool, `qcow2` needs `qemu-img` and stays small where files have no holes. Another
     * one replaces the disk by an empty one.
     * @default "raw"
     */
    readonly format?: pulumi.Input<"raw" | "qcow2">;
    /**
     * A disk that is left on this host, by `retainOnDelete` or `pulumi state delete`, to go on with instead of an empty one:
     * its data stays, and it grows when `size` is larger. Pulumi's `import` is not for dynamic resources. It must be of this
     * `format`, in the state of no stack and in no machine that runs. Once `up` has adopted it this may stay or go; another
     * disk here replaces this one.
     * @default none
     */
    readonly adopt?: pulumi.Input<AdoptedDiskArgs>;
}

/** A disk that is left on this host. */
export interface AdoptedDiskArgs {
    /** Id of the resource that it was, the name of its file; `npx pulumi-linuxkit gc` lists it. */
    readonly id: pulumi.Input<string>;
}

/**
 * A disk of machines on this host: a file that takes as much room as is written to it, and outlives the machines that have
 * it. Destroying it destroys its data; `protect` and `retainOnDelete` keep it from that.
 */
export class Disk extends pulumi.dynamic.Resource {
    /** How large it is. */
    declare readonly size: pulumi.Output<Size>;
    /** How large it is, in bytes. Known in a preview. */
    declare readonly sizeBytes: pulumi.Output<number>;
    /** Form of its file. */
    declare readonly format: pulumi.Output<"raw" | "qcow2">;
    /** `available`, or `missing` when a refresh found no file; the next `up` makes an empty disk in its place. */
    declare readonly status: pulumi.Output<"available" | "missing">;

    /** Declares the disk. Its values are checked in the preview, and a problem names its property. */
    constructor(name: string, args: DiskArgs, opts?: pulumi.CustomResourceOptions) {
        super(
            diskShim,
            name,
            {
                format: undefined,
                ...args,
                identity: identityOf("dynamic/linuxkit/qemu:Disk", name, opts),
                sizeBytes: undefined,
                status: undefined,
            },
            opts,
            "linuxkit/qemu",
            "Disk",
        );
    }

    /** Its file, on the host that runs `pulumi up`. */
    get path(): pulumi.Output<string> {
        return pulumi.all([this.id, this.format]).apply(([id, format]) => pathOfDisk(id, format));
    }
}
