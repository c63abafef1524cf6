import { Failure } from "../../protocol/failure.ts";

export interface PageRequest {
    readonly MaxResults?: number | undefined;
    readonly NextToken?: string | undefined;
}

/**
 * One page of a list.
 * @param ids asked for by name: then there are no pages
 */
export function paged<T extends { readonly id: string }>(
    items: readonly T[],
    { MaxResults, NextToken }: PageRequest,
    ids: readonly string[] | undefined,
): { readonly page: readonly T[]; readonly NextToken?: string } {
    if (MaxResults === undefined && NextToken === undefined) {
        return { page: items };
    }
    if (ids !== undefined && ids.length > 0) {
        const message = "The parameter MaxResults cannot be used with the parameter that lists ids";
        throw new Failure("InvalidParameterCombination", message);
    }
    if (MaxResults !== undefined && (MaxResults < 5 || MaxResults > 1_000)) {
        const message = `Value ( ${MaxResults} ) for parameter maxResults is invalid. Expecting a value from 5 to 1000.`;
        throw new Failure("InvalidParameterValue", message);
    }
    const sorted = items.toSorted((one, other) => (one.id < other.id ? -1 : 1));
    const after = NextToken === undefined ? "" : readPageToken(NextToken);
    const rest = sorted.filter(({ id }) => id > after);
    const page = rest.slice(0, MaxResults ?? 1_000);
    return page.length < rest.length ? { page, NextToken: pageToken(page.at(-1)!.id) } : { page };
}

const MARK = "after ";

const pageToken = (id: string): string => Buffer.from(MARK + id).toString("base64");

function readPageToken(token: string): string {
    const text = Buffer.from(token, "base64").toString("utf8");
    if (!text.startsWith(MARK)) {
        throw new Failure("InvalidParameterValue", "Unable to parse pagination token");
    }
    return text.slice(MARK.length);
}
