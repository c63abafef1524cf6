import { type Rule, show } from "../../lifecycle/check";

/** What arguments of an image alone must be; AWS's own limits, so that a preview says what `up` would run into. */

/** RegisterImage's Name. */
export const name: Rule = (value) =>
    typeof value === "string" && /^[\w ()[\]./\-'@]{3,128}$/.test(value)
        ? undefined
        : `${show(value)} is not a name of an AMI: use 3 to 128 of letters, digits and ( ) [ ] . / - ' @ _ or space`;

export const description: Rule = (value) =>
    typeof value === "string" && /^[\x20-\x7e]{1,255}$/.test(value)
        ? undefined
        : `${show(value)} is not a description: use 1 to 255 characters of ASCII`;

export const retain: Rule = (value) =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 1000
        ? undefined
        : `${show(value)} is not a number of versions: use a whole number from 0 on`;

export const deprecateAt: Rule = (value) =>
    typeof value === "string" &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z$/.test(value) &&
    !Number.isNaN(Date.parse(value))
        ? undefined
        : `${show(value)} is not a time such as "2030-01-31T00:00:00Z"`;

export const account: Rule = (value) =>
    typeof value === "string" && /^\d{12}$/.test(value)
        ? undefined
        : `${show(value)} is not the id of an account: use its 12 digits`;

const organizationsArn = (kind: string, value: unknown): boolean =>
    typeof value === "string" && new RegExp(`^arn:aws[\\w-]*:organizations::\\d{12}:${kind}/[\\w/-]+$`).test(value);

export const organization: Rule = (value) =>
    organizationsArn("organization", value) ? undefined : `${show(value)} is not an organization's ARN`;

export const organizationalUnit: Rule = (value) =>
    organizationsArn("ou", value) ? undefined : `${show(value)} is not an organizational unit's ARN`;

export const adopt: Rule = (value) => {
    const isObject = typeof value === "object" && value !== null;
    const { id, ...others } = (isObject ? value : {}) as Readonly<Record<string, unknown>>;
    const isId = typeof id === "string" && /^ami-[0-9a-f]{8,17}$/.test(id) && Object.keys(others).length === 0;
    return isId ? undefined : 'this names no image: write { id: "ami-…" }';
};

export const upload: Rule = (value) =>
    ["incremental", "full"].includes(value as string)
        ? undefined
        : `${show(value)} is not "incremental", "full" or an object such as { bucket: "disks" }`;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export const bucket: Rule = (value) =>
    typeof value === "string" && /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(value)
        ? undefined
        : `${show(value)} is not the name of a bucket: use 3 to 63 of lower-case letters, digits, dots and hyphens, no ARN`;

export const role: Rule = (value) =>
    typeof value === "string" && /^[\w+=,.@-]{1,64}$/.test(value)
        ? undefined
        : `${show(value)} is not the name of a role, such as "vmimport": no ARN, no path`;

/** What is left of a key's 1024 bytes is for what this project puts behind it. */
export const prefix: Rule = (value) =>
    typeof value === "string" && /^[\w!.*'()/-]{1,800}$/.test(value) && !value.startsWith("/")
        ? undefined
        : `${show(value)} is not what keys begin with, such as "images/": use letters, digits and ! - _ . * ' ( ) /, no / first`;
