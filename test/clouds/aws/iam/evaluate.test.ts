import type { Decision } from "./evaluate.ts";
import { decide } from "./evaluate.ts";
import type { Statement } from "./policy.ts";
import { checkPolicy } from "./policy.ts";
import { knowsOperator } from "./conditions.ts";

const INSTANCE = "arn:aws:ec2:eu-central-1:111111111111:instance/i-1";

function verdict(statements: readonly Statement[], keys: Record<string, readonly string[]> = {}): Decision {
    const context = new Map(Object.entries(keys).map(([key, values]) => [key.toLowerCase(), values]));
    const policy = checkPolicy({ Version: "2012-10-17", Statement: statements }, knowsOperator);
    return decide([policy], { action: "ec2:StopInstances", resource: INSTANCE, context });
}
const allow = (more: Partial<Statement> = {}): Statement => ({
    Effect: "Allow",
    Action: "ec2:StopInstances",
    Resource: "*",
    ...more,
});

describe("policies", () => {
    test.each<[string, Partial<Statement>, Decision]>([
        ["another action", { Action: "ec2:StartInstances" }, "implicit-deny"],
        ["any of a service", { Action: "EC2:*" }, "allowed"],
        ["a part of names", { Action: ["s3:*", "ec2:Stop?nstances"] }, "allowed"],
        ["its resource", { Resource: INSTANCE }, "allowed"],
        ["a pattern", { Resource: "arn:aws:ec2:*:111111111111:instance/*" }, "allowed"],
        ["another account's", { Resource: "arn:aws:ec2:*:222222222222:instance/*" }, "implicit-deny"],
        ["a pattern over the parts of an ARN", { Resource: "arn:aws:ec2:*:*:*1:instance/*" }, "implicit-deny"],
    ])("one that allows %s", (_name, more, wanted) => {
        expect(verdict([allow(more)])).toBe(wanted);
    });

    test("not an action, not a resource", () => {
        const { Action: _action, ...rest } = allow();
        expect(verdict([{ ...rest, NotAction: "ec2:TerminateInstances" }])).toBe("allowed");
        expect(verdict([{ ...rest, NotAction: "ec2:Stop*" }])).toBe("implicit-deny");
        const { Resource: _resource, ...other } = allow();
        expect(verdict([{ ...other, NotResource: INSTANCE }])).toBe("implicit-deny");
        expect(verdict([{ ...other, NotResource: "arn:aws:ec2:*:*:volume/*" }])).toBe("allowed");
    });

    test("a denial wins", () => {
        expect(verdict([allow(), allow({ Effect: "Deny", Resource: INSTANCE })])).toBe("explicit-deny");
        expect(verdict([])).toBe("implicit-deny");
    });

    test.each<[Statement["Condition"], boolean]>([
        [{ StringEquals: { "aws:ResourceTag/by": "us" } }, true],
        [{ StringEquals: { "aws:resourcetag/BY": ["them", "us"] } }, true],
        [{ StringEquals: { "aws:ResourceTag/by": "US" } }, false],
        [{ StringEqualsIgnoreCase: { "aws:ResourceTag/by": "US" } }, true],
        [{ StringLike: { "aws:ResourceTag/by": "u?" } }, true],
        [{ StringEquals: { "aws:ResourceTag/none": "us" } }, false],
        [{ StringEqualsIfExists: { "aws:ResourceTag/none": "us" } }, true],
        [{ StringNotEquals: { "aws:ResourceTag/none": "us" } }, true],
        [{ StringNotEquals: { "aws:ResourceTag/by": ["them", "us"] } }, false],
        [{ Null: { "aws:ResourceTag/none": "true" } }, true],
        [{ Null: { "aws:ResourceTag/by": "true" } }, false],
        [{ Null: { "aws:ResourceTag/by": "false" } }, true],
        [{ Bool: { "ec2:Encrypted": "true" } }, false],
        [{ ArnLike: { "ec2:Vpc": "arn:aws:ec2:*:*:vpc/*" } }, true],
        [{ NumericLessThanEquals: { "ec2:VolumeSize": "8" } }, true],
        [{ NumericGreaterThan: { "ec2:VolumeSize": "8" } }, false],
        [{ "ForAllValues:StringEquals": { "aws:TagKeys": ["a", "b", "c"] } }, true],
        [{ "ForAllValues:StringEquals": { "aws:TagKeys": ["a"] } }, false],
        [{ "ForAllValues:StringEquals": { "none:Keys": ["a"] } }, true],
        [{ "ForAnyValue:StringEquals": { "aws:TagKeys": ["a"] } }, true],
        [{ "ForAnyValue:StringEquals": { "none:Keys": ["a"] } }, false],
        [{ StringEquals: { "aws:ResourceTag/owner": "${aws:username}" } }, true],
        [{ StringEquals: { "aws:ResourceTag/by": "us" }, Bool: { "ec2:Encrypted": "true" } }, false],
    ])("%j holds: %s", (Condition, holds) => {
        const keys = {
            "aws:ResourceTag/by": ["us"],
            "aws:ResourceTag/owner": ["one"],
            "aws:username": ["one"],
            "aws:TagKeys": ["a", "b"],
            "ec2:Encrypted": ["false"],
            "ec2:Vpc": ["arn:aws:ec2:eu-central-1:111111111111:vpc/vpc-1"],
            "ec2:VolumeSize": ["8"],
        };
        expect(verdict([allow({ Condition: Condition! })], keys)).toBe(holds ? "allowed" : "implicit-deny");
    });

    test.each<[string, object]>([
        ["Version", { Version: "2008-10-17", Statement: [allow()] }],
        ["Principal", { Version: "2012-10-17", Statement: [{ ...allow(), Principal: "*" }] }],
        ["Effect", { Version: "2012-10-17", Statement: [{ ...allow(), Effect: "Perhaps" }] }],
        ["either Action", { Version: "2012-10-17", Statement: [{ Effect: "Allow", Resource: "*" }] }],
        ["RunInstances", { Version: "2012-10-17", Statement: [allow({ Action: "RunInstances" })] }],
        ["instance/i-1", { Version: "2012-10-17", Statement: [allow({ Resource: "instance/i-1" })] }],
        ["arn:aws:ec2:*", { Version: "2012-10-17", Statement: [allow({ Resource: "arn:aws:ec2:*" })] }],
        ["StringIs", { Version: "2012-10-17", Statement: [allow({ Condition: { StringIs: { a: "b" } } })] }],
    ])("what is wrong with one is named: %s", (name, policy) => {
        expect(() => checkPolicy(policy, knowsOperator)).toThrow(name);
    });
});
