import type { Reservation, RunInstancesRequest } from "@aws-sdk/client-ec2";
import { Failure, notEmulated } from "../../protocol/failure.ts";
import type { Call } from "../../world/call.ts";
import { newResource, once } from "../../world/call.ts";
import type { Image, Instance, NetworkInterface } from "../../world/tables.ts";
import { newId } from "../../world/world.ts";
import { usableImage } from "../images/find.ts";
import type { DefaultSubnet } from "../network/defaults.ts";
import { chooseSubnet, freeAddresses } from "../network/defaults.ts";
import { checkGroups } from "../network/groups.ts";
import { checkPlacement } from "../placement/find.ts";
import { checkMarket, makeSpotRequest, newSpotRequestId } from "../spot/launch.ts";
import { tagsFor } from "../tags/tag-set.ts";
import { launchDevices, makeDevices } from "./devices.ts";
import { checkCount, checkFit, checkUserData } from "./launch-checks.ts";
import { launchMetadata } from "./metadata.ts";
import { profileArn } from "./profile.ts";
import { reservationView } from "./view.ts";

/** Type of an instance for which none is named: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html */
const DEFAULT_TYPE = "m1.small";
const TAGGED = ["instance", "volume", "network-interface", "spot-instances-request"] as const;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html */
export async function runInstances(call: Call, input: RunInstancesRequest): Promise<Reservation> {
    const { ClientToken } = input;
    if (ClientToken !== undefined && ClientToken.length > 64) {
        throw new Failure("InvalidParameterValue", "The client token has more than 64 characters");
    }
    const conflict = (): Failure =>
        new Failure("IdempotentParameterMismatch", "The client token was used with other parameters.");
    const ids = await once(call, ClientToken, input, conflict, () => launch(call, input));
    const { instances } = call.world.tables;
    return reservationView(
        call,
        ids.flatMap((id) => instances.get(id) ?? []),
    );
}

function launch(call: Call, input: RunInstancesRequest): string[] {
    const image = usableImage(call, requireImage(input));
    const type = input.InstanceType ?? DEFAULT_TYPE;
    checkFit(image, type);
    checkUserData(input.UserData);
    checkKey(input.KeyName);
    checkTenancy(input);
    const isSpot = checkMarket(input);
    const network = networkOf(call, input);
    const devices = launchDevices(image, input.BlockDeviceMappings);
    const count = checkCount(call, input);
    checkPlacement(call, input.Placement?.GroupName, type, network.subnet.zone, count);
    const reservationId = newId("r");
    return Array.from({ length: count }, (_value, launchIndex) => {
        const place = { reservationId, launchIndex, ...(isSpot && { spotRequestId: newSpotRequestId() }) };
        const instance = instanceOf(call, input, image, type, network.subnet, place);
        makeDevices(call, instance, devices, tagsFor(input.TagSpecifications, "volume", TAGGED));
        makeInterface(call, input, instance, network);
        call.world.tables.instances.set(instance.id, instance);
        if (instance.spotRequestId !== undefined) {
            const tags = tagsFor(input.TagSpecifications, "spot-instances-request", TAGGED);
            makeSpotRequest(call, { ...input, InstanceType: type }, instance.spotRequestId, instance.id, tags);
        }
        return instance.id;
    });
}

function requireImage({ ImageId }: RunInstancesRequest): string {
    if (ImageId === undefined) {
        throw new Failure("MissingParameter", "The request must contain the parameter ImageId");
    }
    return ImageId;
}

/** There are no key pairs here. */
function checkKey(name: string | undefined): void {
    if (name !== undefined) {
        throw new Failure("InvalidKeyPair.NotFound", `The key pair '${name}' does not exist`);
    }
}

function checkTenancy({ Placement }: RunInstancesRequest): void {
    if (Placement?.Tenancy === "host") {
        throw notEmulated("dedicated hosts");
    }
}

interface LaunchNetwork {
    readonly subnet: DefaultSubnet;
    readonly groups: string[];
    readonly isPublic: boolean;
    readonly description: string;
    readonly deleteOnTermination: boolean;
}

function networkOf(call: Call, input: RunInstancesRequest): LaunchNetwork {
    const { NetworkInterfaces: interfaces = [], SubnetId, SecurityGroupIds } = input;
    const [first] = interfaces;
    if (interfaces.length > 1) {
        throw notEmulated("more than one network interface");
    }
    if (first !== undefined && first.DeviceIndex !== 0) {
        const message = "Each network interface requires a device index, and there is one of index 0.";
        throw new Failure("InvalidParameterCombination", message);
    }
    if (first !== undefined && (SubnetId !== undefined || SecurityGroupIds !== undefined)) {
        const message =
            "Network interfaces and an instance-level subnet ID or security groups may not be specified on the same request";
        throw new Failure("InvalidParameterCombination", message);
    }
    return {
        subnet: chooseSubnet(call, SubnetId ?? first?.SubnetId, input.Placement?.AvailabilityZone),
        groups: checkGroups(call, SecurityGroupIds ?? first?.Groups),
        isPublic: first?.AssociatePublicIpAddress ?? true,
        description: first?.Description ?? "",
        deleteOnTermination: first?.DeleteOnTermination ?? true,
    };
}

function makeInterface(
    call: Call,
    input: RunInstancesRequest,
    { networkInterfaceId, id: instanceId }: Instance,
    { subnet, groups, isPublic, description, deleteOnTermination }: LaunchNetwork,
): void {
    const { privateIp, publicIp } = freeAddresses(call, subnet);
    const tags = tagsFor(input.TagSpecifications, "network-interface", TAGGED);
    const made: NetworkInterface = {
        ...newResource(call, networkInterfaceId, tags),
        subnetId: subnet.id,
        zone: subnet.zone,
        privateIp,
        groups: [...groups],
        ...{ instanceId, isPublic, description, deleteOnTermination },
        ...(isPublic && { publicIp }),
    };
    call.world.tables.networkInterfaces.set(made.id, made);
}

function instanceOf(
    call: Call,
    input: RunInstancesRequest,
    image: Image,
    instanceType: string,
    { id: subnetId, zone }: DefaultSubnet,
    place: Pick<Instance, "reservationId" | "launchIndex" | "spotRequestId">,
): Instance {
    const { architecture, enaSupport, bootMode, imdsSupport } = image;
    return {
        ...newResource(call, newId("i"), tagsFor(input.TagSpecifications, "instance", TAGGED)),
        ...place,
        ...{ architecture, enaSupport, bootMode, imdsSupport, instanceType, subnetId, zone },
        imageId: image.id,
        clientToken: input.ClientToken,
        phase: "starting",
        settlesAt: call.now + call.world.settings.instanceStartMs,
        launchedAt: call.now,
        rootDeviceName: image.rootDeviceName!,
        tenancy: input.Placement?.Tenancy ?? "default",
        networkInterfaceId: newId("eni"),
        keyName: undefined,
        profileArn: profileArn(call, input.IamInstanceProfile),
        spot: place.spotRequestId !== undefined,
        ...(input.Placement?.GroupName !== undefined && { placementGroup: input.Placement.GroupName }),
        userData: input.UserData,
        ebsOptimized: input.EbsOptimized ?? false,
        disableApiTermination: input.DisableApiTermination ?? false,
        disableApiStop: input.DisableApiStop ?? false,
        shutdownBehavior: input.InstanceInitiatedShutdownBehavior ?? "stop",
        metadata: launchMetadata(image.imdsSupport, input.MetadataOptions),
    };
}
