import * as pulumi from "@pulumi/pulumi";
import { awsInstanceShim } from "../../providers/dynamic/shims";
import type { Readiness } from "../assembly/readiness";
import type { Duration } from "../assembly/units";
import type { UserData } from "../assembly/user-data";
import { checkGiven } from "../given";
import { identityOf } from "../identity";
import { configuredConnection } from "./connection";
import type { Image } from "./image";
import { checkInstanceArgs } from "./instance-args";
import { declaredInstances } from "./declared";
import type { Volume } from "./volume";

/** A volume of an instance. */
export interface InstanceVolumeArgs {
    /** The volume, or the id of one, in the instance's availability zone. Only one instance can have it. */
    readonly volume: Volume | pulumi.Input<string>;
    /**
     * Its device as AWS knows it: "/dev/sdf". The system of a Nitro instance sees an NVMe disk in its place, which onboot
     * containers find by its label with `persistentDisk()`.
     * @default the next that is free from /dev/sdf to /dev/sdp, in the order of the list
     */
    readonly device?: pulumi.Input<string>;
}

/** What of spot instances is declared. */
export interface SpotArgs {
    /**
     * The most that an hour may cost, in US dollars: "0.01".
     * @default the price on demand
     */
    readonly maxPrice?: pulumi.Input<string>;
}

/** What an `aws.Instance` is made from. Arguments are named as @pulumi/aws's are. */
export interface InstanceArgs {
    /** What it boots: a `linuxkit.aws.Image`, or the id of any AMI. Another one is another instance, made before the old one goes. */
    readonly ami: Image | pulumi.Input<string>;
    /** What it runs on: "t3.micro". Another one stops it and starts it again; a spot instance is replaced. */
    readonly instanceType: pulumi.Input<string>;
    /**
     * Where it is.
     * @default `aws:region` of the stack's configuration, else what the AWS SDK finds: AWS_REGION, the profile
     */
    readonly region?: pulumi.Input<string>;
    /**
     * Id of its subnet. Another one replaces it.
     * @default one of the default VPC
     */
    readonly subnetId?: pulumi.Input<string>;
    /**
     * Ids of its security groups, changed in place.
     * @default the VPC's own, which lets nothing in from outside
     */
    readonly vpcSecurityGroupIds?: pulumi.Input<pulumi.Input<string>[]>;
    /**
     * Whether it has a public IPv4 address. Another value replaces it.
     * @default what its subnet says
     */
    readonly associatePublicIpAddress?: pulumi.Input<boolean>;
    /**
     * Name of a key pair, which the image's `metadata()` finds. Another one replaces it.
     * @default none
     */
    readonly keyName?: pulumi.Input<string>;
    /**
     * What it is told, at most 16 KB: text, or files in LinuxKit's metadata layout. Its image needs `metadata()`, which writes
     * it below /run/config. Other user data replaces it.
     * @default none
     */
    readonly userData?: UserData;
    /**
     * Name or ARN of the instance profile that gives it credentials. Another one replaces it.
     * @default none
     */
    readonly iamInstanceProfile?: pulumi.Input<string>;
    /**
     * Where in the region it is: "eu-central-1a". Another one replaces it.
     * @default the subnet's, else AWS's choice
     */
    readonly availabilityZone?: pulumi.Input<string>;
    /**
     * Whose hosts it runs on. Another one replaces it.
     * @default the VPC's
     */
    readonly tenancy?: pulumi.Input<"default" | "dedicated" | "host">;
    /**
     * Name of a placement group. Another one replaces it.
     * @default none
     */
    readonly placementGroup?: pulumi.Input<string>;
    /**
     * Whether it is a spot instance, which AWS may end at any time; it is then launched again by the next `up` after a refresh.
     * Another value replaces it.
     * @default false
     */
    readonly spot?: pulumi.Input<boolean | SpotArgs>;
    /**
     * Whether it is protected from termination, from its first `up` on: `destroy` and replacements are errors as long as it is.
     * @default false
     */
    readonly disableApiTermination?: pulumi.Input<boolean>;
    /**
     * Volumes it has beside its root. Other ones stop it and start it again; those that others attach are left alone.
     * @default none
     */
    readonly volumes?: readonly InstanceVolumeArgs[];
    /**
     * Tags of the instance, its root volume and its network interface, over `aws:defaultTags` of the stack's configuration, and
     * these over `Name`, the resource's name.
     * @default none
     */
    readonly tags?: pulumi.Input<Readonly<Record<string, pulumi.Input<string>>>>;
    /**
     * What says that it is ready, which an `up` waits for: `console` is the line `linuxkit: ready` of `debian.base()` on its
     * serial console; `running` is its own running for five seconds, whatever goes on in it; `{ tcp: 22 }` is a connection
     * that it takes at that port, at its public address, or where it has none at its private one.
     * @default what the image of a `linuxkit.aws.Image` declares, "running" for the id of an AMI
     */
    readonly readiness?: pulumi.Input<Readiness>;
    /**
     * How long an operation may take.
     * @default that of each
     */
    readonly timeouts?: {
        /**
         * Until it is ready.
         * @default "10m"
         */
        readonly create?: pulumi.Input<Duration>;
        /**
         * Until it has stopped, and is ready again.
         * @default "10m"
         */
        readonly update?: pulumi.Input<Duration>;
        /**
         * Until it is terminated, and what goes with it is gone.
         * @default "20m"
         */
        readonly delete?: pulumi.Input<Duration>;
    };
}

