import { filePath } from "../normalize/file";
import { itemsOf, leafValue, list, type Located, type LocatedEntry, record, valueOf } from "./located";
import { startOf } from "./parse";
import type { YamlProblems } from "./problems";

const lists = ["init", "onboot", "onshutdown", "services", "files", "volumes"] as const;

/**
 * One assembly of several files, as upstream's AppendConfig makes it (moby/config.go): what a later file says of the kernel
 * replaces what an earlier one said, lists go on where the earlier one ended. Volumes too, of which upstream loses the
 * earlier ones; and of files at one path the last counts, as it does where upstream writes them all.
 */
export function mergeFiles(files: readonly Located[], problems: YamlProblems): Located {
    const at = files[0]?.at ?? startOf("");
    const sections = lists.map((section) => {
        const found = files.map((file) => valueOf(file, section));
        const items = found.flatMap(itemsOf);
        return [section, list(section === "files" ? lastOfPath(items) : items, found.find(Boolean)?.at ?? at)] as const;
    });
    for (const [section, { items }] of sections) {
        if (section === "services" || section === "volumes") {
            rejectRepeated(section, items, problems);
        }
    }
    const architecture = files.findLast((file) => valueOf(file, "architecture") !== undefined);
    const kernel = mergeKernel(files);
    const entries: (readonly [string, Located])[] = [
        ...(architecture === undefined ? [] : single("architecture", valueOf(architecture, "architecture"))),
        ...single("kernel", kernel),
        ...sections,
    ];
    return record(new Map(entries.map(([key, value]) => [key, { at: value.at, value }])), at);
}

function single(key: string, value: Located | undefined): [string, Located][] {
    return value === undefined ? [] : [[key, value]];
}

/** An empty text does not replace one, but for `tar` and `ucode`, where it means none. */
function mergeKernel(files: readonly Located[]): Located | undefined {
    const kernels = files.map((file) => valueOf(file, "kernel")).filter((each) => each !== undefined);
    const entries = new Map<string, LocatedEntry>();
    for (const kernel of kernels) {
        for (const [key, entry] of kernel.kind === "record" ? kernel.entries : []) {
            if (key === "tar" || key === "ucode" || leafValue(entry.value) !== "" || !entries.has(key)) {
                entries.set(key, entry);
            }
        }
    }
    const [first] = kernels;
    return first && record(entries, first.at);
}

function lastOfPath(items: readonly Located[]): readonly Located[] {
    const paths = items.map((item) => {
        const path = leafValue(valueOf(item, "path"));
        return typeof path === "string" ? (filePath(path.replace(/\/+$/, "")) ?? path) : undefined;
    });
    const last = new Map(paths.map((path, index) => [path, index]));
    return items.filter((_, index) => paths[index] === undefined || last.get(paths[index]) === index);
}

/** As upstream, which says no more than the name. */
function rejectRepeated(section: string, items: readonly Located[], problems: YamlProblems): void {
    const seen = new Map<unknown, Located>();
    for (const item of items) {
        const name = valueOf(item, "name");
        const value = leafValue(name);
        const first = seen.get(value);
        if (name !== undefined && first !== undefined) {
            const { file, line } = first.at;
            problems.reject(name.at, `${JSON.stringify(value)} is also that of ${section} at ${file}:${line}`);
        } else if (typeof value === "string" && name !== undefined) {
            seen.set(value, name);
        }
    }
}
