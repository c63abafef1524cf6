import { privateName } from "../ec2/instances/view.ts";
import type { Instance, NetworkInterface } from "../world/tables.ts";
import type { World } from "../world/world.ts";
import type { ImdsFacts } from "./imds.ts";

/** What the metadata service tells of an instance as it is now. */
export function imdsFacts(world: World, instance: Instance): ImdsFacts {
    const link = world.tables.networkInterfaces.get(instance.networkInterfaceId);
    return {
        options: instance.metadata,
        metadata: {
            "ami-id": instance.imageId,
            "ami-launch-index": String(instance.launchIndex),
            "instance-id": instance.id,
            "instance-life-cycle": instance.spot ? "spot" : "on-demand",
            "instance-type": instance.instanceType,
            "placement/availability-zone": instance.zone,
            "placement/region": instance.region,
            "reservation-id": instance.reservationId,
            ...(link !== undefined && addresses(instance, link)),
            ...(instance.metadata.tags === "enabled" && tags(instance)),
        },
        identity: {
            accountId: instance.account,
            architecture: instance.architecture,
            availabilityZone: instance.zone,
            imageId: instance.imageId,
            instanceId: instance.id,
            instanceType: instance.instanceType,
            pendingTime: new Date(instance.launchedAt).toISOString(),
            privateIp: link?.privateIp,
            region: instance.region,
            version: "2017-09-30",
        },
        userData: instance.userData === undefined ? undefined : Buffer.from(instance.userData, "base64"),
    };
}

function addresses(instance: Instance, link: NetworkInterface): Record<string, string> {
    const name = privateName(instance, link);
    return {
        hostname: name,
        "local-hostname": name,
        "local-ipv4": link.privateIp,
        ...(link.publicIp !== undefined && { "public-ipv4": link.publicIp }),
    };
}

function tags({ tags: all }: Instance): Record<string, string> {
    return Object.fromEntries(Object.entries(all).map(([key, value]) => [`tags/instance/${key}`, value]));
}
