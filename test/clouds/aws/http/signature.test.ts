import { DescribeImagesCommand, DescribeRegionsCommand } from "@aws-sdk/client-ec2";
import { ListSnapshotBlocksCommand } from "@aws-sdk/client-ebs";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { Running } from "../support/running.ts";
import { describeEmulator, end, running } from "../support/running.ts";

describeEmulator("signatures", () => {
    let aws: Running;
    beforeAll(async () => {
        aws = await running();
    });
    afterAll(() => end(aws));

    test("two access keys are two accounts", async () => {
        const one = await aws.sts().send(new GetCallerIdentityCommand({}));
        const two = await aws.sts({ account: 1 }).send(new GetCallerIdentityCommand({}));
        expect([one.Account, two.Account]).toEqual(["111111111111", "222222222222"]);
        expect(one.Arn).toBe("arn:aws:iam::111111111111:user/one");
    });

    test("another secret is refused by each service in its own words", async () => {
        const wrong = { secretAccessKey: "another" };
        await expect(aws.ec2(wrong).send(new DescribeRegionsCommand({}))).rejects.toMatchObject({
            name: "AuthFailure",
            $metadata: { httpStatusCode: 401 },
        });
        await expect(aws.sts(wrong).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
            name: "SignatureDoesNotMatch",
        });
        const list = new ListSnapshotBlocksCommand({ SnapshotId: "snap-0123456789abcdef0" });
        await expect(aws.ebs(wrong).send(list)).rejects.toMatchObject({ name: "InvalidSignatureException" });
    });

    test("a body that was changed on its way is refused", async () => {
        const ec2 = aws.ec2();
        ec2.middlewareStack.add(
            (next) => (args) => {
                const request = args.request as { body: string };
                request.body = request.body.replace("Owner.1=self", "Owner.1=flse");
                return next(args);
            },
            { step: "finalizeRequest", name: "change", priority: "low" },
        );
        await expect(ec2.send(new DescribeImagesCommand({ Owners: ["amazon"] }))).resolves.toMatchObject({
            Images: [],
        });
        await expect(ec2.send(new DescribeImagesCommand({ Owners: ["self"] }))).rejects.toMatchObject({
            name: "AuthFailure",
        });
    });

    test("a request without a signature is refused", async () => {
        const response = await fetch(aws.endpoint, { method: "POST", body: "Action=DescribeRegions" });
        expect(response.status).toBe(401);
        await expect(response.text()).resolves.toContain("<Code>AuthFailure</Code>");
    });

    test("a caller may be allowed a few operations alone", async () => {
        await aws.side("POST", "credentials", {
            accessKeyId: "AKIAEMULATOR00000003",
            secretAccessKey: "emulator",
            account: "111111111111",
            user: "three",
            allowed: ["sts:*", "ec2:DescribeRegions"],
        });
        const credentials = { accessKeyId: "AKIAEMULATOR00000003", secretAccessKey: "emulator" };
        const ec2 = aws.ec2();
        ec2.config.credentials = () => Promise.resolve(credentials);
        await expect(ec2.send(new DescribeRegionsCommand({}))).resolves.toHaveProperty("Regions");
        await expect(ec2.send(new DescribeImagesCommand({}))).rejects.toMatchObject({ name: "UnauthorizedOperation" });
    });
});
