import type { ResourceType, Tag, TagSpecification } from "@aws-sdk/client-ec2";
import { Failure } from "../../protocol/failure.ts";

const MOST_TAGS = 50;
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;

/**
 * Tags as a record, held to https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions
 * @throws Failure with EC2's codes
 */
export function readTags(tags: readonly Tag[]): Record<string, string> {
    const record: Record<string, string> = {};
    for (const { Key = "", Value = "" } of tags) {
        checkTag(Key, Value);
        if (Object.hasOwn(record, Key)) {
            throw new Failure("InvalidParameterValue", `Duplicate tag key '${Key}' specified.`);
        }
        record[Key] = Value;
    }
    return checkCount(record);
}

export function checkCount(tags: Record<string, string>): Record<string, string> {
    if (Object.keys(tags).length > MOST_TAGS) {
        throw new Failure("TagLimitExceeded", `The maximum number of Tags for a resource is ${MOST_TAGS}.`);
    }
    return tags;
}

function checkTag(key: string, value: string): void {
    if (key.toLowerCase().startsWith("aws:")) {
        const message = "Tag keys starting with 'aws:' are reserved for internal use";
        throw new Failure("InvalidParameterValue", message);
    }
    if (key.length === 0 || key.length > LONGEST_KEY || value.length > LONGEST_VALUE) {
        const message = `Tag key exceeds the maximum length of ${LONGEST_KEY} or its value that of ${LONGEST_VALUE} characters, or it is empty: '${key}'`;
        throw new Failure("InvalidParameterValue", message);
    }
}

/** Tags of one kind of resource, out of the specifications of a call that makes kinds of them. */
export function tagsFor(
    specifications: readonly TagSpecification[] | undefined,
    type: ResourceType,
    made: readonly ResourceType[] = [type],
): Record<string, string> {
    const given = specifications ?? [];
    const other = given.find(({ ResourceType }) => ResourceType === undefined || !made.includes(ResourceType));
    if (other !== undefined) {
        const message = `'${other.ResourceType ?? "null"}' is not a valid taggable resource type for this operation.`;
        throw new Failure("InvalidParameterValue", message);
    }
    const types = given.map(({ ResourceType }) => ResourceType);
    if (new Set(types).size !== types.length) {
        throw new Failure("InvalidParameterValue", "A resource type stands in more than one tag specification");
    }
    return readTags(given.find(({ ResourceType }) => ResourceType === type)?.Tags ?? []);
}

export function tagList(tags: Readonly<Record<string, string>>): Tag[] {
    return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
