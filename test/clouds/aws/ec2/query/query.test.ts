import {
    CreateTagsCommand,
    DeleteTagsCommand,
    DescribeRegionsCommand,
    DescribeSnapshotsCommand,
    DescribeTagsCommand,
} from "@aws-sdk/client-ec2";
import { SignatureV4 } from "@smithy/signature-v4";
import { DEFAULT_CREDENTIALS } from "../../http/accounts.ts";
import { Sha256 } from "../../http/sha256.ts";
import type { Running } from "../../support/running.ts";
import { describeEmulator, end, running } from "../../support/running.ts";
import { start } from "../../support/upload.ts";

describeEmulator("EC2's query protocol", () => {
    let aws: Running;
    beforeAll(async () => {
        aws = await running();
    });
    afterAll(() => end(aws));

    /** A form that no SDK would send, signed. */
    async function post(form: string): Promise<string> {
        const { hostname, host, port } = new URL(aws.endpoint);
        const body = `Version=2016-11-15&${form}`;
        const signer = new SignatureV4({
            credentials: DEFAULT_CREDENTIALS[0]!,
            region: "eu-central-1",
            service: "ec2",
            sha256: Sha256,
        });
        const headers = { host, "content-type": "application/x-www-form-urlencoded" };
        const signed = await signer.sign({
            method: "POST",
            protocol: "http:",
            hostname,
            port: Number(port),
            path: "/",
            headers,
            body,
        });
        const response = await fetch(aws.endpoint, { method: "POST", headers: signed.headers, body });
        const text = await response.text();
        return /<Code>(.*)<\/Code><Message>(.*)<\/Message>/.exec(text)?.slice(1).join(": ") ?? text;
    }

    test.each([
        ["Action=Fly", "InvalidAction"],
        ["Action=DescribeSnapshots&Wings=2", "UnknownParameter: The parameter Wings is not recognized"],
        ["Action=DescribeSnapshots&Filter.1.Nom=x", "UnknownParameter: The parameter Filter.1.Nom is not recognized"],
        ["Action=DescribeSnapshots&Filter.x.Name=x", "UnknownParameter: The parameter Filter.x is not recognized"],
        ["Action=DescribeSnapshots&SnapshotId=snap-1", "UnknownParameter: The parameter SnapshotId"],
        ["Action=DescribeSnapshots&MaxResults=many", "InvalidParameterValue: Value (many) for parameter MaxResults"],
        ["Action=DescribeSnapshots&DryRun=perhaps", "InvalidParameterValue: Value (perhaps)"],
        ["Action=DescribeSnapshots&MaxResults=4", "InvalidParameterValue: Value ( 4 ) for parameter maxResults"],
        [
            "Action=DescribeSnapshots&Filter.1.Name=colour&Filter.1.Value.1=x",
            "InvalidParameterValue: The filter 'colour'",
        ],
        ["Action=DeleteSnapshot", "MissingParameter: The request must contain the parameter SnapshotId"],
        ["Action=DeleteSnapshot&SnapshotId=ami-1", "InvalidSnapshotID.Malformed"],
        ["Action=DeleteSnapshot&SnapshotId=snap-0123456789abcdef0", "InvalidSnapshot.NotFound"],
        [
            "Action=RegisterImage&Name=abc&BootMode=floppy",
            "InvalidParameterValue: Value (floppy) for parameter BootMode",
        ],
        ["Action=DescribeRegions&DryRun=true", "DryRunOperation"],
        ["Action=CreateVpc&CidrBlock=10.0.0.0/16", "EmulatorNotImplemented: The emulator does not have the operation"],
    ])("%s is answered with %s", async (form, code) => {
        await expect(post(form)).resolves.toContain(code);
    });

    test("regions are named", async () => {
        const { Regions } = await aws.ec2().send(new DescribeRegionsCommand({ RegionNames: ["eu-central-1"] }));
        expect(Regions).toMatchObject([{ RegionName: "eu-central-1" }]);
    });

    test("tags are found by filters, in pages, of the caller's region alone", async () => {
        const ebs = aws.ebs();
        const ec2 = aws.ec2();
        const ids: string[] = [];
        for (let count = 0; count < 7; count += 1) {
            ids.push(await start(ebs, { Tags: [{ Key: "stack", Value: `dev-${count}` }] }));
        }
        await start(aws.ebs({ region: "us-east-1" }), { Tags: [{ Key: "stack", Value: "dev-8" }] });
        const Filters = [{ Name: "tag:stack", Values: ["dev-?"] }];
        const first = await ec2.send(new DescribeSnapshotsCommand({ Filters, MaxResults: 5 }));
        const second = await ec2.send(
            new DescribeSnapshotsCommand({ Filters, MaxResults: 5, NextToken: first.NextToken }),
        );
        const found = [...first.Snapshots!, ...second.Snapshots!].map(({ SnapshotId }) => SnapshotId!);
        expect(found.toSorted()).toEqual(ids.toSorted());
        const exact = [{ Name: "tag:stack", Values: ["dev-3", "\\*"] }];
        expect((await ec2.send(new DescribeSnapshotsCommand({ Filters: exact }))).Snapshots).toHaveLength(1);
    });

    test("tags are set on all resources or on none, and taken off by key or by key and value", async () => {
        const ec2 = aws.ec2();
        const id = await start(aws.ebs());
        const Tags = [{ Key: "a <b>\r\n", Value: 'Grüße & "more"' }];
        const missing = "snap-0123456789abcdef0";
        const tags = async (): Promise<unknown> =>
            (await ec2.send(new DescribeTagsCommand({ Filters: [{ Name: "resource-id", Values: [id] }] }))).Tags;
        await expect(ec2.send(new CreateTagsCommand({ Resources: [id, missing], Tags }))).rejects.toMatchObject({
            name: "InvalidSnapshot.NotFound",
        });
        expect(await tags()).toEqual([]);
        await ec2.send(new CreateTagsCommand({ Resources: [id], Tags }));
        expect(await tags()).toEqual([{ ...Tags[0], ResourceId: id, ResourceType: "snapshot" }]);
        await ec2.send(new DeleteTagsCommand({ Resources: [id], Tags: [{ Key: Tags[0]!.Key, Value: "other" }] }));
        expect(await tags()).toHaveLength(1);
        await ec2.send(new DeleteTagsCommand({ Resources: [id], Tags: [{ Key: Tags[0]!.Key }] }));
        expect(await tags()).toEqual([]);
        const many = Array.from({ length: 51 }, (_value, index) => ({ Key: `${index}`, Value: "" }));
        await expect(ec2.send(new CreateTagsCommand({ Resources: [id], Tags: many }))).rejects.toMatchObject({
            name: "TagLimitExceeded",
        });
    });
});
