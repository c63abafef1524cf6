import path from "node:path";
import { LinuxKitError } from "../error";
import { shown } from "../read/findings";
import { isObject } from "../read/reader";
import type { YamlEnvironment } from "./environment";
import type { YamlSource, YamlText } from "./parse";

/** The texts of files, and those that were given themselves: what holds a line break or a "{" is no path. */
export function textsOf(
    sources: string | readonly YamlSource[],
    workingDirectory: string,
    environment: YamlEnvironment,
): readonly YamlText[] {
    const all: unknown = typeof sources === "string" ? [sources] : sources;
    if (!Array.isArray(all) || all.length === 0 || !all.every(isSource)) {
        throw new LinuxKitError(
            "yaml-unreadable",
            `fromYaml takes the path of a file, YAML text, or a list of them, not ${shown(sources)}`,
        );
    }
    return all.map((source, index) => {
        if (typeof source !== "string") {
            return source;
        }
        if (/[\n{]/.test(source)) {
            const number = all.length === 1 ? "" : ` ${index + 1}`;
            return { name: `<text${number}>`, text: source, folder: workingDirectory };
        }
        const file = path.resolve(workingDirectory, source);
        return { name: source, text: textOf(file, source, environment), folder: path.dirname(file) };
    });
}

function isSource(source: unknown): source is YamlSource {
    return typeof source === "string" || (isObject(source) && typeof source["text"] === "string");
}

const longestName = 200;

function textOf(file: string, source: string, environment: YamlEnvironment): string {
    try {
        return environment.readFile(file);
    } catch (cause) {
        const name = source.length > longestName ? `${source.slice(0, longestName)}...` : source;
        const { code, message } = cause as NodeJS.ErrnoException;
        const reason = `${name} cannot be read: ${code === "ENAMETOOLONG" ? "it is no path of a file" : message}`;
        throw new LinuxKitError("yaml-unreadable", reason, { path: source }, { cause });
    }
}