/**
 * A machine of EC2; its `id` is the instance's. `up` waits until it is ready, and says with the console's last lines why it is
 * not. It answers version 2 of the metadata service alone.
 */
export class Instance extends pulumi.dynamic.Resource {
    /** Id of the AMI that it boots. */
    declare readonly ami: pulumi.Output<string>;
    /** What it runs on. */
    declare readonly instanceType: pulumi.Output<string>;
    /** Where it is. Known in a preview. */
    declare readonly region: pulumi.Output<string>;
    /** `running`, or `stopped` when a refresh found it so; the next `up` starts it again. */
    declare readonly status: pulumi.Output<"running" | "stopped">;
    /** Its availability zone. */
    declare readonly availabilityZone: pulumi.Output<string>;
    /** Its private IPv4 address. Known after `up`. */
    declare readonly privateIp: pulumi.Output<string>;
    /** Its public IPv4 address; undefined without one. Another one after each start. */
    declare readonly publicIp: pulumi.Output<string | undefined>;
    /** Its name within the VPC. Known after `up`. */
    declare readonly privateDns: pulumi.Output<string | undefined>;
    /** Its name outside; undefined without a public address. */
    declare readonly publicDns: pulumi.Output<string | undefined>;
    /** All tags but this project's own. Known in a preview. */
    declare readonly tagsAll: pulumi.Output<Readonly<Record<string, string>>>;
    /** Id of the account that it is in. Known after `up`. */
    declare readonly account: pulumi.Output<string>;
    /** Its ARN. Known after `up`. */
    declare readonly arn: pulumi.Output<string>;

    /**
     * Declares the instance. Its values are checked in the preview, and a problem names its property: `vpcSecurityGroupIds[1]`.
     * @throws LinuxKitError `invalid-instance` without an AMI, with a volume that is none, or with a property that there is
     * not, `aws-credentials-configured` when the stack's configuration holds credentials of AWS, `aws-role-configured` when it
     * has a role with what is not taken
     */
    constructor(name: string, args: InstanceArgs, opts?: pulumi.CustomResourceOptions) {
        checkGiven("instance", name, args, checkInstanceArgs);
        const { ami, volumes, ...settings } = args;
        super(
            awsInstanceShim,
            name,
            {
                ...configuredConnection(),
                ...settings,
                ...imageOf(ami),
                ...(volumes === undefined ? {} : { volumes: volumes.map(attached) }),
                declared: declaredInstances(name),
                identity: identityOf("dynamic/linuxkit/aws:Instance", name, opts),
                tagsAll: undefined,
                status: undefined,
                ...(args.availabilityZone === undefined ? { availabilityZone: undefined } : {}),
                privateIp: undefined,
                publicIp: undefined,
                privateDns: undefined,
                publicDns: undefined,
                account: undefined,
                arn: undefined,
            },
            opts,
            "linuxkit/aws",
            "Instance",
        );
    }
}

/** An image of this package, of which a program may have two copies, is told by what it has. */
function isImage(ami: InstanceArgs["ami"]): ami is Image {
    return typeof ami === "object" && !pulumi.Output.isInstance(ami) && "bootable" in ami;
}

function imageOf(ami: InstanceArgs["ami"]): pulumi.Inputs {
    return isImage(ami) ? { ami: ami.id, image: ami.bootable } : { ami };
}

function attached({ volume, device }: InstanceVolumeArgs): pulumi.Inputs {
    const isVolume = typeof volume === "object" && !pulumi.Output.isInstance(volume) && "sizeGiB" in volume;
    const id = isVolume ? volume.id : volume;
    return { id, ...(device === undefined ? {} : { device }) };
}
