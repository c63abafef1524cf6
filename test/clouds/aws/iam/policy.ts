/** A statement of a policy: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html */
export interface Statement {
    readonly Sid?: string;
    readonly Effect: "Allow" | "Deny";
    readonly Action?: OneOrMore;
    readonly NotAction?: OneOrMore;
    readonly Resource?: OneOrMore;
    readonly NotResource?: OneOrMore;
    /** By operator, then by key. */
    readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMore>>>>;
}

export interface Policy {
    readonly Version: string;
    readonly Id?: string;
    readonly Statement: Statement | readonly Statement[];
}

type OneOrMore = string | readonly string[];

export const list = (value: OneOrMore | undefined): readonly string[] => [value ?? []].flat();

export const statements = ({ Statement: all }: Policy): readonly Statement[] => [all].flat();

const MEMBERS = ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"];

/**
 * A policy of an identity, as IAM takes one.
 * @param knowsOperator whether a condition's operator is one
 * @throws Error that names what IAM would refuse as MalformedPolicyDocument
 */
export function checkPolicy(value: unknown, knowsOperator: (name: string) => boolean): Policy {
    const policy = value as Policy;
    if (policy.Version !== "2012-10-17") {
        throw malformed(`Version is ${JSON.stringify(policy.Version)}: "2012-10-17" is the one that has all elements`);
    }
    for (const statement of statements(policy)) {
        checkStatement(statement, knowsOperator);
    }
    return policy;
}

function checkStatement(statement: Statement, knowsOperator: (name: string) => boolean): void {
    const where = `statement ${JSON.stringify(statement.Sid ?? "")}`;
    const unknown = Object.keys(statement).find((name) => !MEMBERS.includes(name));
    if (unknown !== undefined) {
        throw malformed(`${where} has ${unknown}; a policy of an identity has ${MEMBERS.join(", ")}`);
    }
    if (!["Allow", "Deny"].includes(statement.Effect)) {
        throw malformed(`${where}: Effect is Allow or Deny`);
    }
    if ((statement.Action === undefined) === (statement.NotAction === undefined)) {
        throw malformed(`${where} has either Action or NotAction`);
    }
    if ((statement.Resource === undefined) === (statement.NotResource === undefined)) {
        throw malformed(`${where} has either Resource or NotResource`);
    }
    const action = [...list(statement.Action), ...list(statement.NotAction)].find(
        (each) => each !== "*" && !/^[a-z0-9-]+:[\w*?]+$/i.test(each),
    );
    const resource = [...list(statement.Resource), ...list(statement.NotResource)].find(
        (each) => each !== "*" && !/^arn:[^:]*:[^:]+:[^:]*:[^:]*:.+$/.test(each),
    );
    const operator = Object.keys(statement.Condition ?? {}).find((name) => !knowsOperator(name));
    const bad = action ?? resource ?? operator;
    if (bad !== undefined) {
        throw malformed(`${where}: ${bad} is no action, no ARN or no operator`);
    }
}

const malformed = (message: string): Error => new Error(`MalformedPolicyDocument: ${message}`);
