import * as pulumi from "@pulumi/pulumi";
import { awsImageShim } from "../../providers/dynamic/shims";
import type { Findings } from "../assembly/read/findings";
import type { Duration, Size } from "../assembly/units";
import { checkGiven, checkKind, imageKind, type Kind } from "../given";
import { identityOf } from "../identity";
import type { BootableImage, Image as BuiltImage } from "../image";
import { configuredConnection } from "./connection";

/** What an `aws.Image` is made from. */
export interface ImageArgs {
    /** The operating system; another one is another AMI, which is made before the old one goes. */
    readonly image: BuiltImage;
    /**
     * Where it is.
     * @default `aws:region` of the stack's configuration, else what the AWS SDK finds: AWS_REGION, the profile
     */
    readonly region?: pulumi.Input<string>;
    /**
     * Name of the AMI, 3 to 128 characters, unique in account and region. With one that is given here the old AMI goes
     * before the new one is made.
     * @default the resource's name and twelve hex digits of what the AMI is made from
     */
    readonly name?: pulumi.Input<string>;
    /**
     * Description of the AMI and its snapshot, 1 to 255 characters of ASCII.
     * @default "<the resource's name>, built by pulumi-linuxkit"
     */
    readonly description?: pulumi.Input<string>;
    /**
     * Tags of the AMI and its snapshot, over `aws:defaultTags` of the stack's configuration, and these over `Name`, the
     * resource's name.
     * @default none
     */
    readonly tags?: pulumi.Input<Readonly<Record<string, pulumi.Input<string>>>>;
    /**
     * Firmware of its machines: `legacy-bios`; `uefi`; or `uefi-preferred`, a disk that boots with either.
     * @default "legacy-bios" for amd64, "uefi" for arm64
     */
    readonly bootMode?: pulumi.Input<"legacy-bios" | "uefi" | "uefi-preferred">;
    /**
     * `v2.0`: machines of it answer version 2 of the metadata service alone, which LinuxKit's own metadata package does not
     * speak.
     * @default "v2.0" where the image holds `metadata()`, else the account's
     */
    readonly imdsSupport?: pulumi.Input<"v2.0">;
    /**
     * `v2.0`: machines of it have a TPM; for `bootMode: "uefi"`.
     * @default none
     */
    readonly tpmSupport?: pulumi.Input<"v2.0">;
    /**
     * Size of the root volume, rounded up to whole GiB.
     * @default the least that holds the disk
     */
    readonly size?: pulumi.Input<Size>;
    /**
     * Whether its snapshot is encrypted.
     * @default true with `kmsKey`, else the account's
     */
    readonly encrypted?: pulumi.Input<boolean>;
    /**
     * ARN of the KMS key, of the image's region, that the snapshot is encrypted with.
     * @default the account's for EBS
     */
    readonly kmsKey?: pulumi.Input<string>;
    /**
     * Who may launch machines of it beside its own account.
     * @default nobody
     */
    readonly launchPermissions?: pulumi.Input<LaunchPermissionArgs>;
    /**
     * When others no longer find it, in UTC: "2030-01-31T00:00:00Z". AWS rounds to the minute.
     * @default never
     */
    readonly deprecateAt?: pulumi.Input<string>;
    /**
     * Which blocks are sent: those that differ from the version before, where that one is of this account, encrypted alike
     * and known to this machine's store; or all. Where the account forbids the EBS direct APIs: a bucket that the disk goes
     * through as a whole, from which AWS imports it.
     * @default "incremental"
     */
    readonly upload?: pulumi.Input<"incremental" | "full" | BucketUploadArgs>;
    /**
     * How many former versions stay in the account when another image replaces this one. `destroy` deletes them too.
     * @default 0
     */
    readonly retain?: pulumi.Input<number>;
    /**
     * An AMI that is left in the account, by `retainOnDelete` or `pulumi state delete`, to go on with instead of an upload. It
     * must have been made by this resource type, from what is declared. Pulumi's `import` is not for dynamic resources.
     * @default none
     */
    readonly adopt?: pulumi.Input<AdoptedImageArgs>;
    /**
     * An AMI of the same image, in another region most often, to copy within AWS instead of an upload. `bootMode`,
     * `imdsSupport`, `tpmSupport` and `size` are that one's.
     * @default none
     */
    readonly copyOf?: Image;
    /**
     * How long an operation may take.
     * @default that of each
     */
    readonly timeouts?: {
        /**
         * Until the AMI can be used.
         * @default "30m", "2h" through a bucket
         */
        readonly create?: pulumi.Input<Duration>;
        /**
         * Until the AMI and its snapshot are gone.
         * @default "10m"
         */
        readonly delete?: pulumi.Input<Duration>;
    };
}

/** A bucket that a disk goes through. */
export interface BucketUploadArgs {
    /** Its name; it is of the same account and region as the AMI. */
    readonly bucket: pulumi.Input<string>;
    /**
     * Name of the role that AWS reads the bucket with.
     * @default "vmimport"
     */
    readonly role?: pulumi.Input<string>;
    /**
     * What the object's key begins with: "images/".
     * @default nothing
     */
    readonly prefix?: pulumi.Input<string>;
}

