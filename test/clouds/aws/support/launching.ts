import type { Instance, RunInstancesCommandInput } from "@aws-sdk/client-ec2";
import { DescribeInstancesCommand, RunInstancesCommand } from "@aws-sdk/client-ec2";
import type { Existing } from "../control/leaks.ts";
import type { Running } from "./running.ts";
import { block, registered, uploaded } from "./upload.ts";

/** What tests of instances do over and over, with an image and a clock that stands still. */
export interface Launching {
    readonly imageId: string;
    advance(seconds?: number): Promise<unknown>;
    launch(request?: Partial<RunInstancesCommandInput>): Promise<Instance>;
    described(id: string): Promise<Instance>;
    /** Kinds of what exists. */
    types(): Promise<string[]>;
}

export async function launching(aws: Running): Promise<Launching> {
    const ec2 = aws.ec2();
    const advance = (seconds = 60): Promise<unknown> => aws.side("POST", "clock", { advanceMs: seconds * 1_000 });
    await aws.side("POST", "clock", { scale: 0 });
    const snapshot = await uploaded(aws.ebs(), [block("a")]);
    await advance();
    const ImageId = await registered(ec2, snapshot);
    return {
        imageId: ImageId,
        advance,
        launch: async (request = {}) => {
            const input = { ImageId, InstanceType: "t3.micro", MinCount: 1, MaxCount: 1, ...request } as const;
            return (await ec2.send(new RunInstancesCommand(input))).Instances![0]!;
        },
        described: async (id) => {
            const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
            return Reservations![0]!.Instances![0]!;
        },
        types: async () => ((await aws.side("GET", "existing")) as Existing[]).map(({ type }) => type).toSorted(),
    };
}
