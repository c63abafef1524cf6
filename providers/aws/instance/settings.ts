import { type Readiness, readinessOf } from "../../../sdk/assembly/readiness";
import { parseDuration } from "../../../sdk/assembly/units";
import type { Properties } from "../../lifecycle/handler";
import { digestLabel } from "../../lifecycle/labels";
import { userDataText } from "../../lifecycle/user-data";
import type { ResourceSettings } from "../resource/attempt";
import type { Tags } from "../resource/calls";
import type { WantedVolume } from "../volume/attach";
import type { Spot, Tenancy } from "./calls";

/** The inputs of an instance, as `check` has let them through. */
export interface InstanceSettings extends ResourceSettings {
    readonly ami: string;
    /** What the AMI was made from, where that is a `linuxkit.aws.Image`. */
    readonly image?: Properties;
    readonly type: string;
    readonly subnet?: string;
    /** Absent: the VPC's own. */
    readonly groups?: readonly string[];
    readonly publicIp?: boolean;
    readonly keyName?: string;
    readonly userData?: string;
    readonly profile?: string;
    readonly zone?: string;
    readonly tenancy?: Tenancy;
    readonly placementGroup?: string;
    readonly spot?: Spot;
    readonly isProtected: boolean;
    readonly volumes: readonly WantedVolume[];
    readonly readiness: Readiness;
    /** Beside our own. */
    readonly tags: Tags;
    readonly createMilliseconds: number;
    readonly updateMilliseconds: number;
    readonly deleteMilliseconds: number;
}

export const defaultTimeouts = { create: "10m", update: "10m", delete: "20m" } as const;

interface Given extends ResourceSettings {
    readonly ami: string;
    readonly image?: Properties;
    readonly instanceType: string;
    readonly subnetId?: string;
    readonly vpcSecurityGroupIds?: readonly string[];
    readonly associatePublicIpAddress?: boolean;
    readonly keyName?: string;
    readonly iamInstanceProfile?: string;
    readonly availabilityZone?: string;
    readonly tenancy?: Tenancy;
    readonly placementGroup?: string;
    readonly spot?: boolean | Spot;
    readonly disableApiTermination?: boolean;
    readonly volumes?: readonly WantedVolume[];
    readonly tagsAll?: Tags;
    readonly timeouts?: { readonly create?: string; readonly update?: string; readonly delete?: string };
}

/** Inputs of an earlier version lack what came since. */
export function readSettings(inputs: Properties): InstanceSettings {
    const given = inputs as unknown as Given;
    const userData = userDataText(inputs["userData"]);
    const { timeouts = {}, image } = given;
    return {
        identity: given.identity,
        connection: given.connection,
        region: given.region,
        ami: given.ami,
        type: given.instanceType,
        ...(image === undefined ? {} : { image }),
        ...placeOf(given),
        ...(userData === "" ? {} : { userData }),
        isProtected: given.disableApiTermination ?? false,
        volumes: (given.volumes ?? []).map(({ id, device }) => ({ id, device })),
        readiness: readinessFrom(inputs),
        tags: given.tagsAll ?? {},
        createMilliseconds: parseDuration(timeouts.create ?? defaultTimeouts.create) * 1000,
        updateMilliseconds: parseDuration(timeouts.update ?? defaultTimeouts.update) * 1000,
        deleteMilliseconds: parseDuration(timeouts.delete ?? defaultTimeouts.delete) * 1000,
    };
}

type Place = Pick<
    InstanceSettings,
    "subnet" | "groups" | "publicIp" | "keyName" | "profile" | "zone" | "tenancy" | "placementGroup" | "spot"
>;

/** What is left to AWS, or to the subnet, where it is not given. */
function placeOf(given: Given): Place {
    const spot = given.spot === true ? {} : given.spot === false ? undefined : given.spot;
    const place: { readonly [Key in keyof Place]: Place[Key] | undefined } = {
        subnet: given.subnetId,
        groups: given.vpcSecurityGroupIds,
        publicIp: given.associatePublicIpAddress,
        keyName: given.keyName,
        profile: given.iamInstanceProfile,
        zone: given.availabilityZone,
        tenancy: given.tenancy,
        placementGroup: given.placementGroup,
        spot,
    };
    return Object.fromEntries(Object.entries(place).filter(([, value]) => value !== undefined)) as Place;
}

/** As the instance declares it, else as its image does; nothing is known of what another AMI prints. */
export function readinessFrom({ readiness, image }: Properties): Readiness {
    if (readiness !== undefined) {
        return readiness as Readiness;
    }
    const declaration = image as Properties | undefined;
    return declaration === undefined
        ? "running"
        : readinessOf(declaration, (declaration["components"] ?? {}) as Properties);
}

/**
 * Says of an instance what it was launched with, so that a later attempt can go on with it. User data is left out, for it may be
 * secret and tags are not.
 */
export function launchDigest(settings: InstanceSettings): string {
    const { ami, type, tags, volumes: _, ...others } = settings;
    const { subnet, groups, publicIp, keyName, profile, zone, tenancy, placementGroup, spot } = others;
    const place = { subnet, publicIp, keyName, profile, zone, tenancy, placementGroup };
    return digestLabel({
        ami,
        type,
        tags,
        groups: groups ?? null,
        spot: spot === undefined ? null : { maxPrice: spot.maxPrice ?? null },
        ...Object.fromEntries(Object.entries(place).map(([key, value]) => [key, value ?? null])),
    });
}
