import { type Rule, show } from "../../lifecycle/check";

/** What arguments of an instance alone must be; AWS's own forms, so that a preview says what `up` would run into. */

const text =
    (pattern: RegExp, what: string): Rule =>
    (value) =>
        typeof value === "string" && pattern.test(value) ? undefined : `${show(value)} is not ${what}`;

export const ami = text(/^ami-[0-9a-f]{8,17}$/, 'the id of an AMI such as "ami-0123456789abcdef0"');
export const instanceType = text(/^[a-z]+\d*[a-z0-9-]*\.[a-z0-9-]+$/, 'an instance type such as "t3.micro"');
export const subnet = text(/^subnet-[0-9a-f]{8,17}$/, 'the id of a subnet such as "subnet-0123456789abcdef0"');
export const group = text(/^sg-[0-9a-f]{8,17}$/, 'the id of a security group such as "sg-0123456789abcdef0"');
export const volume = text(/^vol-[0-9a-f]{8,17}$/, "the id of a volume: give it a linuxkit.aws.Volume");
/** The region's name and a letter, or a hyphen and more of a Local Zone (us-west-2-lax-1a) or a Wavelength Zone. */
export const zone = text(
    /^[a-z]{2,}(-[a-z]+)+-\d+([a-z]|-[a-z0-9-]+)$/,
    'an availability zone such as "eu-central-1a"',
);
export const device = text(/^\/dev\/(sd|xvd)[b-z][0-9]{0,2}$/, 'a device such as "/dev/sdf"');

export const name = (what: string): Rule => text(/^[\x20-\x7e]{1,255}$/, `the name of a ${what}`);

export const profile = text(
    /^([\w+=,.@-]{1,128}|arn:aws[\w-]*:iam::\d{12}:instance-profile\/[\w+=,.@/-]+)$/,
    "the name or the ARN of an instance profile",
);

export const spot: Rule = (value) => {
    if (typeof value === "boolean") {
        return undefined;
    }
    const isObject = typeof value === "object" && value !== null;
    const { maxPrice, ...others } = (isObject ? value : { value }) as Readonly<Record<string, unknown>>;
    const isPrice = maxPrice === undefined || (typeof maxPrice === "string" && /^\d+(\.\d+)?$/.test(maxPrice));
    return isPrice && Object.keys(others).length === 0
        ? undefined
        : 'this is neither true nor { maxPrice: "0.01" }, in US dollars an hour';
};

export const readiness: Rule = (value) => {
    const { tcp, ...others } = (typeof value === "object" && value !== null ? value : {}) as { readonly tcp?: unknown };
    const isPort = Number.isInteger(tcp) && (tcp as number) >= 1 && (tcp as number) <= 65_535;
    return value === "console" || value === "running" || (isPort && Object.keys(others).length === 0)
        ? undefined
        : `${show(value)} is not "console", "running" or { tcp: 22 }`;
};
