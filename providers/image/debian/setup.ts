import type { Entry, EntryHeader } from "../tree/entry";
import { type Accounts, collectAccounts, formatGroups, formatPasswd, formatShadow, gidOf, uidOf } from "./accounts";
import { contentOf, GENERATED_MTIME } from "../tree/content";
import type { Account } from "./data/accounts";
import { type Ownership, type PackageSetup, SETUPS } from "./data/setups";
import { type DeclaredAccounts, type DeclaredPaths, parseSysusers, parseTmpfiles } from "./declared-files";
import type { Merge } from "./merge";
import type { PackageFacts } from "./package-facts";

const SYSUSERS = /^usr\/lib\/sysusers\.d\/[^/]+\.conf$/;
const TMPFILES = /^usr\/lib\/tmpfiles\.d\/[^/]+\.conf$/;

/** What is made beside the packages' own files, put together from all of them. */
export interface Setup {
    /** Owner and mode of paths that packages ship, where their scripts would have changed them. */
    readonly owners: ReadonlyMap<string, Ownership>;
    /** Whether a file's content is needed to make others of it. */
    readonly isCaptured: (path: string) => boolean;
    /** The entries to add after all packages, given the files captured from them. */
    readonly complete: (captured: ReadonlyMap<string, Buffer>, merge: Merge) => readonly Entry[];
}

/** @param withAccounts whether Debian's own accounts are there even if no package needs one */
export function createSetup(facts: readonly PackageFacts[], withAccounts: boolean): Setup {
    const setups = facts.flatMap(({ name }) => SETUPS[name] ?? []);
    const directories = collect(setups, "directories");
    const owners = new Map([...directories, ...collect(setups, "owners")]);
    const copies = collect(setups, "copies");
    const sources = [...copies.values()];
    return {
        owners,
        isCaptured: (path) =>
            SYSUSERS.test(path) ||
            TMPFILES.test(path) ||
            sources.some((source) => path === source || (source.endsWith("/") && path.startsWith(source))),
        complete: (captured, merge) => {
            const declared = declaredPaths(captured);
            const entries = [
                ...[...owners].filter(([path]) => directories.has(path)).map(directoryEntry),
                ...Object.entries(declared.directories).map(directoryEntry),
                ...[...collect(setups, "links"), ...Object.entries(declared.links)].map(linkEntry),
                ...alternativeLinks(facts),
                ...[...collect(setups, "files")].map(([path, text]) => fileEntry(path, Buffer.from(text))),
                ...[...copies].flatMap(([path, source]) => copyEntry(path, source, captured)),
                ...accountEntries(setups, declaredAccounts(captured), withAccounts),
            ];
            return entries.filter((entry) => !merge.has(entry.path));
        },
    };
}

function collect<K extends "directories" | "owners" | "links" | "files" | "copies">(
    setups: readonly PackageSetup[],
    field: K,
): Map<string, NonNullable<PackageSetup[K]>[string]> {
    const entries = setups.flatMap((setup) => Object.entries(setup[field] ?? {}));
    return new Map(entries as [string, NonNullable<PackageSetup[K]>[string]][]);
}

function headerOf(path: string, ownership: Ownership): EntryHeader {
    return {
        path,
        mode: Number.parseInt(ownership.mode, 8),
        uid: uidOf(ownership.user),
        gid: gidOf(ownership.group),
        mtime: GENERATED_MTIME,
    };
}

/** The same entry with the owner and mode it was given. */
export function withOwnership(entry: Entry, ownership: Ownership): Entry {
    const { mode, uid, gid } = headerOf(entry.path, ownership);
    return { ...entry, mode, uid, gid };
}

function directoryEntry([path, ownership]: readonly [string, Ownership]): Entry {
    return { ...headerOf(path, ownership), type: "directory" };
}

function linkEntry([path, target]: readonly [string, string]): Entry {
    return { type: "symlink", path, target, mode: 0o777, uid: 0, gid: 0, mtime: GENERATED_MTIME };
}

function fileEntry(path: string, bytes: Buffer, mode = "0644", group = "root"): Entry {
    return { ...headerOf(path, { mode, user: "root", group }), type: "file", content: contentOf(bytes) };
}

function copyEntry(path: string, source: string, captured: ReadonlyMap<string, Buffer>): Entry[] {
    const names = [...captured.keys()].filter(
        (name) => name === source || (source.endsWith("/") && name.startsWith(source)),
    );
    const parts = names.toSorted(compare).map((name) => captured.get(name) ?? Buffer.alloc(0));
    return parts.length === 0 ? [] : [fileEntry(path, Buffer.concat(parts))];
}

function compare(a: string, b: string): number {
    return a < b ? -1 : a > b ? 1 : 0;
}

/** Of several programs for one name the one with the highest priority, as update-alternatives(1) in automatic mode. */
function alternativeLinks(facts: readonly PackageFacts[]): Entry[] {
    const all = facts.flatMap((fact) => fact.alternatives).toSorted((a, b) => a.priority - b.priority);
    const best = new Map(all.map(({ link, target }) => [link.replace(/^\/+/, ""), target]));
    return [...best].filter(([link]) => !link.startsWith("usr/share/man/")).map(linkEntry);
}

function textsOf(captured: ReadonlyMap<string, Buffer>, pattern: RegExp): string[] {
    const names = [...captured.keys()].filter((name) => pattern.test(name));
    return names.toSorted(compare).map((name) => captured.get(name)?.toString("utf8") ?? "");
}

function declaredPaths(captured: ReadonlyMap<string, Buffer>): DeclaredPaths {
    const all = textsOf(captured, TMPFILES).map(parseTmpfiles);
    return {
        directories: Object.assign({}, ...all.map((paths) => paths.directories)),
        links: Object.assign({}, ...all.map((paths) => paths.links)),
    };
}

function declaredAccounts(captured: ReadonlyMap<string, Buffer>): DeclaredAccounts {
    const all = textsOf(captured, SYSUSERS).map(parseSysusers);
    return {
        users: all.flatMap((accounts) => accounts.users),
        groups: all.flatMap((accounts) => accounts.groups),
        memberships: all.flatMap((accounts) => accounts.memberships),
    };
}

function accountEntries(setups: readonly PackageSetup[], declared: DeclaredAccounts, always: boolean): Entry[] {
    const users = [...setups.flatMap((setup) => setup.users ?? []), ...declared.users.map((user) => user.name)];
    const groups = [...setups.flatMap((setup) => setup.groups ?? []), ...declared.groups];
    if (!always && users.length === 0 && groups.length === 0) {
        return [];
    }
    const extra = new Map<string, Account>(declared.users.map((user) => [user.name, user]));
    const accounts: Accounts = collectAccounts(users, groups, extra, declared.memberships);
    return [
        fileEntry("etc/passwd", Buffer.from(formatPasswd(accounts))),
        fileEntry("etc/group", Buffer.from(formatGroups(accounts))),
        fileEntry("etc/shadow", Buffer.from(formatShadow(accounts)), "0640", "shadow"),
    ];
}

/** What the user should know: what is left to the declaration, and which scripts did work that no data stands for. */
export function notesOf(facts: readonly PackageFacts[]): string[] {
    return facts.flatMap(({ name, version, needsNote }) => {
        const note = SETUPS[name]?.note;
        if (note !== undefined) {
            return [`package ${name}: ${note}`];
        }
        const hint = `what it would have made, a user, a folder or a file, is not in the image`;
        return needsNote ? [`package ${name} ${version} has a maintainer script that was not run: ${hint}`] : [];
    });
}
