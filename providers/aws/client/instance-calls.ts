import type * as ec2Module from "@aws-sdk/client-ec2";
import type { Instance, InstanceCalls, InstanceQuery, RunRequest } from "../instance/calls";
import { attachCalls } from "./attach-calls";
import type { Clients } from "./clients";
import { instance, launchImage, typeFacts } from "./convert-instance";
import { awsCode } from "./errors";
import { call, filters, pages, tagList } from "./requests";
import { resourceCalls } from "./resource-calls";
import { together } from "./together";

type Looking = Pick<InstanceCalls, "machineImage" | "typeFacts" | "instances" | "console" | "isProtected" | "userData">;
type Parts = Pick<InstanceCalls, "belongings" | "thoseThere">;
type Ec2 = Pick<Clients, "ec2">;

/** An instance's calls by the SDK's clients. */
export function instanceCalls(clients: Clients): InstanceCalls {
    const { ec2 } = clients;
    const change = async (InstanceId: string, attribute: object): Promise<void> => {
        await call("ec2:ModifyInstanceAttribute", () => ec2.modifyInstanceAttribute({ InstanceId, ...attribute }));
    };
    return {
        ...resourceCalls(clients),
        ...attachCalls(clients),
        ...looking(clients),
        ...parts(clients),
        runInstance: (request) =>
            call("ec2:RunInstances", async () => {
                const { Instances = [] } = await ec2.runInstances(runInput(request));
                return Instances[0]?.InstanceId ?? "";
            }),
        startInstance: async (id) => {
            await call("ec2:StartInstances", () => ec2.startInstances({ InstanceIds: [id] }));
        },
        terminateInstance: async (id) => {
            await call("ec2:TerminateInstances", () => ec2.terminateInstances({ InstanceIds: [id] }));
        },
        changeType: (id, Value) => change(id, { InstanceType: { Value } }),
        changeGroups: (id, groups) => change(id, { Groups: [...groups] }),
        changeProtection: (id, Value) => change(id, { DisableApiTermination: { Value } }),
        requireTokens: async (InstanceId) => {
            const tokens = { InstanceId, HttpTokens: "required" as const };
            await call("ec2:ModifyInstanceMetadataOptions", () => ec2.modifyInstanceMetadataOptions(tokens));
        },
    };
}

function looking({ ec2 }: Ec2): Looking {
    return {
        machineImage: (id) =>
            call("ec2:DescribeImages", async () => {
                const { Images = [] } = await ec2.describeImages({
                    Filters: filters({ ids: [id] }, "image-id"),
                    IncludeDeprecated: true,
                });
                return Images[0] && launchImage(Images[0]);
            }),
        typeFacts: (type) =>
            call("ec2:DescribeInstanceTypes", async () => {
                const Filters = [{ Name: "instance-type", Values: [type] }];
                const { InstanceTypes = [] } = await ec2.describeInstanceTypes({ Filters });
                return InstanceTypes[0] && typeFacts(InstanceTypes[0]);
            }),
        instances: async (query) => {
            const [id, ...others] = query.ids ?? [];
            if (id === undefined || others.length > 0 || Object.keys(query).length > 1) {
                return instancesOf(ec2, query);
            }
            const found = await lookOf(ec2)(id);
            return found === undefined ? [] : [found];
        },
        console: (id, latest) => call("ec2:GetConsoleOutput", () => consoleOf(ec2, id, latest)),
        isProtected: (InstanceId) =>
            call("ec2:DescribeInstanceAttribute", async () => {
                const Attribute = "disableApiTermination" as const;
                const { DisableApiTermination } = await ec2.describeInstanceAttribute({ InstanceId, Attribute });
                return DisableApiTermination?.Value === true;
            }),
        userData: (InstanceId) =>
            call("ec2:DescribeInstanceAttribute", async () => {
                const Attribute = "userData" as const;
                const { UserData } = await ec2.describeInstanceAttribute({ InstanceId, Attribute });
                return Buffer.from(UserData?.Value ?? "", "base64").toString("utf8");
            }),
    };
}

type Look = (id: string) => Promise<Instance | undefined>;

const looks = new WeakMap<object, Look>();

/** One for all that a client looks at. */
function lookOf(ec2: Clients["ec2"]): Look {
    const look = looks.get(ec2) ?? together((ids) => instancesOf(ec2, { ids }));
    looks.set(ec2, look);
    return look;
}

function instancesOf(ec2: Clients["ec2"], query: InstanceQuery): Promise<readonly Instance[]> {
    return call("ec2:DescribeInstances", async () => {
        const Filters = instanceFilters(query);
        const found = await pages((page) => ec2.describeInstances({ ...page, Filters }));
        return found
            .flatMap(({ Reservations = [] }) => Reservations)
            .flatMap(({ Instances = [] }) => Instances.map(instance));
    });
}

/** Of a type whose console AWS does not have as it is now it gives what it has kept. */
async function consoleOf(ec2: Clients["ec2"], InstanceId: string, latest: boolean): Promise<string> {
    try {
        const { Output = "" } = await ec2.getConsoleOutput({ InstanceId, ...(latest ? { Latest: true } : {}) });
        return Buffer.from(Output, "base64").toString("utf8");
    } catch (error) {
        if (!latest || awsCode(error) !== "UnsupportedOperation") {
            throw error;
        }
        return consoleOf(ec2, InstanceId, false);
    }
}

