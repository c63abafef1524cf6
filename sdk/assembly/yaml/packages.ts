import path from "node:path";
import { LinuxKitError } from "../error";
import { suggestion } from "../read/findings";
import type { YamlEnvironment } from "./environment";
import { itemsOf, leaf, leafValue, type Located, mapLeaves, valueOf } from "./located";
import { packageHash } from "./package-hash";
import { parseYaml } from "./parse";
import { YamlProblems } from "./problems";

const template = "@pkg:";

/**
 * Puts the references of packages where scalars name their folders: "@pkg:./redis" becomes what `linuxkit pkg show-tag`
 * prints of the folder (src/cmd/linuxkit/buildtemplate.go), whose build.yml names the image and whose state in git is the tag.
 */
export function resolvePackages(
    file: Located,
    folder: string | undefined,
    problems: YamlProblems,
    environment: YamlEnvironment,
): Located {
    return mapLeaves(file, (found) => {
        const { value, at, tag } = found;
        if (tag !== undefined || typeof value !== "string" || !value.startsWith(template)) {
            return found;
        }
        if (folder === undefined) {
            problems.reject(
                at,
                `${value} names a folder beside the YAML, which came over the network: download it first`,
            );
            return found;
        }
        try {
            return leaf(referenceOf(path.join(folder, value.slice(template.length)), environment), at);
        } catch (error) {
            if (!(error instanceof LinuxKitError)) {
                throw error;
            }
            problems.reject(at, `${value} names no package: ${error.message}`);
            return found;
        }
    });
}

/** Keys of build.yml: src/cmd/linuxkit/pkglib/pkglib.go, which refuses others. */
const buildKeys: readonly string[] = [
    "image",
    "org",
    "tag",
    "dockerfile",
    "arches",
    "extra-sources",
    "gitrepo",
    "network",
    "disable-cache",
    "config",
    "buildArgs",
    "depends",
];

function referenceOf(folder: string, environment: YamlEnvironment): string {
    const build = readBuild(folder, environment);
    const image = leafValue(valueOf(build, "image"));
    const org = leafValue(valueOf(build, "org")) ?? "linuxkit";
    if (typeof image !== "string" || image === "" || typeof org !== "string") {
        throw refused("its build.yml must have an image, the package's name, and may have an org, both strings");
    }
    const sources = itemsOf(valueOf(build, "extra-sources")).map((item) => extraSource(leafValue(item), folder));
    return `${org}/${image}:${packageHash(folder, sources, environment)}`;
}

function readBuild(folder: string, environment: YamlEnvironment): Located | undefined {
    const name = path.join(folder, "build.yml");
    let text: string;
    try {
        text = environment.readFile(name);
    } catch (cause) {
        throw refused(`its build.yml cannot be read: ${(cause as Error).message}`, cause);
    }
    const problems = new YamlProblems();
    const build = parseYaml({ name, text, folder }, problems);
    problems.check();
    const unknown = build?.kind === "record" ? [...build.entries.keys()].find((key) => !buildKeys.includes(key)) : "";
    if (unknown !== undefined) {
        const what = build?.kind === "record" ? `has ${JSON.stringify(unknown)}` : "is no object";
        throw refused(`its build.yml ${what}${suggestion(unknown, buildKeys)}`);
    }
    return build;
}

/** "folder:destination", the folder relative to the package's. */
function extraSource(source: unknown, folder: string): string {
    const [from = "", , ...rest] = typeof source === "string" ? source.split(":") : [];
    if (from === "" || rest.length > 0 || !String(source).includes(":")) {
        throw refused('an entry of extra-sources in its build.yml must be "folder:destination"');
    }
    return path.resolve(folder, from);
}

function refused(reason: string, cause?: unknown): LinuxKitError {
    return new LinuxKitError("package-unreadable", reason, {}, cause === undefined ? {} : { cause });
}
