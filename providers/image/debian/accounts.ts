import { createHash } from "node:crypto";
import { type Account, BASE_ACCOUNTS, BASE_GROUPS, SERVICE_ACCOUNTS, SERVICE_GROUPS } from "./data/accounts";

/** Numbers of accounts that no table knows: derived from the name, so that they stay the same. */
const DERIVED_FIRST = 300;
const DERIVED_COUNT = 600;

const KNOWN: ReadonlyMap<string, Account> = new Map(
    [...BASE_ACCOUNTS, ...SERVICE_ACCOUNTS].map((account) => [account.name, account]),
);

const KNOWN_GROUPS: ReadonlyMap<string, number> = new Map([
    ...Object.entries(BASE_GROUPS),
    ...Object.entries(SERVICE_GROUPS),
    ...SERVICE_ACCOUNTS.filter((account) => account.group === account.name).map(
        (account) => [account.name, account.uid] as const,
    ),
]);

/** What an image's account files are written from. */
export interface Accounts {
    readonly users: readonly Account[];
    readonly groups: ReadonlyMap<string, number>;
    /** Members of groups beside those whose first group it is. */
    readonly members: ReadonlyMap<string, readonly string[]>;
}

/** The number of a user: a fixed one where a table has the name. */
export function uidOf(name: string): number {
    return KNOWN.get(name)?.uid ?? derived(name);
}

export function gidOf(name: string): number {
    return KNOWN_GROUPS.get(name) ?? derived(name);
}

function derived(name: string): number {
    return DERIVED_FIRST + (createHash("sha256").update(name).digest().readUInt32BE(0) % DERIVED_COUNT);
}

/** Debian's fixed accounts and the named ones; `extra` describes those that no table knows. */
export function collectAccounts(
    users: Iterable<string>,
    groups: Iterable<string>,
    extra: ReadonlyMap<string, Account> = new Map(),
    memberships: readonly { readonly user: string; readonly group: string }[] = [],
): Accounts {
    const named = [...new Set(users)].map((name) => KNOWN.get(name) ?? extra.get(name) ?? plainAccount(name));
    const all = [...new Map([...BASE_ACCOUNTS, ...named].map((account) => [account.name, account])).values()];
    const further = all.flatMap(({ name, groups: names = [] }) => names.map((group) => ({ user: name, group })));
    const joined = [...further, ...memberships];
    const groupNames = [
        ...Object.keys(BASE_GROUPS),
        ...groups,
        ...all.map((account) => account.group),
        ...joined.map((membership) => membership.group),
    ];
    return {
        users: all.sort((a, b) => a.uid - b.uid || (a.name < b.name ? -1 : 1)),
        groups: new Map(groupNames.map((name) => [name, gidOf(name)] as const).sort((a, b) => a[1] - b[1])),
        members: membersOf(joined),
    };
}

function membersOf(joined: readonly { readonly user: string; readonly group: string }[]): Map<string, string[]> {
    const members = new Map<string, string[]>();
    for (const { user, group } of joined) {
        members.set(group, [...new Set([...(members.get(group) ?? []), user])].toSorted());
    }
    return members;
}

function plainAccount(name: string): Account {
    return { name, uid: uidOf(name), group: name, home: "/nonexistent" };
}

/** passwd(5) */
export function formatPasswd(accounts: Accounts): string {
    return accounts.users.map((user) => `${passwdLine(user, gidOf(user.group))}\n`).join("");
}

function passwdLine(user: Account, gid: number): string {
    return `${user.name}:x:${user.uid}:${gid}:${user.name}:${user.home}:${user.shell ?? "/usr/sbin/nologin"}`;
}

/** group(5) */
export function formatGroups(accounts: Accounts): string {
    return [...accounts.groups]
        .map(([name, gid]) => `${name}:x:${gid}:${(accounts.members.get(name) ?? []).join(",")}\n`)
        .join("");
}

/** shadow(5): no password fits, a key may. */
export function formatShadow(accounts: Accounts): string {
    return accounts.users.map((user) => `${user.name}:*:17274:0:99999:7:::\n`).join("");
}
