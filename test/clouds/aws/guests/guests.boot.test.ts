import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
    AttachVolumeCommand,
    CreateVolumeCommand,
    DescribeInstancesCommand,
    DescribeVolumesCommand,
    DetachVolumeCommand,
    GetConsoleOutputCommand,
    ModifyInstanceAttributeCommand,
    RunInstancesCommand,
    StartInstancesCommand,
    StopInstancesCommand,
    TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { resolveComponents } from "../../../../providers/image/index.ts";
import { resolveLoaders, writeFormat } from "../../../../providers/image/formats/index.ts";
import type { ImagePlan } from "../../../../providers/image/plan.ts";
import { normalizeAssembly } from "../../../../sdk/assembly/normalize/index.ts";
import type { Architecture } from "../../../../sdk/assembly/spec.ts";
import { Assembly, debian, dhcp, metadata } from "../../../../sdk/index.ts";
import { realEnvironment } from "../../../image/disk/support/real.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import type { Running } from "../support/running.ts";
import { describeEmulator, end, running } from "../support/running.ts";
import { BLOCK, complete, put, registered, start } from "../support/upload.ts";

const temporary = temporaryFolder();

/** An image that serves what its metadata agent found, and whose kernel says which disks it has. */
async function writeDisk(file: string, wanted: Architecture, format: "aws" | "raw-efi"): Promise<void> {
    const { architecture, components, order } = new Assembly({
        architecture: wanted,
        kernel: debian.kernel({ cmdline: "loglevel=7" }),
        init: [debian.base()],
        onboot: [dhcp(), metadata({ providers: ["aws"] })],
        services: [
            {
                name: "web",
                image: debian.packages(["busybox-static"]),
                command: ["/usr/bin/busybox", "httpd", "-f", "-p", "8080", "-h", "/run/config"],
                binds: ["/run/config:/run/config:ro"],
            },
        ],
    });
    const { spec } = normalizeAssembly({ architecture, components, order });
    const env = await realEnvironment();
    const plan: ImagePlan = { ...(await resolveComponents(spec!, undefined, env)), format: 1, compression: "fast" };
    const loaders = await resolveLoaders({ plan, format }, undefined, env);
    await writeFormat({ plan, format, spdx: false, ...(loaders !== undefined && { loaders }) }, () => file, env);
}

/** Block by block, without those of zeros. */
async function upload(aws: Running, file: string): Promise<string> {
    const disk = readFileSync(file);
    const ebs = aws.ebs();
    const id = await start(ebs);
    const blocks: Buffer[] = [];
    for (let index = 0; index * BLOCK < disk.length; index += 1) {
        const data = Buffer.alloc(BLOCK);
        disk.copy(data, 0, index * BLOCK);
        if (data.some((byte) => byte !== 0)) {
            await put(ebs, id, index, data);
            blocks.push(data);
        }
    }
    await complete(ebs, id, blocks);
    await aws.side("POST", "clock", { advanceMs: 60_000 });
    return id;
}

