import type { ResourceCalls } from "../resource/calls";
import type { Clients } from "./clients";
import { call, tagList } from "./requests";

/** Every resource's calls by the SDK's clients. */
export function resourceCalls({ ec2, sts }: Clients): ResourceCalls {
    return {
        account: () => call("sts:GetCallerIdentity", async () => (await sts.getCallerIdentity({})).Account ?? ""),
        tag: async (ids, tags) => {
            await call("ec2:CreateTags", () => ec2.createTags({ Resources: [...ids], Tags: tagList(tags) }));
        },
        untag: async (ids, keys) => {
            const Tags = keys.map((Key) => ({ Key }));
            await call("ec2:DeleteTags", () => ec2.deleteTags({ Resources: [...ids], Tags }));
        },
    };
}
