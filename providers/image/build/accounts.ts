import { containerIds, parseIds } from "../container";
import type { ImagePlan } from "../plan";
import type { Segment } from "../segments";
import type { PlacedContainer } from "./containers";

export const accountFiles = ["etc/passwd", "etc/group"] as const;

/** What names of users and of groups stand for. */
export interface Accounts {
    readonly users: Readonly<Record<string, number>>;
    readonly groups: Readonly<Record<string, number>>;
}

/** What the account files below a root say; the last segment that has one counts. */
export function accountsOf(segments: readonly Segment[], root = ""): Accounts {
    const records = segments.map(({ sealed }) => sealed.record.captured);
    const [users = {}, groups = {}] = accountFiles.map((name) => {
        const path = root === "" ? name : `${root}/${name}`;
        return parseIds(records.findLast((captured) => captured[path] !== undefined)?.[path] ?? "");
    });
    return { users, groups };
}

/**
 * The ids that the names of containers stand for, the same in every container and in `files`: that of the account of this
 * name in the container's own root filesystem, else LinuxKit's.
 */
export function containerAccounts(
    plan: ImagePlan,
    containers: readonly PlacedContainer[],
    roots: readonly Segment[],
): Accounts {
    const ids = containerIds(plan);
    const own = containers.map(({ spec, root }) => ({ name: spec.name, ...accountsOf(roots, root) }));
    const named = (kind: keyof Accounts) =>
        own.flatMap((each) => Object.entries(each[kind]).filter(([name]) => name === each.name));
    return {
        users: { ...ids, ...Object.fromEntries(named("users")), root: 0 },
        groups: { ...ids, ...Object.fromEntries(named("groups")), root: 0 },
    };
}

/** Where both know a name, the second counts. */
export function joined(first: Accounts, second: Accounts): Accounts {
    return { users: { ...first.users, ...second.users }, groups: { ...first.groups, ...second.groups } };
}
