import { join } from "node:path";
import { run } from "../../../../tools/process/run.ts";
import type { Running } from "../support/running.ts";
import { BOTOCORE, describeEmulator, end, running } from "../support/running.ts";

describeEmulator("boto3, a client that is not ours", () => {
    let aws: Running;
    beforeAll(async () => {
        aws = await running();
        await aws.side("POST", "clock", { scale: 10 });
    });
    afterAll(() => end(aws));

    test("uploads, reads again, registers, launches and removes, and reads our answers and errors as AWS's", async () => {
        const python = join(BOTOCORE, "bin", "python3");
        const script = join(process.cwd(), "test", "clouds", "aws", "boto3", "client.py");
        const { code, stdout, output } = await run(python, [script, aws.endpoint]);
        expect([code, output]).toEqual([0, stdout]);
        const seen = JSON.parse(stdout) as { snapshot: string };
        const { snapshot } = seen;
        expect(seen).toEqual({
            account: "111111111111",
            same: true,
            conflict: "ConflictException",
            badChecksum: "ValidationException",
            read: { 0: true, 5: true },
            described: [
                [
                    true,
                    [{ Key: "a b", Value: "c&d <e>" }],
                    [
                        {
                            DeviceName: "/dev/xvda",
                            Ebs: {
                                DeleteOnTermination: true,
                                Encrypted: false,
                                Iops: 3_000,
                                SnapshotId: snapshot,
                                Throughput: 125,
                                VolumeSize: 1,
                                VolumeType: "gp3",
                            },
                        },
                    ],
                ],
            ],
            snapshot,
            running: [
                ["running", "172.31.0.4"],
                ["running", "172.31.0.5"],
            ],
            userData: "hello",
            inUse: "InvalidSnapshot.InUse",
            deregistered: [{ SnapshotId: snapshot, ReturnCode: "success" }],
            gone: "InvalidSnapshot.NotFound",
            wrongSecret: "AuthFailure",
            wrongSecretOfEbs: "InvalidSignatureException",
        });
        await expect(aws.side("GET", "existing")).resolves.toEqual([]);
    });

    test("sends a disk to S3 in parts, imports it, launches it as a spot instance, and is denied what its policy has not", async () => {
        const account = "111111111111";
        await aws.side("POST", "roles", { account, name: "vmimport" });
        const Statement = [{ Effect: "Allow", Action: "ec2:Describe*", Resource: "*" }];
        await aws.side("POST", "credentials", {
            ...{ accessKeyId: "AKIAEMULATOR00000009", secretAccessKey: "emulator", account, user: "limited" },
            policies: [{ Version: "2012-10-17", Statement }],
        });
        const python = join(BOTOCORE, "bin", "python3");
        const script = join(process.cwd(), "test", "clouds", "aws", "boto3", "imports.py");
        const { code, stdout, output } = await run(python, [script, aws.endpoint]);
        expect([code, output]).toEqual([0, stdout]);
        expect(JSON.parse(stdout)).toEqual({
            size: true,
            same: true,
            uploads: [true],
            imported: ["completed", "RAW"],
            console: null,
            denied: "UnauthorizedOperation",
            allowed: true,
            missing: "404",
        });
        await expect(aws.side("GET", "existing")).resolves.toEqual([]);
    });
});
