import type { Filter, Tag } from "@aws-sdk/client-ec2";
import type { Query, Tags } from "../resource/calls";
import { explained } from "./errors";

/** @param action `ec2:RunInstances`, as policies name it */
export async function call<T>(action: string, run: () => Promise<T>): Promise<T> {
    try {
        return await run();
    } catch (error) {
        throw explained(error, action);
    }
}

export async function pages<T extends { NextToken?: string | undefined }>(
    page: (request: { NextToken?: string }) => Promise<T>,
): Promise<T[]> {
    const found = [await page({})];
    for (let next = found[0]?.NextToken; next !== undefined && next !== ""; next = found.at(-1)?.NextToken) {
        found.push(await page({ NextToken: next }));
    }
    return found;
}

/** Ids are looked for with filters: they answer with nothing where there is nothing. */
export function filters({ ids, tags = {}, tagged }: Query, idFilter: string): Filter[] {
    return [
        ...(ids === undefined ? [] : [{ Name: idFilter, Values: [...ids] }]),
        ...(tagged === undefined ? [] : [{ Name: "tag-key", Values: [tagged] }]),
        ...Object.entries(tags).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] })),
    ];
}

export function tagList(tags: Tags): Tag[] {
    return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

export function tagsOf(given: readonly Tag[] | undefined): Tags {
    return Object.fromEntries((given ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
}