describeEmulator("guests", () => {
    let aws: Running;
    beforeAll(async () => {
        aws = await running(undefined, "tcg");
    });
    afterAll(() => end(aws));

    const consoleOf = async (InstanceId: string): Promise<string> => {
        const { Output } = await aws.ec2().send(new GetConsoleOutputCommand({ InstanceId }));
        return Buffer.from(Output ?? "", "base64").toString("utf8");
    };
    const until = async (InstanceId: string, pattern: RegExp): Promise<string> => {
        for (;;) {
            const text = await consoleOf(InstanceId);
            if (pattern.test(text)) {
                return text;
            }
            const { Reservations } = await aws.ec2().send(new DescribeInstancesCommand({ InstanceIds: [InstanceId] }));
            const instance = Reservations![0]!.Instances![0]!;
            if (!["pending", "running"].includes(instance.State!.Name!)) {
                throw new Error(`${JSON.stringify(instance.StateReason)}\n${text}`);
            }
            await new Promise((resolve) => setTimeout(resolve, 500));
        }
    };
    const served = async (instanceId: string, path: string): Promise<string> => {
        const { port } = (await aws.side("POST", "forwards", { instanceId, port: 8080 })) as { port: number };
        return (await fetch(`http://127.0.0.1:${port}/${path}`)).text();
    };

    /** Attaches a new volume until the guest has it, and takes it off until the guest has let go of it. */
    const hotPlug = async (InstanceId: string): Promise<void> => {
        const ec2 = aws.ec2();
        const advance = (): Promise<unknown> => aws.side("POST", "clock", { advanceMs: 60_000 });
        const described = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [InstanceId] }));
        const { AvailabilityZone } = described.Reservations![0]!.Instances![0]!.Placement!;
        const { VolumeId } = await ec2.send(new CreateVolumeCommand({ AvailabilityZone, Size: 1, VolumeType: "gp3" }));
        await advance();
        await ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId, Device: "/dev/sdf" }));
        await until(InstanceId, /nvme nvme1: .* queues/);
        await advance();
        await ec2.send(new DetachVolumeCommand({ VolumeId }));
        await advance();
        const stateOf = async (): Promise<string> => {
            const { Volumes } = await ec2.send(new DescribeVolumesCommand({ VolumeIds: [VolumeId!] }));
            const { State, Attachments } = Volumes![0]!;
            return Attachments?.[0]?.State ?? State!;
        };
        while ((await stateOf()) === "busy") {
            await new Promise((resolve) => setTimeout(resolve, 500));
        }
        expect(await stateOf()).toBe("available");
    };

    test("the uploaded blocks boot from NVMe, find their user data by IMDSv2, and answer through a forwarded port", async () => {
        const ec2 = aws.ec2();
        const file = join(temporary(), "disk.raw");
        await writeDisk(file, "amd64", "aws");
        const ImageId = await registered(ec2, await upload(aws, file), { ImdsSupport: "v2.0" });
        const UserData = Buffer.from("hello from the launch").toString("base64");
        const { Instances } = await ec2.send(
            new RunInstancesCommand({ ImageId, InstanceType: "t3.micro", MinCount: 1, MaxCount: 1, UserData }),
        );
        const id = Instances![0]!.InstanceId!;
        const first = await until(id, /linuxkit: ready [0-9a-f-]{36}/);
        expect(first).toContain("linuxkit: service web");
        expect(await served(id, "userdata")).toBe("hello from the launch");
        expect(await served(id, "instance_id")).toContain(id);

        await ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
        await aws.side("POST", "clock", { advanceMs: 60_000 });
        const UserData2 = { Value: Buffer.from("another") };
        await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: id, UserData: UserData2 }));
        await ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
        const bootOf = (text: string): string | undefined => /linuxkit: ready ([0-9a-f-]{36})/.exec(text)?.[1];
        const second = await until(id, /linuxkit: ready [0-9a-f-]{36}/);
        expect(bootOf(second)).not.toBe(bootOf(first));
        expect(await served(id, "userdata")).toBe("another");
        await hotPlug(id);

        await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
        await expect(served(id, "userdata")).rejects.toThrow("no guest");
    });

    test("an instance of arm64 boots by UEFI, and takes a volume in and lets go of it while it runs", async () => {
        const ec2 = aws.ec2();
        const file = join(temporary(), "disk.raw");
        await writeDisk(file, "arm64", "raw-efi");
        const of = { Architecture: "arm64", BootMode: "uefi" } as const;
        const ImageId = await registered(ec2, await upload(aws, file), of);
        const launch = { ImageId, InstanceType: "t4g.small", MinCount: 1, MaxCount: 1 } as const;
        const { Instances } = await ec2.send(new RunInstancesCommand(launch));
        const id = Instances![0]!.InstanceId!;
        expect(await until(id, /linuxkit: ready [0-9a-f-]{36}/)).toMatch(/^UEFI firmware/);
        await hotPlug(id);
    });
});
