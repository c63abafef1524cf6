import * as pulumi from "@pulumi/pulumi";
import { awsVolumeShim } from "../../providers/dynamic/shims";
import type { Duration, Size } from "../assembly/units";
import { identityOf } from "../identity";
import { configuredConnection } from "./connection";

/** What an `aws.Volume` is made from. */
export interface VolumeArgs {
    /**
     * Where it is: "eu-central-1a", the zone of the instance that is to have it; its region is the zone's. Another one is
     * another volume, without the data.
     */
    readonly availabilityZone: pulumi.Input<string>;
    /**
     * How large it is, rounded up to whole GiB; "GB" is 2^30 bytes. It grows in place, and keeps its data; it cannot shrink.
     * After a change AWS takes the next one six hours later.
     * @default the snapshot's; without `snapshot` it must be given
     */
    readonly size?: pulumi.Input<Size>;
    /**
     * Sort of its storage, changed in place.
     * @default "gp3"
     */
    readonly type?: pulumi.Input<"gp3" | "gp2" | "io2" | "io1" | "st1" | "sc1" | "standard">;
    /**
     * Operations a second, changed in place: of gp3 from 3000 to 80000 and at most 500 for each GiB beyond that, of io1 and
     * io2 from 100.
     * @default 3000 of gp3; of io1 and io2 it must be given, of others it follows from the size
     */
    readonly iops?: pulumi.Input<number>;
    /**
     * MiB a second of gp3, from 125 to 2000 and at most a quarter of `iops`, changed in place.
     * @default 125 of gp3
     */
    readonly throughput?: pulumi.Input<number>;
    /**
     * Whether it is encrypted. Another value is another volume, without the data.
     * @default true with `kmsKey`, else the account's
     */
    readonly encrypted?: pulumi.Input<boolean>;
    /**
     * ARN of the KMS key, of the volume's region, that it is encrypted with. Another one is another volume, without the data.
     * @default the account's for EBS
     */
    readonly kmsKey?: pulumi.Input<string>;
    /**
     * Id of the snapshot that it begins as: "snap-0123456789abcdef0". Another one is another volume; once it is made this may go.
     * @default none: it is empty
     */
    readonly snapshot?: pulumi.Input<string>;
    /**
     * Tags, over `aws:defaultTags` of the stack's configuration, and these over `Name`, the resource's name.
     * @default none
     */
    readonly tags?: pulumi.Input<Readonly<Record<string, pulumi.Input<string>>>>;
    /**
     * Whether a snapshot with its tags is taken before it is deleted, and stays. It counts as state has it: run `pulumi up` with
     * it before a `destroy`.
     * @default false
     */
    readonly finalSnapshot?: pulumi.Input<boolean>;
    /**
     * A volume that is in the account, left by `retainOnDelete` or `pulumi state delete` or made by other means, to go on with
     * instead of a new one: its data stays, and it becomes what is declared. Pulumi's `import` is not for dynamic resources.
     * Once `up` has adopted it this may stay or go; another volume here replaces this one.
     * @default none
     */
    readonly adopt?: pulumi.Input<AdoptedVolumeArgs>;
    /**
     * How long an operation may take.
     * @default that of each
     */
    readonly timeouts?: {
        /**
         * Until it can be attached, or a change of it counts.
         * @default "10m"
         */
        readonly create?: pulumi.Input<Duration>;
        /**
         * Until it is gone, its final snapshot included.
         * @default "10m"
         */
        readonly delete?: pulumi.Input<Duration>;
    };
}

/** A volume that is in the account. */
export interface AdoptedVolumeArgs {
    /** Its id: "vol-0123456789abcdef0". */
    readonly id: pulumi.Input<string>;
}

/**
 * A disk in an account of AWS that outlives the instances which have it; its `id` is the volume's, so that whatever takes a
 * volume takes it. Destroying it destroys its data; `protect` and `retainOnDelete` keep it from that.
 */
export class Volume extends pulumi.dynamic.Resource {
    /** Where it is. */
    declare readonly availabilityZone: pulumi.Output<string>;
    /** The region of that zone. Known in a preview. */
    declare readonly region: pulumi.Output<string>;
    /** How large it is, in GiB. Known in a preview where `size` is given. */
    declare readonly sizeGiB: pulumi.Output<number>;
    /** Sort of its storage. */
    declare readonly type: pulumi.Output<"gp3" | "gp2" | "io2" | "io1" | "st1" | "sc1" | "standard">;
    /** Operations a second, where its type has them said. */
    declare readonly iops: pulumi.Output<number | undefined>;
    /** MiB a second, where its type has them said. */
    declare readonly throughput: pulumi.Output<number | undefined>;
    /** All tags but this project's own. Known in a preview. */
    declare readonly tagsAll: pulumi.Output<Readonly<Record<string, string>>>;
    /** Id of the account that it is in. Known after `up`. */
    declare readonly account: pulumi.Output<string>;
    /** Its ARN. Known after `up`. */
    declare readonly arn: pulumi.Output<string>;

    /**
     * Declares the volume. Its values are checked in the preview, and a problem names its property.
     * @throws LinuxKitError `aws-credentials-configured` when the stack's configuration holds credentials of AWS,
     * `aws-role-configured` when it has a role with what is not taken
     */
    constructor(name: string, args: VolumeArgs, opts?: pulumi.CustomResourceOptions) {
        const { region: _, ...configured } = configuredConnection();
        super(
            awsVolumeShim,
            name,
            {
                type: undefined,
                iops: undefined,
                throughput: undefined,
                ...configured,
                ...args,
                identity: identityOf("dynamic/linuxkit/aws:Volume", name, opts),
                region: undefined,
                sizeGiB: undefined,
                tagsAll: undefined,
                account: undefined,
                arn: undefined,
            },
            opts,
            "linuxkit/aws",
            "Volume",
        );
    }
}
