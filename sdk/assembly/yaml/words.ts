import type { AssemblyArgs } from "../assembly-args";
import { isAbsent, isObject, property } from "../read/reader";
import { parseBytes } from "../units";
import { hugepageBytes } from "./hugepages";
import { initName } from "./names";
import { sourceTags } from "./tags";

type Raw = Readonly<Record<string, unknown>>;

/** A value under a tag of this project's own. */
export class Tagged {
    constructor(
        readonly tag: string,
        readonly value: unknown,
    ) {}

    /** JSON has no tags. */
    toJSON(): unknown {
        return { [this.tag.slice(1)]: this.value };
    }
}

/** A program's plain arguments in LinuxKit's words and order; what it has no words for under tags and keys of our own. */
export function wordsOf(args: AssemblyArgs): Raw {
    const { architecture = "amd64", kernel, init, onboot, onshutdown, services, files, volumes } = args;
    const sections = {
        ...(architecture === "amd64" ? {} : { architecture }),
        ...(kernel === undefined ? {} : { kernel: component(kernel) }),
        init: initWords(init),
        onboot: onboot?.map((each) => component(each, container)),
        onshutdown: onshutdown?.map((each) => component(each, container)),
        services: services?.map((each) => component(each, container)),
        files: files?.map((file) => ({ ...file })),
        volumes: volumes?.map((volume) => component(volume)),
    };
    return Object.fromEntries(
        Object.entries(sections).filter(([, value]) => !Array.isArray(value) || value.length > 0),
    );
}

/** An entry whose name is the one that reading gives it is its image alone, as in LinuxKit. */
function initWords(entries: AssemblyArgs["init"]): readonly unknown[] {
    const taken = new Set<string>();
    return entries.map(({ name, image }) => {
        const usual = initName(image, taken);
        taken.add(name);
        return name === usual ? sourceWords(image) : { name, image: sourceWords(image) };
    });
}

/** What becomes of a key's value, and what the key is called; every key keeps its place. */
type Translation = Readonly<Record<string, { readonly name?: string; readonly value?: (value: unknown) => unknown }>>;

function translated(record: unknown, translation: Translation): unknown {
    if (!isObject(record)) {
        return record;
    }
    const entries = Object.entries(record).map(([key, value]) => {
        const { name = key, value: translate } = Object.hasOwn(translation, key) ? (translation[key] ?? {}) : {};
        return [name, isAbsent(value) || translate === undefined ? value : translate(value)] as const;
    });
    return Object.fromEntries(entries);
}

function eachOf(translation: Translation): (value: unknown) => unknown {
    return (list) => (Array.isArray(list) ? list.map((item: unknown) => translated(item, translation)) : list);
}

/** LinuxKit's examples begin with the name and the image. */
function component(value: object, translation: Translation = {}): unknown {
    const { name, image, ...rest } = value as Raw;
    return { name, image: sourceWords(image), ...(translated(rest, translation) as Raw) };
}

const size = { value: (value: unknown) => (typeof value === "string" ? parseBytes(value) : value) };

/** Sizes are in bytes in LinuxKit. */
const resources: Translation = {
    memory: {
        value: (memory) =>
            translated(memory, { limit: size, reservation: size, swap: size, kernel: size, kernelTCP: size }),
    },
    blockIO: { name: "blockio" },
    hugepageLimits: {
        value: eachOf({ limit: size, pageSize: { value: (name) => hugepageBytes(String(name)) ?? name } }),
    },
};

const mounts = { value: eachOf({ uidMappings: { name: "uidmappings" }, gidMappings: { name: "gidmappings" } }) };

const container: Translation = {
    mounts,
    resources: { value: (value) => translated(value, resources) },
    runtime: { value: (value) => translated(value, { mounts }) },
};

/** The reference of an image in a registry, or a source under its tag. */
function sourceWords(source: unknown): unknown {
    if (!isObject(source)) {
        return source;
    }
    const { type, role, name, path, reference, from, update, ...rest } = source;
    switch (type) {
        case "debian":
            return new Tagged(sourceTags.debian, debianWords({ ...rest, update }));
        case "folder":
            return new Tagged(sourceTags.folder, path);
        case "builtin":
            return new Tagged(`!${String(name)}`, rest);
        default:
            return from === "registry" && isAbsent(update)
                ? reference
                : new Tagged(sourceTags.oci, { from, reference, path, update });
    }
}

/** Packages alone are a list. */
function debianWords(source: Raw): unknown {
    const others = Object.keys(source).filter((key) => key !== "packages" && !isAbsent(source[key]));
    const packages = property(source, "packages");
    return others.length === 0 && !isAbsent(packages) ? packages : source;
}
