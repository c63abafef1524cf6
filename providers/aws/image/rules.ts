import { parseBytes, parseDuration } from "../../../sdk/assembly/units";
import { parseProblem, type Rule, show } from "../../lifecycle/check";
import { isOurLabel } from "../../lifecycle/labels";

/** What each argument must be; AWS's own limits, so that a preview says what `up` would run into. */

/** RegisterImage's Name. */
export const name: Rule = (value) =>
    typeof value === "string" && /^[\w ()[\]./\-'@]{3,128}$/.test(value)
        ? undefined
        : `${show(value)} is not a name of an AMI: use 3 to 128 of letters, digits and ( ) [ ] . / - ' @ _ or space`;

export const description: Rule = (value) =>
    typeof value === "string" && /^[\x20-\x7e]{1,255}$/.test(value)
        ? undefined
        : `${show(value)} is not a description: use 1 to 255 characters of ASCII`;

export const region: Rule = (value) =>
    typeof value === "string" && /^[a-z]{2,}(-[a-z]+)+-\d+$/.test(value)
        ? undefined
        : `${show(value)} is not a region such as "eu-central-1"`;

export const size: Rule = (value) => {
    const problem = parseProblem(value, parseBytes);
    const isTooLarge = problem === undefined && parseBytes(value as string) > 65_536 * 2 ** 30;
    return isTooLarge ? `${show(value)} is more than the 64 TiB that a volume can have` : problem;
};

export const duration: Rule = (value) => parseProblem(value, parseDuration);

export const retain: Rule = (value) =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 1000
        ? undefined
        : `${show(value)} is not a number of versions: use a whole number from 0 on`;

export const flag: Rule = (value) => (typeof value === "boolean" ? undefined : `${show(value)} is not true or false`);

export const oneOf =
    (...words: readonly string[]): Rule =>
    (value) =>
        words.includes(value as string)
            ? undefined
            : `${show(value)} is not one of ${words.map((word) => JSON.stringify(word)).join(", ")}`;

const keyArn = /^arn:aws[\w-]*:kms:([a-z0-9-]+):\d{12}:key\/[\w-]+$/;

/** EBS direct takes a key's ARN alone, no id and no alias. */
export const kmsKey =
    (regionName: unknown): Rule =>
    (value) => {
        const match = typeof value === "string" ? keyArn.exec(value) : null;
        if (match === null) {
            return `${show(value)} is not a key's ARN: use arn:aws:kms:<region>:<account>:key/<id>, not an id or an alias`;
        }
        return typeof regionName === "string" && !match[1]?.includes(regionName)
            ? `the key is in ${match[1]}, and the image in ${regionName}: use a key of that region`
            : undefined;
    };

export const deprecateAt: Rule = (value) =>
    typeof value === "string" &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z$/.test(value) &&
    !Number.isNaN(Date.parse(value))
        ? undefined
        : `${show(value)} is not a time such as "2030-01-31T00:00:00Z"`;

export const tag: Rule = (value) =>
    typeof value === "string" && value.length <= 256
        ? undefined
        : `${show(value)} is not a tag's value: use a string of at most 256 characters`;

export function tagKeyProblem(key: string): string | undefined {
    if (key.length < 1 || key.length > 128) {
        return "is not a tag's key: use 1 to 128 characters";
    }
    if (key.toLowerCase().startsWith("aws:")) {
        return "is AWS's own: use a key that does not begin with aws:";
    }
    return isOurLabel(key) ? "is this project's own: use another key" : undefined;
}

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
