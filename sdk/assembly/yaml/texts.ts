import path from "node:path";
import { LinuxKitError } from "../error";
import { shown } from "../read/findings";
import type { YamlEnvironment } from "./environment";
import type { YamlText } from "./parse";

/** The texts of files, and those that were given themselves: what holds a line break or a "{" is no path. */
export function textsOf(
    sources: string | readonly string[],
    workingDirectory: string,
    environment: YamlEnvironment,
): readonly YamlText[] {
    const all: readonly unknown[] = typeof sources === "string" ? [sources] : sources;
    if (!Array.isArray(all) || all.length === 0 || all.some((source) => typeof source !== "string")) {
        throw new LinuxKitError(
            "yaml-unreadable",
            `fromYaml takes the path of a file, YAML text, or a list of them, not ${shown(sources)}`,
        );
    }
    return (all as readonly string[]).map((source, index) => {
        if (/[\n{]/.test(source)) {
            const number = all.length === 1 ? "" : ` ${index + 1}`;
            return { name: `<text${number}>`, text: source, folder: workingDirectory };
        }
        const file = path.resolve(workingDirectory, source);
        return { name: source, text: textOf(file, source, environment), folder: path.dirname(file) };
    });
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
