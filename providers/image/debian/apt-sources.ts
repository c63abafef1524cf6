import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseParagraphs } from "./deb822";

/** One binary source of apt. */
export interface AptSource {
    readonly url: string;
    readonly suite: string;
    readonly components: readonly string[];
    readonly signedBy?: string;
}

const ONE_LINE = /^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*(.*)$/;

/** sources.list(5), one-line style. */
function parseSourcesList(text: string): AptSource[] {
    return text.split(/\r?\n/).flatMap((raw) => {
        const [, options = "", url, suite, components = ""] = ONE_LINE.exec(raw.replace(/#.*/, "").trim()) ?? [];
        if (url === undefined || suite === undefined) {
            return [];
        }
        const signedBy = /(?:^|\s)signed-by=(\S+)/i.exec(options)?.[1];
        return [{ url, suite, components: words(components), ...(signedBy === undefined ? {} : { signedBy }) }];
    });
}

/** sources.list(5), deb822 style. */
function parseDeb822Sources(text: string): AptSource[] {
    return parseParagraphs(text).flatMap((fields) => {
        const isBinary = words(fields.get("types") ?? "").includes("deb");
        if (!isBinary || /^(no|false|off|0|without|disable)$/i.test(fields.get("enabled") ?? "yes")) {
            return [];
        }
        const components = words(fields.get("components") ?? "");
        const signedBy = fields.get("signed-by");
        return words(fields.get("uris") ?? "").flatMap((url) =>
            words(fields.get("suites") ?? "").map((suite) => ({
                url,
                suite,
                components,
                ...(signedBy === undefined ? {} : { signedBy }),
            })),
        );
    });
}

function words(text: string): string[] {
    return text.split(/\s+/).filter((word) => word !== "");
}

/** Every source in apt's directory; what cannot be read is not there. `mirror+file:` lists stand for their first mirror. */
export async function readAptSources(directory: string): Promise<AptSource[]> {
    const parts = join(directory, "sources.list.d");
    const names = (await readdir(parts).catch(() => [])).toSorted((a, b) => (a < b ? -1 : 1));
    const files = [join(directory, "sources.list"), ...names.map((name) => join(parts, name))];
    const sources = await Promise.all(files.map(readSourceFile));
    return Promise.all(sources.flat().map(followMirrorList));
}

async function readSourceFile(path: string): Promise<AptSource[]> {
    const parse = path.endsWith(".sources")
        ? parseDeb822Sources
        : path.endsWith(".list")
          ? parseSourcesList
          : undefined;
    return parse === undefined ? [] : parse(await readFile(path, "utf8").catch(() => ""));
}

async function followMirrorList(source: AptSource): Promise<AptSource> {
    const list = /^mirror\+file:(.*)$/.exec(source.url)?.[1];
    if (list === undefined) {
        return source;
    }
    const text = await readFile(list.replace(/^\/\//, ""), "utf8").catch(() => "");
    const url = text.split(/\s+/).find((word) => /^https?:/.test(word));
    return url === undefined ? source : { ...source, url };
}