/** Looked for with filters: an id of what is gone would be an error. */
function parts({ ec2 }: Ec2): Parts {
    const volumes = (Filters: ec2Module.Filter[]): Promise<string[]> =>
        call("ec2:DescribeVolumes", async () => {
            const found = await pages((page) => ec2.describeVolumes({ ...page, Filters }));
            return found.flatMap(({ Volumes = [] }) => Volumes.map(({ VolumeId = "" }) => VolumeId));
        });
    const interfaces = (Filters: ec2Module.Filter[]): Promise<ec2Module.NetworkInterface[]> =>
        call("ec2:DescribeNetworkInterfaces", async () => {
            const found = await pages((page) => ec2.describeNetworkInterfaces({ ...page, Filters }));
            return found.flatMap(({ NetworkInterfaces = [] }) => NetworkInterfaces);
        });
    return {
        belongings: async (id) => {
            const attached = { Name: "attachment.instance-id", Values: [id] };
            const going = { Name: "attachment.delete-on-termination", Values: ["true"] };
            const links = (await interfaces([attached])).filter(({ Attachment }) => Attachment?.DeleteOnTermination);
            const ids = links.map(({ NetworkInterfaceId = "" }) => NetworkInterfaceId);
            return [...(await volumes([attached, going])), ...ids];
        },
        thoseThere: async (ids) => {
            const of = (prefix: string): string[] => ids.filter((id) => id.startsWith(prefix));
            const [disks, links] = [of("vol-"), of("eni-")];
            const shown = links.length === 0 ? [] : await interfaces(filters({ ids: links }, "network-interface-id"));
            return [
                ...(disks.length === 0 ? [] : await volumes(filters({ ids: disks }, "volume-id"))),
                ...shown.map(({ NetworkInterfaceId = "" }) => NetworkInterfaceId),
            ];
        },
    };
}

function instanceFilters({ token, ...query }: InstanceQuery): ec2Module.Filter[] {
    return [
        ...filters(query, "instance-id"),
        ...(token === undefined ? [] : [{ Name: "client-token", Values: [token] }]),
    ];
}

function runInput(request: RunRequest): ec2Module.RunInstancesCommandInput {
    const { keyName, userData, profile, spot, staying } = request;
    return {
        ClientToken: request.token,
        MinCount: 1,
        MaxCount: 1,
        ImageId: request.ami,
        InstanceType: request.type as ec2Module._InstanceType,
        MetadataOptions: { HttpTokens: "required", HttpEndpoint: "enabled" },
        ...(keyName === undefined ? {} : { KeyName: keyName }),
        ...(userData === undefined ? {} : { UserData: Buffer.from(userData).toString("base64") }),
        ...(profile === undefined ? {} : { IamInstanceProfile: profileInput(profile) }),
        ...(spot === undefined ? {} : { InstanceMarketOptions: marketInput(spot) }),
        ...(staying.length === 0 ? {} : { BlockDeviceMappings: staying.map(going) }),
        ...networkInput(request),
        ...placementInput(request),
        TagSpecifications: [
            { ResourceType: "instance", Tags: tagList(request.tags) },
            ...(["volume", "network-interface"] as const).map((ResourceType) => ({
                ResourceType,
                Tags: tagList(request.tagsOfParts),
            })),
        ],
    };
}

const going = (DeviceName: string): ec2Module.BlockDeviceMapping => ({
    DeviceName,
    Ebs: { DeleteOnTermination: true },
});

function profileInput(profile: string): ec2Module.IamInstanceProfileSpecification {
    return profile.startsWith("arn:") ? { Arn: profile } : { Name: profile };
}

function marketInput({ maxPrice }: NonNullable<RunRequest["spot"]>): ec2Module.InstanceMarketOptionsRequest {
    return {
        MarketType: "spot",
        SpotOptions: { SpotInstanceType: "one-time", ...(maxPrice === undefined ? {} : { MaxPrice: maxPrice }) },
    };
}

/** AWS takes a public address of an interface alone, and then the subnet and the groups there. */
function networkInput({ subnet, groups, publicIp }: RunRequest): Partial<ec2Module.RunInstancesCommandInput> {
    if (publicIp === undefined) {
        return {
            ...(subnet === undefined ? {} : { SubnetId: subnet }),
            ...(groups === undefined ? {} : { SecurityGroupIds: [...groups] }),
        };
    }
    const link = {
        DeviceIndex: 0,
        AssociatePublicIpAddress: publicIp,
        DeleteOnTermination: true,
        ...(subnet === undefined ? {} : { SubnetId: subnet }),
        ...(groups === undefined ? {} : { Groups: [...groups] }),
    };
    return { NetworkInterfaces: [link] };
}

function placementInput({ zone, tenancy, placementGroup }: RunRequest): Partial<ec2Module.RunInstancesCommandInput> {
    const Placement = {
        ...(zone === undefined ? {} : { AvailabilityZone: zone }),
        ...(tenancy === undefined ? {} : { Tenancy: tenancy }),
        ...(placementGroup === undefined ? {} : { GroupName: placementGroup }),
    };
    return Object.keys(Placement).length === 0 ? {} : { Placement };
}