/** Who may launch machines of an AMI. */
export interface LaunchPermissionArgs {
    /**
     * Ids of accounts, of 12 digits.
     * @default none
     */
    readonly accounts?: pulumi.Input<pulumi.Input<string>[]>;
    /**
     * ARNs of organizations.
     * @default none
     */
    readonly organizations?: pulumi.Input<pulumi.Input<string>[]>;
    /**
     * ARNs of organizational units.
     * @default none
     */
    readonly organizationalUnits?: pulumi.Input<pulumi.Input<string>[]>;
    /**
     * Whether everybody may; not for what is encrypted.
     * @default false
     */
    readonly public?: pulumi.Input<boolean>;
}

/** An AMI that is left in the account. */
export interface AdoptedImageArgs {
    /** Its id: "ami-0123456789abcdef0". */
    readonly id: pulumi.Input<string>;
}

/**
 * An image as an AMI of one region; its `id` is the AMI's. The disk goes block by block into an EBS snapshot: no bucket, no
 * import role. Credentials come from the AWS SDK's own chain and are never in state.
 */
export class Image extends pulumi.dynamic.Resource {
    /** `sha256:<hex>` of all that the disk's bytes depend on. Known in a preview. */
    declare readonly digest: pulumi.Output<string>;
    /** Name of the AMI. Known in a preview. */
    declare readonly name: pulumi.Output<string>;
    /** Where it is. Known in a preview. */
    declare readonly region: pulumi.Output<string>;
    /** All tags but this project's own. Known in a preview. */
    declare readonly tagsAll: pulumi.Output<Readonly<Record<string, string>>>;
    /** Firmware of its machines. Known in a preview. */
    declare readonly bootMode: pulumi.Output<"legacy-bios" | "uefi" | "uefi-preferred">;
    /** Id of the account that it is in. Known after `up`. */
    declare readonly account: pulumi.Output<string>;
    /** Its ARN. Known after `up`. */
    declare readonly arn: pulumi.Output<string>;
    /** Ids of its snapshots. Known after `up`. */
    declare readonly snapshotIds: pulumi.Output<readonly string[]>;

    readonly #bootable: BootableImage;

    /** What a copy of it has from it beside its blocks. */
    readonly #declared: Declared;

    /**
     * Declares the AMI. Its values are checked in the preview, and a problem names its property: `launchPermissions.accounts[1]`.
     * @throws LinuxKitError `invalid-ami` without an image, or with a copy of what is no AMI of this package,
     * `aws-credentials-configured` when the stack's configuration holds credentials of AWS, `aws-role-configured` when it
     * has a role with what is not taken
     */
    constructor(name: string, args: ImageArgs, opts?: pulumi.CustomResourceOptions) {
        checkGiven("ami", name, args, checkArgs);
        const { image, copyOf, ...settings } = args;
        const { bootable } = image;
        const { bootMode, imdsSupport, tpmSupport, size } = copyOf === undefined ? args : copyOf.#declared;
        super(
            awsImageShim,
            name,
            {
                name: undefined,
                bootMode: undefined,
                ...configuredConnection(),
                ...settings,
                ...(copyOf === undefined ? {} : { copyOf: copied(copyOf, copyOf.#declared) }),
                image: bootable,
                identity: identityOf("dynamic/linuxkit/aws:Image", name, opts),
                digest: pulumi.all([bootable.digest, bootable.components]).apply(() => ""),
                tagsAll: undefined,
                account: undefined,
                arn: undefined,
                snapshotIds: undefined,
            },
            args.name === undefined ? opts : pulumi.mergeOptions(opts, { deleteBeforeReplace: true }),
            "linuxkit/aws",
            "Image",
        );
        this.#bootable = bootable;
        this.#declared = { image: bootable.digest, bootMode, imdsSupport, tpmSupport, size };
    }

    /** What machines of it are told of its image. No property of the object itself: an exported AMI would print it once more. */
    get bootable(): BootableImage {
        return this.#bootable;
    }
}

const sourceKind: Kind = {
    marks: ["bootable", "snapshotIds"],
    what: "a linuxkit.aws.Image",
    advice: () => "new linuxkit.aws.Image(name, { image, region }) makes one",
};

/** What the constructor itself reads; the rest is checked in the preview. */
function checkArgs({ image, copyOf }: Readonly<Record<string, unknown>>, findings: Findings): void {
    checkKind(image, imageKind, "image", findings);
    if (copyOf !== undefined) {
        checkKind(copyOf, sourceKind, "copyOf", findings);
    }
}

/** What a copy cannot have differently. */
type Declared = { readonly image: pulumi.Input<string> } & {
    readonly [Key in "bootMode" | "imdsSupport" | "tpmSupport" | "size"]: ImageArgs[Key];
};

/** What a copy is given of what it is made from: its id is known once that one is there, all else in a preview. */
function copied({ id, region, digest }: Image, declared: Declared): pulumi.Inputs {
    return { id, region, digest, ...declared };
}
