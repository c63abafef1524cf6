import { uidOf } from "./accounts";
import type { Account } from "./data/accounts";
import type { Ownership } from "./data/setups";

/** What a package declares in sysusers.d(5). */
export interface DeclaredAccounts {
    readonly users: readonly Account[];
    readonly groups: readonly string[];
    readonly memberships: readonly { readonly user: string; readonly group: string }[];
}

/** What a package declares in tmpfiles.d(5): directories and links; relative paths. */
export interface DeclaredPaths {
    readonly directories: Readonly<Record<string, Ownership>>;
    readonly links: Readonly<Record<string, string>>;
}

/** Words of a line, quoted ones whole. */
function fieldsOf(line: string): string[] {
    return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? "");
}

function contentLines(text: string): string[][] {
    return text
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== "" && !line.startsWith("#"))
        .map(fieldsOf);
}

/** sysusers.d(5); ids are our own, whatever the file says, so that they are the same in every image. */
export function parseSysusers(text: string): DeclaredAccounts {
    const lines = contentLines(text);
    const ofType = (type: string): string[][] => lines.filter(([kind = ""]) => kind.replace("!", "") === type);
    return {
        users: ofType("u").map(([, name = "", id = "-", , home = "-", shell = "-"]) => ({
            name,
            uid: uidOf(name),
            group: /^[^:]+:([a-z_][\w-]*)$/.exec(id)?.[1] ?? name,
            home: home === "-" ? "/nonexistent" : home,
            ...(shell === "-" ? {} : { shell }),
        })),
        groups: ofType("g").map(([, name = ""]) => name),
        memberships: ofType("m").map(([, user = "", group = ""]) => ({ user, group })),
    };
}

/** tmpfiles.d(5): lines that make directories and links; those with specifiers and those that clean or copy are passed over. */
export function parseTmpfiles(text: string): DeclaredPaths {
    const lines = contentLines(text).filter(([, path = ""]) => path.startsWith("/") && !path.includes("%"));
    const relative = (path: string): string =>
        path.replace(/^\/(var\/run(?=\/))?/, (_, run) => (run ? "run" : "")).replace(/\/+$/, "");
    const directories = lines.filter(([type = ""]) => /^[dDvqQ]\+?!?-?$/.test(type));
    const links = lines.filter(([type = ""]) => /^L\+?\??!?-?$/.test(type));
    return {
        directories: Object.fromEntries(
            directories.map(([, path = "", mode = "-", user = "-", group = "-"]) => [
                relative(path),
                {
                    mode: /^[0-7]{3,4}$/.test(mode) ? mode.padStart(4, "0") : "0755",
                    user: user === "-" ? "root" : user,
                    group: group === "-" ? "root" : group,
                },
            ]),
        ),
        links: Object.fromEntries(
            links
                .filter(([, , , , , , target]) => target !== undefined)
                .map(([, path = "", , , , , target = ""]) => [relative(path), target]),
        ),
    };
}
