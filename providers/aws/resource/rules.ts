import { parseBytes, parseDuration } from "../../../sdk/assembly/units";
import { parseProblem, type Rule, show } from "../../lifecycle/check";
import { isOurLabel } from "../../lifecycle/labels";

/** What arguments of several resources must be; AWS's own limits, so that a preview says what `up` would run into. */

export const region: Rule = (value) =>
    typeof value === "string" && /^[a-z]{2,}(-[a-z]+)+-\d+$/.test(value)
        ? undefined
        : `${show(value)} is not a region such as "eu-central-1"`;

/** Of a volume. */
export const size: Rule = (value) => {
    const problem = parseProblem(value, parseBytes);
    const isTooLarge = problem === undefined && parseBytes(value as string) > 65_536 * 2 ** 30;
    return isTooLarge ? `${show(value)} is more than the 64 TiB that a volume can have` : problem;
};

export const duration: Rule = (value) => parseProblem(value, parseDuration);

export const flag: Rule = (value) => (typeof value === "boolean" ? undefined : `${show(value)} is not true or false`);

export const oneOf =
    (...words: readonly string[]): Rule =>
    (value) =>
        words.includes(value as string)
            ? undefined
            : `${show(value)} is not one of ${words.map((word) => JSON.stringify(word)).join(", ")}`;

const keyArn = /^arn:aws[\w-]*:kms:([a-z0-9-]+):\d{12}:key\/[\w-]+$/;

/**
 * EBS direct takes a key's ARN alone, no id and no alias.
 * @param what "image"
 */
export const kmsKey =
    (what: string, regionName: unknown): Rule =>
    (value) => {
        const match = typeof value === "string" ? keyArn.exec(value) : null;
        if (match === null) {
            return `${show(value)} is not a key's ARN: use arn:aws:kms:<region>:<account>:key/<id>, not an id or an alias`;
        }
        return typeof regionName === "string" && !match[1]?.includes(regionName)
            ? `the key is in ${match[1]}, and the ${what} in ${regionName}: use a key of that region`
            : undefined;
    };

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
