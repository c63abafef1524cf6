import * as pulumi from "@pulumi/pulumi";
import { diskShim } from "../../providers/dynamic/shims";
import type { Size } from "../assembly/units";
import { identityOf } from "../identity";

export interface DiskArgs {
    /** How large it is, at least "1 MB". It can grow, and then keeps its data; it cannot shrink. */
    readonly size: pulumi.Input<Size>;
    /**
     * Form of its file: `raw` needs no tool, `qcow2` needs `qemu-img` and is for file systems that keep no holes. Another
     * one replaces the disk by an empty one.
     * @default "raw"
     */
    readonly format?: pulumi.Input<"raw" | "qcow2">;
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
}
