import { isOpaque } from "../inputs";
import { hugepageName } from "./hugepages";
import {
    itemsOf,
    leaf,
    leafValue,
    list,
    type Located,
    type LocatedEntry,
    type LocatedRecord,
    plain,
    record,
    valueOf,
} from "./located";
import { initName } from "./names";
import type { YamlProblems } from "./problems";
import { sourceOf } from "./sources";

/** Turns LinuxKit's words into those of a program's `AssemblyArgs`; every value keeps its place. */
export function argumentsOf(merged: Located, problems: YamlProblems): Located {
    return change(merged, {
        kernel,
        init: (section) => list(initEntries(itemsOf(section), problems), section.at),
        onboot: each(container),
        onshutdown: each(container),
        services: each(container),
        files: each(file),
        volumes: each((item) => change(item, { image: (image) => sourceOf(image, "volumes") })),
    });
}

/** What becomes of a value; undefined when it says nothing. */
type Change = (value: Located) => Located | undefined;

/** The same with some keys changed, or renamed. */
function change(node: Located, changes: Readonly<Record<string, Change>>, names: Renames = {}): Located {
    if (node.kind !== "record") {
        return node;
    }
    const entries: [string, LocatedEntry][] = [];
    for (const [key, { at, value }] of node.entries) {
        const changed = Object.hasOwn(changes, key) ? changes[key]?.(value) : value;
        if (changed !== undefined) {
            entries.push([Object.hasOwn(names, key) ? String(names[key]) : key, { at, value: changed }]);
        }
    }
    return record(new Map(entries), node.at, node.tag);
}

type Renames = Readonly<Record<string, string>>;

function each(item: (value: Located) => Located): Change {
    return (section) => (section.kind === "list" ? list(section.items.map(item), section.at) : section);
}

/** To upstream an empty text is no text. */
const filled: Change = (value) => (leafValue(value) === "" ? undefined : value);

/** For a user or a group it is root. */
const identity: Change = (value) => (leafValue(value) === "" ? leaf(0, value.at) : value);

const kernel: Change = (section) =>
    change(section, {
        image: (image) => sourceOf(image, "kernel"),
        binary: filled,
        tar: (value) => (leafValue(value) === "" ? leaf("none", value.at) : value),
        ucode: filled,
    });

function initEntries(items: readonly Located[], problems: YamlProblems): readonly Located[] {
    const taken = new Set<string>();
    return items.map((item) => {
        const named = item.kind === "record" && item.tag === undefined;
        const given = named ? valueOf(item, "image") : item;
        const image = given === undefined ? leaf("", item.at) : sourceOf(given, "init");
        const name = (named ? valueOf(item, "name") : undefined) ?? leaf(initName(plain(image), taken), item.at);
        const value = leafValue(name);
        if (typeof value === "string") {
            taken.add(value);
        } else if (isOpaque(value)) {
            problems.reject(name.at, "must be a plain string, as it names the component; it is an output");
        }
        return fields(item, { name, image });
    });
}

function fields({ at }: Located, values: Readonly<Record<string, Located>>): LocatedRecord {
    return record(new Map(Object.entries(values).map(([key, value]) => [key, { at: value.at, value }])), at);
}

const idMapped: Renames = { uidmappings: "uidMappings", gidmappings: "gidMappings" };
const mounts: Change = each((mount) => change(mount, { type: filled, source: filled, destination: filled }, idMapped));

const runtime: Change = (section) =>
    change(section, {
        mounts,
        bindNS: (namespaces) =>
            change(namespaces, Object.fromEntries(["cgroup", "ipc", "mnt", "net", "pid", "user", "uts"].map(toFilled))),
    });

function toFilled(key: string): [string, Change] {
    return [key, filled];
}

const resources: Change = (section) =>
    change(
        section,
        {
            hugepageLimits: each((limit) =>
                change(limit, {
                    pageSize: (size) => {
                        const bytes = leafValue(size);
                        return typeof bytes === "number" ? leaf(hugepageName(bytes), size.at) : size;
                    },
                }),
            ),
        },
        { blockio: "blockIO" },
    );

const optionalTexts = ["cwd", "net", "pid", "ipc", "uts", "userns", "hostname", "rootfsPropagation", "cgroupsPath"];

/** The same for a container's keys alone, as an image's label holds them. */
export function container(item: Located): Located {
    return change(item, {
        ...Object.fromEntries(optionalTexts.map(toFilled)),
        image: (image) => sourceOf(image, "containers"),
        mounts,
        devices: each((device) => change(device, { mode: octal })),
        uid: identity,
        gid: identity,
        additionalGids: each((group) => identity(group) ?? group),
        resources,
        runtime,
    });
}

function file(item: Located): Located {
    const hasSource = filled(valueOf(item, "source") ?? leaf("", item.at)) !== undefined;
    return change(item, {
        path: (path) => {
            const value = leafValue(path);
            return typeof value === "string" ? leaf(value.replace(/(.)\/+$/, "$1"), path.at) : path;
        },
        symlink: filled,
        source: filled,
        metadata: filled,
        mode: octal,
        // To upstream it says nothing where there is no source.
        optional: (value) => (hasSource ? value : undefined),
        uid: identity,
        gid: identity,
    });
}

/** Upstream reads any number of octal digits; a program writes three or four. */
function octal(mode: Located): Located | undefined {
    const value = leafValue(mode);
    if (typeof value !== "string" || !/^[0-7]+$/.test(value) || /^.{3,4}$/.test(value)) {
        return filled(mode);
    }
    const bits = parseInt(value, 8);
    return bits > 0o7777 ? mode : leaf(bits.toString(8).padStart(4, "0"), mode.at);
}
